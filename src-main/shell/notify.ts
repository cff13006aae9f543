import { Notification } from 'electron'
import { parentWindow } from './saveFile.ts'

/** Those that are shown: one that nothing refers to is collected, and its click with it. */
const shown = new Set<Notification>()

/**
 * Show a notice of the system, unless the window has the user's attention anyway; a click on it brings the window to the front.
 * @returns whether it was shown
 */
export function notify(notice: { title: string; body: string }): boolean {
  const window = parentWindow()
  if (window.isFocused() || !Notification.isSupported()) return false
  const notification = new Notification(notice)
  notification.on('click', () => {
    if (window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })
  notification.on('close', () => shown.delete(notification))
  shown.add(notification)
  notification.show()
  return true
}
