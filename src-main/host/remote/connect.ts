import type { Transport } from '../../../src-shared/contract/protocol.ts'
import { formatServerAddress, type ServerAddress } from '../../../src-shared/domain/serverAddress.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serverErrors } from '../../../src-shared/locales/errors/server.ts'
import { createByteReader } from '../../compute/frames.ts'
import { answerChallenge, CHALLENGE_BYTES, checkVerdict, frameKeys, VERDICT_BYTES } from './handshake.ts'
import { dial, type Socket } from './tcp.ts'
import { socketTransport } from './transport.ts'

/** To connect and to show each other the token, in ms. */
const CONNECT_MS = 10_000

/**
 * A connection to `server`, both ends having shown each other the token.
 * @param version of this end's contract
 * @throws PlateauError server_unreachable when nothing answers, server_refused when it is another server, token or version
 */
export async function connectServer(
  server: ServerAddress,
  token: string,
  version: string,
): Promise<Transport> {
  const { socket, connected } = dial(server.host, server.port)
  const address = formatServerAddress(server)
  let tooLate = false
  const late = setTimeout(() => {
    tooLate = true
    socket.destroy()
  }, CONNECT_MS)
  try {
    if (!(await connected)) throw failure(serverErrors.noAnswer, { address })
    return await shakeHands(socket, token, version)
  } catch (error) {
    socket.destroy()
    throw tooLate ? failure(serverErrors.tooLate, { address }) : error
  } finally {
    clearTimeout(late)
  }
}

async function shakeHands(socket: Socket, token: string, version: string): Promise<Transport> {
  const bytes = createByteReader(socket)
  const read = (length: number): Promise<Buffer | null> => bytes.read(length).catch(() => null)
  const challenge = await read(CHALLENGE_BYTES)
  if (challenge === null) throw failure(serverErrors.closedAtOnce, {})
  const answer = answerChallenge(challenge, token, version)
  if (answer === null) throw failure(serverErrors.noServer, {})
  socket.write(answer)
  const message = await read(VERDICT_BYTES)
  if (message === null) throw failure(serverErrors.tokenRefused, {})
  const said = checkVerdict(challenge, answer, message, token)
  if (said === null) throw failure(serverErrors.impostor, {})
  switch (said.verdict) {
    case 'another version':
      throw failure(serverErrors.otherVersion, { theirs: said.version, ours: version })
    case 'full':
      throw failure(serverErrors.full, {})
    case 'welcome': {
      const { toServer, toClient } = frameKeys(challenge, answer, token)
      return socketTransport(socket, bytes, { send: toServer, receive: toClient })
    }
  }
}
