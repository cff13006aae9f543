/** Number of pages of a PDF as Chromium writes it: page objects stand uncompressed, one `/Type /Page` each. */
export function countPages(pdf: Uint8Array): number {
  return (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
  )
}
