import { Line3DChart, Scatter3DChart, SurfaceChart } from 'echarts-gl/charts'
import { Grid3DComponent } from 'echarts-gl/components'
import { use } from 'echarts/core'

// What surfaces are drawn with. Imported when the first one is shown: the start of the window does without it.
use([SurfaceChart, Line3DChart, Scatter3DChart, Grid3DComponent])

export { init } from './echarts.ts'
