/** Every IPC channel of the app. All but the last go from the window to the shell. */
export const CALL = 'plateau:call'
export const SUBSCRIBE = 'plateau:subscribe'
export const UNSUBSCRIBE = 'plateau:unsubscribe'
/** Paths of chosen files, from the preload alone: the page has no way to name them. */
export const SELECT = 'plateau:select'
export const ITEM = 'plateau:item'
