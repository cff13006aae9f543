import type { Terminal } from './terminal.ts'

/** One command of the command line. */
export interface Command {
  /** Its name, operands and own options; every command takes --store and --json besides. */
  readonly usage: string
  readonly summary: string
  /**
   * Do it; answers through the terminal, throws PlateauErrors. The first call of `interruption` takes over SIGINT,
   * SIGTERM and SIGHUP: from then on the command ends itself, with the signal's reason, when the signal aborts.
   */
  run(args: readonly string[], terminal: Terminal, interruption: () => AbortSignal): Promise<void>
}

/** The line that says how a command is called. */
export function usageLine(usage: string): string {
  return `Usage: plateau ${usage} [--store FILE] [--json]`
}
