/**
 * Symbols as the store writes them. A-share shapes (`sh.600000`, `SH600000`, `SHSE.600000`, `600000.XSHG`, `600000.SS`,
 * `600000.SSE`, `600000`) become `600000.SH`; whatever else is kept, trimmed and in upper case. Leading zeros are never
 * touched; what keeps a spreadsheet from taking them (`="000001"`, `'000001`) is no part of a symbol.
 */
export function normaliseSymbol(text: string, kind: 'stock' | 'index'): string {
  const symbol = unguarded(text.trim()).toUpperCase()
  const prefixed = /^([A-Z]+)[._]?(\d{6})$/.exec(symbol)
  if (prefixed !== null && prefixed[1] in EXCHANGES) return `${prefixed[2]}.${EXCHANGES[prefixed[1]]}`
  const suffixed = /^(\d{6})[._]([A-Z]+)$/.exec(symbol)
  if (suffixed !== null && suffixed[2] in EXCHANGES) return `${suffixed[1]}.${EXCHANGES[suffixed[2]]}`
  if (!/^\d{6}$/.test(symbol)) return symbol
  const exchange = kind === 'index' ? indexExchange(symbol) : stockExchange(symbol)
  return exchange === null ? symbol : `${symbol}.${exchange}`
}

const unguarded = (text: string): string => /^(?:="(\d{6})"|'(\d{6}))$/.exec(text)?.slice(1).join('') ?? text

/** The exchanges by what sources call them before or after a code. */
const EXCHANGES: Readonly<Record<string, 'SH' | 'SZ' | 'BJ'>> = {
  SH: 'SH',
  SS: 'SH',
  SSE: 'SH',
  SHSE: 'SH',
  XSHG: 'SH',
  SZ: 'SZ',
  SZSE: 'SZ',
  XSHE: 'SZ',
  BJ: 'BJ',
  BSE: 'BJ',
  BJSE: 'BJ',
  XBSE: 'BJ',
}

/** Exchange of a bare six-digit stock code by the exchanges' number ranges. */
function stockExchange(code: string): 'SH' | 'SZ' | 'BJ' | null {
  if (/^(920|[48])/.test(code)) return 'BJ'
  if (/^[69]/.test(code)) return 'SH'
  if (/^[023]/.test(code)) return 'SZ'
  return null
}

/** True for a code that no stock has: Shanghai's 000xxx, Shenzhen's 399xxx, Beijing's 899xxx, those of index publishers. */
export function isIndexCode(text: string): boolean {
  // Stocks of Singapore end in .SI too, but have no six digits.
  return /^(000\d{3}\.SH|399\d{3}\.SZ|899\d{3}\.BJ|.+\.(CSI|CI)|\d{6}\.SI)$/.test(
    normaliseSymbol(text, 'stock'),
  )
}

/** True for what remains of an A-share code read as a number: `1` of `000001`. Other markets have such codes. */
export const isShortCode = (text: string): boolean => /^\d{1,5}$/.test(text)

/** Exchange of a bare index code: CSI and Shanghai indices are 000xxx, Shenzhen's are 399xxx, Beijing's 899xxx. */
function indexExchange(code: string): 'SH' | 'SZ' | 'BJ' | null {
  if (code.startsWith('000')) return 'SH'
  if (code.startsWith('899')) return 'BJ'
  return code.startsWith('399') ? 'SZ' : null
}
