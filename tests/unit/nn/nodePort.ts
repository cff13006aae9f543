import type { MessagePort } from 'node:worker_threads'
import { type Connection, type Port, portConnection } from '../../../src-main/nn/engines/remote/connection.ts'

/** A port of Node is an event target as a page's is, which its types leave out. */
export function nodePortConnection(port: MessagePort): Connection {
  return portConnection(port as unknown as Port)
}

/** The numbers as they travel. */
export const single = (values: Float32Array | Float64Array): Float64Array =>
  Float64Array.from(values, Math.fround)
