import fs from 'node:fs/promises'
import path from 'node:path'

export const APP_SCHEME = 'app'
export const APP_ORIGIN = `${APP_SCHEME}://plateau`

/**
 * The window's content security policy. Styles may stand in the page: the component library and the charts write
 * them at run time; with no remote source and no script in the page they can do no harm. The preview of a report is a
 * frame under the same policy in which nothing runs (docs/decisions/0019-preview-of-the-windows-origin.md); its fonts are data.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

export interface Asset {
  readonly file: string
  readonly contentType: string
}

/**
 * The file under `root` that an app:// request names, or null when it names none: another method than GET, another
 * host, a path that leaves `root` however it is written, or a type the app does not ship.
 */
export function resolveAsset(root: string, method: string, requested: string): Asset | null {
  if (method !== 'GET' || !URL.canParse(requested)) return null
  const url = new URL(requested)
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== 'plateau') return null
  const name = decode(url.pathname)
  if (name === null || /[\0\\]/.test(name)) return null
  const file = path.resolve(root, `.${name}`)
  if (!file.startsWith(path.resolve(root) + path.sep)) return null
  const contentType = CONTENT_TYPES[path.extname(file)]
  return contentType === undefined ? null : { file, contentType }
}

/**
 * The content of what an app:// request names, null when that is nothing: no asset, no file, or a link below `root` that
 * leads out of it.
 */
export async function readAsset(
  root: string,
  method: string,
  requested: string,
): Promise<{ readonly content: Buffer; readonly contentType: string } | null> {
  const asset = resolveAsset(root, method, requested)
  if (asset === null) return null
  try {
    const file = await fs.realpath(asset.file)
    if (!file.startsWith((await fs.realpath(root)) + path.sep)) return null
    return { content: await fs.readFile(file), contentType: asset.contentType }
  } catch {
    return null
  }
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}
