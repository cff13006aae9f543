import type { Session } from 'electron'
import { CONTENT_SECURITY_POLICY, APP_SCHEME, readAsset } from './assets.ts'

/** Serve the window's files from `root` under app://, each with the content security policy. */
export function serveAssets(session: Session, root: string): void {
  session.protocol.handle(APP_SCHEME, async ({ method, url }) => {
    const asset = await readAsset(root, method, url)
    if (asset === null) return respond('Not found', 'text/plain', 404)
    return respond(new Uint8Array(asset.content), asset.contentType, 200)
  })
}

function respond(body: Uint8Array<ArrayBuffer> | string, contentType: string, status: number): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': contentType,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    },
  })
}
