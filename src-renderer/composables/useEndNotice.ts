import { useI18n } from 'vue-i18n'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import { call } from '../client.ts'
import { formatDuration } from '../format.ts'
import { useSettings } from '../stores/settings.ts'
import { useStudies } from '../stores/studies.ts'

/** The system tells of a study that runs no more because it is done or has failed, if the user wants so; the shell, only in the background. */
export function useEndNotice(): (status: StudyStatus) => Promise<void> {
  const { t } = useI18n()
  const settings = useSettings()
  const studies = useStudies()
  return async ({ id, state, name, elapsedSeconds }) => {
    const before = studies.list.find((study) => study.id === id)?.state
    if (!settings.notices || before !== 'running' || (state !== 'done' && state !== 'failed')) return
    await call('shell.notify', {
      title: t(`workspace.${state}`),
      body: t('workspace.body', { name, time: formatDuration(elapsedSeconds) }),
    })
  }
}
