import { limitRange, refusedLimits, type ResourceLimits } from '../../../src-shared/domain/resources.ts'
import type { Resources } from '../../../src-shared/contract/compute.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serviceErrors } from '../../../src-shared/locales/errors/service.ts'
import { settingFile } from '../../files/settingFile.ts'
import { readLimits, thisMachine } from '../../study/allotment.ts'

/** How much of this machine studies may take: kept in a file of its own, which they look into before each run. */
export interface ResourceService {
  report(): Resources
  /** Errors: usage, by its name, for a limit that makes no sense on this machine; disk_full, disk_readonly. */
  set(limits: ResourceLimits): Promise<Resources>
}

export function createResourceService(file: string): ResourceService {
  const report = (): Resources => ({ limits: readLimits(file), machine: thisMachine() })
  const keep = settingFile(file)
  return {
    report,
    async set(limits) {
      const [refused] = refusedLimits(limits, thisMachine())
      if (refused !== undefined) {
        const [least, most] = limitRange(refused, thisMachine())
        throw failure(serviceErrors.limitRefused, { least, most }, { place: { field: refused } })
      }
      await keep(limits)
      return report()
    },
  }
}
