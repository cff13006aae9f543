import { parseArgs, type ParseArgsConfig } from 'node:util'
import { PlateauError } from '../../src-shared/errors.ts'

type Options = NonNullable<ParseArgsConfig['options']>

const COMMON = {
  store: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options

/** Parse a command's arguments; an unknown option or a missing operand is a `usage` error that shows `usage`. */
export function parseCommand<O extends Options>(
  args: readonly string[],
  usage: string,
  options: O,
  operands: { readonly min: number; readonly max: number },
) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...COMMON, ...options },
      allowPositionals: true,
      strict: true,
    })
    if (parsed.positionals.length < operands.min || parsed.positionals.length > operands.max) {
      throw new Error(
        parsed.positionals.length < operands.min ? 'an argument is missing' : 'too many arguments',
      )
    }
    return parsed
  } catch (error) {
    throw new PlateauError('usage', (error as Error).message, { remedy: `Usage: plateau ${usage}` })
  }
}
