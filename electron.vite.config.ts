import fs from 'node:fs'
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import packageJson from './package.json' with { type: 'json' }
import { licencePlugins } from './scripts/licences/plugin.ts'
import { SERVICE_PACKAGES } from './scripts/licences/servicePackages.ts'

const source = (file: string): string => path.join(import.meta.dirname, file)

/** The shell's GPU page: its script is an entry of the renderer's bundle, its HTML lies outside the renderer's root. */
const gpuPage: Plugin = {
  name: 'gpu-page',
  generateBundle() {
    const html = fs.readFileSync(source('src-main/shell/gpu/gpu.html'), 'utf8')
    this.emitFile({ type: 'asset', fileName: 'gpu.html', source: html })
  },
}

/** What the service finds as files, and nothing else, stays in node_modules: a packaged app has no other packages. */
const bundled = Object.keys(packageJson.dependencies).filter((name) => !Object.hasOwn(SERVICE_PACKAGES, name))

const licences = licencePlugins(import.meta.dirname)

/** One bundle per process of the app. */
export default defineConfig({
  main: {
    plugins: [licences.seen],
    build: {
      // By itself it leaves out what package.json requires, not what is optional: webgpu is looked for at run time.
      externalizeDeps: { include: ['webgpu'], exclude: bundled },
      outDir: 'out/main',
      rollupOptions: {
        input: {
          shell: source('src-main/shell/main.ts'),
          host: source('src-main/host/main.ts'),
          worker: source('src-main/host/worker.ts'),
          barThread: source('src-main/ingest/bars/thread.ts'),
          panelThread: source('src-main/market/panelThread.ts'),
          panelCacheThread: source('src-main/market/panelCacheThread.ts'),
        },
      },
    },
  },
  preload: {
    plugins: [licences.seen],
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one CommonJS file: it can require electron and nothing else.
      externalizeDeps: false,
      rollupOptions: {
        input: {
          preload: source('src-main/shell/preload.ts'),
          gpuPreload: source('src-main/shell/gpu/preload.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('src-renderer'),
    plugins: [vue(), gpuPage, licences.seen, licences.written],
    resolve: {
      alias: [
        {
          find: /^\.\.\/effect\/(EffectCompositor|TemporalSuperSampling)$/,
          replacement: source('src-renderer/charts/noEffects.ts'),
        },
      ],
    },
    build: {
      outDir: source('out/renderer'),
      // The content security policy takes fonts and images from files only, so none is inlined as data.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: { index: source('src-renderer/index.html'), gpu: source('src-main/shell/gpu/page.ts') },
        output: {
          entryFileNames: ({ name }) => (name === 'gpu' ? '[name].js' : 'assets/[name]-[hash].js'),
        },
      },
    },
  },
})
