import { appContract } from './app.ts'
import { computeContract } from './compute.ts'
import { exportContract } from './exports.ts'
import { dataContract } from './data.ts'
import { landscapeContract } from './landscape.ts'
import { portfolioContract } from './portfolio.ts'
import { projectContract } from './project.ts'
import { shellContract } from './shell.ts'
import { studyContract } from './study.ts'

/** What the host answers. */
export const hostContract = {
  ...appContract,
  ...computeContract,
  ...dataContract,
  ...projectContract,
  ...studyContract,
  ...landscapeContract,
  ...portfolioContract,
  ...exportContract,
}
export type HostContract = typeof hostContract

const { 'project.open': _openedByPath, ...forwarded } = hostContract

/** What a window may call: the shell's own procedures and the host's, less the one that takes a path. */
export const windowContract = { ...forwarded, ...shellContract }
export type WindowContract = typeof windowContract
