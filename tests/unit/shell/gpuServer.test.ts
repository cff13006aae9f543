import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { connectGpuPage, gpuAddress } from '../../../src-main/compute/gpuPage.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import type { Connection } from '../../../src-main/nn/engines/remote/connection.ts'
import { serveEngine } from '../../../src-main/nn/engines/remote/serve.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { NEGATIVE_IC } from '../../../src-main/nn/losses/loss.ts'
import { type GpuServer, serveGpu } from '../../../src-main/shell/gpu/server.ts'
import { nodePortConnection, single } from '../nn/nodePort.ts'
import { randomCrossSection } from '../nn/samples.ts'

const model = { inputSize: 3, hiddenSize: 6, layers: 1 }
const weights = single(initialWeights(model, 1))
const random = randomCrossSection(1, 20, 4, 3)
const section = { ...random, inputs: single(random.inputs) }

const servers: GpuServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** The shell's socket before a page of this process, whose engines are reference engines. */
async function serve() {
  const pages: Connection[] = []
  const server = await serveGpu(() => {
    const { port1, port2 } = new MessageChannel()
    const page = nodePortConnection(port2)
    pages.push(page)
    page.send({ type: 'device', description: 'reference', software: true })
    serveEngine(page, (config, loss) => createReferenceEngine(config, { loss }))
    return nodePortConnection(port1)
  })
  servers.push(server)
  return { server, address: gpuAddress(server.address)!, pages }
}

async function openEngine(address: NonNullable<ReturnType<typeof gpuAddress>>) {
  const page = await connectGpuPage(address)
  if (page.adapter === null) throw new Error(page.reason.code)
  return page.open(model, { loss: NEGATIVE_IC })
}

describe('the socket of the GPU page', () => {
  it('carries one engine per connection', async () => {
    const { address, pages } = await serve()
    const page = await connectGpuPage(address)
    expect(page).toMatchObject({ adapter: { description: 'reference', software: true } })
    if (page.adapter !== null) page.close()

    const reference = createReferenceEngine(model)
    const expected = await reference.lossAndGradient(weights, reference.upload(section))
    const engines = await Promise.all([openEngine(address), openEngine(address)])
    const answers = engines.map((engine) => engine.lossAndGradient(weights, engine.upload(section)))
    for (const { loss, gradient } of await Promise.all(answers))
      expect({ loss, gradient }).toEqual({ loss: expected.loss, gradient: single(expected.gradient) })
    expect(pages).toHaveLength(3)

    // The end of one is its own.
    pages[1].close()
    const [gone, left] = engines
    await expect(gone.predict(weights, gone.upload(section))).rejects.toMatchObject({ code: 'device_lost' })
    expect(await left.predict(weights, left.upload(section))).toHaveLength(20)
    left.close()
    await new Promise<void>((resolve) => pages[2].onClose(resolve))
  })

  it('lets go whoever does not show its token, and starts nothing for it', async () => {
    const { address, pages } = await serve()
    const shown = {
      'another token': Buffer.alloc(16),
      'part of it': address.token.subarray(0, 15),
      'part of it, then something else': Buffer.concat([
        address.token.subarray(0, 15),
        Buffer.from([0, 1, 2]),
      ]),
      nothing: Buffer.alloc(0),
    }
    for (const [title, bytes] of Object.entries(shown)) {
      const socket = net.connect(address.path)
      socket.end(bytes)
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
      expect(socket.bytesRead, title).toBe(0)
    }
    expect(await connectGpuPage({ ...address, token: Buffer.alloc(16) })).toMatchObject({ adapter: null })
    expect(pages).toHaveLength(0)
    const engine = await openEngine(address)
    engine.close()
  })

  it('ends the connection of a client that sends what is no message, and no other', async () => {
    const { address, pages } = await serve()
    const engine = await openEngine(address)
    const socket = net.connect(address.path)
    socket.write(Buffer.concat([address.token, Buffer.from([3, 0, 0, 0]), Buffer.from('bad')]))
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    await new Promise<void>((resolve) => pages[1].onClose(resolve))
    expect(await engine.predict(weights, engine.upload(section))).toHaveLength(20)
    engine.close()
  })

  it('says why there is no page', async () => {
    const server = await serveGpu(() => ({ reason: { code: 'no_acceleration', values: {} } }))
    servers.push(server)
    expect(await connectGpuPage(gpuAddress(server.address)!)).toEqual({
      adapter: null,
      reason: { code: 'no_acceleration', values: {} },
    })
  })

  it.skipIf(process.platform === 'win32')('is for this user alone, and gone with its server', async () => {
    const { server, address } = await serve()
    expect(fs.statSync(path.dirname(address.path)).mode & 0o777).toBe(0o700)
    server.close()
    expect(fs.existsSync(path.dirname(address.path))).toBe(false)
    expect(await connectGpuPage(address)).toMatchObject({ adapter: null })
  })
})

it('a page that cannot be reached leaves nothing behind that keeps the process', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = timers()
  const nowhere = { path: path.join(os.tmpdir(), 'plateau-gpu-nowhere'), token: Buffer.alloc(16) }
  expect(await connectGpuPage(nowhere)).toEqual({
    adapter: null,
    reason: { code: 'page_unreachable', values: {} },
  })
  expect(timers()).toBe(before)
})

it('where no app offers a page, there is no address', () => {
  expect(gpuAddress('')).toBeNull()
})
