const EVERY_MS = 100

/** `report` of what comes first of each stage, and of the rest at most every 100 ms: nobody reads faster, and every message has its price. */
export function steady<Progress extends { readonly stage: string }>(
  report: (progress: Progress) => void,
): (progress: Progress) => void {
  let [stage, reported] = ['', 0]
  return (progress) => {
    const now = performance.now()
    if (progress.stage === stage && now - reported < EVERY_MS) return
    stage = progress.stage
    reported = now
    report(progress)
  }
}
