import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryOf } from '../../../src-main/files/temporary.ts'
import { carryFloatCaps } from '../../../src-main/market/floatCaps.ts'
import { factorBefore } from '../../../src-main/market/firstFactor.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData, Panel } from '../../../src-main/market/panel.ts'
import { panelBlock, panelBytes } from '../../../src-main/market/panelBlock.ts'
import { CHUNK, type PanelThreadData, type PanelWork } from '../../../src-main/market/panelReader.ts'
import { panelCachePath, readPanelCache } from '../../../src-main/market/panelCache.ts'
import { newSeat, type ThreadData } from '../../../src-main/market/pieces.ts'
import { contentKey } from '../../../src-main/store/contentKey.ts'
import { openBatch } from '../../../src-main/store/imports.ts'
import { removeData } from '../../../src-main/store/remove.ts'
import { type WritableStore, openStore } from '../../../src-main/store/store.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'
import { createRandom } from '../../../src-shared/random.ts'

let folder: string
let store: WritableStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-panel-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

/** An import that stores what `put` stores. */
function importing(put: (batch: number) => void): void {
  store.transaction(() =>
    put(
      openBatch(store, {
        importedAt: new Date().toISOString(),
        path: 'x.csv',
        sha256: 'a'.repeat(64),
        preset: 'x',
      }),
    ),
  )
}

/** Bars with gaps, missing values, suspensions and change points; some stocks have none, some days only bars. */
function randomStore(seed: number): void {
  const random = createRandom(seed)
  const days = Array.from({ length: 1 + random.below(40) }, (_, t) =>
    dateOfEpochDay(epochDay(20200101) + 2 * t),
  )
  const stocks = 1 + random.below(30)
  const calendar = seed % 3
  importing((batch) => {
    // 0: every day, 1: most days, 2: none.
    for (const date of [20191230, ...days, 20300101])
      if (calendar === 0 || (calendar === 1 && random.uniform() < 0.8))
        store.run('INSERT INTO calendar VALUES (?, ?)', date, batch)
    const order = random.permutation(stocks)
    for (const stock of order) {
      const { id } = store.get<{ id: number }>(
        'INSERT INTO instrument (symbol, list_date) VALUES (?, ?) RETURNING id',
        `${600000 + stock}.SH`,
        [null, 19990101, days[random.below(days.length)]][random.below(3)],
      )!
      for (const date of days)
        if (random.uniform() < 0.02)
          store.run('INSERT INTO adjustment VALUES (?, ?, ?)', id, date, 1 + random.uniform())
      const flag = () => [null, 0, 1][random.below(3)]
      for (const date of days) {
        if (random.uniform() < 0.7) continue
        const cap = 1 + random.uniform()
        store.run('INSERT INTO daily_value VALUES (?, ?, ?, ?, ?, ?)', id, date, cap, flag(), flag(), batch)
      }
      if (stock > 0 && random.uniform() < 0.2) continue
      const value = (share: number): number | null =>
        random.uniform() < share ? null : 1 + 9 * random.uniform()
      for (const date of days) {
        if (stock > 0 && random.uniform() < 0.3) continue
        const numbers = Array.from({ length: 5 }, () => value(0.05))
        const volume = random.uniform() < 0.1 ? 0 : value(0.05)
        store.run(
          `INSERT INTO bar VALUES (${Array(13).fill('?').join()})`,
          ...[
            id,
            date,
            ...numbers,
            volume,
            value(0.05),
            value(0.3),
            random.below(10) === 0 ? 1 : 0,
            flag(),
            batch,
          ],
        )
      }
    }
  })
}

/** The panel as its definition reads, cell by cell. */
function definedPanel(): Panel & { bars: number; barsOutside: number; factorsFrom: Int32Array } {
  type Row = Record<'instrument' | 'date', number> & Record<string, number | null>
  const rows = store.all<Row>('SELECT * FROM bar')
  const instruments = store
    .all<{ id: number; symbol: string; list_date: number | null }>('SELECT * FROM instrument')
    .filter(({ id }) => rows.some((row) => row.instrument === id))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
  const barDays = rows.map((row) => row.date)
  const calendar = store.all<{ date: number }>('SELECT date FROM calendar').map((row) => row.date)
  const within = calendar.filter((date) => date >= Math.min(...barDays) && date <= Math.max(...barDays))
  const beyond = barDays.filter((date) => !(date >= calendar[0] && date <= calendar[calendar.length - 1]))
  const dates = [...new Set([...beyond, ...within])].sort((a, b) => a - b)
  const changes = store.all<{ instrument: number; date: number; factor: number }>(
    'SELECT * FROM adjustment ORDER BY date',
  )
  const barAt = new Map(rows.map((row) => [`${row.date} ${row.instrument}`, row]))
  const dailyAt = new Map(
    store.all<Row>('SELECT * FROM daily_value').map((row) => [`${row.date} ${row.instrument}`, row]),
  )
  const isTraded = (date: number, id: number): boolean => {
    const bar = barAt.get(`${date} ${id}`)
    return (
      bar?.suspended === 0 && dailyAt.get(`${date} ${id}`)?.suspended !== 1 && Number(bar['volume'] ?? 0) > 0
    )
  }
  const inForce = (date: number, id: number): number | undefined =>
    changes.findLast((point) => point.instrument === id && point.date <= date)?.factor
  const factorsBefore = new Map(
    instruments.map(({ id }) => {
      const priced = dates.filter(
        (date) => isTraded(date, id) && barAt.get(`${date} ${id}`)!['close'] !== null,
      )
      const known = priced.find((date) => inForce(date, id) !== undefined)
      const last = priced.findLast((date) => inForce(date, id) === undefined)
      if (known === undefined || last === undefined) return [id, 1]
      const { preclose, close } = barAt.get(`${known} ${id}`)!
      const day = { preclose: preclose ?? NaN, close: close! }
      return [id, factorBefore(inForce(known, id)!, day, barAt.get(`${last} ${id}`)!['close']!)]
    }),
  )
  const cells = dates.flatMap((date) =>
    instruments.map(({ id }) => ({
      traded: isTraded(date, id),
      bar: barAt.get(`${date} ${id}`),
      daily: dailyAt.get(`${date} ${id}`),
      factor: inForce(date, id) ?? factorsBefore.get(id)!,
    })),
  )
  const numbers = (column: string) => Float64Array.from(cells, ({ bar }) => bar?.[column] ?? NaN)
  return {
    dates: Int32Array.from(dates),
    symbols: instruments.map(({ symbol }) => symbol),
    open: numbers('open'),
    high: numbers('high'),
    low: numbers('low'),
    close: numbers('close'),
    preclose: numbers('preclose'),
    volume: numbers('volume'),
    amount: numbers('amount'),
    floatCap: Float64Array.from(cells, (_, at) => carriedCap(cells, instruments.length, at)),
    capGiven: Uint8Array.from(cells, (cell) => (Number.isNaN(givenCap(cell)) ? 0 : 1)),
    factor: Float64Array.from(cells, ({ factor }) => factor),
    traded: Uint8Array.from(cells, ({ traded }) => (traded ? 1 : 0)),
    st: Int8Array.from(cells, ({ bar, daily }) =>
      bar === undefined ? -1 : (bar.is_st ?? daily?.is_st ?? -1),
    ),
    listedAt: Int32Array.from(instruments, ({ id, list_date: listed }) => {
      const first = dates.findIndex((date) => barAt.has(`${date} ${id}`))
      if (listed === null) return first === 0 ? -1 : first
      return listed < dates[0] ? -1 : dates.filter((date) => date < listed).length
    }),
    bars: cells.filter(({ bar }) => bar !== undefined).length,
    barsOutside: rows.filter(({ date }) => !dates.includes(date)).length,
    factorsFrom: Int32Array.from(instruments, ({ id }) =>
      factorsBefore.get(id) === 1 ? 0 : dates.findIndex((date) => inForce(date, id) !== undefined),
    ),
  }
}

interface Cell {
  readonly traded: boolean
  readonly factor: number
  readonly bar: Readonly<Record<string, number | null>> | undefined
  readonly daily: Readonly<Record<string, number | null>> | undefined
}

/** Float cap of the cell's own day; NaN without one. */
function givenCap({ bar, daily }: Cell): number {
  return (bar && (daily?.['float_cap'] ?? bar['float_cap'])) ?? NaN
}

/** Float cap of a cell: its own, or the last one of its stock, moved by the adjusted closes of days with trade since. */
function carriedCap(cells: readonly Cell[], stocks: number, at: number): number {
  const days = cells.filter((_, cell) => cell <= at && (at - cell) % stocks === 0)
  const known = days.findLastIndex((cell) => !Number.isNaN(givenCap(cell)))
  if (known === -1) return NaN
  const hasPrice = ({ traded, bar }: Cell) => traded && typeof bar?.['close'] === 'number'
  const before = days.slice(0, known + 1).findLast(hasPrice)
  const since = days.slice(known + 1).filter(hasPrice)
  const last = since.at(-1)
  const base = before ?? since[0]
  const cap = givenCap(days[known])
  const price = ({ bar, factor }: Cell) => bar!['close']! * factor
  return last === undefined || last === base ? cap : (cap / price(base)) * price(last)
}

/** Every bit of a panel: which NaN it is counts too. */
function bits(panel: Panel): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(panel).map(([name, value]) => [
      name,
      ArrayBuffer.isView(value)
        ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
        : value,
    ]),
  )
}

const whole = ({ panel, indices, ...rest }: MarketData) => ({
  ...rest,
  panel: bits(panel),
  indices: [...indices],
})

describe('readPanel', () => {
  it.skipIf(process.platform !== 'linux')(
    'outlives a thread that comes when all is done and is just loading the store (needs /proc)',
    () => {
      const script = join(import.meta.dirname, 'lateThread.ts')
      let seen = 0
      for (let run = 0; run < 10; run++) {
        const { status, stdout, stderr } = spawnSync(process.execPath, [script, store.path], {
          encoding: 'utf8',
        })
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
        if (stdout === 'done while it loads\n') seen++
      }
      expect(seen).toBeGreaterThan(0)
    },
    120_000,
  )

  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'gives the panel that the stored bars define, with threads or without (store %i)',
    (seed) => {
      randomStore(seed)
      const { bars, barsOutside, factorsFrom, ...defined } = definedPanel()
      const alone = loadMarket(store, { threads: 0 })
      expect(bits(alone.panel)).toEqual(bits(defined))
      expect(alone).toMatchObject({ bars, barsOutside, factorsFrom })
      expect(whole(loadMarket(store, { threads: 1 + (seed % 3) }))).toEqual(whole(alone))
    },
    20_000,
  )
})

describe('a thread that reads a panel', () => {
  /** Everything is left to the thread, which is told `key`. */
  const leaveTo = async (key: string) => {
    const loaded = loadMarket(store, { threads: 0 })
    const { dates, symbols } = loaded.panel
    const shared = (size: number) => new Int32Array(new SharedArrayBuffer(4 * size))
    const memory = new SharedArrayBuffer(panelBytes(dates.length * symbols.length))
    const ids = symbols.map(
      (symbol) => store.get<{ id: number }>('SELECT id FROM instrument WHERE symbol = ?', symbol)!.id,
    )
    const work: PanelWork = {
      dates,
      instruments: Int32Array.from(ids),
      memory,
      states: shared(Math.ceil(ids.length / CHUNK)),
      firstBar: shared(ids.length),
      bars: shared(ids.length),
      barsOutside: shared(ids.length),
      factorsFrom: shared(ids.length),
    }
    const worker = new Worker(new URL('../../../src-main/market/panelThread.ts', import.meta.url), {
      workerData: { path: store.path, key, work, seat: newSeat() } satisfies ThreadData<PanelThreadData>,
    })
    await once(worker, 'exit')
    const { matrices } = panelBlock(dates.length * symbols.length, memory)
    const read = work.bars.reduce((sum, count) => sum + count, 0)
    const panel = { ...loaded.panel, ...matrices }
    carryFloatCaps(panel)
    return { loaded, read, panel }
  }

  it('reads it as the calling thread does', async () => {
    randomStore(9)
    const { loaded, read, panel } = await leaveTo(contentKey(store))
    expect(read).toBe(loaded.bars)
    expect(bits(panel)).toEqual(bits(loaded.panel))
  })

  it('takes no part when it finds other imports', async () => {
    randomStore(9)
    expect((await leaveTo('another')).read).toBe(0)
  })
})

describe('the panel cache', () => {
  const cache = () => panelCachePath(store.path)
  const load = () => loadMarket(store, { cache: cache(), threads: 0 })
  const kept = () => readPanelCache(cache(), contentKey(store))

  it('gives what the store gives', () => {
    randomStore(4)
    const loaded = whole(loadMarket(store, { threads: 0 }))
    expect(kept()).toBeNull()
    expect(whole(load())).toEqual(loaded)
    expect(kept()).not.toBeNull()
    expect(whole(load())).toEqual(loaded)
  })

  it('is read, not written again, while nothing was imported', () => {
    randomStore(4)
    load()
    const { ino } = statSync(cache())
    load()
    expect(statSync(cache()).ino).toBe(ino)
  })

  it('is rebuilt after an import, even one that stores as much as the one before', () => {
    randomStore(4)
    load()
    importing((batch) => store.run('UPDATE bar SET close = close * 2, batch = ?', batch))
    expect(kept()).toBeNull()
    expect(whole(load())).toEqual(whole(loadMarket(store, { threads: 0 })))
    expect(kept()).not.toBeNull()
  })

  it('is rebuilt after a removal', () => {
    randomStore(4)
    const { bars, panel } = load()
    removeData(store, { symbols: [panel.symbols[0]], from: null, to: null }, false)
    expect(load().bars).toBeLessThan(bars)
    expect(whole(load())).toEqual(whole(loadMarket(store, { threads: 0 })))
  })

  it('of another store is not taken', () => {
    randomStore(4)
    load()
    const other = openStore(join(folder, 'other.sqlite'), { mode: 'write' })
    copyFileSync(cache(), panelCachePath(other.path))
    expect(readPanelCache(panelCachePath(other.path), contentKey(other))).toBeNull()
    other.close()
  })

  it('is ignored and rebuilt when a byte changed or its end is missing', () => {
    randomStore(4)
    const loaded = whole(load())
    const sound = readFileSync(cache())
    const random = createRandom(1)
    const damages = Array.from({ length: 60 }, (_, trial) => {
      const bytes = Buffer.from(sound)
      const at = random.below([24, 400, bytes.length][trial % 3])
      bytes[at] ^= 1 << random.below(8)
      return bytes
    })
    for (const damaged of [...damages, sound.subarray(0, 20), sound.subarray(0, -1), Buffer.alloc(0)]) {
      writeFileSync(cache(), damaged)
      expect(kept()).toBeNull()
    }
    expect(whole(load())).toEqual(loaded)
    expect(readFileSync(cache()).equals(sound)).toBe(true)
  })

  it('that cannot be written fails nothing and leaves nothing behind', () => {
    randomStore(4)
    const loaded = whole(loadMarket(store, { threads: 0 }))
    const missing = join(folder, 'missing', 'store.panel')
    expect(whole(loadMarket(store, { cache: missing, threads: 0 }))).toEqual(loaded)
    // A process that lives is writing it.
    const half = temporaryOf(cache())
    writeFileSync(half, 'half')
    expect(whole(load())).toEqual(loaded)
    expect(kept()).toBeNull()
    expect(readFileSync(half, 'utf8')).toBe('half')
  })

  it('is kept where a process that was killed has left half of one, which goes', () => {
    randomStore(4)
    const dead = spawnSync(process.execPath, ['-e', '0']).pid
    const half = `${cache()}.${dead}-1-1.tmp`
    writeFileSync(half, 'half')
    load()
    expect(kept()).not.toBeNull()
    expect(existsSync(half)).toBe(false)
  })
})
