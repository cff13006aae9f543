import { formatPercent } from '../../../src-shared/format.ts'
import { engineReasonText } from '../../../src-shared/locales/index.ts'
import { processorName } from '../../compute/catalogue.ts'
import { createComputeService } from '../../host/services/compute.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { table } from '../terminal.ts'

/** Every engine, its self-test and its speed, measured now; the choice among them is kept for the studies to come. */
export const compute: Command = {
  usage: 'compute',
  summary: 'Find, test and measure the compute engines, and choose among them.',
  async run(args, terminal, interruption) {
    parseCommand(args, 'compute', {}, { min: 0, max: 0 })
    const worker = new URL('../../host/worker.ts', import.meta.url)
    const signal = interruption()
    const service = createComputeService(worker)
    signal.addEventListener('abort', () => void service.close(), { once: true })
    terminal.note('testing and measuring every engine')
    const { fmaPeakGflops, engines } = await service.measure().catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
    const answer = {
      fmaPeakGflops,
      engines: engines.map(
        ({ name, available, reason, device, threads, gradientError, gflops, shareOfPeak, chosen }) => ({
          name,
          available,
          reason: engineReasonText(reason, 'en'),
          device,
          threads,
          gradientError,
          gflops,
          shareOfPeak,
          chosen,
        }),
      ),
    }
    const number = (value: number | null): string =>
      value === null ? '—' : value.toFixed(value < 10 ? 1 : 0)
    terminal.answer(answer, [
      ...table(
        ['engine', 'threads', 'gradient error', 'GFLOP/s', 'of peak'],
        engines.map((engine) => [
          engine.label,
          engine.threads === 0 ? '—' : String(engine.threads),
          engine.gradientError?.toExponential(1) ?? '—',
          number(engine.gflops),
          formatPercent(engine.shareOfPeak, 'negative', 0),
        ]),
      ),
      '',
      // Below the table: a reason can be as long as what a driver says.
      ...answer.engines.map(({ name, reason }) => `${name.padEnd(10)}  ${reason}`),
      '',
      `${processorName()}; fused multiply-add peak ${number(fmaPeakGflops)} GFLOP/s`,
    ])
  },
}
