import globals from 'globals'
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

/**
 * The import arrows of docs/architecture.md. A folder may import itself, src-shared, and the folders named here;
 * everything else inside src-main is refused.
 */
const arrows = {
  files: [],
  store: ['files'],
  ingest: ['store', 'files'],
  market: ['store', 'files'],
  nn: [],
  compute: ['nn', 'files'],
  optim: [],
  landscape: ['nn', 'optim'],
  train: ['nn', 'optim', 'market'],
  risk: ['market'],
  factor: ['market', 'portfolio', 'risk'],
  portfolio: ['market', 'risk'],
  report: [],
  sample: ['market', 'files'],
  study: [
    'files',
    'store',
    'market',
    'nn',
    'compute',
    'optim',
    'train',
    'landscape',
    'risk',
    'factor',
    'portfolio',
    'jobs',
  ],
  jobs: [],
  host: ['files', 'store', 'ingest', 'market', 'study', 'jobs', 'report', 'sample', 'nn', 'compute'],
  cli: ['files', 'store', 'ingest', 'market', 'study', 'jobs', 'report', 'sample', 'nn', 'compute', 'host'],
  shell: ['host', 'files', 'nn', 'compute'],
}

const folders = Object.keys(arrows)
const noElectron = { group: ['electron', 'electron/*'], message: 'Only src-main/shell imports electron.' }
const noRenderer = {
  group: ['**/src-renderer/**'],
  message: 'The renderer is reached over the contract only.',
}

/** The app makes no connection (docs/decisions/0017-no-updater.md). */
const NO_NETWORK = 'The app makes no connection by itself: see compute/localSocket.ts and host/remote/tcp.ts.'
/** Between the app's own processes, and to the server that a person has named; they import nothing else. */
const SOCKET_FILES = ['src-main/compute/localSocket.ts', 'src-main/host/remote/tcp.ts']
const NETWORK_MODULES = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises']
const networkImports = [
  ...NETWORK_MODULES.flatMap((name) => [name, `node:${name}`]).map((name) => ({ name, message: NO_NETWORK })),
  {
    name: 'electron',
    importNames: ['net', 'shell', 'autoUpdater'],
    message: 'The app makes no connection and opens nothing outside itself.',
  },
]
const networkRules = {
  files: ['src-main/**/*.ts', 'src-shared/**/*.ts', 'src-renderer/**/*.{ts,vue}'],
  // It reads a file of the app's own origin, the only one the page's policy lets it read.
  ignores: ['src-renderer/views/settings/LicenceDialog.vue'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport', 'RTCPeerConnection'].map(
        (name) => ({ name, message: NO_NETWORK }),
      ),
    ],
  },
}

const arrowRules = folders.map((folder) => ({
  files: [`src-main/${folder}/**/*.ts`],
  ignores: SOCKET_FILES,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: networkImports,
        patterns: [
          ...(folder === 'shell' ? [] : [noElectron]),
          noRenderer,
          ...folders
            .filter((other) => other !== folder && !arrows[folder].includes(other))
            .map((other) => ({
              regex: `^(\\.\\./)+${other}/`,
              message: `src-main/${folder} must not import src-main/${other} (docs/architecture.md, arrows).`,
            })),
          ...(['nn', 'optim', 'landscape'].includes(folder)
            ? [
                {
                  group: ['node:*', 'better-sqlite3'],
                  message: `${folder} is pure: no files, no store, no node.`,
                },
              ]
            : []),
        ],
      },
    ],
  },
}))

export default tseslint.config(
  {
    ignores: [
      'out/**',
      'dist/**',
      '.runtime/**',
      'node_modules/**',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: globals.browser },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use createRandom(seed) of src-shared/random.ts.' },
        ...['openExternal', 'openPath', 'showItemInFolder'].map((property) => ({
          object: 'shell',
          property,
          message: 'The app opens nothing outside itself.',
        })),
        { object: 'navigator', property: 'sendBeacon', message: NO_NETWORK },
      ],
      // Layout is the formatter's business.
      'vue/html-indent': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['src-shared/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            noElectron,
            noRenderer,
            {
              group: ['**/src-main/**', 'node:*'],
              message: 'src-shared is std only: no node, no electron, no DOM.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,vue}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            noElectron,
            { group: ['**/src-main/**', 'node:*'], message: 'The renderer imports src-shared only.' },
          ],
        },
      ],
    },
  },
  ...arrowRules,
  networkRules,
)
