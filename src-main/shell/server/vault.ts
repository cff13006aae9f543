import { safeStorage } from 'electron'

/** Encrypts what must not lie on the disk as it is, by the system's own means. */
export interface Vault {
  /** False where the system has none: then nothing is kept. */
  readonly available: boolean
  seal(text: string): string
  /** Null for what was sealed by another user or machine. */
  open(sealed: string): string | null
}

/** Once the app is ready. */
export function systemVault(): Vault {
  return {
    // Without a keyring Chromium encrypts by a key that everyone knows.
    get available() {
      return (
        safeStorage.isEncryptionAvailable() &&
        (process.platform !== 'linux' ||
          !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
      )
    },
    seal: (text) => safeStorage.encryptString(text).toString('base64'),
    open(sealed) {
      try {
        return safeStorage.decryptString(Buffer.from(sealed, 'base64'))
      } catch {
        return null
      }
    },
  }
}
