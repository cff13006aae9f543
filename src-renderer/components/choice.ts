import type { SelectGroupOption, SelectOption } from 'naive-ui'

/** One of a list to choose from, with what it means. */
export interface Choice {
  readonly value: string
  readonly name: string
  readonly definition: string
}

/** Choices under a heading. */
export interface ChoiceGroup {
  readonly heading: string
  readonly choices: readonly Choice[]
}

/** By which tests find an option in the menu of a select. */
export const optionTestId = ({ value }: SelectOption | SelectGroupOption): { 'data-testid': string } => ({
  'data-testid': `choice-${String(value)}`,
})
