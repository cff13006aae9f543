/**
 * An SVG of ECharts as plain markup. ECharts names clip paths by a counter of the process: they are named by order of appearance
 * instead, `id` before them. Its classes and `ecmeta` attributes serve the mouse only and are left out.
 */
export function plainSvg(svg: string, id: string): string {
  const names = new Map<string, string>()
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-[\w-]+/g, (name) => {
      const stable = names.get(name) ?? `${id}-${names.size}`
      names.set(name, stable)
      return stable
    })
}
