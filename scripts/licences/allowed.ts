/**
 * The licences of what may be shipped, each with the reason. All let anyone use, change and pass on the work, in closed
 * programs too, as long as their text goes with it: which it does. Another licence is a decision, not an update.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  MIT: 'asks for its text only',
  ISC: 'asks for its text only',
  '0BSD': 'asks for nothing',
  'BSD-2-Clause': 'asks for its text only',
  'BSD-3-Clause': 'asks for its text, and not to advertise with its authors',
  Zlib: 'asks not to claim the origin, and to mark changes',
  'Apache-2.0': 'asks for its text and its NOTICE; grants the patents',
  'OFL-1.1': 'fonts: embedded and passed on unchanged, not sold by themselves',
  blessing: 'SQLite: in the public domain',
}

/**
 * Whether an SPDX expression of licences joined by AND or OR, without nesting, can be kept with licences of the list.
 */
export function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => Object.hasOwn(ALLOWED, licence.trim())))
}
