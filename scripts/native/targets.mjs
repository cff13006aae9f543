/**
 * The platforms the native engine is built for: Zig's name of the target, and the files of kernels.c with the flags of
 * their instruction set. Flags stand per file: the rest must run on every processor of the platform.
 */
const x64 = [
  { level: 'avx512', flags: ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma'] },
  { level: 'avx2', flags: ['-mavx2', '-mfma'] },
  { level: 'portable', flags: [] },
]
const arm64 = [{ level: 'neon', flags: [] }]

export const targets = {
  'linux-x64': { zig: 'x86_64-linux-gnu.2.17', kernels: x64, link: ['-pthread'] },
  'linux-arm64': { zig: 'aarch64-linux-gnu.2.17', kernels: arm64, link: ['-pthread'] },
  'win32-x64': { zig: 'x86_64-windows-gnu', kernels: x64, link: [] },
  'darwin-x64': { zig: 'x86_64-macos', kernels: x64, link: ['-undefined', 'dynamic_lookup'] },
  'darwin-arm64': { zig: 'aarch64-macos', kernels: arm64, link: ['-undefined', 'dynamic_lookup'] },
}
