import type { EngineReport } from '../../../src-shared/domain/compute.ts'

export function statusOf({ available, chosen }: EngineReport): 'chosen' | 'available' | 'unavailable' {
  return chosen ? 'chosen' : available ? 'available' : 'unavailable'
}

/** What computes, with the instruction set or library that the engine's label adds to its name. */
export function deviceText({ name, label, device }: EngineReport): string {
  const detail = label.slice(name.length).trim()
  return [device, ...(detail === device ? [] : [detail])].filter((part) => part !== '').join(' · ') || '—'
}
