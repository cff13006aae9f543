import { defineConfig } from '@playwright/test'

/**
 * Window tests. No retries: a flaky test is a defect. One worker: each test starts an Electron of its own. The limits are for what hangs,
 * not for what a busy machine makes slow.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 1_200_000,
  expect: { timeout: 120_000, toPass: { timeout: 120_000 } },
  reporter: [['list']],
  forbidOnly: process.env['CI'] !== undefined,
})
