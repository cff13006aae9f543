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
  ingest: ['store'],
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

const arrowRules = folders.map((folder) => ({
  files: [`src-main/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
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
        { object: 'shell', property: 'openExternal', message: 'Use safeOpenExternal.' },
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
)
