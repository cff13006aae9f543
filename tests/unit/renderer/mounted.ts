import { createPinia } from 'pinia'
import { type App, type Component, type ComponentPublicInstance, createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { Locale } from '../../../src-shared/locales/index.ts'
import { i18n } from '../../../src-renderer/i18n.ts'

/** A text field that was rendered, as its user has it. What is done in it goes to what it was rendered of, and is not rendered. */
export interface TextField {
  type(text: string): void
  press(key: string): void
  /** The focus goes elsewhere. */
  leave(): void
}

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
  /** Of a component those of the library's text fields that have this name. */
  fields(
    file: string,
    props: Readonly<Record<string, unknown>>,
    locale: Locale,
    name: string,
  ): Promise<TextField[]>
  close(): Promise<void>
}

/** What the library's text field is given. */
interface InputProps {
  readonly inputProps?: { readonly 'aria-label'?: string }
  readonly onBlur?: () => void
  readonly onKeydown?: (event: object) => void
  readonly 'onUpdate:value'?: (text: string) => void
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
  async function appOf(
    file: string,
    props: Readonly<Record<string, unknown>>,
    locale: Locale,
    stores: Readonly<Record<string, Record<string, unknown>>> = {},
  ): Promise<App> {
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
    return app.use(pinia).use(i18n)
  }
  return {
    render: async (...of) => renderToString(await appOf(...of)),
    async fields(file, props, locale, name) {
      const app = await appOf(file, props, locale)
      const found: TextField[] = []
      app.mixin({
        created(this: ComponentPublicInstance) {
          const given = this.$props as InputProps
          if (this.$options.name !== 'Input' || given.inputProps?.['aria-label'] !== name) return
          found.push({
            type: (text) => given['onUpdate:value']!(text),
            press: (key) => given.onKeydown!({ key, isComposing: false }),
            leave: () => given.onBlur!(),
          })
        },
      })
      await renderToString(app)
      return found
    },
    close: () => server.close(),
  }
}
