/** Size of a picture of a chart: CSS pixels, which its text is measured in, and pixels of the picture for each of them. */
export interface PictureSize {
  readonly width: number
  readonly height: number
  /** Of a drawing without pixels it says nothing. */
  readonly scale: number
}

export const SIDE = { min: 200, max: 4000 } as const
export const SCALE = { min: 1, max: 4 } as const
/** Above, a picture takes more memory than a page should: 4 bytes for each. */
export const MOST_PIXELS = 48_000_000

export const pixelsOf = ({ width, height, scale }: PictureSize): number => width * height * scale * scale
