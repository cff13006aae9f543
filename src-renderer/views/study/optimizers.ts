import {
  COMMON_FIELDS,
  type Method,
  METHODS as DEFINITIONS,
  optimizerConfig,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'

export type { Method }

/** Every method the study schema knows, in its order. */
export const METHODS: readonly Method[] = DEFINITIONS.map(({ method }) => method)

/** An optimizer with the method's defaults. */
export const optimizerOf = (name: string, method: Method): OptimizerConfig =>
  optimizerConfig.parse({ name, method } as Parameters<typeof optimizerConfig.parse>[0])

/** Names of a method's own numbers, e.g. rho. */
export function parametersOf(optimizer: OptimizerConfig): string[] {
  return Object.entries(optimizer).flatMap(([name, value]) =>
    typeof value === 'number' && !COMMON_FIELDS.includes(name) ? [name] : [],
  )
}

/** `wanted`, or `wanted 2`, `wanted 3`, ... when another optimizer has that name: names are the rows' labels. */
export function freeName(wanted: string, optimizers: readonly OptimizerConfig[]): string {
  const taken = new Set(optimizers.map((optimizer) => optimizer.name))
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted} ${at}`
    if (!taken.has(name)) return name
  }
}
