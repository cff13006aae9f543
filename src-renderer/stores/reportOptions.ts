import { defineStore } from 'pinia'
import { reactive, toRefs, watch } from 'vue'
import { z } from 'zod'
import { REPORT_CHAPTERS, reportOptions, type ReportOptions } from '../../src-shared/domain/reportOptions.ts'
import { LOCALES } from '../../src-shared/locales/index.ts'
import { useSettings } from './settings.ts'

const KEY = 'plateau.report'
const { firm, authors, disclaimer, logo, watermark } = reportOptions.shape

const kept = z.object({
  /** Null: the window's, until one is chosen. */
  locale: z.enum(LOCALES).nullable().catch(null),
  without: z.array(z.enum(REPORT_CHAPTERS)).catch([]),
  firm: firm.catch(''),
  authors: authors.catch(''),
  disclaimer: disclaimer.catch(''),
  logo: logo.catch(''),
  watermark: watermark.catch(''),
  /** By study; those without one are titled by their names. */
  titles: z.record(z.string(), z.string()).catch({}),
})

/** Stored options; what is absent or unreadable takes its default. */
export function parseReportOptions(text: string | null): z.output<typeof kept> {
  try {
    return kept.parse(JSON.parse(text ?? '{}'))
  } catch {
    return kept.parse({})
  }
}

/** What reports are made with, kept from one start to the next: the title for each study, all else for every report. */
export const useReportOptions = defineStore('reportOptions', () => {
  const state = reactive(parseReportOptions(localStorage.getItem(KEY)))
  watch(state, (value) => localStorage.setItem(KEY, JSON.stringify(value)))
  const settings = useSettings()

  /** In the form in which a report is asked for. */
  function optionsOf(studyId: string): ReportOptions {
    const { titles, locale, ...options } = state
    return reportOptions.parse({
      ...options,
      locale: locale ?? settings.locale,
      title: titles[studyId] ?? '',
    })
  }
  return { ...toRefs(state), optionsOf }
})
