import { randomUUID } from 'node:crypto'
import { type Session, session, type WebContents, WebContentsView } from 'electron'
import { hardenedPreferences } from './security.ts'

/** Scheme of the one document such a view shows. */
export const PRINT_SCHEME = 'plateau-print'

/** A report is self-contained: its styles stand in it, its fonts and images are data, and it has no scripts. */
const PRINT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"

/**
 * Show one self-contained HTML document and work on it while it is there. It lives in a view of its own that is never shown, in a session
 * of its own that reaches nothing else. When `signal` aborts, it is closed at once, and the reason thrown.
 */
export async function withDocument<T>(
  html: string,
  work: (webContents: WebContents) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const own = session.fromPartition(`print-${randomUUID()}`)
  servePage(own, html)
  // A view without a window needs no display: the command line prints on a bare server.
  const view = new WebContentsView({ webPreferences: hardenedPreferences({ session: own }) })
  try {
    await view.webContents.loadURL(`${PRINT_SCHEME}://document/`)
    return await Promise.race([work(view.webContents), aborted(signal)])
  } finally {
    // Named through the view: a view nothing refers to is collected, and its page with it.
    view.webContents.close()
    own.protocol.unhandle(PRINT_SCHEME)
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

function servePage(own: Session, html: string): void {
  own.protocol.handle(
    PRINT_SCHEME,
    () =>
      new Response(html, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PRINT_POLICY },
      }),
  )
}
