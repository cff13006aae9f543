import { once } from 'node:events'
import { resolve } from 'node:path'
import { serverContract } from '../../../src-shared/contract/index.ts'
import { formatServerAddress, isLoopback } from '../../../src-shared/domain/serverAddress.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { serveSocket } from '../../host/remote/server.ts'
import { parseToken, readToken, writeNewToken } from '../../host/remote/token.ts'
import { contractVersion } from '../../host/remote/version.ts'
import { createRouter } from '../../host/router.ts'
import { createService } from '../../host/service.ts'
import { openStore } from '../../store/store.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { storePath } from '../storePath.ts'

const USAGE = 'serve --port N [--bind ADDRESS] [--token-file FILE] | --new-token FILE'
const LOOPBACK = '127.0.0.1'

/** The service on a store, without a window, for desktops that know its token. */
export const serve: Command = {
  usage: USAGE,
  summary:
    'Answer desktops that know the token: of --token-file, which nobody else may read, or of PLATEAU_TOKEN. Listens on 127.0.0.1 unless told otherwise.',
  async run(args, terminal, interruption) {
    const { values } = parseCommand(
      args,
      USAGE,
      {
        port: { type: 'string' },
        bind: { type: 'string' },
        'token-file': { type: 'string' },
        'new-token': { type: 'string' },
      },
      { min: 0, max: 0 },
    )
    const newToken = values['new-token']
    if (newToken !== undefined) {
      const file = resolve(newToken)
      writeNewToken(file)
      return terminal.answer({ file }, [`${file}: a new token, for its owner's eyes only`])
    }
    const port = parsePort(values.port)
    const bind = values.bind ?? LOOPBACK
    const token = takeToken(values['token-file'])
    const store = storePath(values.store)
    // Opened to read first: nothing is made beside a store that is not there.
    openStore(store, { mode: 'read' }).close()
    if (!isLoopback(bind))
      terminal.note(
        `warning: ${bind} can be reached from other machines, and what passes is not encrypted. Forward a port of 127.0.0.1 by SSH instead.`,
      )

    const signal = interruption()
    const service = createService(`${store}.server`, store, {
      workerEntry: new URL('../../host/worker.ts', import.meta.url),
      sampleStudy: new URL('../../../resources/sample/study.json', import.meta.url),
    })
    try {
      await service.opening
      const router = createRouter(serverContract, service.handlers)
      const version = contractVersion(serverContract)
      const server = await serveSocket({ port, bind, token, version, log: service.log }, (transport) =>
        router.serve(transport, service.logFailure),
      )
      service.log('listening', { loopback: isLoopback(server.address), port: server.port })
      const address = formatServerAddress({ host: server.address, port: server.port })
      terminal.answer({ store, address, version }, [`${store} is served at ${address}`])
      if (!signal.aborted) await once(signal, 'abort')
      server.close()
    } finally {
      await service.close()
    }
  },
}

/** 0 asks for any that is free. */
function parsePort(text: string | undefined): number {
  const port = Number(text)
  if (text !== undefined && /^\d+$/.test(text) && port <= 65_535) return port
  throw new PlateauError(
    'usage',
    text === undefined ? '--port N is missing.' : `--port ${text} is no port.`,
    {
      remedy: usageLine(USAGE),
    },
  )
}

/** There is no default one, and none on the command line, which every user of the machine can read. */
function takeToken(file: string | undefined): string {
  const given = process.env['PLATEAU_TOKEN']
  // Not for the processes that this one starts.
  delete process.env['PLATEAU_TOKEN']
  if (file !== undefined) return readToken(resolve(file))
  if (given !== undefined) return parseToken(given)
  throw new PlateauError('usage', 'There is no token: name its file with --token-file.', {
    remedy: 'Make one: plateau serve --new-token FILE.',
  })
}
