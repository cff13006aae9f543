import Shader from 'claygl/src/Shader'
import blur from 'claygl/src/shader/source/compositor/blur.glsl.js'

/**
 * In place of the two classes by which echarts-gl draws effects: bloom, depth of field, frames laid over one another. Our surfaces
 * have none of them; the first of the two compiles texture sizes from text whenever a chart is made, which the window's content
 * security policy rightly forbids. The bundle takes this class instead: electron.vite.config.ts.
 */
export default class NoEffects {}

const switched = ['Bloom', 'DOF', 'SSR', 'SSAO', 'ColorCorrection', 'Edge', 'FXAA']
const set = ['BloomIntensity', 'EdgeColor', 'ColorLookupTexture', 'Exposure', 'ColorCorrection']
const tuned = ['SSAO', 'SSR', 'DOF']
const asked = [
  ...['resize', 'resetFrame', 'getFrame', 'dispose'],
  ...switched.flatMap((effect) => [`enable${effect}`, `disable${effect}`]),
  ...set.map((name) => `set${name}`),
  ...tuned.map((effect) => `set${effect}Parameter`),
]
Object.assign(NoEffects.prototype, Object.fromEntries(asked.map((name) => [name, () => {}])))

// Shadows, which every chart makes a pass for, take their blur from where those classes put it.
Shader.import(blur)
