import { PlateauError } from '../../src-shared/errors.ts'
import { type Task, useTask } from './useTask.ts'

/** A task that can be cancelled: that it was is no error of it. */
export function useLongTask(): Task {
  const task = useTask()
  return {
    ...task,
    run: (action) =>
      task.run(() =>
        action().catch((thrown: unknown) => {
          if (PlateauError.from(thrown).code !== 'cancelled') throw thrown
        }),
      ),
  }
}
