import type { StudyComparison } from '../../../../src-shared/domain/studyComparison.ts'

type Arm = StudyComparison['arms'][number]
export type Remark =
  'otherData' | 'noPairs' | 'onePair' | 'seeds' | 'windows' | 'noIndex' | 'noDays' | 'noDates'

/** Studies on other data than the first one's. */
export function onOtherData({ studies }: StudyComparison): StudyComparison['studies'] {
  return studies.filter(({ dataHash }) => dataHash !== studies[0].dataHash)
}

/** What a matched difference of runs is, or why there is none. */
export function matchRemark(
  { pairs, windows }: Pick<Arm['validIc'][number], 'pairs' | 'windows'>,
  otherData: boolean,
): Remark {
  if (otherData) return 'otherData'
  if (pairs === 0) return 'noPairs'
  if (windows > 1) return 'windows'
  return pairs === 1 ? 'onePair' : 'seeds'
}
