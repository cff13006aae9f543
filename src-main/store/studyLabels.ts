import type { StudyBest } from '../../src-shared/domain/studyBest.ts'
import type { WritableStore } from './store.ts'

/** What a study is known by beside its settings and its result, which stay as they are. */

/** Its name in lists, reports and comparisons; its settings keep the name that it ran under. */
export function renameStudy(store: WritableStore, id: string, name: string): void {
  store.run('UPDATE study SET name = ? WHERE id = ?', name, id)
}

/** A tag that is there already, or is not, stays so. */
export function tagStudy(
  store: WritableStore,
  id: string,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): void {
  store.transaction(() => {
    for (const tag of remove) store.run('DELETE FROM study_tag WHERE study = ? AND tag = ?', id, tag)
    for (const tag of add) store.run('INSERT OR IGNORE INTO study_tag VALUES (?, ?)', id, tag)
  })
}

/** Set aside from the others since `at`, an ISO time; null: among them again. */
export function archiveStudy(store: WritableStore, id: string, at: string | null): void {
  if (at === null) store.run('DELETE FROM study_archive WHERE study = ?', id)
  else store.run('INSERT OR IGNORE INTO study_archive VALUES (?, ?)', id, at)
}

export function saveBest(store: WritableStore, id: string, { rankIc, excess }: StudyBest): void {
  store.run(
    'INSERT OR REPLACE INTO study_best VALUES (?, ?, ?, ?, ?, ?)',
    id,
    rankIc?.value ?? null,
    rankIc?.optimizer ?? null,
    excess?.value ?? null,
    excess?.optimizer ?? null,
    excess?.index ?? null,
  )
}

/** The study and all that belongs to it. The file keeps its size: what comes next has the room. */
export function removeStudy(store: WritableStore, id: string): void {
  store.run('DELETE FROM study WHERE id = ?', id)
}
