import { serveJob } from '../jobs/process.ts'
import { runStudyTask, type StudyTask } from './studyTask.ts'
import { runTrainTask, type TrainTask } from './trainTask.ts'

/** Entry of every worker process: one process, one task. */
serveJob<StudyTask | TrainTask, unknown, unknown>((task, report) =>
  task.kind === 'train' ? runTrainTask(task, report) : runStudyTask(task, report),
)
