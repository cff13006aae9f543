import { describe, expect, it } from 'vitest'
import { countPages } from '../../../src-main/shell/pdf.ts'

describe('countPages', () => {
  it('counts page objects, not the page tree', () => {
    const pdf =
      '%PDF-1.4\n1 0 obj\n<</Type /Pages\n/Count 2\n/Kids [2 0 R 3 0 R]>>\nendobj\n' +
      '2 0 obj\n<</Type /Page\n/Parent 1 0 R>>\nendobj\n3 0 obj\n<</Type/Page/Parent 1 0 R>>\nendobj\n' +
      '4 0 obj\n<</Type /PageLabel>>\nendobj\n'
    expect(countPages(new TextEncoder().encode(pdf))).toBe(2)
  })
})
