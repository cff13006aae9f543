import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * How two ends show each other that they know the token, which never crosses the wire. Every message has one length, so that
 * nothing a stranger sends is parsed:
 *
 *     server -> client   magic | server's nonce
 *     client -> server   client's nonce | its version | proof
 *     server -> client   verdict | its version | proof
 *
 * A proof is HMAC-SHA256 under the token of its sender's role and everything sent before it. Nonces are new for each connection:
 * what was recorded of another one proves nothing. The server answers nothing that depends on the token before the client has proved itself.
 */

/** With the version of this handshake and of the frames after it. */
const MAGIC = Buffer.from('PLATEAU\x01', 'latin1')
const NONCE_BYTES = 32
const VERSION_BYTES = 48
const PROOF_BYTES = 32

export const CHALLENGE_BYTES = MAGIC.length + NONCE_BYTES
export const ANSWER_BYTES = NONCE_BYTES + VERSION_BYTES + PROOF_BYTES
export const VERDICT_BYTES = 1 + VERSION_BYTES + PROOF_BYTES

/** What the server says to a client that knows the token. */
export const VERDICTS = ['welcome', 'another version', 'full'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Keys of the frames in either direction; of this connection alone. */
export interface FrameKeys {
  readonly toServer: Buffer
  readonly toClient: Buffer
}

/** The server's first message. */
export function createChallenge(): Buffer {
  return Buffer.concat([MAGIC, randomBytes(NONCE_BYTES)])
}

/** What the client answers a challenge; null when it is none of ours. */
export function answerChallenge(challenge: Buffer, token: string, version: string): Buffer | null {
  if (!challenge.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const said = Buffer.concat([randomBytes(NONCE_BYTES), versionBytes(version)])
  return Buffer.concat([said, hmac(token, 'client', challenge, said)])
}

/** The client's version; null when it does not know the token. Takes the same time for every wrong proof. */
export function checkAnswer(
  challenge: Buffer,
  answer: Buffer,
  token: string,
): { readonly version: string } | null {
  const said = answer.subarray(0, -PROOF_BYTES)
  if (!timingSafeEqual(answer.subarray(-PROOF_BYTES), hmac(token, 'client', challenge, said))) return null
  return { version: versionText(said.subarray(NONCE_BYTES)) }
}

/** The server's last message of the handshake. */
export function createVerdict(
  challenge: Buffer,
  answer: Buffer,
  token: string,
  verdict: Verdict,
  version: string,
): Buffer {
  const said = Buffer.concat([Buffer.of(VERDICTS.indexOf(verdict)), versionBytes(version)])
  return Buffer.concat([said, hmac(token, 'server', challenge, answer, said)])
}

/** The server's verdict and version; null when whoever sent it does not know the token. */
export function checkVerdict(
  challenge: Buffer,
  answer: Buffer,
  message: Buffer,
  token: string,
): { readonly verdict: Verdict; readonly version: string } | null {
  const said = message.subarray(0, -PROOF_BYTES)
  const proof = hmac(token, 'server', challenge, answer, said)
  if (!timingSafeEqual(message.subarray(-PROOF_BYTES), proof)) return null
  const verdict = VERDICTS[said[0]]
  return verdict === undefined ? null : { verdict, version: versionText(said.subarray(1)) }
}

export function frameKeys(challenge: Buffer, answer: Buffer, token: string): FrameKeys {
  return {
    toServer: hmac(token, 'to server', challenge, answer),
    toClient: hmac(token, 'to client', challenge, answer),
  }
}

/** All parts but the last have one length, so that no two lists of them are the same bytes. */
function hmac(token: string, role: string, ...parts: readonly Buffer[]): Buffer {
  const digest = createHmac('sha256', token).update(`plateau ${role}\0`)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

function versionBytes(version: string): Buffer {
  const bytes = Buffer.alloc(VERSION_BYTES)
  bytes.write(version, 'latin1')
  return bytes
}

const versionText = (bytes: Buffer): string => bytes.toString('latin1').replace(/[^\x21-\x7e]/g, '')
