import { appContract } from './app.ts'
import { computeContract } from './compute.ts'
import { diagnosticsContract } from './diagnostics.ts'
import { exportContract } from './exports.ts'
import { dataContract } from './data.ts'
import { factorContract } from './factor.ts'
import { importContract } from './imports.ts'
import { landscapeContract } from './landscape.ts'
import { portfolioContract } from './portfolio.ts'
import { projectContract } from './project.ts'
import { reportContract } from './reports.ts'
import { safetyContract } from './safety.ts'
import { shellContract } from './shell.ts'
import { studyContract } from './study.ts'

/** What the host answers. */
export const hostContract = {
  ...appContract,
  ...computeContract,
  ...dataContract,
  ...projectContract,
  ...importContract,
  ...studyContract,
  ...landscapeContract,
  ...portfolioContract,
  ...factorContract,
  ...exportContract,
  ...reportContract,
  ...safetyContract,
  ...diagnosticsContract,
}
export type HostContract = typeof hostContract

const {
  'project.openSample': _madeByPath,
  'project.open': _openedByPath,
  'project.create': _createdByPath,
  'imports.preview': _previewedByPath,
  'imports.start': _importedByPath,
  'safety.backup': _backedUpByPath,
  'safety.restore': _restoredByPath,
  'safety.recoverFrom': _recoveredByPath,
  'diagnostics.save': _diagnosedByPath,
  ...withoutPaths
} = hostContract

/** Of the host's contract what a server answers over a socket: all but what takes paths, of whose machine nobody could say. */
export const serverContract = withoutPaths

/** What a window may call: the shell's own procedures and the host's, less those that take paths. */
export const windowContract = { ...withoutPaths, ...shellContract }
export type WindowContract = typeof windowContract
