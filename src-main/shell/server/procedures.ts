import path from 'node:path'
import { dialog } from 'electron'
import type { serverDialogs, ServerToken } from '../../../src-shared/contract/server.ts'
import { parseServerAddress } from '../../../src-shared/domain/serverAddress.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serverErrors } from '../../../src-shared/locales/errors/server.ts'
import { parseToken, readToken } from '../../host/remote/token.ts'
import type { Handlers } from '../../host/router.ts'
import type { Memory } from '../memory.ts'
import { parentWindow } from '../saveFile.ts'
import type { ServerConnection } from './connection.ts'
import type { Vault } from './vault.ts'

/** @param reload loads the window anew: everything it shows is of the project before */
export function serverProcedures(
  server: ServerConnection,
  memory: Memory,
  vault: Vault,
  reload: () => void,
): Handlers<typeof serverDialogs> {
  let chosen: string | null = null

  /** The kept token of `address`; null when there is none. */
  const keptToken = (address: string | null): string | null => {
    const last = memory.value.server
    const sealed = last !== null && last.address === address ? last.token : null
    return sealed === null || !vault.available ? null : vault.open(sealed)
  }
  const tokenOf = (token: ServerToken, address: string): string => {
    if (token.from === 'text') return parseToken(token.text)
    const known = token.from === 'file' ? chosen : keptToken(address)
    if (known !== null) return known
    throw failure(serverErrors.tokenForgotten, {})
  }

  return {
    'shell.lastServer'() {
      const address = memory.value.server?.address ?? null
      return { address, tokenKept: keptToken(address) !== null, canKeep: vault.available }
    },
    async 'shell.chooseToken'() {
      const { canceled, filePaths } = await dialog.showOpenDialog(parentWindow(), {
        properties: ['openFile'],
      })
      if (canceled) return null
      chosen = readToken(filePaths[0])
      return { name: path.basename(filePaths[0]) }
    },
    async 'shell.connectServer'({ address, token, keep }) {
      const text = tokenOf(token, address)
      await server.connect(parseServerAddress(address)!, text)
      chosen = null
      memory.keep({ server: { address, token: keep && vault.available ? vault.seal(text) : null } })
      reload()
      return {}
    },
    async 'shell.disconnectServer'() {
      await server.disconnect()
      reload()
      return {}
    },
    'shell.server'(_input, emit) {
      emit(server.state())
      return server.onChange(emit)
    },
  }
}
