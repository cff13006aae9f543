import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const source = (file: string): string => path.join(import.meta.dirname, file)

/** One bundle per process of the app. better-sqlite3 and highs (native addon, WASM) stay in node_modules. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          shell: source('src-main/shell/main.ts'),
          host: source('src-main/host/main.ts'),
          worker: source('src-main/host/worker.ts'),
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
        input: { preload: source('src-main/shell/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('src-renderer'),
    plugins: [vue()],
    build: {
      outDir: source('out/renderer'),
      // The content security policy takes fonts and images from files only, so none is inlined as data.
      assetsInlineLimit: 0,
      rollupOptions: { input: source('src-renderer/index.html') },
    },
  },
})
