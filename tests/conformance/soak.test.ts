import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeEngines } from './cases.ts'

describeEngines(({ name }) => {
  it('leaks neither memory nor threads over evaluations, uploads and engines', async () => {
    const script = path.join(import.meta.dirname, 'soak.ts')
    // A young generation that grows with the garbage it sees would count as growth.
    const fixed = ['--min-semi-space-size=16', '--max-semi-space-size=16']
    const args = ['--expose-gc', ...fixed, script, name]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { rssGrowth, threadGrowth } = JSON.parse(stdout) as { rssGrowth: number; threadGrowth: number }
    // A thousand uploads, gradients or networks are more than this.
    // Threads of JavaScript that came and went leave more or less of their own.
    expect(rssGrowth).toBeLessThan((name.startsWith('wasm') ? 24 : 4) * 2 ** 20)
    expect(threadGrowth).toBe(0)
  }, 600_000)
})
