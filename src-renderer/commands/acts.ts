/** What the buttons of the screens do: commands while the button is there and can be pressed. Texts: locales/acts.ts. */
export const ACTS = [
  'studies.quick',
  'studies.start',
  'studies.estimate',
  'studies.reset',
  'studies.moveFirst',
  'studies.pause',
  'studies.resume',
  'studies.cancel',
  'studies.clone',
  'studies.archive',
  'studies.compare',
  'studies.remove',
  'landscapes.open',
  'landscapes.draw',
  'landscapes.cancel',
  'reports.pdf',
  'reports.html',
  'reports.xlsx',
  'reports.png',
  'imports.project',
  'imports.check',
  'imports.start',
  'imports.cancel',
  'imports.again',
  'data.remove',
  'compute.measure',
  'safety.check',
  'safety.backUp',
  'safety.restore',
  'diagnostics.save',
  'work.cancel',
] as const
export type Act = (typeof ACTS)[number]

/** Whether a command is one, the second and third of its kind included. */
export const isAct = (id: string): boolean => ACTS.some((act) => id === act || id.startsWith(`${act} `))

/** One that a screen offers. */
export interface OfferedAct {
  readonly act: Act
  /** What it is done to, where a screen offers it of several. */
  readonly of: () => string | undefined
  readonly can: () => boolean
  readonly run: () => Promise<void> | void
}
