import { resolve } from 'node:path'
import { statSync } from 'node:fs'
import { backupStore, restoreStore } from '../../store/backup.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'

/** Copy the store, in use or not, into a file. */
export const backup: Command = {
  usage: 'backup FILE',
  summary: 'Copy the store into a file, and check the copy.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, 'backup FILE', {}, { min: 1, max: 1 })
    const store = storePath(values.store)
    const file = resolve(positionals[0])
    await backupStore(store, file)
    const { size } = statSync(file)
    terminal.answer({ store, file, bytes: size }, [`${file}: a checked copy of ${store}, ${size} bytes`])
  },
}

/** Put a backup in the store's place. */
export const restore: Command = {
  usage: 'restore FILE',
  summary: 'Put a backup in the place of the store; what it replaces is kept beside it.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, 'restore FILE', {}, { min: 1, max: 1 })
    const store = storePath(values.store)
    const file = resolve(positionals[0])
    const kept = await restoreStore(file, store)
    terminal.answer({ store, file, kept }, [
      `${store} is restored from ${file}`,
      ...(kept === null ? [] : [`what it replaced is in ${kept}`]),
    ])
  },
}
