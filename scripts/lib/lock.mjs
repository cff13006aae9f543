import fs from 'node:fs'
import path from 'node:path'
import { runtimeDir } from './paths.mjs'

const lockPath = path.join(runtimeDir, 'setup.lock')

/** Run `action` while no other set-up of this checkout runs. A lock whose process has died is taken over. */
export async function withLock(action) {
  fs.mkdirSync(runtimeDir, { recursive: true })
  while (!tryLock()) await new Promise((resolve) => setTimeout(resolve, 200))
  try {
    return await action()
  } finally {
    fs.rmSync(lockPath, { force: true })
  }
}

function tryLock() {
  try {
    fs.writeFileSync(lockPath, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!isAlive(ownerPid())) fs.rmSync(lockPath, { force: true })
    return false
  }
}

function ownerPid() {
  try {
    return Number(fs.readFileSync(lockPath, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  // 0: the owner has made the file and not yet written to it, or just removed it.
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
