import { pinyin } from 'pinyin-pro'

/**
 * The initials a Chinese user types for a name, in lower case: of each Chinese character the first letter of its pinyin,
 * read in its word; letters and digits as they are, of full width or not; nothing of other characters.
 */
export function initialsOf(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase()
  const letters = pinyin(plain, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
  return letters.join('').replace(/[^a-z0-9]/g, '')
}
