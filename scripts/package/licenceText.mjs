const RULE = '='.repeat(100)

/** LICENSES.txt of a package: every notice, one after the other. */
export function licenceText(notices) {
  const parts = notices.map(
    ({ name, version, licence, text }) =>
      `${RULE}\n${[name, version].join(' ').trim()} (${licence})\n${RULE}\n\n${text}\n`,
  )
  return `Plateau contains the following software.\n\n${parts.join('\n')}`
}
