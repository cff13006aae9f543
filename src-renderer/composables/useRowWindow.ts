import { computed, onBeforeUnmount, onMounted, type ShallowRef, shallowRef } from 'vue'
import { ROW_HEIGHT, visibleRows, WINDOW_FROM } from '../components/rowWindow.ts'

/** Height of a table that has not been measured yet: more than any screen shows. */
const UNMEASURED = 1200

/** Which of a table's rows are in the document, and the heights in pixels that stand for those above and below. */
export function useRowWindow(count: () => number, box: Readonly<ShallowRef<HTMLElement | null>>) {
  const scrollTop = shallowRef(0)
  const height = shallowRef(UNMEASURED)
  const measure = (): void => {
    scrollTop.value = box.value!.scrollTop
    height.value = box.value!.clientHeight
  }
  let observer: ResizeObserver | undefined
  onMounted(() => {
    observer = new ResizeObserver(measure)
    observer.observe(box.value!)
  })
  onBeforeUnmount(() => observer?.disconnect())

  const windowed = computed(() => count() > WINDOW_FROM)
  const first = computed(() => (windowed.value ? range.value.first : 0))
  const end = computed(() => (windowed.value ? range.value.end : count()))
  const range = computed(() => visibleRows(scrollTop.value, height.value, count()))
  return {
    windowed,
    first,
    end,
    above: computed(() => first.value * ROW_HEIGHT),
    below: computed(() => (count() - end.value) * ROW_HEIGHT),
    measure,
  }
}
