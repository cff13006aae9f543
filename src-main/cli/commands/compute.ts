import { measureEngines } from '../../host/services/compute.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { table } from '../terminal.ts'

/** Engines found, their self-test and speed. */
export const compute: Command = {
  usage: 'compute',
  summary: 'Engines found, their self-test and speed.',
  async run(args, terminal) {
    parseCommand(args, 'compute', {}, { min: 0, max: 0 })
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
  },
}
