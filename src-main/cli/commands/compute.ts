import { measureEngines } from '../../host/services/compute.ts'
import { parseCommand } from '../arguments.ts'
import { table, type Terminal } from '../terminal.ts'

/** Engines found, their self-test and speed. */
export async function compute(args: readonly string[], terminal: Terminal): Promise<void> {
  parseCommand(args, 'compute [--json]', {}, { min: 0, max: 0 })
  const report = await measureEngines()
  const number = (value: number | null, digits: number): string =>
    value === null ? '—' : value.toFixed(digits)
  terminal.answer(report, [
    ...table(
      ['engine', 'available', 'threads', 'gradient error', 'GFLOP/s', 'of peak', 'what it is'],
      report.engines.map((engine) => [
        engine.name,
        engine.available ? 'yes' : 'no',
        String(engine.threads),
        engine.gradientError?.toExponential(1) ?? '—',
        number(engine.gflops, 1),
        engine.shareOfPeak === null ? '—' : `${(100 * engine.shareOfPeak).toFixed(0)} %`,
        engine.reason,
      ]),
    ),
    '',
    `${report.engines[0].device}; fused multiply-add peak ${number(report.fmaPeakGflops, 0)} GFLOP/s`,
  ])
}
