/**
 * The parts an optimizer is composed of (compose.ts). A part is a pure function of plain data: it changes none of its
 * arguments and gives back its next state, so a checkpoint is the state, serialised.
 */

/** Numbers and vectors by name: survives structured clone and any serialisation. */
export type PlainState = Readonly<Record<string, number | Float64Array | null>>

/** Loss and gradient at some weights. */
export interface Evaluation {
  readonly loss: number
  readonly gradient: Float64Array
}

/** Loss and gradient of the step's batch at any weights. */
export type Evaluate = (weights: Float64Array) => Promise<Evaluation>

/** Turns a gradient into a step and owns momentum, moments, step count, learning rate and weight decay. */
export interface BaseOptimizer<State extends PlainState = PlainState> {
  init(size: number): State
  step(
    weights: Float64Array,
    gradient: Float64Array,
    state: State,
  ): { readonly weights: Float64Array; readonly state: State }
}

/** Where the second gradient is taken: at weights + offset. */
export interface Perturbation<State extends PlainState = PlainState> {
  init(size: number): State
  perturb(
    weights: Float64Array,
    gradient: Float64Array,
    state: State,
  ): { readonly offset: Float64Array; readonly state: State }
}

/** What the base optimizer is handed, from the clean and the perturbed evaluation. */
export interface FinalGradient<State extends PlainState = PlainState> {
  init(size: number): State
  /** `perturbed` is null on a step the schedule left unperturbed. */
  combine(
    clean: Evaluation,
    perturbed: Evaluation | null,
    state: State,
  ): { readonly gradient: Float64Array; readonly state: State }
}

/** Which steps are perturbed. */
export interface Schedule<State extends PlainState = PlainState> {
  init(): State
  next(state: State): { readonly perturb: boolean; readonly state: State }
}

/** A sharpness-aware step around a base optimizer. */
export interface Sharpness {
  readonly schedule: Schedule
  readonly perturbation: Perturbation
  readonly finalGradient: FinalGradient
}
