import { measureReferenceEngine } from '../../host/services/compute.ts'
import { parseCommand } from '../arguments.ts'
import { table, type Terminal } from '../terminal.ts'

/** Engines found, their self-test and speed. */
export async function compute(args: readonly string[], terminal: Terminal): Promise<void> {
  parseCommand(args, 'compute [--json]', {}, { min: 0, max: 0 })
  const engines = [await measureReferenceEngine()]
  terminal.answer(
    // Peak arithmetic is measured by engines that reach for it; the reference engine does not.
    { fmaPeakGflops: null, engines },
    table(
      ['engine', 'available', 'device', 'threads', 'gradient error', 'GFLOP/s', 'note'],
      engines.map((engine) => [
        engine.name,
        engine.available ? 'yes' : 'no',
        engine.device,
        String(engine.threads),
        engine.gradientError.toExponential(1),
        engine.gflops.toFixed(2),
        engine.reason,
      ]),
    ),
  )
}
