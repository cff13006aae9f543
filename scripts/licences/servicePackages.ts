const here = `${process.platform}-${process.arch}`

/**
 * The packages that the service process needs as files beside its bundle, and which of their files: the store's addon,
 * the solver's WebAssembly, the report's fonts (two weights) and its own Node. Everything else it imports is in the bundle.
 */
export const SERVICE_PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  'better-sqlite3': [/^(package\.json|LICENSE)$/, /^lib\//, new RegExp(`^prebuilds/${here}\\.node$`)],
  highs: [/^(package\.json|LICENSE)$/, /^build\//],
  '@fontsource/noto-sans-sc': [
    /^(package\.json|LICENSE|400\.css|700\.css)$/,
    /^files\/noto-sans-sc-.+-(400|700)-normal\.woff2$/,
  ],
  node: [/^package\.json$/, /^bin\/node(\.exe)?$/],
}
