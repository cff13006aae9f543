import type { DateInt } from '../../src-shared/domain/date.ts'
import { type Membership, memberships } from './indices.ts'
import type { Outcome } from './rowWriter.ts'
import type { WritableStore } from './store.ts'

/** The whole list of members of a described index as of a date. */
export interface MemberSnapshot {
  readonly index: string
  readonly date: DateInt
  readonly symbols: readonly string[]
}

/**
 * Store a snapshot: its symbols are the members from its date to the next stored snapshot, the others are not; whatever
 * intervals lie before and after stay. Snapshots give the same intervals in whatever order they come. With `add` the
 * symbols are further ones of the snapshot that is stored.
 *
 * Answers what became of each symbol: `unchanged` when the stored snapshot has it already.
 */
export function putSnapshot(
  store: WritableStore,
  { index, date, symbols }: MemberSnapshot,
  batch: number,
  add: boolean,
): Outcome[] {
  const next =
    store.get<{ date: DateInt | null }>(
      'SELECT min(date) AS date FROM membership_snapshot WHERE index_symbol = ? AND date > ?',
      index,
      date,
    )!.date ?? Infinity
  const known =
    store.run('INSERT OR IGNORE INTO membership_snapshot VALUES (?, ?, ?)', index, date, batch) === 0

  const stored = new Map<string, Span[]>()
  for (const { symbol, inDate, outDate } of memberships(store, index)) {
    const spans = stored.get(symbol)
    const span = { from: inDate, to: outDate ?? Infinity }
    if (spans === undefined) stored.set(symbol, [span])
    else spans.push(span)
  }
  const members = new Set(symbols)
  const outcomes = symbols.map((symbol) =>
    known && union(stored.get(symbol) ?? []).some((span) => span.from <= date && span.to >= next)
      ? 'unchanged'
      : 'inserted',
  )
  for (const symbol of add ? members : new Set([...stored.keys(), ...members])) {
    const before = stored.get(symbol) ?? []
    const after = union([
      ...before.flatMap((span) => [
        { from: span.from, to: Math.min(span.to, date) },
        { from: Math.max(span.from, next), to: span.to },
      ]),
      ...(members.has(symbol) ? [{ from: date, to: next }] : []),
    ])
    if (JSON.stringify(after) !== JSON.stringify(before))
      replaceIntervals(store, { index, symbol }, after, batch)
  }
  return outcomes
}

/** Days from `from` to before `to`. */
interface Span {
  readonly from: number
  readonly to: number
}

/** The same days in the fewest spans, ascending. */
function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || last.to < span.from) joined.push(span)
    else if (span.to > last.to) joined[joined.length - 1] = { from: last.from, to: span.to }
  }
  return joined
}

function replaceIntervals(
  store: WritableStore,
  { index, symbol }: Pick<Membership, 'index' | 'symbol'>,
  spans: readonly Span[],
  batch: number,
): void {
  store.run('DELETE FROM index_membership WHERE index_symbol = ? AND symbol = ?', index, symbol)
  for (const { from, to } of spans)
    store.run(
      'INSERT INTO index_membership VALUES (?, ?, ?, ?, ?)',
      index,
      symbol,
      from,
      to === Infinity ? null : to,
      batch,
    )
}
