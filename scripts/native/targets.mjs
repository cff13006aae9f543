/**
 * What the C of the compiled engine is built for. Flags stand per file: the rest must run on every processor of the
 * platform.
 */
const x64 = [
  { level: 'avx512', flags: ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma'] },
  { level: 'avx2', flags: ['-mavx2', '-mfma'] },
  { level: 'portable', flags: [] },
]
const arm64 = [{ level: 'neon', flags: [] }]

/** The addon: Zig's name of the platform, and the copies of kernels.c with the flags of their instruction set. */
export const platforms = {
  'linux-x64': { zig: 'x86_64-linux-gnu.2.17', kernels: x64, link: ['-pthread'] },
  'linux-arm64': { zig: 'aarch64-linux-gnu.2.17', kernels: arm64, link: ['-pthread'] },
  'win32-x64': { zig: 'x86_64-windows-gnu', kernels: x64, link: [] },
  'darwin-x64': { zig: 'x86_64-macos', kernels: x64, link: ['-undefined', 'dynamic_lookup'] },
  'darwin-arm64': { zig: 'aarch64-macos', kernels: arm64, link: ['-undefined', 'dynamic_lookup'] },
}

const wasm = 'generic+simd128+atomics+bulk_memory'

/** WebAssembly: a module for each instruction set, since a runtime that lacks one refuses the whole module. */
export const wasmLevels = [
  { level: 'relaxed', cpu: `${wasm}+relaxed_simd` },
  { level: 'simd128', cpu: wasm },
]

/** Sizes as in nn/engines/wasm/program.ts: the most there can be is one page less than 4 GiB. */
export const wasmLink = [
  '-nostdlib',
  '-Wl,--no-entry',
  '-Wl,--import-memory',
  '-Wl,--shared-memory',
  '-Wl,--initial-memory=1048576',
  '-Wl,--max-memory=4294901760',
  '-Wl,-z,stack-size=65536',
  '-Wl,--export=__stack_pointer',
  '-Wl,--strip-all',
]
