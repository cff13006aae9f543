import { setTimeout as delay } from 'node:timers/promises'
import type { Transport } from '../../../src-shared/contract/protocol.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createByteReader } from '../../compute/frames.ts'
import type { Log } from '../../files/log.ts'
import {
  ANSWER_BYTES,
  checkAnswer,
  createChallenge,
  createVerdict,
  frameKeys,
  type Verdict,
} from './handshake.ts'
import { listen, type Listener, type Socket } from './tcp.ts'
import { socketTransport } from './transport.ts'

/** Connections that have not shown the token yet, and those that have. */
const MOST_STRANGERS = 32
const MOST_CLIENTS = 8
/** Time to show the token, in ms. */
const HANDSHAKE_MS = 5_000
/** Before the end of a connection with a wrong one. */
const REFUSAL_MS = 500

/**
 * Listens on `port` (0: any that is free) of `bind`, and hands each connection on whose other end has shown the token. `close` ends them all.
 * @param version of the contract; a client with another is told which, and let go
 * @throws PlateauError usage for a port or address that cannot be had
 */
export async function serveSocket(
  options: {
    readonly port: number
    readonly bind: string
    readonly token: string
    readonly version: string
    readonly log: Log
  },
  onClient: (transport: Transport) => void,
): Promise<Listener> {
  const { port, bind, token, version, log } = options
  const sockets = new Set<Socket>()
  let strangers = 0
  let clients = 0

  /** The transport to a client that has shown the token; null for anyone else. */
  const admit = async (socket: Socket): Promise<Transport | null> => {
    const bytes = createByteReader(socket)
    const challenge = createChallenge()
    socket.write(challenge)
    const answer = await bytes.read(ANSWER_BYTES)
    if (answer === null) return null
    const client = checkAnswer(challenge, answer, token)
    if (client === null) {
      log('client refused', { from: socket.remoteAddress ?? '', reason: 'token' })
      await delay(REFUSAL_MS)
      return null
    }
    const verdict: Verdict =
      client.version !== version ? 'another version' : clients >= MOST_CLIENTS ? 'full' : 'welcome'
    socket.write(createVerdict(challenge, answer, token, verdict, version))
    if (verdict === 'welcome') {
      const { toServer, toClient } = frameKeys(challenge, answer, token)
      return socketTransport(socket, bytes, { send: toClient, receive: toServer })
    }
    log('client refused', { from: socket.remoteAddress ?? '', reason: verdict, version: client.version })
    return null
  }

  const receive = async (socket: Socket): Promise<void> => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    if (strangers >= MOST_STRANGERS) return void socket.destroy()
    strangers++
    const late = setTimeout(() => socket.destroy(), HANDSHAKE_MS)
    const transport = await admit(socket).catch(() => null)
    clearTimeout(late)
    strangers--
    if (transport === null) return void socket.destroySoon()
    clients++
    log('client connected', { from: socket.remoteAddress ?? '', clients })
    transport.onClose(() => {
      clients--
      log('client gone', { clients })
    })
    onClient(transport)
  }

  const listener = await listen(port, bind, (socket) => void receive(socket)).catch((error: unknown) => {
    throw listenError(error as NodeJS.ErrnoException, port, bind)
  })
  return {
    ...listener,
    close() {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function listenError(error: NodeJS.ErrnoException, port: number, bind: string): PlateauError {
  const because = (message: string, remedy: string): PlateauError =>
    new PlateauError('usage', message, { remedy, cause: error })
  switch (error.code) {
    case 'EADDRINUSE':
      return because(`Port ${port} of ${bind} is taken.`, 'Choose another port, or end what listens on it.')
    case 'EACCES':
      return because(`Port ${port} is not for this user.`, 'Choose a port above 1023.')
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return because(`${bind} is no address of this machine.`, 'Leave --bind out for 127.0.0.1.')
    default:
      return PlateauError.from(error)
  }
}
