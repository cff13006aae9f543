import { formatNumber, MINUS } from '../src-shared/format.ts'

/** Seconds as h:mm:ss, or m:ss under an hour; a dash when unknown. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return formatNumber(null, 0)
  const total = Math.max(0, Math.round(seconds))
  const pad = (part: number) => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60]
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the unit that fits, decimal: 1.2 MB. */
export function formatBytes(bytes: number): string {
  const at = bytes < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** at
  return `${formatNumber(value, at > 0 && value < 99.95 ? 1 : 0)} ${BYTE_UNITS[at]}`
}

/** GFLOP/s, two figures below ten. */
export function formatSpeed(gflops: number | null): string {
  return formatNumber(gflops, gflops !== null && gflops < 10 ? 1 : 0)
}

/** A relative error in scientific notation: 5.4e−7. */
export function formatError(error: number | null): string {
  return error === null ? formatNumber(null, 0) : error.toExponential(1).replace('-', '−')
}

/** Which of the three change colours a number is shown in: that of the sign it is written with. */
export function toneOf(text: string): 'up' | 'down' | 'flat' {
  if (text.startsWith('+')) return 'up'
  return text.startsWith(MINUS) ? 'down' : 'flat'
}

/** An ISO time on this machine's clock: 2024-07-01 18:00:00. */
export function formatTime(iso: string): string {
  // The Swedish way of writing a time is that of ISO 8601.
  return new Date(iso).toLocaleString('sv-SE')
}
