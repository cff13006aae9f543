import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { tensorflowBackends } from '../../fixtures/tensorflow.ts'

const [{ missing }] = tensorflowBackends
const finder = path.join(import.meta.dirname, '../../../src-main/compute/tensorflow.ts')

/** Threads of a process that has computed on TensorFlow. */
function threadsWith(threads: number | undefined): number {
  const code = `
    const { findTensorflow } = await import(process.argv[1])
    const { tf } = await findTensorflow(${threads})
    if (${threads} === undefined && process.env.TF_NUM_INTRAOP_THREADS !== undefined) throw new Error('inherited')
    await tf.matMul(tf.ones([256, 256]), tf.ones([256, 256])).data()
    console.log((await import('node:fs')).readdirSync('/proc/self/task').length)`
  const env: NodeJS.ProcessEnv = { ...process.env }
  delete env['TF_NUM_INTRAOP_THREADS']
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code, finder], { env }))
}

it.skipIf(missing !== null || process.platform !== 'linux')(
  'TensorFlow takes the threads it is given (needs its library, on Linux)',
  () => {
    // What a process without a wish takes, its children do not inherit.
    expect(threadsWith(undefined)).toBeGreaterThan(0)
    expect(threadsWith(9) - threadsWith(1)).toBe(8)
  },
)
