/** What the host said of something that takes time, and when that came, so that a clock can run on between two events. */
export type Timed<Status> = Status & {
  /** `performance.now()` of the arrival. */
  readonly receivedAt: number
}

export function received<Status extends object>(status: Status): Timed<Status> {
  return { ...status, receivedAt: performance.now() }
}
