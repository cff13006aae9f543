import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import { useData } from '../../../src-renderer/stores/data.ts'
import { useNavigation } from '../../../src-renderer/stores/navigation.ts'
import { useProject } from '../../../src-renderer/stores/project.ts'
import { useSymbolFinder } from '../../../src-renderer/stores/symbolFinder.ts'

const info = (path: string): ProjectInfo => ({
  path,
  name: path,
  synthetic: true,
  instruments: 2,
  bars: 2,
  firstDate: null,
  lastDate: null,
  indices: [],
  quarantined: 0,
})
const STOCKS = {
  symbols: ['000001.SZ', '600000.SH', '600036.SH'],
  names: ['平安银行', '浦发银行', '招商银行'],
  initials: ['payh', 'pfyh', 'zsyh'],
}

/** What the host answers, once it is let go. */
let release: () => void
let asked: string[]

beforeEach(() => {
  setActivePinia(createPinia())
  asked = []
  const gate = new Promise<void>((resolve) => (release = resolve))
  vi.stubGlobal('window', {
    plateau: {
      async call(name: string) {
        asked.push(name)
        await gate
        return { ok: true, value: STOCKS }
      },
    },
  })
})

describe('the data store', () => {
  it('forgets what it read when the project is read again, and the stock when it is another', async () => {
    const project = useProject()
    const data = useData()
    project.info = info('a')
    release()
    await data.loadStocks()
    data.showPrices('600000.SH')
    expect(data.stocks).toEqual(STOCKS)
    const { version } = data
    project.info = info('a')
    expect([data.stocks, data.symbol, data.version]).toEqual([null, '600000.SH', version + 1])
    project.info = info('b')
    expect([data.symbol, data.version]).toEqual([null, version + 2])
  })

  it('takes no answer that was asked for before that', async () => {
    const project = useProject()
    const data = useData()
    const reading = data.loadStocks()
    project.info = info('b')
    release()
    await reading
    expect(data.stocks).toBeNull()
  })
})

describe('the symbol finder', () => {
  it('finds as one types, goes round its list, and shows the prices of the chosen one', async () => {
    const finder = useSymbolFinder()
    release()
    await finder.open('p')
    expect(finder.isOpen).toBe(true)
    expect(finder.found.map(({ symbol }) => symbol)).toEqual(['000001.SZ', '600000.SH'])
    finder.move(-1)
    expect(finder.at).toBe(1)
    finder.move(1)
    expect(finder.at).toBe(0)
    finder.move(1)
    finder.type('zs')
    expect([finder.at, finder.total]).toEqual([0, 1])
    finder.choose(finder.found[finder.at])
    expect(finder.isOpen).toBe(false)
    expect([useNavigation().screen, useData().tab, useData().symbol]).toEqual(['data', 'prices', '600036.SH'])
    await nextTick()
    expect(finder.found).toEqual([])
  })

  it('chooses nothing where nothing is found, and reads the stocks once', async () => {
    const finder = useSymbolFinder()
    release()
    await finder.open('xyz')
    finder.move(1)
    finder.choose(finder.found[finder.at])
    expect([finder.isOpen, useNavigation().screen]).toEqual([true, 'home'])
    finder.close()
    await finder.open('')
    expect(finder.total).toBe(3)
    expect(asked).toEqual(['data.stocks'])
  })
})
