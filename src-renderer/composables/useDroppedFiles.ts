import { onBeforeUnmount, onMounted } from 'vue'
import { useImporting } from '../stores/importing.ts'
import { useNavigation } from '../stores/navigation.ts'

/** Files that are dropped on the window, on whatever screen, go to the import. */
export function useDroppedFiles(): void {
  const importing = useImporting()
  const navigation = useNavigation()
  /** Anything else that is dragged, as a text into a field, is left alone. */
  const bringsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false

  function over(event: DragEvent): void {
    if (bringsFiles(event)) event.preventDefault()
  }
  function drop(event: DragEvent): void {
    if (!bringsFiles(event)) return
    event.preventDefault()
    importing.dropped = [...event.dataTransfer!.files]
    navigation.show('import')
  }
  onMounted(() => {
    addEventListener('dragover', over)
    addEventListener('drop', drop)
  })
  onBeforeUnmount(() => {
    removeEventListener('dragover', over)
    removeEventListener('drop', drop)
  })
}
