import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ImportStatus, importStatus, type PreviewedFile } from '../../../src-shared/contract/imports.ts'
import { shareOf, useImporting } from '../../../src-renderer/stores/importing.ts'
import {
  AUTOMATIC,
  mappingFile,
  type MappingFile,
  type Readings,
} from '../../../src-shared/domain/importing.ts'
import { fieldsOf, TABLE_NAMES, TABLES } from '../../../src-shared/domain/importTables.ts'
import {
  draftOf,
  lackingFields,
  mappingFrom,
  subjectField,
} from '../../../src-renderer/views/import/draft.ts'
import {
  fitting,
  missingColumns,
  pathsOf,
  sameMapping,
  shortName,
  stateOf,
} from '../../../src-renderer/views/import/files.ts'

const file = (path: string, header: string[], changes: Partial<PreviewedFile> = {}): PreviewedFile => ({
  path,
  bytes: 1,
  format: 'delimited',
  encoding: 'utf-8',
  delimiter: 'comma',
  header,
  rows: [],
  garbled: false,
  read: null,
  error: null,
  ...changes,
})
const CALENDAR = mappingFile.parse({ table: 'calendar', columns: { date: 'Tag' } })

/** Mappings as they can be: of any table, with some of its fields. */
const mappings: fc.Arbitrary<MappingFile> = fc
  .record({
    table: fc.constantFrom(...TABLE_NAMES),
    optional: fc.array(fc.nat(20), { maxLength: 8 }),
    volume: fc.constantFrom(1, 100),
    adjusted: fc.boolean(),
    subject: fc.constantFrom('*', 'index_*'),
  })
  .map(({ table, optional, volume, adjusted, subject }) => {
    const fields = new Set<string>(TABLES[table].required)
    for (const at of optional) {
      const known = fieldsOf(table)
      fields.add(known[at % known.length])
    }
    const of = subjectField(table)
    const units = fields.has('volume') ? { volume } : {}
    return mappingFile.parse({
      table,
      columns: Object.fromEntries([...fields].map((field) => [field, `column ${field}`])),
      units,
      ...(table === 'bars'
        ? {
            prices: adjusted && fields.has('factor') ? 'adjusted' : 'raw',
            factor: fields.has('factor') ? 'column' : fields.has('preclose') ? 'preclose' : 'none',
          }
        : {}),
      ...(of === null || fields.has(of) ? {} : { subject }),
      extra: table === 'extraFactors' ? { mine: 'column mine' } : {},
    })
  })

describe('a mapping that is edited', () => {
  it('and not changed reads as before', () => {
    fc.assert(
      fc.property(mappings, (mapping) => {
        const names = Object.fromEntries(
          Object.entries(mapping.extra).map(([name, column]) => [column, name]),
        )
        expect(lackingFields(draftOf(mapping))).toEqual([])
        const again = mappingFrom(draftOf(mapping), names)
        expect(again).toEqual(mapping)
        expect(sameMapping(again, mapping)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('lacks what its table needs, until it has columns', () => {
    const empty = draftOf(null)
    expect(mappingFrom(empty, {})).toBeNull()
    expect(lackingFields(empty)).toEqual(['date', 'open', 'high', 'low', 'close', 'volume'])
    const columns = { date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' }
    expect(lackingFields({ ...empty, columns })).toEqual([])
    expect(lackingFields({ ...empty, columns, prices: 'adjusted' })).toEqual(['factor'])
    expect(lackingFields({ ...empty, columns, factor: 'preclose' })).toEqual(['preclose'])
    expect(mappingFrom({ ...empty, columns, factor: 'preclose' }, {})).toBeNull()
    expect(mappingFrom({ ...empty, columns, units: { ...empty.units, volume: 0 } }, {})).toBeNull()
  })

  it('keeps nothing of another table’s fields and units', () => {
    const bars = draftOf(
      mappingFile.parse({
        columns: { date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', amount: 'a' },
        units: { volume: 100, amount: 1000 },
      }),
    )
    expect(mappingFrom({ ...bars, table: 'calendar' }, {})).toEqual(
      mappingFile.parse({ table: 'calendar', columns: { date: 'd' } }),
    )
    const { amount: _, ...columns } = bars.columns
    expect(mappingFrom({ ...bars, columns }, {})!.units).toEqual({
      volume: 100,
      amount: 1,
      floatCap: 1,
      turn: 100,
    })
  })
})

describe('a previewed file', () => {
  it('goes by its name, and that of the table in it', () => {
    expect(shortName('/data/x/a.csv')).toBe('a.csv')
    expect(shortName('C:\\data\\a.zip#deep/b.csv')).toBe('a.zip#deep/b.csv')
    expect(shortName('a.xlsx#Sheet1')).toBe('a.xlsx#Sheet1')
  })

  it('is refused, garbled or left out', () => {
    const error = { code: 'file_not_recognised', message: '' } as const
    expect(stateOf(file('a', []), AUTOMATIC)).toBe('ready')
    expect(stateOf(file('a', [], { error }), AUTOMATIC)).toBe('refused')
    expect(stateOf(file('a', [], { error, garbled: true }), AUTOMATIC)).toBe('garbled')
    expect(stateOf(file('a', [], { error }), { ...AUTOMATIC, skip: true })).toBe('left_out')
  })

  it('is offered the kept mappings whose columns it has', () => {
    const kept = [
      { name: 'calendar', mapping: CALENDAR },
      { name: 'broken', mapping: null },
    ]
    expect(fitting(file('a', ['Tag', 'x']), kept).map(({ name }) => name)).toEqual(['calendar'])
    expect(fitting(file('a', ['Day']), kept)).toEqual([])
    expect(missingColumns(file('a', ['Day']), CALENDAR)).toEqual(['Tag'])
  })

  it('is changed alone, with those of its columns, or with all', () => {
    const all = [file('a', ['x']), file('b', ['x']), file('c', ['x', 'y'])]
    expect(pathsOf('this', all[0], all)).toEqual(['a'])
    expect(pathsOf('same', all[0], all)).toEqual(['a', 'b'])
    expect(pathsOf('all', all[0], all)).toEqual(['a', 'b', 'c'])
  })
})

describe('the import that the window follows', () => {
  beforeEach(() => setActivePinia(createPinia()))
  const status = (changes: Partial<ImportStatus>): ImportStatus =>
    importStatus.parse({
      id: 'a',
      store: '/x.sqlite',
      dryRun: false,
      state: 'running',
      stage: 'inspecting',
      path: null,
      filesDone: 0,
      filesTotal: null,
      bytesRead: 0,
      bytesTotal: null,
      rate: null,
      elapsedSeconds: 0,
      etaSeconds: null,
      startedAt: '2024-07-01T10:00:00Z',
      report: null,
      error: null,
      ...changes,
    })

  it('is shown where it is, also by a window that was loaded again', () => {
    const importing = useImporting()
    importing.put(status({}))
    expect([importing.step, importing.running?.id]).toEqual(['import', 'a'])
    importing.put(status({ dryRun: true }))
    expect(importing.step).toBe('check')
  })

  it('has failed when the process that ran it was started again', () => {
    const importing = useImporting()
    importing.put(null)
    expect(importing.status).toBeNull()
    importing.put(status({}))
    importing.put(null)
    expect(importing.status).toMatchObject({ state: 'failed', error: { code: 'interrupted' } })
    expect(importing.running).toBeNull()
    importing.put(null)
    expect(importing.status!.error!.code).toBe('interrupted')
  })

  it('has ended when its end was told before the answer of its start', () => {
    const importing = useImporting()
    importing.put(status({ state: 'cancelled' }))
    importing.put(status({}))
    expect([importing.status?.state, importing.running]).toEqual(['cancelled', null])
    importing.put(status({ id: 'b' }))
    expect(importing.running?.id).toBe('b')
  })

  it('has a share once it is known how much there is', () => {
    expect(shareOf(status({ bytesRead: 10 }))).toBeNull()
    expect(shareOf(status({ bytesRead: 10, bytesTotal: 40 }))).toBe(0.25)
    expect(shareOf(status({ bytesTotal: 0 }))).toBe(1)
  })

  it('says of a check what it found, until the files are read otherwise', () => {
    const importing = useImporting()
    importing.put(status({ dryRun: true, state: 'done' }))
    expect(importing.checked?.id).toBe('a')
    importing.startOver()
    expect([importing.checked, importing.step]).toEqual([null, 'choose'])
  })
})

describe('files that are read otherwise', () => {
  /** What the shell was asked, and what lets its answer go. */
  let questions: { readings: Readings; only: string[] | null; release: () => void }[]
  let chosen: number

  beforeEach(() => {
    setActivePinia(createPinia())
    questions = []
    chosen = 0
    vi.stubGlobal('window', {
      plateau: {
        select: async () => ({ ok: true, value: { id: String(++chosen), entries: [] } }),
        async call(name: string, input: { readings: Readings; only: string[] | null }) {
          if (name === 'imports.mappings') return { ok: true, value: [] }
          await new Promise<void>((release) => questions.push({ ...input, release }))
          const files = ['a.csv', 'b.csv']
            .filter((path) => input.only?.includes(path) ?? true)
            .map((path) => file(path, [input.readings[path]?.encoding ?? 'auto']))
          return { ok: true, value: { files, skipped: [] } }
        },
      },
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  /** Lets the question of that place be answered, and waits for what comes of it. */
  async function answer(at: number): Promise<void> {
    await vi.waitFor(() => expect(questions.length).toBeGreaterThan(at))
    questions[at]!.release()
    await new Promise((resolve) => setTimeout(resolve))
  }
  async function twoFiles(): Promise<ReturnType<typeof useImporting>> {
    const importing = useImporting()
    const choosing = importing.choose([])
    await answer(0)
    await answer(1)
    await choosing
    expect(importing.shown?.path).toBe('a.csv')
    return importing
  }
  const headers = ({ preview }: ReturnType<typeof useImporting>) =>
    preview!.files.map(({ header }) => header[0])

  it('are shown as the last choice reads them, in whatever order the answers come', async () => {
    const importing = await twoFiles()
    const before = importing.read(['a.csv', 'b.csv'], { encoding: 'gb18030' })
    const after = importing.read(['a.csv'], { encoding: 'utf-8' })
    await answer(3)
    expect(headers(importing)).toEqual(['utf-8', 'auto'])
    await answer(4)
    await after
    await answer(2)
    await answer(5)
    await before
    expect(headers(importing)).toEqual(['utf-8', 'gb18030'])
    expect(importing.shown?.header).toEqual(['utf-8'])
  })

  it('are shown though one of them is left out meanwhile', async () => {
    const importing = await twoFiles()
    const reading = importing.read(['a.csv'], { encoding: 'gb18030' })
    await importing.read(['a.csv'], { skip: true })
    await answer(2)
    await answer(3)
    await reading
    expect(headers(importing)).toEqual(['gb18030', 'auto'])
    expect(importing.shown?.header).toEqual(['gb18030'])
  })

  it('are forgotten once others are chosen', async () => {
    const importing = await twoFiles()
    const reading = importing.read(['a.csv'], { encoding: 'gb18030' })
    importing.startOver()
    await answer(2)
    await reading
    expect([importing.preview, importing.shown]).toEqual([null, null])
  })
})
