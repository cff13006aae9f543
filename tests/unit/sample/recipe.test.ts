import { describe, expect, it } from 'vitest'
import recipeFile from '../../../resources/sample/recipe.json' with { type: 'json' }
import studyFile from '../../../resources/sample/study.json' with { type: 'json' }
import { recipeSchema, shippedRecipe } from '../../../src-main/sample/recipe.ts'
import { tradingDays } from '../../../src-main/sample/calendar.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'

describe('shipped recipe', () => {
  it('refuses unknown fields at every level', () => {
    expect(recipeSchema.safeParse({ ...recipeFile, extra: 1 }).success).toBe(false)
    const patterns = { ...recipeFile.patterns, daily: { ...recipeFile.patterns.daily, extra: 1 } }
    expect(recipeSchema.safeParse({ ...recipeFile, patterns }).success).toBe(false)
  })

  it('refuses a day that is no date', () => {
    const calendar = { ...recipeFile.calendar, first: '2015-02-29' }
    expect(recipeSchema.safeParse({ ...recipeFile, calendar }).success).toBe(false)
  })

  it('has six years of trading days without weekends and holidays', () => {
    const dates = tradingDays(shippedRecipe().calendar)
    expect([dates[0], dates[dates.length - 1]]).toEqual([20150105, 20201231])
    expect(dates.length).toBeGreaterThan(6 * 240)
    expect(dates.length).toBeLessThan(6 * 248)
    for (const holiday of [20151001, 20200101, 20200127, 20200104]) expect(dates).not.toContain(holiday)
    expect(dates.every((date, t) => t === 0 || date > dates[t - 1])).toBe(true)
  })

  it('comes with a study of its own index over its own period', () => {
    const study = studyConfig.parse(studyFile)
    const recipe = shippedRecipe()
    const symbols = recipe.indices.map((index) => index.symbol)
    for (const symbol of [study.universe.index, ...study.portfolio.indices]) expect(symbols).toContain(symbol)
    expect(Number(study.period.fitStart.replaceAll('-', ''))).toBeGreaterThan(recipe.calendar.first)
    expect(Number(study.period.predictEnd.replaceAll('-', ''))).toBeLessThanOrEqual(recipe.calendar.last)
    expect(study.optimizers.map((optimizer) => optimizer.method)).toEqual(['plain', 'sam'])
  })
})
