import { z } from 'zod'

/** Every compute engine, in the order they are listed. All answer the interface of src-main/nn/engine.ts. */
export const ENGINE_KINDS = ['native', 'wasm', 'webgpu', 'tensorflow', 'reference'] as const
export const engineKind = z.enum(ENGINE_KINDS)
export type EngineKind = z.infer<typeof engineKind>

/** What a study may ask for: an engine by name, or the one that was chosen on this machine. */
export const engineSetting = z.enum(['auto', ...ENGINE_KINDS])
export type EngineSetting = z.infer<typeof engineSetting>

/**
 * Why an engine is chosen, not chosen, or not there. The code is the key `engineReasons.<code>` of src-shared/locales, the
 * values fill its placeholders: `detail` is what a driver, a loader or an engine's error says, in its own words.
 */
export const engineReason = z.object({
  code: z.enum([
    'fastest',
    'only_one',
    'last_resort',
    'slower',
    'software',
    'oracle',
    'inaccurate',
    'failed',
    'no_answer',
    'not_built',
    'not_loadable',
    'not_installed',
    'incomplete',
    'no_simd',
    'no_adapter',
    'no_acceleration',
    'page_silent',
    'page_unreachable',
    'unavailable',
  ]),
  values: z.record(z.string(), z.string()),
})
export type EngineReason = z.infer<typeof engineReason>

/** One engine as it was found and measured. */
export const engineReport = z.object({
  name: engineKind,
  /** Whether a study may ask for it: it is there and its gradient is right. */
  available: z.boolean(),
  /** Whether studies that ask for no engine use it. */
  chosen: z.boolean(),
  reason: engineReason,
  /** Name with instruction set or adapter, as results record it. */
  label: z.string(),
  /** What computes: the processor or the adapter; empty when the engine is not there. */
  device: z.string(),
  threads: z.int(),
  /**
   * Largest deviation of the gradient from the reference engine's, over its largest component; the reference engine's own
   * is the relative error of a directional derivative against a central difference. Null when it was not measured.
   */
  gradientError: z.number().nullable(),
  /**
   * Of loss-and-gradient evaluations: 2 operations per multiply-add, a gradient counted as 3 forward passes. On the
   * processor as if all cores were free. Null when it was not measured.
   */
  gflops: z.number().nullable(),
  /** Of the processor's multiply-add peak; null for engines on another device, and when it was not measured. */
  shareOfPeak: z.number().nullable(),
})
export type EngineReport = z.infer<typeof engineReport>

export const computeReport = z.object({
  /** Fused multiply-adds of all cores, 2 operations each; null without the native engine, by which it is measured. */
  fmaPeakGflops: z.number().nullable(),
  /** One for each of ENGINE_KINDS, in that order. */
  engines: z.array(engineReport),
})
export type ComputeReport = z.infer<typeof computeReport>
