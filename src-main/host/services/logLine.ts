import {
  LOG_LEVELS,
  type LogLevel,
  type LogLine,
  type LogQuestion,
} from '../../../src-shared/contract/diagnostics.ts'
import { redact } from '../../files/redact.ts'

/** Events beside the ordinary course of things. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  crash: 'error',
  failed: 'error',
  'page gone': 'error',
  'page hangs': 'error',
  'page given up': 'error',
  'process gone': 'error',
  'host given up': 'error',
  'host started again': 'warning',
  refused: 'warning',
  'client refused': 'warning',
}

/** A line as `createLog` writes it. One that was cut, or written by something else, is redacted here and stands as its detail. */
export function parseLogLine(text: string, appFolder: string): Omit<LogLine, 'place'> {
  const fields = fieldsOf(text)
  if (fields === null) return { time: '', level: 'warning', event: '', detail: redact(text, appFolder) }
  const { time, event, ...rest } = fields
  const name = String(event)
  const detail = Object.entries(rest)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('  ')
  return {
    time: String(time),
    level: Object.hasOwn(LEVELS, name) ? LEVELS[name] : 'info',
    event: name,
    detail,
  }
}

/** Whether a line is asked for. */
export function isAskedFor(
  { level, event, detail }: Omit<LogLine, 'place'>,
  question: Pick<LogQuestion, 'level' | 'text'>,
): boolean {
  return (
    LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(question.level) &&
    `${event} ${detail}`.toLowerCase().includes(question.text.toLowerCase())
  )
}

function fieldsOf(text: string): Record<string, unknown> | null {
  try {
    const fields: unknown = JSON.parse(text)
    return typeof fields === 'object' && fields !== null && 'time' in fields && 'event' in fields
      ? (fields as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
