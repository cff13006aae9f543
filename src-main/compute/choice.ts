import type { ComputeReport, EngineKind } from '../../src-shared/domain/compute.ts'
import { CATALOGUE, type EngineSource } from './catalogue.ts'
import { currentCircumstances, keep, readKept } from './kept.ts'
import { measureEngines } from './report.ts'

export interface ChoiceOptions {
  readonly appVersion: string
  readonly catalogue?: readonly EngineSource[]
}

/**
 * The engines of this machine and the choice among them, as kept; measured first where nothing is kept or it was
 * measured under other circumstances.
 */
export async function engineChoice({
  appVersion,
  catalogue = CATALOGUE,
}: ChoiceOptions): Promise<ComputeReport> {
  const now = await currentCircumstances(catalogue, appVersion)
  const kept = await readKept(now)
  if (kept !== null) return kept
  const report = await measureEngines({ catalogue })
  await keep(report, now)
  return report
}

/** Find, test and measure every engine now, and keep that. */
export async function renewEngineChoice({
  appVersion,
  catalogue = CATALOGUE,
}: ChoiceOptions): Promise<ComputeReport> {
  const report = await measureEngines({ catalogue, everything: true })
  await keep(report, await currentCircumstances(catalogue, appVersion))
  return report
}

/** The order of the kept report, however old; of the engines that need no device where none is kept. */
export async function keptOrder(): Promise<EngineKind[]> {
  const kept = await readKept(null)
  return kept === null ? ['native', 'wasm', 'reference'] : engineOrder(kept)
}

/**
 * Order in which engines take over from each other: the chosen one, the others from fast to slow, the reference engine,
 * which is never lost. An emulated GPU takes over from none.
 */
export function engineOrder({ engines }: ComputeReport): EngineKind[] {
  const rank = ({ name, chosen, gflops }: ComputeReport['engines'][number]): number =>
    chosen ? Infinity : name === 'reference' ? -1 : (gflops ?? 0)
  return engines
    .filter(({ available, reason }) => available && reason.code !== 'software')
    .toSorted((a, b) => rank(b) - rank(a))
    .map(({ name }) => name)
}
