import type { StudyStatus } from '../../src-shared/contract/study.ts'

/** Share of a study's work that is done. Of its runs where the work is not known: a study that rests has no progress of its own. */
export function shareOf({
  progress,
  runsDone,
  runsTotal,
}: Pick<StudyStatus, 'progress' | 'runsDone' | 'runsTotal'>): number {
  return progress > 0 || runsTotal === 0 ? progress : runsDone / runsTotal
}
