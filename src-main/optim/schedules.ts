import type { LearningRateSchedule, RhoSchedule } from '../../src-shared/domain/optimizer/index.ts'
import type { Position } from './batch.ts'

/**
 * Learning rate of a step: linear warm-up to `rate`, reached with the last step of `warmUpEpochs`; then the decay. Cosine is
 * half a wave from `rate` to floor x `rate` over the steps that are left; step counts the epochs of the warm-up too.
 */
export function learningRateAt(
  rate: number,
  { warmUpEpochs, decay }: LearningRateSchedule,
  { step, totalSteps, epoch, stepsPerEpoch }: Position,
): number {
  const warmUp = Math.min(totalSteps, Math.round(warmUpEpochs * stepsPerEpoch))
  if (step < warmUp) return (rate * (step + 1)) / warmUp
  switch (decay.kind) {
    case 'none':
      return rate
    case 'cosine': {
      const lowest = decay.floor * rate
      const done = (step - warmUp) / (totalSteps - warmUp)
      return lowest + ((rate - lowest) * (1 + Math.cos(Math.PI * done))) / 2
    }
    case 'step':
      return rate * decay.factor ** Math.floor(epoch / decay.everyEpochs)
  }
}

/** The lowest rate of the decay, whether or not the training gets there. */
function lowestRate(rate: number, { decay }: LearningRateSchedule, totalEpochs: number): number {
  switch (decay.kind) {
    case 'none':
      return rate
    case 'cosine':
      return decay.floor * rate
    case 'step':
      return rate * decay.factor ** Math.floor((totalEpochs - 1) / decay.everyEpochs)
  }
}

/**
 * Radius of a step. `proportional` (Zhuang et al. 2022): end + (rho - end) (rate now - lowest) / (highest - lowest); in the
 * warm-up, below the lowest rate, it is `end`. Linear and cosine go from rho to `end` over the steps of the training.
 */
export function rhoAt(
  rho: number,
  schedule: RhoSchedule,
  learningRate: number,
  rates: { readonly highest: number; readonly schedule: LearningRateSchedule },
  { step, totalSteps, totalEpochs }: Position,
): number {
  switch (schedule.kind) {
    case 'constant':
      return rho
    case 'proportional': {
      const { highest } = rates
      const lowest = lowestRate(highest, rates.schedule, totalEpochs)
      const share = highest === lowest ? 1 : (learningRate - lowest) / (highest - lowest)
      return schedule.end + (rho - schedule.end) * Math.max(0, share)
    }
    case 'linear':
      return rho + (schedule.end - rho) * (step / totalSteps)
    case 'cosine':
      return rho + ((schedule.end - rho) * (1 - Math.cos((Math.PI * step) / totalSteps))) / 2
  }
}
