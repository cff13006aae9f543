import { z } from 'zod'
import { computeReport } from '../domain/compute.ts'
import { machine, resourceLimits } from '../domain/resources.ts'
import { procedure } from './protocol.ts'

const resources = z.object({ limits: resourceLimits, machine })
export type Resources = z.infer<typeof resources>

export const computeContract = {
  /** The compute engines of this machine as last measured; measured first where that was never done. */
  'compute.report': procedure(z.object({}), computeReport),
  /** Find, test and measure every engine now, and renew the choice. Takes seconds. */
  'compute.measure': procedure(z.object({}), computeReport),
  /** How much of its machine studies may take, and what it has. */
  'compute.resources': procedure(z.object({}), resources),
  /** From the next run that starts on. Errors: usage for what makes no sense on the machine. */
  'compute.setLimits': procedure(resourceLimits, resources),
}
