import { describe, expect, it } from 'vitest'
import { placement } from '../../../src-main/shell/placement.ts'

const LEFT = { x: 0, y: 24, width: 1920, height: 1056 }
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1440 }
const at = (x: number, y: number, width = 1400, height = 800) => ({ x, y, width, height, maximised: false })
const place = (x: number, y: number, width = 1400, height = 800) => ({ x, y, width, height })

describe('the place of the window', () => {
  it('is the middle of the first display at the first start', () => {
    expect(placement(null, [LEFT, RIGHT])).toEqual({ width: 1440, height: 900 })
    expect(placement(null, [{ ...LEFT, width: 1366, height: 728 }])).toEqual({ width: 1366, height: 728 })
  })

  it('is where it was, on any display, also when it reaches over the edge', () => {
    for (const [x, y] of [
      [100, 100],
      [2000, 30],
      [-1200, 24],
      [1700, 900],
    ])
      expect(placement(at(x, y), [LEFT, RIGHT])).toEqual(place(x, y))
  })

  it('is no place where its title bar cannot be taken hold of: of a display that is gone, above one, below one', () => {
    for (const [x, y] of [
      [2000, 30],
      [-1300, 100],
      [100, -10],
      [100, 1070],
    ])
      expect(placement(at(x, y), [LEFT])).toEqual({ width: 1400, height: 800 })
  })

  it('has a size between the smallest and its display’s', () => {
    expect(placement(at(100, 100, 300, 200), [LEFT])).toEqual(place(100, 100, 1280, 720))
    expect(placement(at(2000, 30, 4000, 4000), [LEFT, RIGHT])).toEqual(place(2000, 30, 2560, 1440))
    expect(placement(at(5000, 0, 4000, 4000), [LEFT])).toEqual({ width: 1920, height: 1056 })
    expect(placement(at(0, 0), [{ x: 0, y: 0, width: 1024, height: 600 }])).toEqual(place(0, 0, 1280, 720))
  })
})
