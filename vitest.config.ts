import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/{unit,reference,conformance,faults}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: 'tests/setup/temporaryFolder.ts',
    setupFiles: ['src-main/jobs/compilers.ts', 'tests/setup/seed.ts'],
    // Tests keep their choice of engine to themselves.
    env: { PLATEAU_COMPUTE_FILE: path.join(import.meta.dirname, '.runtime/test-compute.json') },
  },
})
