import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const MODULE = fileURLToPath(new URL('../../../src-main/files/crashPoint.ts', import.meta.url))

/** Pass a point three times, counting, in a process with these variables. */
function pass(env: Readonly<Record<string, string>>) {
  const { PLATEAU_TEST: _test, ...rest } = process.env
  const code = `
    const { crashPoint } = await import(${JSON.stringify(MODULE)})
    process.on('exit', () => console.log('handled'))
    for (let time = 1; time <= 3; time++) { crashPoint('file.begin'); console.log(time) }`
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', code],
    {
      encoding: 'utf8',
      env: { ...rest, ...env },
    },
  )
  return { signal, status, told: stdout.trim().split('\n'), stderr }
}

describe('a crash point', () => {
  it('kills its process when it is passed for the nth time, and no handler runs', () => {
    expect(pass({ PLATEAU_TEST: '1', PLATEAU_CRASH_AT: 'file.begin:3' })).toMatchObject({
      signal: 'SIGKILL',
      told: ['1', '2'],
    })
  })

  it.each([
    ['the point is another', { PLATEAU_TEST: '1', PLATEAU_CRASH_AT: 'file.renamed' }],
    ['nothing is armed', { PLATEAU_TEST: '1' }],
    ['it is no test', { PLATEAU_CRASH_AT: 'file.begin' }],
  ])('does nothing where %s', (_, env) => {
    expect(pass(env)).toMatchObject({ signal: null, status: 0, told: ['1', '2', '3', 'handled'] })
  })

  it.each(['file.nowhere', 'file.begin:0', 'file.begin:x'])('is refused as %s', (at) => {
    const { status, stderr } = pass({ PLATEAU_TEST: '1', PLATEAU_CRASH_AT: at })
    expect([status, stderr]).toEqual([1, expect.stringContaining('is no crash point')])
  })
})
