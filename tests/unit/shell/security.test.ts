import type { CommandLine, Session } from 'electron'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hardenedPreferences, lockSession, reachNoHost } from '../../../src-main/shell/security.ts'
import { trust } from '../../fixtures/trust.ts'

type Answer = (...args: unknown[]) => unknown

/** What Electron is handed: its own session exists in its process alone. */
function handed(): { readonly session: Session; readonly given: ReadonlyMap<string, unknown[]> } {
  const given = new Map<string, unknown[]>()
  const session = new Proxy({} as Session, {
    get:
      (_target, method: string) =>
      (...args: unknown[]) =>
        void given.set(method, args),
  })
  return { session, given }
}

/** Those of Electron 33 to 45, and the devices. */
const PERMISSIONS =
  'accessibility-events background-sync clipboard-read clipboard-sanitized-write deprecated-sync-clipboard-read display-capture fileSystem fullscreen geolocation hid idle-detection keyboardLock media mediaKeySystem midi midiSysex notifications openExternal payment-handler pointerLock sensors serial speaker-selection storage-access top-level-storage-access unknown usb window-management'.split(
    ' ',
  )

describe('lockSession', () => {
  const { session, given } = handed()
  lockSession(session)

  it('refuses every permission, known or not, whoever asks', () => {
    const [request] = given.get('setPermissionRequestHandler') as [Answer]
    const [check] = given.get('setPermissionCheckHandler') as [Answer]
    const [device] = given.get('setDevicePermissionHandler') as [Answer]
    const random = fc.sample(fc.string(), { numRuns: 200, seed: 5 })
    let refused = 0
    for (const permission of [...PERMISSIONS, ...random])
      for (const details of [{}, { isMainFrame: true, requestingUrl: 'app://plateau/index.html' }]) {
        request(null, permission, (granted: boolean) => (refused += granted ? 0 : 1), details)
        expect(check(null, permission, 'app://plateau', details)).toBe(false)
      }
    expect(refused).toBe(2 * (PERMISSIONS.length + random.length))
    const kinds = ['hid', 'serial', 'usb', 'bluetooth']
    for (const deviceType of kinds) expect(device({ deviceType, origin: 'app://plateau' })).toBe(false)
    trust('permission handlers', {
      names: PERMISSIONS.length,
      'random names': random.length,
      devices: kinds.length,
      granted: 0,
    })
  })

  it('refuses downloads and fetches no dictionary', () => {
    const [event, listener] = given.get('on') as [string, Answer]
    let prevented = false
    listener({ preventDefault: () => (prevented = true) })
    expect([event, prevented]).toEqual(['will-download', true])
    expect(given.get('setSpellCheckerLanguages')).toEqual([[]])
  })
})

describe('hardenedPreferences', () => {
  it('cannot be softened', () => {
    const soft = {
      preload: 'p',
      sandbox: false,
      contextIsolation: false,
      nodeIntegration: true,
      webSecurity: false,
    }
    expect(hardenedPreferences({ ...soft })).toEqual({
      preload: 'p',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    })
  })
})

it('reachNoHost maps every host to none', () => {
  const switches: string[][] = []
  reachNoHost({ appendSwitch: (...one: string[]) => switches.push(one) } as never as CommandLine)
  expect(switches).toEqual([['host-resolver-rules', 'MAP * ~NOTFOUND']])
})
