import { parse } from 'vue/compiler-sfc'

const texts = import.meta.glob<string>('../../../src-renderer/**/*.{vue,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** A source file of the renderer; `file` is relative to its root. */
export interface Source {
  readonly file: string
  readonly text: string
}

export const sources: readonly Source[] = Object.entries(texts).map(([file, text]) => ({
  file: file.slice(file.indexOf('src-renderer/') + 'src-renderer/'.length),
  text,
}))

/** Text a user would read as it stands: text nodes, and attributes that are shown or read aloud. */
export function literalTexts(component: string): string[] {
  const root = parse(component).descriptor.template?.ast
  return root === undefined ? [] : root.children.flatMap(textsOf)
}

type Node = NonNullable<
  NonNullable<ReturnType<typeof parse>['descriptor']['template']>['ast']
>['children'][number]

// Node types of Vue's template syntax tree.
const ELEMENT = 1
const TEXT = 2
const ATTRIBUTE = 6
const SHOWN = new Set(['title', 'label', 'alt', 'placeholder', 'aria-label', 'hint', 'text'])

function textsOf(node: Node): string[] {
  if (node.type === TEXT) return [node.content.trim()]
  if (node.type !== ELEMENT) return []
  const shown = node.props.flatMap((prop) =>
    prop.type === ATTRIBUTE && SHOWN.has(prop.name) && prop.value !== undefined ? [prop.value.content] : [],
  )
  return [...shown, ...node.children.flatMap(textsOf)]
}
