import fs from 'node:fs'
import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const source = (file: string): string => path.join(import.meta.dirname, file)

/** The shell's GPU page: its script is an entry of the renderer's bundle, its HTML lies outside the renderer's root. */
const gpuPage: Plugin = {
  name: 'gpu-page',
  generateBundle() {
    const html = fs.readFileSync(source('src-main/shell/gpu/gpu.html'), 'utf8')
    this.emitFile({ type: 'asset', fileName: 'gpu.html', source: html })
  },
}

/** One bundle per process of the app. better-sqlite3 and highs (native addon, WASM) stay in node_modules. */
export default defineConfig({
  main: {
    build: {
      // By itself it leaves out what package.json requires, not what is optional.
      externalizeDeps: { include: ['webgpu'] },
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
    plugins: [vue(), gpuPage],
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
