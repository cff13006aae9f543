/** Every IPC channel of the app. The first three go from the window to the shell, the last one back. */
export const CALL = 'plateau:call'
export const SUBSCRIBE = 'plateau:subscribe'
export const UNSUBSCRIBE = 'plateau:unsubscribe'
export const ITEM = 'plateau:item'
