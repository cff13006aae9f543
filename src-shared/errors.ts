/**
 * Every error a user can meet has a code from this closed union. The code is also the i18n key of its
 * localised title (`errors.<code>`); `message` is the precise English sentence for logs, the terminal and an English window.
 */
export const ERROR_CODES = [
  'file_not_found',
  'file_unreadable',
  'file_not_recognised', // the content is not what the name or preset says
  'file_exists', // in the place of one to be made
  'file_corrupt', // truncated gzip, NUL bytes, undecodable text
  'column_missing',
  'mapping_invalid',
  'nothing_to_import',
  'study_invalid', // unknown field, impossible value
  'data_insufficient', // too little data for what was asked
  'store_newer', // written by a newer version of the app
  'store_not_plateau', // an SQLite file of something else, or no SQLite file
  'store_corrupt',
  'store_busy',
  'disk_full',
  'disk_readonly',
  'not_found', // a run, study or index that does not exist
  'usage', // wrong command line
  'memory_limit', // more memory than studies may take, or than the system gives an engine
  'infeasible', // the optimiser has no solution
  'diverged', // training produced a non-finite loss
  'cancelled',
  'study_active', // it waits or runs, and what was asked for wants it at rest
  'resume_refused', // what a stopped study began with is not there any more
  'data_changed', // the stored data are not those that a finished study read
  'interrupted',
  'device_lost', // the GPU went away while it was computing
  'server_unreachable', // nothing answers at a server's address, or the connection to it was lost
  'server_refused', // another token, another version, or no server of ours
  'local_only', // asked of a project on a server, and needs one on this machine
  'runtime_missing', // no Electron runtime or display for printing
  'contract_violation', // a message that fails its schema
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Where in the user's input the error sits; every part is optional and shown when known. */
export interface ErrorPlace {
  readonly file?: string | undefined
  /** 1-based line of the file, header included. */
  readonly row?: number | undefined
  readonly field?: string | undefined
  /** A run of a study: optimizer / frequency / seed / window. */
  readonly run?: string | undefined
}

/** What happened and what to do about it, in one language. */
export interface ErrorWords {
  readonly message: string
  readonly remedy?: string | undefined
}

/** The error's fields as plain data: how it crosses a process boundary and is stored. */
export interface ErrorData extends ErrorWords {
  readonly code: ErrorCode
  readonly place?: ErrorPlace | undefined
  /** The same words for a Chinese window; errors that only a developer can act on have none. */
  readonly inChinese?: ErrorWords | undefined
}

/** An error with a closed code, a place in the user's input and what to do about it. */
export class PlateauError extends Error {
  override readonly name = 'PlateauError'
  readonly code: ErrorCode
  readonly place: ErrorPlace
  readonly remedy: string | undefined
  readonly inChinese: ErrorWords | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      place?: ErrorPlace | undefined
      remedy?: string | undefined
      inChinese?: ErrorWords | undefined
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.place = options.place ?? {}
    this.remedy = options.remedy
    this.inChinese = options.inChinese
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      ...(Object.keys(this.place).length === 0 ? {} : { place: this.place }),
      ...(this.inChinese === undefined ? {} : { inChinese: this.inChinese }),
    }
  }

  static fromData({ code, message, ...options }: ErrorData): PlateauError {
    return new PlateauError(code, message, options)
  }

  /** The same error with its place known better. */
  at(place: ErrorPlace): PlateauError {
    const { code, message, remedy, inChinese } = this
    return new PlateauError(code, message, {
      place: { ...this.place, ...place },
      remedy,
      inChinese,
      cause: this,
    })
  }

  /** Any thrown value as a PlateauError; what is not one of ours is `internal`. */
  static from(error: unknown): PlateauError {
    if (error instanceof PlateauError) return error
    const message = error instanceof Error ? error.message : String(error)
    return new PlateauError('internal', message, { cause: error })
  }

  /** One paragraph for a terminal: place, message, remedy. */
  describe(): string {
    const { file, row, field, run } = this.place
    const where = [
      run,
      file,
      row === undefined ? undefined : `row ${row}`,
      field === undefined ? undefined : `field ${field}`,
    ]
      .filter((part) => part !== undefined)
      .join(', ')
    return `${where === '' ? '' : `${where}: `}${this.message}${this.remedy === undefined ? '' : `\n  ${this.remedy}`}`
  }
}

/** Process exit code of an error (design: 0 done, 2 bad input, 3 interrupted and resumable, 1 our fault). */
export function exitCode(error: PlateauError): 1 | 2 | 3 {
  switch (error.code) {
    case 'internal':
    case 'contract_violation':
    case 'diverged':
      return 1
    case 'cancelled':
    case 'interrupted':
      return 3
    default:
      return 2
  }
}
