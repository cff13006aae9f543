import type { WebContents } from 'electron'
import { PlateauError } from '../../src-shared/errors.ts'
import { withDocument } from './document.ts'

/** A drawing and its size in CSS pixels. */
export interface Drawing {
  readonly svg: string
  readonly width: number
  readonly height: number
}

/** Pixels for one of CSS: at the size it is printed in, 288 to the inch. */
const PIXEL_RATIO = 3

/** Runs in the page: the image as the data URI of a PNG. */
const DRAW = `async (uri, width, height) => {
  const image = new Image()
  // Not decode(), which waits for a view that is shown.
  await new Promise((onload, reject) => {
    Object.assign(image, { onload, onerror: () => reject(new Error('It is no picture.')), src: uri })
  })
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.drawImage(image, 0, 0, width, height)
  return canvas.toDataURL('image/png')
}`

/**
 * Drawings as PNGs on white. Each is shown as an image: none of it runs, and it reaches nothing but the data within itself.
 * @param drawn told how many are, before each
 * @throws PlateauError internal when one cannot be drawn; the reason of `signal` when it aborts
 */
export async function drawPictures(
  drawings: readonly Drawing[],
  signal: AbortSignal,
  drawn: (count: number) => void,
): Promise<Buffer[]> {
  const draw = async (webContents: WebContents): Promise<Buffer[]> => {
    const pictures: Buffer[] = []
    for (const { svg, width, height } of drawings) {
      drawn(pictures.length)
      const uri = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
      const [columns, rows] = [width, height].map((side) => Math.round(side * PIXEL_RATIO))
      const script = `(${DRAW})(${JSON.stringify(uri)}, ${columns}, ${rows})`
      const png = (await webContents.executeJavaScript(script)) as string
      pictures.push(Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'))
    }
    return pictures
  }
  try {
    return await withDocument('<!doctype html>', draw, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new PlateauError('internal', `A chart could not be drawn: ${String(error)}`, { cause: error })
  }
}
