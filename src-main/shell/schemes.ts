import type { CustomScheme } from 'electron'
import { APP_SCHEME } from './assets.ts'
import { PRINT_SCHEME } from './document.ts'

const privileges = { standard: true, secure: true }
/** Both schemes are origins of their own, as https is; registered before the app is ready. */
export const PRIVILEGED_SCHEMES: CustomScheme[] = [
  { scheme: APP_SCHEME, privileges: { ...privileges, supportFetchAPI: true } },
  { scheme: PRINT_SCHEME, privileges },
]
