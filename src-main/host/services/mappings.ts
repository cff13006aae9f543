import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavedMapping } from '../../../src-shared/contract/imports.ts'
import type { MappingFile } from '../../../src-shared/domain/importing.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { makeFolder } from '../../files/folder.ts'
import { removeFile } from '../../files/heldUp.ts'
import { writeFileAtomic } from '../../files/writeFile.ts'
import { readMapping } from '../../ingest/mapping.ts'

/** Mappings kept under names: mapping files in a folder, as the command line's --map takes them. */
export interface MappingService {
  /** By name; what is no mapping file any more is there without its content. */
  list(): Promise<SavedMapping[]>
  /** Errors: disk_full, disk_readonly. */
  keep(name: string, mapping: MappingFile): Promise<SavedMapping[]>
  forget(name: string): Promise<SavedMapping[]>
}

const ENDING = '.json'

export function createMappingService(folder: string): MappingService {
  const fileOf = (name: string): string => join(folder, `${name}${ENDING}`)
  const list = async (): Promise<SavedMapping[]> => {
    const names = (await readdir(folder).catch(() => []))
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .sort()
    return Promise.all(names.map(async (name) => ({ name, mapping: await mappingIn(fileOf(name)) })))
  }
  return {
    list,
    async keep(name, mapping) {
      await makeFolder(folder)
      await writeFileAtomic(fileOf(name), `${JSON.stringify(mapping, null, 2)}\n`)
      return list()
    },
    async forget(name) {
      await removeFile(fileOf(name))
      return list()
    },
  }
}

async function mappingIn(path: string): Promise<MappingFile | null> {
  try {
    return await readMapping(path)
  } catch (error) {
    if (error instanceof PlateauError) return null
    throw error
  }
}
