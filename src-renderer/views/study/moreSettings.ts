import { studyConfig, type StudyConfig } from '../../../src-shared/domain/study.ts'

/** What the form shows of a study at first sight, parts whole; all else is behind "more". */
const AT_SIGHT: ReadonlySet<string> = new Set([
  'version',
  'name',
  'universe.index',
  'period',
  'refitMonths',
  'models',
  'optimizers',
  'training.seeds',
  'training.maxEpochs',
  'training.patience',
  'training.engine',
  'training.loss',
  'portfolio.indices',
  'portfolio.limits.stockActiveMax',
  'portfolio.limits.memberWeightMin',
  'portfolio.limits.turnoverMax',
  'portfolio.limits.industryActiveMax',
  'portfolio.limits.sizeActiveMax',
  'portfolio.limits.styleActiveMax',
  'backtest.costRate',
])

/** A study with nothing behind "more" but defaults. */
const DEFAULTS = studyConfig.parse({
  version: 1,
  name: 'defaults',
  universe: { index: null },
  period: { fitStart: '2000-01-01', fitEnd: '2000-01-02', predictEnd: '2000-01-03' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [{ name: 'plain', method: 'plain' }],
  portfolio: { indices: ['index'] },
})

/** Whether a setting behind "more" is not as it is by default. */
export const differsBehindMore = (study: StudyConfig): boolean => differ(study, DEFAULTS, '')

function differ(value: unknown, preset: unknown, path: string): boolean {
  if (AT_SIGHT.has(path)) return false
  if (!isObject(value) || !isObject(preset)) return JSON.stringify(value) !== JSON.stringify(preset)
  const names = new Set([...Object.keys(value), ...Object.keys(preset)])
  return [...names].some((name) => differ(value[name], preset[name], path === '' ? name : `${path}.${name}`))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
