import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { NamedFactor } from '../factor/analysisCorrelations.ts'
import type { ReadableStore } from '../store/store.ts'
import { type Allowance, type MemoryNeed, requireMemory } from './allotment.ts'
import { type Benchmark, openBenchmark } from './benchmark.ts'
import { type Part, partsOf } from './estimateParts.ts'
import { memoryNeed } from './estimateSizes.ts'
import { readImportedFactors } from './importedFactors.ts'
import { requireNeutralisable } from './neutralisation.ts'
import type { Prepared } from './prepare.ts'
import { requireTradable } from './stockRules.ts'
import { requireSamples } from './windowSamples.ts'

/** What a study finds in the store beside its market, and what its runs will take. */
export interface StudyInputs {
  readonly imported: readonly NamedFactor[]
  /** Of each index, in the order of the config. */
  readonly benchmarks: readonly Benchmark[]
  readonly parts: readonly Part[]
  readonly need: MemoryNeed
}

/**
 * Whatever of the stored data or the limits would end a study later is said here, before hours of training: a start asks, and the
 * estimate of one. What a risk model lacks a start alone finds out (`requireRisk`): it walks over all days before the first test.
 *
 * Errors: memory_limit; not_found for an imported factor or a stock that the store does not have; infeasible for least weights
 * of more than a portfolio; study_invalid for more clients than train dates; data_insufficient where samples, an index, volumes or
 * what composites are freed of lack data.
 */
export function studyInputs(
  config: StudyConfig,
  allowance: Allowance,
  store: ReadableStore,
  prepared: Prepared,
): StudyInputs {
  const parts = partsOf(config, prepared)
  const need = memoryNeed(config, prepared, parts)
  requireMemory(allowance, need)
  requireNeutralisable(config, prepared.market)
  requireTradable(config, prepared)
  requireSamples(config, prepared)
  const imported = readImportedFactors(store, config, prepared)
  const benchmarks = config.portfolio.indices.map((index) => openBenchmark(config, prepared, index))
  return { imported, benchmarks, parts, need }
}
