import fs from 'node:fs'
import path from 'node:path'
import { runtimeDir } from './paths.mjs'

const lockPath = path.join(runtimeDir, 'setup.lock')
const SAY_AFTER_MS = 2_000
/** Longer than any set-up takes: an owner still there is another program with the number of a dead one. */
const TAKE_OVER_AFTER_MS = 20 * 60_000

/** Run `action` while no other set-up of this checkout runs. A lock whose process has died is taken over. */
export async function withLock(action) {
  fs.mkdirSync(runtimeDir, { recursive: true })
  const started = Date.now()
  let said = false
  while (!tryLock()) {
    if (!said && Date.now() - started > SAY_AFTER_MS) {
      said = true
      console.error(`set-up  waiting for the set-up of process ${ownerPid()} (${lockPath})`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
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
    const age = lockAge()
    if (age > TAKE_OVER_AFTER_MS || !isAlive(ownerPid(), age)) fs.rmSync(lockPath, { force: true })
    return false
  }
}

function lockAge() {
  return Date.now() - (fs.statSync(lockPath, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

function ownerPid() {
  try {
    return Number(fs.readFileSync(lockPath, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid, age) {
  // 0: the owner has made the file and not yet written to it, or just removed it; or died between the two.
  if (pid === 0) return age < SAY_AFTER_MS
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
