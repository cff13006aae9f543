import { indexName } from '../../src-shared/locales/index.ts'
import { useProject } from '../stores/project.ts'
import { useSettings } from '../stores/settings.ts'

/** Name of an index by its symbol: the known one in the chosen language, else the store's own, else the symbol. */
export function useIndexName(): (symbol: string) => string {
  const settings = useSettings()
  const project = useProject()
  return (symbol) => {
    const known = indexName(symbol, settings.locale)
    const stored = project.info?.indices.find((index) => index.symbol === symbol)
    return known === symbol ? (stored?.name ?? symbol) : known
  }
}
