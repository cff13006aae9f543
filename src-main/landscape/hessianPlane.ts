import { createHessianVectorProduct, topEigenpair, type TopEigenpair } from './curvature.ts'
import { type Plane, unit } from './plane.ts'
import type { LossSurface } from './surface.ts'

export interface HessianPlane {
  readonly plane: Plane
  /** Larger value first; their vectors span the plane, but for the sign. */
  readonly eigenpairs: readonly [TopEigenpair, TopEigenpair]
}

/**
 * A plane through `origin` along the Hessian's eigenvectors of the two largest algebraic eigenvalues there, each by at most
 * `products` products; the second by Lanczos among the vectors orthogonal to the first, so that two equal eigenvalues give two
 * vectors. Unit directions, the component of largest magnitude positive. Null where a product is undefined.
 */
export async function hessianPlane(
  surface: LossSurface,
  origin: Float64Array,
  {
    products,
    seed,
    gradientRounding,
  }: { readonly products: number; readonly seed: number; readonly gradientRounding?: number },
): Promise<HessianPlane | null> {
  const product = createHessianVectorProduct(surface, origin, gradientRounding)
  const one = await topEigenpair(product, surface.size, { products, seed })
  if (one === null) return null
  const other = await topEigenpair(product, surface.size, { products, seed, beside: one.vector })
  if (other === null) return null
  // Few products may find the larger one second.
  const [first, second] = one.value >= other.value ? [one, other] : [other, one]
  const along = unit(first.vector.slice(), [])
  return {
    plane: { origin, directions: [along, unit(second.vector.slice(), [along])], units: [1, 1] },
    eigenpairs: [first, second],
  }
}
