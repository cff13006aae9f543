import '../jobs/compilers.ts'
import { engineChoice, renewEngineChoice } from '../compute/choice.ts'
import { serveJob } from '../jobs/process.ts'
import { type CompareTask, runCompareTask } from '../study/compareTask.ts'
import { decideEngine, type EngineTask } from '../study/engine.ts'
import { runStudyTask, type StudyTask } from '../study/studyTask.ts'
import { type EstimateTask, runEstimateTask } from '../study/estimateTask.ts'
import { type InspectTask, runInspectTask } from '../study/inspectTask.ts'
import { type LandscapeTask, runLandscapeTask } from '../study/landscapeTask.ts'
import { type FactorDayTask, runFactorDayTask } from '../study/factorDayTask.ts'
import { type HoldingsTask, runHoldingsTask } from '../study/holdingsTask.ts'
import { type LineageTask, runLineageTask } from '../study/lineageTask.ts'
import { type RetestTask, runRetestTask } from '../study/retestTask.ts'
import { runTrainTask, type TrainTask } from '../study/trainTask.ts'
import { type DataTask, runDataTask } from './dataTasks.ts'
import { type ImportTask, runImportTask } from './importTask.ts'
import type { ReportTask } from './reportTask.ts'
import { runSafetyTask, type SafetyTask } from './safetyTask.ts'
import { runSampleTask, type SampleTask } from './sampleTask.ts'
import type { ComputeTask } from './services/compute.ts'

/** Entry of every worker process: one process, one task. */
serveJob<
  | StudyTask
  | EngineTask
  | TrainTask
  | LandscapeTask
  | InspectTask
  | EstimateTask
  | CompareTask
  | LineageTask
  | HoldingsTask
  | FactorDayTask
  | RetestTask
  | DataTask
  | ImportTask
  | ReportTask
  | SafetyTask
  | SampleTask
  | ComputeTask,
  unknown,
  unknown
>(async (task, report) => {
  switch (task.kind) {
    case 'study':
      return runStudyTask(task, report)
    case 'engine':
      return decideEngine(task.setting, task.appVersion)
    case 'train':
      return runTrainTask(task, report)
    case 'landscape':
      return runLandscapeTask(task, report)
    case 'inspect':
      return runInspectTask(task, report)
    case 'estimate':
      return runEstimateTask(task)
    case 'compare':
      return runCompareTask(task)
    case 'lineage':
      return runLineageTask(task)
    case 'holdings':
      return runHoldingsTask(task)
    case 'factorDay':
      return runFactorDayTask(task)
    case 'retest':
      return runRetestTask(task, report)
    case 'coverage':
    case 'doctor':
    case 'remove':
      return runDataTask(task, report)
    case 'import':
      return runImportTask(task, report)
    case 'report':
      // Alone in need of the report and its texts, which would lie in the memory of every training run.
      return (await import('./reportTask.ts')).runReportTask(task, report)
    case 'check':
    case 'backup':
    case 'restore':
    case 'keepBackup':
    case 'outlook':
    case 'recover':
      return runSafetyTask(task, report)
    case 'sample':
      return runSampleTask(task)
    case 'compute':
      return task.renew ? renewEngineChoice(task) : engineChoice(task)
  }
})
