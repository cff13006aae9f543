import fs from 'node:fs'
import type { ElectronApplication, Locator } from '@playwright/test'
import { readDelimited } from '../../src-main/ingest/formats/delimited.ts'
import { CELLS_ALONE } from '../../src-main/ingest/layout.ts'
import { answerSaveDialog, expect } from './fixtures.ts'

/** Exports through the menu of a panel into `file`, and waits for the window to say where it is. */
export async function exportTo(
  app: ElectronApplication,
  panel: Locator,
  format: string,
  file: string,
): Promise<void> {
  await answerSaveDialog(app, file)
  await panel.getByTestId('export-menu').click()
  await panel.page().getByTestId(`export-${format}`).click()
  await expect(panel.getByTestId('exported')).toContainText(file)
}

/** Records of a CSV file, by the reader of imports. */
export async function readCsv(file: string): Promise<string[][]> {
  const bytes = fs.readFileSync(file)
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf')
  const records: string[][] = []
  async function* chunks() {
    yield bytes.subarray(3)
  }
  await readDelimited(chunks(), { encoding: 'utf-8', delimiter: 'comma' }, file, CELLS_ALONE, (row) =>
    records.push([...row.cells()]),
  )
  return records
}
