import { parentPort } from 'node:worker_threads'
import { PlateauError } from '../../../src-shared/errors.ts'
import { daySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Source } from '../source.ts'
import { blockBuffers } from './block.ts'
import type { Refusal } from '../row.ts'
import { readBars } from './read.ts'
import { createSeenDays } from './seen.ts'
import type { FromThread, ToThread } from './reader.ts'

/** Entry of the thread that reads bars (reader.ts): one import call, file after file. */

/** Blocks and lists of refusals on their way: enough that neither side waits, few enough to hold little memory. */
const PARTS_ON_THE_WAY = 4

const port = parentPort!
const seen = createSeenDays()
let onTheWay = 0
let room: (() => void) | null = null

const send = (message: FromThread, transfer: ArrayBufferLike[] = []): void =>
  port.postMessage(message, transfer as ArrayBuffer[])

async function read(source: Source, layout: Layout, days: readonly number[]): Promise<void> {
  let refusals: Refusal[] = []
  const sendRefusals = (): void => {
    if (refusals.length === 0) return
    onTheWay++
    send({ type: 'refusals', refusals })
    refusals = []
  }
  try {
    const counts = await readBars(source, layout, daySet(days), seen, {
      onBlock(block) {
        onTheWay++
        send({ type: 'block', block }, blockBuffers(block))
      },
      onRefusal: (refusal) => void refusals.push(refusal),
      async onRead(bytes) {
        sendRefusals()
        send({ type: 'read', bytes })
        if (onTheWay > PARTS_ON_THE_WAY) await new Promise<void>((resolve) => (room = resolve))
      },
    })
    sendRefusals()
    send({ type: 'done', counts })
  } catch (error) {
    send({ type: 'failed', error: PlateauError.from(error).toData() })
  }
}

port.on('message', (message: ToThread) => {
  if (message.type === 'read') void read(message.source, message.layout, message.days)
  else {
    onTheWay--
    if (onTheWay <= PARTS_ON_THE_WAY) {
      room?.()
      room = null
    }
  }
})
