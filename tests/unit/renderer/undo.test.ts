import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { i18n } from '../../../src-renderer/i18n.ts'
import { useUndo } from '../../../src-renderer/composables/useUndo.ts'

describe('the way back', () => {
  const { t, locale } = i18n.global

  /** A form whose seeds were reset. */
  function resetForm() {
    const form = ref({ seeds: [1, 2] })
    const undo = useUndo(() => form.value)
    const before = form.value
    form.value = { seeds: [1] }
    undo.offer(
      () => t('study.wasReset'),
      () => (form.value = before),
    )
    return { form, undo }
  }

  it('is offered after the change, in the language of the window, and brings back what was', () => {
    const { form, undo } = resetForm()
    locale.value = 'zh-CN'
    expect(undo.text.value).toBe('表单已恢复为模板。')
    locale.value = 'en'
    expect(undo.text.value).toBe('The form was reset to the template.')
    undo.undo()
    expect(form.value.seeds).toEqual([1, 2])
    expect(undo.text.value).toBeNull()
  })

  it('is gone once anything was changed again, however deep', () => {
    const { form, undo } = resetForm()
    form.value.seeds.push(7)
    expect(undo.text.value).toBeNull()
    expect(form.value.seeds).toEqual([1, 7])
  })
})
