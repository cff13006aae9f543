import type { Transport } from '../../../src-shared/contract/protocol.ts'
import type { ServerAddress } from '../../../src-shared/domain/serverAddress.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createByteReader } from '../../compute/frames.ts'
import { answerChallenge, CHALLENGE_BYTES, checkVerdict, frameKeys, VERDICT_BYTES } from './handshake.ts'
import { dial, type Socket } from './tcp.ts'
import { socketTransport } from './transport.ts'

/** To connect and to show each other the token, in ms. */
const CONNECT_MS = 10_000

/**
 * A connection to the server at `address`, both ends having shown each other the token.
 * @param version of this end's contract
 * @throws PlateauError server_unreachable when nothing answers, server_refused when it is another server, token or version
 */
export async function connectServer(
  { host, port }: ServerAddress,
  token: string,
  version: string,
): Promise<Transport> {
  const { socket, connected } = dial(host, port)
  let tooLate = false
  const late = setTimeout(() => {
    tooLate = true
    socket.destroy()
  }, CONNECT_MS)
  try {
    if (!(await connected)) throw unreachable(`Nothing answers at ${host}:${port}.`)
    return await shakeHands(socket, token, version)
  } catch (error) {
    socket.destroy()
    throw tooLate ? unreachable(`${host}:${port} does not answer in time.`) : error
  } finally {
    clearTimeout(late)
  }
}

async function shakeHands(socket: Socket, token: string, version: string): Promise<Transport> {
  const bytes = createByteReader(socket)
  const read = (length: number): Promise<Buffer | null> => bytes.read(length).catch(() => null)
  const challenge = await read(CHALLENGE_BYTES)
  if (challenge === null) throw unreachable('The connection was closed before the server said anything.')
  const answer = answerChallenge(challenge, token, version)
  if (answer === null)
    throw refused('What answers there is no Plateau server of this kind.', 'Check host and port.')
  socket.write(answer)
  const message = await read(VERDICT_BYTES)
  if (message === null)
    throw refused(
      'The server does not take this token.',
      'Check that it is the token the server was started with.',
    )
  const said = checkVerdict(challenge, answer, message, token)
  if (said === null)
    throw refused(
      'The server does not know the token: it is not the one it claims to be.',
      'Check host and port.',
    )
  switch (said.verdict) {
    case 'another version':
      throw refused(
        `The server speaks version ${said.version}, this app version ${version}.`,
        'Install the same version on both machines.',
      )
    case 'full':
      throw refused('The server has as many clients as it takes.', 'Disconnect another one first.')
    case 'welcome': {
      const { toServer, toClient } = frameKeys(challenge, answer, token)
      return socketTransport(socket, bytes, { send: toServer, receive: toClient })
    }
  }
}

const refused = (message: string, remedy: string): PlateauError =>
  new PlateauError('server_refused', message, { remedy })

const unreachable = (message: string): PlateauError =>
  new PlateauError('server_unreachable', message, {
    remedy: 'Check that plateau serve runs there and that its port is forwarded.',
  })
