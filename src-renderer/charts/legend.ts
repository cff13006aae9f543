import type { EChartsOption } from 'echarts'

/** Names in the legend, in its order. */
function entriesOf({ legend, series }: EChartsOption): string[] {
  const [listed] = [legend ?? []].flat() as { readonly data?: readonly string[] }[]
  const names = ([series ?? []].flat() as { readonly name?: string }[]).flatMap(({ name }) => name ?? [])
  return [...new Set(listed?.data ?? names)]
}

/** What the legend of `before` has switched off, as that of `after` calls it: the same chart in another language. */
export function renamed(
  hidden: ReadonlySet<string>,
  before: EChartsOption,
  after: EChartsOption,
): ReadonlySet<string> {
  const [names, others] = [entriesOf(before), entriesOf(after)]
  return names.length === others.length
    ? new Set([...hidden].map((name) => others[names.indexOf(name)] ?? name))
    : hidden
}
