import { ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import type { LogLine, LogPiece, LogPlace, LogQuestion } from '../../../src-shared/contract/diagnostics.ts'
import { call } from '../../client.ts'
import { type Task, useTask } from '../../composables/useTask.ts'

/** Lines of a piece. */
const PIECE = 500
/** Lines that are held of a log that is followed. */
const MOST = 5_000

type Asked = Pick<LogQuestion, 'of' | 'level' | 'text'>

/** The end of a log, and as much before it as is asked for. */
export interface ShownLog {
  /** Newest last. */
  readonly lines: ShallowRef<readonly LogLine[]>
  /** The answer to what is asked for is there. */
  readonly loaded: Ref<boolean>
  /** Before the lines are others; null: none. */
  readonly oldest: ShallowRef<LogPlace | null>
  readonly task: Task
  /** Put the piece before the lines. */
  older(): Promise<void>
  /** Put what was written since behind the lines. */
  newer(): Promise<void>
}

/** @param asked which log, and which of its lines; read anew when that changes */
export function useLog(asked: () => Asked): ShownLog {
  const task = useTask()
  const lines = shallowRef<readonly LogLine[]>([])
  const oldest = shallowRef<LogPlace | null>(null)
  const loaded = ref(false)
  let newest: LogPlace | null = null

  /** The answer is dropped where something else is asked for meanwhile. */
  const ask = (between: Partial<Pick<LogQuestion, 'before' | 'after'>>, take: (piece: LogPiece) => void) =>
    task.run(async () => {
      const question = asked()
      const piece = await call('diagnostics.log', { ...question, ...between, limit: PIECE })
      if (JSON.stringify(question) === JSON.stringify(asked())) take(piece)
    })
  function begin(piece: LogPiece): void {
    lines.value = piece.lines
    ;({ oldest: oldest.value, newest } = piece)
    loaded.value = true
  }

  watch(
    () => JSON.stringify(asked()),
    () => {
      loaded.value = false
      void ask({}, begin)
    },
    { immediate: true },
  )
  return {
    lines,
    loaded,
    oldest,
    task,
    older: () =>
      ask({ before: oldest.value }, (piece) => {
        lines.value = [...piece.lines, ...lines.value]
        oldest.value = piece.oldest
      }),
    newer: () =>
      ask({ after: newest }, (piece) => {
        // More has come than a piece holds: those before it would be missing in between.
        if (piece.oldest !== null) return begin(piece)
        newest = piece.newest
        if (piece.lines.length === 0) return
        const all = [...lines.value, ...piece.lines]
        lines.value = all.slice(-MOST)
        if (all.length > MOST) oldest.value = lines.value[0].place
      }),
  }
}
