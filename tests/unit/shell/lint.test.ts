import path from 'node:path'
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'
import { trust } from '../../fixtures/trust.ts'

const root = path.resolve(import.meta.dirname, '../../..')

/** A file, what someone might write there, and the rule that refuses it. */
const REFUSED = [
  ['src-main/shell/x.ts', "import http from 'node:http'\nvoid http", 'no-restricted-imports'],
  ['src-main/host/x.ts', "import { connect } from 'tls'\nvoid connect", 'no-restricted-imports'],
  ['src-main/compute/x.ts', "import net from 'node:net'\nvoid net", 'no-restricted-imports'],
  ['src-main/study/x.ts', "import dns from 'node:dns/promises'\nvoid dns", 'no-restricted-imports'],
  [
    'src-main/cli/x.ts',
    "import { createSocket } from 'node:dgram'\nvoid createSocket",
    'no-restricted-imports',
  ],
  ['src-main/shell/x.ts', "import { net } from 'electron'\nvoid net", 'no-restricted-imports'],
  ['src-main/shell/x.ts', "import { shell } from 'electron'\nvoid shell", 'no-restricted-imports'],
  [
    'src-main/shell/x.ts',
    "import { autoUpdater } from 'electron'\nvoid autoUpdater",
    'no-restricted-imports',
  ],
  ['src-main/ingest/x.ts', "void fetch('https://example.com')", 'no-restricted-globals'],
  ['src-renderer/x.ts', "void new WebSocket('wss://example.com')", 'no-restricted-globals'],
  ['src-renderer/x.ts', "navigator.sendBeacon('/x')", 'no-restricted-properties'],
] as const

it('the lint refuses what reaches the network, and has two exceptions', async () => {
  const eslint = new ESLint({ cwd: root })
  const rulesOf = async (file: string, text: string): Promise<(string | null)[]> => {
    const [{ messages }] = await eslint.lintText(`${text}\n`, { filePath: path.join(root, file) })
    return messages.map(({ ruleId }) => ruleId)
  }
  for (const [file, text, rule] of REFUSED)
    expect([file, text, await rulesOf(file, text)]).toEqual([file, text, [rule]])
  for (const file of ['src-main/compute/localSocket.ts', 'src-main/host/remote/tcp.ts'])
    expect(await rulesOf(file, "import net from 'node:net'\nvoid net")).toEqual([])
  expect(await rulesOf('src-main/shell/x.ts', "import { app } from 'electron'\nvoid app")).toEqual([])
  trust('network modules', { 'ways tried': REFUSED.length, 'refused by the lint': REFUSED.length })
})
