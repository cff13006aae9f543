import type { ReadableStore, WritableStore } from './store.ts'

export interface Project {
  /** Empty until a name is given. */
  readonly name: string
  /** True when any imported file declares itself generated. */
  readonly synthetic: boolean
}

export function project(store: ReadableStore): Project {
  const row = store.get<{ name: string; synthetic: number }>('SELECT name, synthetic FROM project')!
  return { name: row.name, synthetic: row.synthetic === 1 }
}

/** Name the project. Generated data marks the store for good: real data added later does not unmark it. */
export function describeProject(store: WritableStore, { name, synthetic }: Project): void {
  store.run('UPDATE project SET name = ?, synthetic = max(synthetic, ?)', name, Number(synthetic))
}
