import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { LOCALES } from '../../src-shared/locales/index.ts'
import { useActs } from '../stores/acts.ts'
import { SCREENS, useNavigation, WITHOUT_PROJECT } from '../stores/navigation.ts'
import { usePalette } from '../stores/palette.ts'
import { useProject } from '../stores/project.ts'
import { useSettings } from '../stores/settings.ts'
import { STUDY_TABS, useStudies } from '../stores/studies.ts'
import { useSymbolFinder } from '../stores/symbolFinder.ts'
import { useTour } from '../tour/tour.ts'
import type { Command } from './command.ts'

/** Every command that makes sense now: the acts of what is on the screen first. */
export function useCommands(): ComputedRef<Command[]> {
  const { t, locale } = useI18n()
  const acts = useActs()
  const navigation = useNavigation()
  const palette = usePalette()
  const project = useProject()
  const settings = useSettings()
  const studies = useStudies()
  const finder = useSymbolFinder()
  const tour = useTour()

  /** `text` gives the title in a language. */
  const command = (id: string, text: (locale: string) => string, run: Command['run']): Command => ({
    id,
    title: text(locale.value),
    words: LOCALES.map(text),
    run,
  })

  const offered = (): Command[] => {
    const seen = new Map<string, number>()
    return [...acts.offered]
      .filter(({ can }) => can())
      .map(({ act, of, run }) => {
        const before = seen.get(act) ?? 0
        seen.set(act, before + 1)
        const name = of()
        const text = (lang: string): string => {
          const title = t(`acts.${act}`, {}, { locale: lang })
          return name === undefined ? title : t('acts.of', { act: title, name }, { locale: lang })
        }
        // Keys are those of the first.
        return command(before === 0 ? act : `${act} ${before + 1}`, text, run)
      })
  }

  return computed(() => {
    const open = project.info !== null
    const screens = SCREENS.filter((screen) => open || WITHOUT_PROJECT.includes(screen))
    return [
      ...offered(),
      command('palette.open', (lang) => t('commands.palette', {}, { locale: lang }), palette.toggle),
      ...screens.map((screen) =>
        command(
          `screen.${screen}`,
          (lang) =>
            t('commands.screen', { screen: t(`nav.${screen}`, {}, { locale: lang }) }, { locale: lang }),
          () => navigation.show(screen),
        ),
      ),
      ...(open
        ? STUDY_TABS.map((tab) =>
            command(
              `studies.${tab}`,
              (lang) =>
                t(
                  'commands.screen',
                  { screen: t(`experiments.tabs.${tab}`, {}, { locale: lang }) },
                  { locale: lang },
                ),
              () => {
                studies.tab = tab
                navigation.show('study')
              },
            ),
          )
        : []),
      command('project.sample', (lang) => t('home.openSample', {}, { locale: lang }), project.openSample),
      command('project.open', (lang) => t('home.openStore', {}, { locale: lang }), project.openStore),
      command(
        'data.import',
        (lang) => t('importing.open', {}, { locale: lang }),
        () => navigation.show('import'),
      ),
      ...studies.list.map((study) =>
        command(
          `study.${study.id}`,
          (lang) => t('commands.study', { name: study.name }, { locale: lang }),
          () => studies.open(study),
        ),
      ),
      ...(open
        ? [
            command(
              'symbol.find',
              (lang) => t('data.finder.label', {}, { locale: lang }),
              () => finder.open(''),
            ),
          ]
        : []),
      command('tour.start', (lang) => t('tour.label', {}, { locale: lang }), tour.start),
      command('theme.switch', (lang) => t('commands.theme', {}, { locale: lang }), settings.switchTheme),
      command(
        'language.switch',
        (lang) => t('commands.language', {}, { locale: lang }),
        settings.switchLocale,
      ),
      command(
        'colours.switch',
        (lang) => t('app.switchColours', {}, { locale: lang }),
        settings.switchColours,
      ),
      command(
        'keys.show',
        (lang) => t('settings.keys', {}, { locale: lang }),
        () => navigation.show('settings', 'keys'),
      ),
    ]
  })
}
