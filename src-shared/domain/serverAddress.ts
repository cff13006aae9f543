/** Where a server listens. */
export interface ServerAddress {
  /** Name or IP address; of IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** `name:port`, `1.2.3.4:port` or `[::1]:port`; null when it is none. */
export function parseServerAddress(text: string): ServerAddress | null {
  const [, bracketed, plain, digits] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text.trim()) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : null
}

export function formatServerAddress({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** This machine itself, where a port forwarded by SSH begins: nothing of it crosses a network as it is. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
