import { z } from 'zod'

/** The file of the window's bundle that holds them, a JSON array. */
export const NOTICES_FILE = 'licences.json'

export const notice = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression. */
  licence: z.string(),
  text: z.string(),
})
/** What a part of the shipped app asks to be said of it. */
export type Notice = z.infer<typeof notice>
export const notices = z.array(notice)
