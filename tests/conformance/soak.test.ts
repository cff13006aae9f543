import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeEngines } from './cases.ts'
import type { EngineUnderTest } from './engines.ts'

/** What comes and goes by itself: threads of JavaScript and garbage of libraries leave more or less behind. */
const mebibytesAllowed = ({ name, sizes }: Pick<EngineUnderTest, 'name' | 'sizes'>): number =>
  name.startsWith('wasm') ? 24 : sizes === 'small' ? 8 : 4

describeEngines(({ name, sizes }) => {
  it('leaks neither memory nor threads over evaluations, uploads and engines', async () => {
    const script = path.join(import.meta.dirname, 'soak.ts')
    // A young generation that grows with the garbage it sees would count as growth.
    const fixed = ['--min-semi-space-size=16', '--max-semi-space-size=16']
    const args = ['--expose-gc', ...fixed, script, name]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { rssGrowth, threadGrowth } = JSON.parse(stdout) as { rssGrowth: number; threadGrowth: number }
    // A thousand uploads, gradients or networks are more than this.
    expect(rssGrowth).toBeLessThan(mebibytesAllowed({ name, sizes }) * 2 ** 20)
    expect(threadGrowth).toBe(0)
  }, 600_000)
})
