import { z } from 'zod'
import { LOCALES } from '../locales/index.ts'
import { logo } from './logo.ts'

/** Chapters that a report can be made without, in its order. The cover, the study's notes and the risk note are in every report. */
export const REPORT_CHAPTERS = [
  'statistics',
  'training',
  'convergence',
  'landscape',
  'factor',
  'portfolios',
  'method',
  'definitions',
  'appendix',
] as const
export type ReportChapter = (typeof REPORT_CHAPTERS)[number]

/** What a report is made with beside its study's result; what is absent takes its default. */
export const reportOptions = z.strictObject({
  locale: z.enum(LOCALES).default('zh-CN'),
  /** Chapters left out; the report names them. */
  without: z.array(z.enum(REPORT_CHAPTERS)).default([]),
  /** In place of the study's name; empty: that name. */
  title: z.string().trim().max(120).default(''),
  /** Who publishes it; empty: Plateau. */
  firm: z.string().trim().max(60).default(''),
  /** Departments, analysts: one a line. */
  authors: z.string().trim().max(400).default(''),
  /** The firm's own, below the risk note, which stays as it is. */
  disclaimer: z.string().trim().max(4_000).default(''),
  logo: logo.default(''),
  /** Across every page of the document, a reader's name for one; empty: none. */
  watermark: z.string().trim().max(40).default(''),
})
export type ReportOptions = z.output<typeof reportOptions>
export type AskedReportOptions = z.input<typeof reportOptions>
