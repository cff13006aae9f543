import { z } from 'zod'
import { refusalIssue } from './refusal.ts'
import { seed, storedSeed } from './seed.ts'

export const samplePart = z.enum(['train', 'valid', 'test'])
export type SamplePart = z.infer<typeof samplePart>

/** Ends of a part of an axis, in the plane's units. */
const span = z.tuple([z.number(), z.number()])
/** A part of a plane. */
const region = z.strictObject({ x: span, y: span })
export type Region = z.infer<typeof region>

/** What is looked at, as a study file or a request says it. */
export const landscapeSettings = z
  .strictObject({
    /** Nodes along each axis of the grid. */
    resolution: z.int().min(3).max(201).default(21),
    /**
     * What spans the plane through the best epoch: principal directions of the trajectory, random ones with the norms of the
     * filters, or the Hessian's eigenvectors of its two largest eigenvalues.
     */
    directions: z.enum(['pca', 'random', 'hessian']).default('pca'),
    /** Beyond the projected trajectory on every side, as a share of its span: on the trajectory's directions. */
    margin: z.number().min(0).max(5).default(0.2),
    /** Half the width of the grid, about the origin, on other directions: in filter norms, in units of weights on eigenvectors. */
    reach: z.number().gt(0).max(100).default(1),
    /** Part of the plane that the grid covers, in place of what margin or reach say; null: all. */
    region: region.nullable().default(null),
    /** Whose whole set of dates the loss is of. */
    part: samplePart.default('train'),
    /** One plane per run, or one for all of them, which only trajectories can span. */
    axes: z.enum(['own', 'joint']).default('own'),
    /** Of the sharpness numbers. */
    rho: z.number().gt(0).max(10).default(0.05),
    /** Directions of the mean loss in the ball and of the trace, products of each eigenvector. */
    draws: z.int().min(2).max(1000).default(20),
    /** Of those draws, of random directions and of what eigenvectors are looked for from. */
    seed: seed.default(1),
  })
  .superRefine(({ directions, axes, region }, context) => {
    if (axes === 'joint' && directions !== 'pca')
      context.addIssue(
        refusalIssue({
          code: 'joint_without_pca',
          path: ['axes'],
          message:
            'one plane for all runs is spanned by their trajectories: choose the directions pca, or own axes',
        }),
      )
    for (const axis of ['x', 'y'] as const)
      if (region !== null && !(region[axis][0] < region[axis][1]))
        context.addIssue(
          refusalIssue({
            code: 'region_empty',
            path: ['region', axis],
            message: 'a region ends further on than it begins',
          }),
        )
  })
export type LandscapeSettings = z.infer<typeof landscapeSettings>

/** Those of a landscape that is stored. */
export const storedLandscapeSettings = landscapeSettings.safeExtend({ seed: storedSeed.default(1) })

/** What a plane is called by. */
export type PlaneKind = LandscapeSettings['axes'] | Exclude<LandscapeSettings['directions'], 'pca'>

export function planeKind({ directions, axes }: Pick<LandscapeSettings, 'directions' | 'axes'>): PlaneKind {
  return directions === 'pca' ? axes : directions
}
