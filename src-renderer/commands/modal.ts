/** What has the keyboard to itself while it is open: our dialogs, and the component library's. */
export const MODAL = 'dialog[open], [aria-modal="true"]'
