import { onScopeDispose, shallowReadonly, type ShallowRef, shallowRef, watch } from 'vue'
import { drawInTurn } from '../turns.ts'

/** `source`, taken over in its turn, behind the charts in view: for what may be a frame or two late. */
export function useInTurn<Value>(source: () => Value): Readonly<ShallowRef<Value>> {
  const taken = shallowRef(source()) as ShallowRef<Value>
  let forget: (() => void) | null = null
  watch(source, () => {
    forget ??= drawInTurn(null, () => {
      forget = null
      taken.value = source()
    })
  })
  onScopeDispose(() => forget?.())
  return shallowReadonly(taken)
}
