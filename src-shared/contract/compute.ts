import { z } from 'zod'
import { computeReport } from '../domain/compute.ts'
import { procedure } from './protocol.ts'

export const computeContract = {
  /** The compute engines of this machine as last measured; measured first where that was never done. */
  'compute.report': procedure(z.object({}), computeReport),
  /** Find, test and measure every engine now, and renew the choice. Takes seconds. */
  'compute.measure': procedure(z.object({}), computeReport),
}
