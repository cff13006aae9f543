import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ComputeReport } from '../../src-shared/domain/compute.ts'
import { call } from '../client.ts'

/** The compute engines of this machine. */
export const useCompute = defineStore('compute', () => {
  const report = shallowRef<ComputeReport | null>(null)
  const chosen = computed(() => report.value?.engines.find((engine) => engine.chosen) ?? null)

  /** As last measured; the first time on a machine this takes seconds. */
  async function load(): Promise<void> {
    report.value ??= await call('compute.report', {})
  }
  /** Measure now. */
  async function measure(): Promise<void> {
    report.value = await call('compute.measure', {})
  }
  return { report, chosen, load, measure }
})
