import { createHash } from 'node:crypto'
import { run } from '../lib/process.mjs'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/**
 * What a package is made of, as CycloneDX: of npm's list of the lock file's packages, with their archives' hashes, those that
 * are shipped, and the parts that are no npm packages. The same text for the same commit.
 * @param notices what is shipped (src-shared/notices.ts)
 */
export async function makeSbom(notices, runtime) {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const listed = JSON.parse(await run(npm, args, { capture: true }))
  const idOf = ({ name, version }) => `${name}@${version}`
  const shipped = new Map(notices.map((notice) => [idOf(notice), notice]))
  const components = listed.components.filter((component) => shipped.delete(idOf(component)))
  const self = idOf(listed.metadata.component)
  const others = [...shipped.values()].filter((notice) => idOf(notice) !== self).map(componentOf)
  const kept = new Set([...components, ...others].map((component) => component['bom-ref']))
  const sbom = {
    ...listed,
    metadata: {
      ...listed.metadata,
      timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString(),
    },
    components: [...components, ...others],
    dependencies: listed.dependencies
      .filter(({ ref }) => kept.has(ref) || ref === listed.metadata.component['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((each) => kept.has(each)) })),
    properties: [{ name: 'plateau:runtime', value: `Electron ${runtime.version} (${runtime.kind})` }],
  }
  delete sbom.serialNumber
  return `${JSON.stringify({ ...sbom, serialNumber: serialNumber(JSON.stringify(sbom)) }, null, 2)}\n`
}

function componentOf({ name, version, licence }) {
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    licenses: [{ license: { id: licence } }],
  }
}

/** npm draws one at random; here it follows from the content. */
function serialNumber(content) {
  const hex = createHash('sha256').update(content).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
