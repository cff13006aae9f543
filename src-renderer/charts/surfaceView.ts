/** Where a surface is looked at from. */
export interface SurfaceView {
  /** Degrees above the horizon, -90 to 90. */
  readonly alpha: number
  /** Degrees about the vertical. */
  readonly beta: number
  /** From the eye to the middle; the box is 100 wide. */
  readonly distance: number
}

export const FIRST_VIEW: SurfaceView = { alpha: 28, beta: 35, distance: 180 }
export const NEAREST = 80
export const FURTHEST = 400

/** Degrees of one key press. */
const TURN = 10
const ZOOM = 1.15

const between = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
const turn = (view: SurfaceView, alpha: number, beta: number): SurfaceView => ({
  ...view,
  alpha: between(view.alpha + alpha, -90, 90),
  beta: view.beta + beta,
})
const zoom = (view: SurfaceView, factor: number): SurfaceView => ({
  ...view,
  distance: between(view.distance * factor, NEAREST, FURTHEST),
})

const KEYS: Readonly<Record<string, (view: SurfaceView) => SurfaceView>> = {
  ArrowLeft: (view) => turn(view, 0, -TURN),
  ArrowRight: (view) => turn(view, 0, TURN),
  ArrowUp: (view) => turn(view, TURN, 0),
  ArrowDown: (view) => turn(view, -TURN, 0),
  '+': (view) => zoom(view, 1 / ZOOM),
  // The key of + without shift.
  '=': (view) => zoom(view, 1 / ZOOM),
  '-': (view) => zoom(view, ZOOM),
  Home: () => FIRST_VIEW,
}

/** The view after a key was pressed; null: the key is none of the surface's. */
export function afterKey(view: SurfaceView, key: string): SurfaceView | null {
  return KEYS[key]?.(view) ?? null
}

/** Less than what can be seen: a camera's angles come back with rounding. */
const SAME = 1e-3

export function sameView(a: SurfaceView, b: SurfaceView): boolean {
  return (['alpha', 'beta', 'distance'] as const).every((name) => Math.abs(a[name] - b[name]) < SAME)
}
