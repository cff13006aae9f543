/** The parts of echarts-gl that surfaces are drawn with: it has no types of its own. */
declare module 'echarts-gl/charts' {
  import type { use } from 'echarts/core'
  type Installer = Extract<Parameters<typeof use>[0], (...parts: never[]) => void>
  export const SurfaceChart: Installer
  export const Line3DChart: Installer
  export const Scatter3DChart: Installer
}
declare module 'echarts-gl/components' {
  import type { use } from 'echarts/core'
  export const Grid3DComponent: Extract<Parameters<typeof use>[0], (...parts: never[]) => void>
}
/** What echarts-gl draws with. */
declare module 'claygl/src/Shader' {
  const shaders: { import(source: string): void }
  export default shaders
}
declare module 'claygl/src/shader/source/compositor/blur.glsl.js' {
  const source: string
  export default source
}
