import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { settingFile } from '../../files/settingFile.ts'

/** Whether stores back themselves up; kept in a file of its own, on where that does not say otherwise. */
export interface BackupSetting {
  readonly automatic: boolean
  /** Errors: disk_full, disk_readonly. */
  set(automatic: boolean): Promise<void>
}

const content = z.object({ automatic: z.boolean() })

export function openBackupSetting(file: string): BackupSetting {
  let automatic = read(file)
  const keep = settingFile(file)
  return {
    get automatic() {
      return automatic
    },
    async set(next) {
      await keep({ automatic: next })
      automatic = next
    },
  }
}

function read(file: string): boolean {
  try {
    return content.parse(JSON.parse(readFileSync(file, 'utf8'))).automatic
  } catch {
    return true
  }
}
