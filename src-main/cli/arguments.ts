import { parseArgs, type ParseArgsConfig } from 'node:util'
import { PlateauError } from '../../src-shared/errors.ts'
import { usageLine } from './command.ts'

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
    if (parsed.positionals.length < operands.min) throw new Error('An argument is missing.')
    if (parsed.positionals.length > operands.max) throw new Error('There are too many arguments.')
    return parsed
  } catch (error) {
    const { message } = error as Error
    // What follows the option is taken for another one.
    const ambiguous = /^Option '(--[\w-]+)' argument is ambiguous/.exec(message)?.[1]
    throw new PlateauError('usage', firstSentence(message), {
      remedy:
        ambiguous === undefined
          ? usageLine(usage)
          : `Where its value begins with a dash, write it as ${ambiguous}=VALUE.\n  ${usageLine(usage)}`,
    })
  }
}

/** Node's further sentences explain how to pass operands that begin with a dash. */
function firstSentence(message: string): string {
  return `${message.split(/\.?\s*\n|\.\s|\.$/, 1)[0]}.`
}
