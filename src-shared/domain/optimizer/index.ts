export { BASE_RULES, type BaseRule, baseRule } from './baseRule.ts'
export {
  COMMON_FIELDS,
  type Method,
  methodDefinition,
  type MethodDefinition,
  METHODS,
  type Paper,
} from './methods.ts'
export {
  compositionOf,
  formulaOf,
  optimizerConfig,
  type OptimizerConfig,
  type OptimizerInput,
} from './optimizerConfig.ts'
export {
  composition,
  type Composition,
  type CompositionInput,
  stateVectors,
  stepCost,
  type StepCost,
  trainingEvaluations,
} from './parts.ts'
export { refusals } from './refusals.ts'
export type { LearningRateSchedule, RhoSchedule } from './schedules.ts'
