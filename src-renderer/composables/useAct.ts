import { onBeforeUnmount, onMounted } from 'vue'
import type { OfferedAct } from '../commands/acts.ts'
import { useActs } from '../stores/acts.ts'

/** Offers an act among the commands while the component is there. */
export function useAct(act: OfferedAct): void {
  const { offered } = useActs()
  onMounted(() => offered.add(act))
  onBeforeUnmount(() => offered.delete(act))
}
