/**
 * Symbols as the store writes them. A-share shapes (`sh.600000`, `SH600000`, `600000.XSHG`, `600000.SS`, `600000`)
 * become `600000.SH`; whatever else is kept, trimmed and in upper case. Leading zeros are never touched.
 */
export function normaliseSymbol(text: string, kind: 'stock' | 'index'): string {
  const symbol = text.trim().toUpperCase()
  const prefixed = /^(SH|SZ|BJ)[._]?(\d{6})$/.exec(symbol)
  if (prefixed !== null) return `${prefixed[2]}.${prefixed[1]}`
  const suffixed = /^(\d{6})[._](SH|SS|XSHG|SZ|XSHE|BJ|BSE|XBSE)$/.exec(symbol)
  if (suffixed !== null) return `${suffixed[1]}.${SUFFIX[suffixed[2]]}`
  if (!/^\d{6}$/.test(symbol)) return symbol
  const exchange = kind === 'index' ? indexExchange(symbol) : stockExchange(symbol)
  return exchange === null ? symbol : `${symbol}.${exchange}`
}

const SUFFIX: Readonly<Record<string, string>> = {
  SH: 'SH',
  SS: 'SH',
  XSHG: 'SH',
  SZ: 'SZ',
  XSHE: 'SZ',
  BJ: 'BJ',
  BSE: 'BJ',
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

/** Exchange of a bare index code: CSI and Shanghai indices are 000xxx, Shenzhen's are 399xxx, Beijing's 899xxx. */
function indexExchange(code: string): 'SH' | 'SZ' | 'BJ' | null {
  if (code.startsWith('000')) return 'SH'
  if (code.startsWith('899')) return 'BJ'
  return code.startsWith('399') ? 'SZ' : null
}
