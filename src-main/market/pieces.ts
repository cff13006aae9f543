import { Worker } from 'node:worker_threads'

/**
 * Work in pieces that the calling thread shares with others. A piece is whatever thread takes it first; what a thread
 * leaves undone the caller does, so that the result depends on no thread.
 */
const STATE = { free: 0, taken: 1, done: 2, refused: 3, failed: 4 } as const

/** Do one piece; false when the whole work has come to nothing. */
export type DoPiece = (piece: number) => boolean

/** A piece takes a thread milliseconds; after this long it is given up and done again. */
const PATIENCE_MS = 5_000

/** Where each of `pieces` stands, in memory that threads share; none is begun. */
export function pieceStates(pieces: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * pieces))
}

/** Further threads: `entry`, a module of this folder and an entry of the app's bundle, is started with `data`. */
export interface Threads<Data> {
  readonly count: number
  readonly entry: string
  readonly data: Data
}

/**
 * Every piece, done here and by `threads`, whose entries call `takePart`; false when one came to nothing.
 * A thread that is only late must write what the caller wrote.
 *
 * Errors: those of `work` on this thread.
 */
export function sharePieces<Data extends object>(
  states: Int32Array,
  work: DoPiece,
  threads: Threads<Data>,
): boolean {
  const seats = startThreads(threads)
  try {
    takePieces(states, work)
    finishPieces(states, work)
  } finally {
    for (let piece = 0; piece < states.length; piece++)
      Atomics.compareExchange(states, piece, STATE.free, STATE.failed)
    seats.forEach(leave)
  }
  return !states.includes(STATE.refused)
}

/**
 * Where a thread stands in its part of the work, in memory that it shares with who started it. One that is ended in it, be it
 * as its process ends, takes the process with it: libraries of the store abort where their thread is being ended.
 */
export type Seat = Int32Array
const SEAT = { free: 0, taken: 1, left: 2 } as const

/** What a thread is started with. */
export type ThreadData<Data> = Data & { readonly seat: Seat }

export const newSeat = (): Seat => new Int32Array(new SharedArrayBuffer(4))

/** To be called by a thread, once, with all that it does: nothing where the work was over before it began. */
export function takePart(seat: Seat, work: () => void): void {
  if (Atomics.compareExchange(seat, 0, SEAT.free, SEAT.taken) !== SEAT.free) return
  try {
    work()
  } finally {
    Atomics.store(seat, 0, SEAT.left)
    Atomics.notify(seat, 0)
  }
}

/** Have a thread that has not begun do nothing, and wait for one that has: it finds no free piece. */
function leave(seat: Seat): void {
  if (Atomics.compareExchange(seat, 0, SEAT.free, SEAT.left) === SEAT.taken)
    Atomics.wait(seat, 0, SEAT.taken, PATIENCE_MS)
}

function startThreads<Data extends object>({ count, entry, data }: Threads<Data>): Seat[] {
  return Array.from({ length: count }, () => {
    const seat = newSeat()
    const worker = new Worker(entryUrl(entry), { workerData: { ...data, seat } satisfies ThreadData<Data> })
    // Its pieces are done here.
    worker.on('error', () => undefined)
    worker.unref()
    return seat
  })
}

/** Of the sources or, in the app, of the bundle: what several entries share lies in a folder of it. */
function entryUrl(entry: string): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL(`./${entry}.ts`, here)
  return new URL(here.includes('/chunks/') ? `../${entry}.js` : `./${entry}.js`, here)
}

/** Do whatever piece is still free, until none is or one came to nothing. */
export function takePieces(states: Int32Array, work: DoPiece): void {
  for (let piece = 0; piece < states.length; piece++) {
    if (Atomics.compareExchange(states, piece, STATE.free, STATE.taken) !== STATE.free) continue
    let state: number = STATE.failed
    try {
      state = work(piece) ? STATE.done : STATE.refused
    } finally {
      Atomics.store(states, piece, state)
      Atomics.notify(states, piece)
    }
    if (state === STATE.refused) return
  }
}

/** Wait for the pieces that threads have taken, and do those that they did not bring to an end. */
function finishPieces(states: Int32Array, work: DoPiece): void {
  for (let piece = 0; piece < states.length; piece++) {
    Atomics.wait(states, piece, STATE.taken, PATIENCE_MS)
    const state = Atomics.load(states, piece)
    if (state === STATE.refused) return
    if (state !== STATE.done) Atomics.store(states, piece, work(piece) ? STATE.done : STATE.refused)
  }
}
