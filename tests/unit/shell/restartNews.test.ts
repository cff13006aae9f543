import { describe, expect, it } from 'vitest'
import { createDeaths, DEATHS_A_MINUTE } from '../../../src-main/shell/deaths.ts'
import { createRestartNews } from '../../../src-main/shell/restartNews.ts'

describe('deaths', () => {
  it('are too many when a minute has more than five, and not when they are spread', () => {
    const deaths = createDeaths()
    const within = Array.from({ length: DEATHS_A_MINUTE }, (_, at) => deaths.add(at * 1000))
    expect(within).toEqual(within.map(() => false))
    expect(deaths.add(59_000)).toBe(true)
    // Those of the first seconds are a minute old.
    expect(deaths.add(63_500)).toBe(false)
    const spread = createDeaths()
    for (let at = 0; at < 100; at++) expect(spread.add(at * 12_001)).toBe(false)
  })

  it('count anew once they are forgotten', () => {
    const deaths = createDeaths()
    for (let at = 0; at < 5; at++) deaths.add(0)
    deaths.forget()
    expect(deaths.add(1)).toBe(false)
  })
})

describe('news of restarts', () => {
  it('wait for whoever listens first, and are told once', () => {
    const news = createRestartNews()
    const heard: string[] = []
    news.tell({ part: 'page', outcome: 'back' })
    const end = news.follow(({ part }) => heard.push(`a ${part}`))
    news.tell({ part: 'host', outcome: 'back' })
    end()
    news.tell({ part: 'host', outcome: 'given_up' })
    news.follow(({ part, outcome }) => heard.push(`b ${part} ${outcome}`))
    news.follow(({ part }) => heard.push(`c ${part}`))
    expect(heard).toEqual(['a page', 'a host', 'b host given_up'])
  })
})
