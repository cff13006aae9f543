import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProjectInfo } from '../../../src-shared/contract/project.ts'
import { useNavigation } from '../../../src-renderer/stores/navigation.ts'
import { useProject } from '../../../src-renderer/stores/project.ts'
import { useSettings } from '../../../src-renderer/stores/settings.ts'
import { bubblePlace, visiblePart } from '../../../src-renderer/tour/bubble.ts'
import { screenOf, STEPS, useTour } from '../../../src-renderer/tour/tour.ts'

beforeEach(() => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

describe('the tour', () => {
  it('shows the screen of each step, goes back, and is not offered again after its last step', () => {
    useProject().info = { path: 'a' } as ProjectInfo
    const navigation = useNavigation()
    navigation.show('factor')
    const tour = useTour()
    tour.start()
    const walked = STEPS.map(() => {
      const seen = [tour.step, navigation.screen]
      tour.next()
      return seen
    })
    expect(walked).toEqual(STEPS.map((step) => [step, screenOf(step)]))
    // The user is where the tour began.
    expect([tour.step, navigation.screen, useSettings().offerTour]).toEqual([null, 'factor', false])

    tour.start()
    tour.back()
    expect(tour.step).toBe('project')
    tour.next()
    tour.next()
    tour.back()
    expect(tour.step).toBe('data')
  })

  it('is offered again when it was left, and not when it was refused', () => {
    useProject().info = { path: 'a' } as ProjectInfo
    const tour = useTour()
    tour.start()
    tour.next()
    tour.stop()
    expect([tour.step, useNavigation().screen, useSettings().offerTour]).toEqual([null, 'home', true])
    tour.start()
    tour.refuse()
    expect([tour.step, useSettings().offerTour]).toEqual([null, false])
  })

  it('goes over the screens that have something to show without a project', () => {
    const tour = useTour()
    expect(tour.steps).toEqual(['project', 'settings'])
  })
})

describe('the bubble', () => {
  const window = { width: 1280, height: 720 }
  const bubble = { width: 380, height: 200 }
  const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })

  it('stands to the right of its anchor, below it, to its left or above it, wherever there is room', () => {
    expect(bubblePlace(box(100, 100, 300, 200), bubble, window)).toEqual({ left: 414, top: 100 })
    expect(bubblePlace(box(100, 50, 1100, 200), bubble, window)).toEqual({ left: 100, top: 264 })
    expect(bubblePlace(box(600, 50, 650, 650), bubble, window)).toEqual({ left: 206, top: 50 })
    expect(bubblePlace(box(10, 400, 1260, 310), bubble, window)).toEqual({ left: 14, top: 186 })
  })

  it('stands in the corner of what fills the window, in the middle without an anchor, and never over an edge', () => {
    expect(bubblePlace(box(4, 4, 1272, 712), bubble, window)).toEqual({ left: 882, top: 502 })
    expect(bubblePlace(null, bubble, window)).toEqual({ left: 450, top: 260 })
    expect(bubblePlace(box(100, 690, 300, 26), bubble, window).top).toBe(506)
  })

  it('points at what is seen of its anchor', () => {
    expect(visiblePart(box(112, -300, 2000, 5000), window)).toEqual(box(112, 4, 1164, 712))
    expect(visiblePart(box(10, 10, 20, 20), window)).toEqual(box(10, 10, 20, 20))
    expect(visiblePart(box(10, 800, 20, 20), window)).toBeNull()
  })
})
