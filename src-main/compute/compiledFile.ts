import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * Where scripts/native/build.mjs puts what it compiles: src-main/nn/engines/compiled/build/FOLDER under the nearest
 * folder upwards with a package.json. That is the repository for the sources and for the bundle in out/, and the
 * application folder of a packaged app, which ships the files at the same place, outside its archive.
 */
export function compiledFile(folder: string, file: string): string {
  let root = import.meta.dirname
  while (!existsSync(path.join(root, 'package.json')) && path.dirname(root) !== root)
    root = path.dirname(root)
  return path.join(root, 'src-main/nn/engines/compiled/build', folder, file)
}
