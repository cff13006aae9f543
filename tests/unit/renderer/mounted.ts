import { createPinia } from 'pinia'
import { type Component, createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { Locale } from '../../../src-shared/locales/index.ts'
import { i18n } from '../../../src-renderer/i18n.ts'

/** Components of the window, compiled as its bundle is and rendered to HTML: what is on the screen, without a screen. */
export interface Views {
  /**
   * @param file below src-renderer
   * @param stores what stores hold, by their names
   */
  render(
    file: string,
    props: Readonly<Record<string, unknown>>,
    locale: Locale,
    stores?: Readonly<Record<string, Record<string, unknown>>>,
  ): Promise<string>
  close(): Promise<void>
}

/** What is used of the bundler. Its own types would bring those of Node into the window's. */
interface Bundler {
  createServer(options: object): Promise<{
    ssrLoadModule(url: string): Promise<{ default: Component }>
    close(): Promise<void>
  }>
}

export async function openViews(): Promise<Views> {
  const names = ['vite', '@vitejs/plugin-vue']
  const [bundler, plugin] = await Promise.all(names.map((name): Promise<unknown> => import(name)))
  const server = await (bundler as Bundler).createServer({
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    plugins: [(plugin as { default: () => unknown }).default()],
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  })
  return {
    async render(file, props, locale, stores = {}) {
      // Where the window keeps its settings.
      const stored = { getItem: () => JSON.stringify({ locale }), setItem: () => {} }
      Object.assign(globalThis, { localStorage: stored })
      i18n.global.locale.value = locale
      const { default: component } = await server.ssrLoadModule(`/src-renderer/${file}`)
      const app = createSSRApp({ render: () => h(component, props) })
      // Where the component library leaves its styles when there is no document.
      app.provide('@css-render/vue3-ssr', { styles: [], ids: new Set() })
      const pinia = createPinia()
      pinia.state.value = { ...stores }
      return renderToString(app.use(pinia).use(i18n))
    },
    close: () => server.close(),
  }
}
