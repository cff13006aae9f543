import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Command, findCommands } from '../../../src-renderer/commands/command.ts'
import {
  chordOf,
  chordText,
  commandOf,
  DEFAULT_KEYS,
  isReserved,
  isText,
  keysOf,
} from '../../../src-renderer/commands/keys.ts'

const command = (id: string, ...words: string[]): Command => ({ id, title: words[0], words, run: () => {} })
const commands = [
  command('screen.home', '转到：项目', 'Go to: Project'),
  command('project.open', '打开数据库…', 'Open a store…'),
  command('screen.factor', '转到：因子', 'Go to: Factors'),
]
const ids = (found: readonly Command[]) => found.map(({ id }) => id)

describe('findCommands', () => {
  it('finds a title in either language by its words in any order', () => {
    expect(ids(findCommands(commands, '因子', []))).toEqual(['screen.factor'])
    expect(ids(findCommands(commands, 'factors go', []))).toEqual(['screen.factor'])
    expect(ids(findCommands(commands, 'gone', []))).toEqual([])
  })

  it('puts titles that begin with what was typed first', () => {
    expect(ids(findCommands(commands, 'o', []))).toEqual(['project.open', 'screen.home', 'screen.factor'])
  })

  it('lists all when nothing is typed, recent ones first, unknown ones of old ignored', () => {
    expect(ids(findCommands(commands, ' ', ['gone', 'screen.factor', 'project.open']))).toEqual([
      'screen.factor',
      'project.open',
      'screen.home',
    ])
  })
})

describe('keys', () => {
  const press = (key: string, modifiers: Partial<Record<'ctrl' | 'meta' | 'alt' | 'shift', true>> = {}) => ({
    key,
    ctrlKey: modifiers.ctrl ?? false,
    metaKey: modifiers.meta ?? false,
    altKey: modifiers.alt ?? false,
    shiftKey: modifiers.shift ?? false,
  })

  it('are written with their modifiers in one order, Mod being Ctrl or Command', () => {
    expect(chordOf(press('k', { ctrl: true }), false)).toBe('Mod+K')
    expect(chordOf(press('k', { meta: true }), true)).toBe('Mod+K')
    expect(chordOf(press('P', { shift: true, ctrl: true, alt: true }), false)).toBe('Mod+Alt+Shift+P')
    expect(chordOf(press('F5', { shift: true }), false)).toBe('Shift+F5')
  })

  it('take a sign as it is, however it is typed on the keyboard', () => {
    expect(chordOf(press('?', { shift: true }), false)).toBe('?')
  })

  it('are none while only a modifier is down', () => {
    for (const key of ['Control', 'Shift', 'Alt', 'Meta'])
      expect(chordOf(press(key, { ctrl: true }), false)).toBeNull()
  })

  it('are text unless Ctrl or Alt is down', () => {
    expect(['?', 'A', 'Shift+A', 'Mod+A', 'Alt+A'].map(isText)).toEqual([true, true, true, false, false])
  })

  it('are nobody’s where they are typed, or work what has the keyboard', () => {
    const own = [
      'A',
      '7',
      'Shift+A',
      '平',
      ' ',
      'Tab',
      'Shift+Tab',
      'Enter',
      'Backspace',
      'ArrowUp',
      'PageDown',
      'End',
    ]
    expect(own.filter((chord) => !isReserved(chord))).toEqual([])
    const free = ['?', 'F5', 'Shift+F5', 'Mod+A', 'Alt+A', 'Mod+Enter', 'Alt+ArrowUp', 'Mod+Shift+Tab']
    expect(free.filter(isReserved)).toEqual([])
    expect(Object.values(DEFAULT_KEYS).flat().filter(isReserved)).toEqual([])
  })

  it('are shown as keyboards label them', () => {
    expect(chordText('Mod+Shift+P', false)).toBe('Ctrl+Shift+P')
    expect(chordText('Mod+Shift+P', true)).toBe('⌘⇧P')
    expect(chordText('Escape', false)).toBe('Esc')
  })

  it('belong to one command each by default', () => {
    const all = Object.values(DEFAULT_KEYS).flat()
    expect(new Set(all).size).toBe(all.length)
    for (const id of Object.keys(DEFAULT_KEYS))
      for (const chord of keysOf(id, {})) expect(commandOf(chord, {})).toBe(id)
  })

  it('of the user go before the defaults, which then are free', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(DEFAULT_KEYS)), (id) => {
        const own = { [id]: 'Mod+Alt+F9' }
        expect(commandOf('Mod+Alt+F9', own)).toBe(id)
        for (const chord of DEFAULT_KEYS[id]) expect(commandOf(chord, own)).toBeNull()
      }),
    )
  })
})
