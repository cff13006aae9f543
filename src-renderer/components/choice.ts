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
