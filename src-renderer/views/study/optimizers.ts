import { optimizerConfig, type OptimizerConfig } from '../../../src-shared/domain/study.ts'

export type Method = OptimizerConfig['method']

/** Every method the study schema knows, in its order. */
export const METHODS: readonly Method[] = optimizerConfig.options.map((option) => option.shape.method.value)

/** An optimizer with the method's defaults. */
export const optimizerOf = (name: string, method: Method): OptimizerConfig =>
  optimizerConfig.parse({ name, method })

/** Names of a method's own numbers, e.g. rho. */
export function parametersOf(optimizer: OptimizerConfig): string[] {
  return Object.entries(optimizer).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []))
}

/** `wanted`, or `wanted 2`, `wanted 3`, ... when another optimizer has that name: names are the rows' labels. */
export function freeName(wanted: string, optimizers: readonly OptimizerConfig[]): string {
  const taken = new Set(optimizers.map((optimizer) => optimizer.name))
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted} ${at}`
    if (!taken.has(name)) return name
  }
}
