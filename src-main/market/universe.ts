import { failure, listed } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import type { IndexData, MarketData } from './panel.ts'

export interface UniverseRules {
  /** Exchange days from listing to the date, both included (methods.md S2). */
  readonly minListedDays: number
  readonly excludeSt: boolean
}

/** Why a stock is outside the universe on a date; a stock may have several reasons. */
export const EXCLUDED = { notMember: 1, recentlyListed: 2, st: 4, notTraded: 8 } as const

/**
 * Reasons against each stock on each date, bits of `EXCLUDED`; 0 = in the universe (methods.md 2). Everything it reads
 * is dated at or before the date. Throws PlateauError `not_found` when the index or its membership is not stored.
 *
 * @param index Symbol whose point-in-time members are the universe; null for every instrument.
 */
export function universeExclusions(
  market: MarketData,
  index: string | null,
  rules: UniverseRules,
): Uint8Array {
  const { panel } = market
  const stocks = panel.symbols.length
  const member = index === null ? null : membershipOf(market, index)
  const reasons = new Uint8Array(panel.dates.length * stocks)
  for (let t = 0, at = 0; t < panel.dates.length; t++) {
    for (let i = 0; i < stocks; i++, at++) {
      const listedAt = panel.listedAt[i]
      let reason = 0
      if (member !== null && member[at] === 0) reason |= EXCLUDED.notMember
      // How long before the first stored day a stock was listed is not known; it counts as long enough.
      if (listedAt >= 0 && t - listedAt + 1 < rules.minListedDays) reason |= EXCLUDED.recentlyListed
      if (rules.excludeSt && panel.st[at] === 1) reason |= EXCLUDED.st
      if (panel.traded[at] === 0) reason |= EXCLUDED.notTraded
      reasons[at] = reason
    }
  }
  return reasons
}

/** Day x stock, 1 = in the universe (methods.md 2). Parameters and errors as `universeExclusions`. */
export function universeMask(market: MarketData, index: string | null, rules: UniverseRules): Uint8Array {
  const mask = universeExclusions(market, index, rules)
  for (let at = 0; at < mask.length; at++) mask[at] = mask[at] === 0 ? 1 : 0
  return mask
}

function membershipOf(market: MarketData, symbol: string): Uint8Array {
  const index: IndexData | undefined = market.indices.get(symbol)
  if (index !== undefined && index.member !== null) return index.member
  const stored = [...market.indices.values()].filter((other) => other.member !== null).map((i) => i.symbol)
  const { indexUnknown, indexUnknownNoMembers, membersUnknown, noMembers } = marketErrors
  const [unknown, without] =
    stored.length === 0 ? [indexUnknownNoMembers, noMembers] : [indexUnknown, membersUnknown]
  throw failure(
    index === undefined ? unknown : without,
    { index: symbol, indices: listed(stored) },
    { place: { field: 'universe.index' } },
  )
}
