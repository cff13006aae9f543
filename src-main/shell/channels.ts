/** Every IPC channel of the app. All but the last go from the window to the shell. */
export const CALL = 'plateau:call'
/** A call that tells how far it is, as items, and is cancelled as a subscription is ended. */
export const FOLLOW = 'plateau:follow'
export const SUBSCRIBE = 'plateau:subscribe'
export const UNSUBSCRIBE = 'plateau:unsubscribe'
/** Paths of chosen files, from the preload alone: the page has no way to name them. */
export const SELECT = 'plateau:select'
export const ITEM = 'plateau:item'
