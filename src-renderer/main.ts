import '../src-shared/csp.ts'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import '@fontsource/noto-sans-sc/400.css'
import '@fontsource/noto-sans-sc/700.css'
import App from './App.vue'
import { i18n } from './i18n.ts'
import { makeWatchingStores } from './stores/index.ts'
import './style.css'

const underTest = new URLSearchParams(location.search).has('test')
if (underTest || matchMedia('(prefers-reduced-motion: reduce)').matches) {
  document.documentElement.classList.add('still')
}

const pinia = createPinia()
const app = createApp(App).use(pinia).use(i18n)
makeWatchingStores(pinia)
app.mount('#app')
