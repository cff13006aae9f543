import type { EngineReport } from '../../../src-shared/domain/compute.ts'
import { engineDetailText, type Locale } from '../../../src-shared/locales/index.ts'

export function statusOf({ available, chosen }: EngineReport): 'chosen' | 'available' | 'unavailable' {
  return chosen ? 'chosen' : available ? 'available' : 'unavailable'
}

/** What computes, with the instruction set or library that the engine's label adds to its name. */
export function deviceText({ name, label, device }: EngineReport, locale: Locale): string {
  const detail = engineDetailText(label.slice(name.length).trim(), locale)
  return [device, ...(detail === device ? [] : [detail])].filter((part) => part !== '').join(' · ') || '—'
}
