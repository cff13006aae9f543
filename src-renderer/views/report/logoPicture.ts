import { logo, MAX_LOGO_BYTES, pngUri } from '../../../src-shared/domain/logo.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { type ErrorValue, failure } from '../../../src-shared/failure.ts'
import { logoFaults, windowErrors } from '../../../src-shared/locales/errors/window.ts'

export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/svg+xml'] as const

/** The logo is printed at most 60 mm x 14 mm: 600 dots to the inch. */
const WIDTH = 1417
const HEIGHT = 331
/** What is more has not been a logo so far; `logoFaults.tooLarge` says it. */
const MAX_FILE_BYTES = 20_000_000

/**
 * A chosen picture as the logo of reports: a small PNG as it is, all else drawn anew as a PNG. It is only looked at as an image, so that
 * nothing in it runs or is fetched.
 * @throws PlateauError file_not_recognised for what is no picture
 */
export async function logoOf(file: File): Promise<string> {
  if (file.size > MAX_FILE_BYTES) throw refused(file, logoFaults.tooLarge)
  const image = await decoded(file)
  if (file.type === 'image/png' && file.size <= MAX_LOGO_BYTES) {
    const asItIs = logo.safeParse(pngUri(new Uint8Array(await file.arrayBuffer())))
    if (asItIs.success) return asItIs.data
  }
  const fit = Math.min(WIDTH / image.naturalWidth, HEIGHT / image.naturalHeight)
  // A drawing has no pixels of its own to lose or to invent.
  let scale = file.type === 'image/svg+xml' ? fit : Math.min(fit, 1)
  for (;;) {
    const png = await drawn(file, image, scale)
    if (png.length <= MAX_LOGO_BYTES) return pngUri(png)
    scale /= Math.SQRT2
  }
}

async function decoded(file: File): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    if (image.naturalWidth === 0 || image.naturalHeight === 0) throw refused(file, logoFaults.noSize)
    return image
  } catch (error) {
    throw error instanceof PlateauError ? error : refused(file, logoFaults.noPicture)
  } finally {
    URL.revokeObjectURL(url)
  }
}

async function drawn(file: File, image: HTMLImageElement, scale: number): Promise<Uint8Array> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  try {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    return new Uint8Array(await blob!.arrayBuffer())
  } catch {
    throw refused(file, logoFaults.notAlone)
  }
}

function refused(file: File, why: ErrorValue): PlateauError {
  return failure(windowErrors.logoRefused, { why }, { place: { file: file.name } })
}
