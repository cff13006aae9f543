import { resolve } from 'node:path'
import { statSync } from 'node:fs'
import type { Lost } from '../../../src-shared/contract/safety.ts'
import { keepBackup } from '../../store/autoBackup.ts'
import { backupStore, restoreStore } from '../../store/backup.ts'
import { recoverStore } from '../../store/recovery.ts'
import { openStore } from '../../store/store.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'

/** Copy the store, in use or not, into a file, or beside those copies that the window makes by itself. */
export const backup: Command = {
  usage: 'backup [FILE]',
  summary:
    'Copy the store into a file, and check the copy; without FILE into the folder beside the store, which keeps the last three.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, 'backup [FILE]', {}, { min: 0, max: 1 })
    const store = storePath(values.store)
    const file = await copyOf(store, positionals[0])
    const { size } = statSync(file)
    terminal.answer({ store, file, bytes: size }, [`${file}: a checked copy of ${store}, ${size} bytes`])
  },
}

async function copyOf(store: string, name: string | undefined): Promise<string> {
  if (name !== undefined) {
    const file = resolve(name)
    await backupStore(store, file)
    return file
  }
  // A store that is not there is not made for it.
  openStore(store, { mode: 'read' }).close()
  return (await keepBackup(store)).path
}

/** Put a backup in the store's place. */
export const restore: Command = {
  usage: 'restore [FILE]',
  summary:
    'Put a backup in the place of the store, without FILE its newest sound one; what it replaces is kept beside it.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, 'restore [FILE]', {}, { min: 0, max: 1 })
    const store = storePath(values.store)
    if (positionals[0] !== undefined) {
      const file = resolve(positionals[0])
      const kept = await restoreStore(file, store)
      return terminal.answer({ store, file, kept }, [`${store} is restored from ${file}`, ...keptLine(kept)])
    }
    const { backup: used, unsound, lost, kept } = await recoverStore(store)
    terminal.answer({ store, file: used.path, kept, unsound, lost }, [
      `${store} is restored from ${used.path}, a copy of it as it was at ${used.time}`,
      ...unsound.map((path) => `${path} is not sound and was passed over`),
      `lost of what is newer: ${lostText(lost.imports, 'file', 'imported')}; ${lostText(lost.studies, 'study', 'that ran since')}`,
      ...keptLine(kept),
    ])
  },
}

const keptLine = (kept: string | null): string[] => (kept === null ? [] : [`what it replaced is in ${kept}`])

function lostText(lost: Lost['imports'], noun: string, what: string): string {
  if (lost === null) return `${noun} ${what}: unknown`
  const more = lost.count > lost.examples.length ? ', ...' : ''
  return `${noun} ${what}: ${lost.count}${lost.count === 0 ? '' : ` (${lost.examples.join(', ')}${more})`}`
}
