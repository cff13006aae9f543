import type { ExportTable } from '../domain/exportTable.ts'
import type { Landscape } from '../domain/landscape.ts'

/** The loss at every node of the plane, a row each; `names` are those of the two coordinates and the loss. */
export function landscapeTable(
  { x, y, values }: Pick<Landscape, 'x' | 'y' | 'values'>,
  names: readonly [x: string, y: string, loss: string],
): ExportTable {
  return {
    columns: [...names],
    rows: y.flatMap((second, iy) => x.map((first, ix) => [first, second, values[iy][ix]])),
  }
}
