/** The reader went: of a pipe, of a socket with something unread, of a pipe of Windows. */
const READER_GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET', 'EOF']

/** Those that take nothing more. */
const lost = new Set<NodeJS.WriteStream>()

/** A line, or several, for as long as the stream takes any. */
export function write(stream: NodeJS.WriteStream, text: string): void {
  if (!lost.has(stream)) stream.write(`${text}\n`)
}

/**
 * Let no standard stream that fails end the process: the work in hand goes on, and the exit code stays its own. A reader that goes, as
 * `head` does, is no failure; any other one, as a full disk behind a redirection, is told on the other stream, with exit code 2.
 * @param json Standard output takes nothing beside its one object.
 */
export function surviveLostStreams(json: boolean): void {
  const { stdout, stderr } = process
  const survive = (stream: NodeJS.WriteStream, name: string, tell: (sentence: string) => void): void => {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (lost.has(stream)) return
      lost.add(stream)
      if (READER_GONE.includes(code)) return
      process.exitCode ??= 2
      tell(`plateau: ${name} took no more: ${message}`)
    })
  }
  survive(stdout, 'standard output', (sentence) => write(stderr, sentence))
  survive(stderr, 'standard error', (sentence) => {
    if (!json) write(stdout, sentence)
  })
}
