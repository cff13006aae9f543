import { describe, expect, it } from 'vitest'
import {
  formulaOf,
  METHODS,
  optimizerConfig,
  type OptimizerInput,
} from '../../../src-shared/domain/optimizer/index.ts'
import { trainingLoss } from '../../../src-shared/domain/study.ts'

/** Formulas of a method with some of its settings, the others at their defaults, as one text. */
const shown = (settings: object, loss: 'ic' | 'mse' = 'ic') =>
  formulaOf(optimizerConfig.parse({ name: 'name', ...settings } as OptimizerInput), loss).join('\n')

describe('formulas of a method', () => {
  it.each(METHODS)('are there for $method under every loss, and for an own composition not', ({ method }) => {
    for (const loss of trainingLoss.options)
      expect(shown({ method }, loss) === '').toBe(method === 'composed')
  })

  it.each([
    ['GSAM', { method: 'gsam' }, 'G = g₁ − α (g − proj_{g₁} g)'],
    ['GSAM, along the clean gradient', { method: 'gsam', descend: 'clean' }, 'G = g + α (g₁ − proj_g g₁)'],
    ['GSAM', { method: 'gsam' }, 'ε = ρ g / ‖g‖'],
    ['GSAM, scaled as in the paper', { method: 'gsam', scaling: 'paper' }, 'ε = ρ |w| g / ‖g‖'],
    ['GSAM, scaled as in the code', { method: 'gsam', scaling: 'code' }, 'T = |w|\nε = ρ T² g / ‖T g‖'],
    ['ASAM', { method: 'asam' }, 'T = |w| + η,  T_b = 1\n'],
    ['ASAM, biases too', { method: 'asam', biases: 'scaled' }, 'T = |w| + η\n'],
    ['GAM', { method: 'gam' }, 'h₋ = g + (1−β) g₂'],
    ['GAM of the paper', { method: 'gam', variant: 'paper' }, 'h₋ = β g + (1−β) g₂'],
    ['GAM, adaptive', { method: 'gam', adaptive: true }, 'g₁ = ∇L(w + ρ′ T² g/‖T g‖)'],
    ['GAM, adaptive', { method: 'gam', adaptive: true }, 'w₂ = w + ρ T² h/‖T h‖'],
    // The second step up a gradient is scaled by the weights it starts from.
    ['GAM, adaptive', { method: 'gam', adaptive: true }, 'g₃ = ∇L(w₂ + ρ′ T₂² g₂/‖T₂ g₂‖)'],
    ['FSAM', { method: 'fsam' }, 't = 0:  d = g,  m ← g\nt > 0:  d = g − σ m,  m ← λ m + (1−λ) g'],
    ['FSAM of the paper', { method: 'fsam', variant: 'paper' }, 'm₀ = 0,  m ← λ m + (1−λ) g,  d = g − σ m'],
    ['ESAM', { method: 'esam' }, 't = 0:  P(k ∈ S) = 1,  t > 0:  P(k ∈ S) = β\nε = ρ g_S / (β ‖g_S‖)'],
    ['ESAM, adaptive', { method: 'esam', adaptive: true }, 'T = |w|\nε = ρ T² g_S / (β ‖T g_S‖)'],
    ['ESAM, by weights', { method: 'esam', perturbed: 'weights' }, /^P\(k ∈ S\) = β$/m],
    ['ESAM', { method: 'esam' }, /m = ⌊γ n⌋$/],
    ['ESAM of the code', { method: 'esam', variant: 'code' }, /m = ⌊γ n⌋ − 1$/],
    ['ESAM on all samples', { method: 'esam', gamma: 0.99 }, /G = ∇L\(w \+ ε\)$/],
    ['RST', { method: 'rst' }, 'X ~ Bernoulli(p)\n'],
    ['RST, linear', { method: 'rst', endProbability: 1 }, 'p_τ = p + (p₁ − p) τ'],
    ['RST, cosine', { method: 'rst', endProbability: 1, curve: 'cosine' }, '(p₁ − p) (1 − cos πτ) / 2'],
    [
      'RST, at once',
      { method: 'rst', endProbability: 1, curve: 'step' },
      'τ < ½:  p_τ = p,  τ ≥ ½:  p_τ = p₁',
    ],
    ['SSAM-F', { method: 'ssamf' }, 'top_{1−s} Σᵢ (∇Lᵢ)²'],
    ['SSAM-F of the code', { method: 'ssamf', variant: 'code' }, '{(∇L₁ + G)² + Σ_{i>1} (∇Lᵢ)²}'],
    ['SSAM-D', { method: 'ssamd' }, '‖M‖₀ = (1−s) n'],
    // A tenth of the weights cannot take the place of half of the others.
    ['SSAM-D, few to grow', { method: 'ssamd', sparsity: 0.1 }, '‖M‖₀ ≤ (1−s) n'],
    ['m-ARWP', { method: 'marwp' }, 'f ← β f + ∇L_{B₂}(w + ε)²'],
    ['FedSMOO', { method: 'fedsmoo' }, 'G = clip(∇L(w + ε) + λ (hᵢ − w₀)) + λ w'],
    ['FedSMOO, unclipped', { method: 'fedsmoo', localClipNorm: null }, 'G = ∇L(w + ε) + λ (hᵢ − w₀) + λ w'],
    ['FedSMOO', { method: 'fedsmoo' }, 'w₀ ← (Σwᵢ + Σhᵢ)/n'],
    ['FedSMOO, some clients', { method: 'fedsmoo', activeShare: 0.5 }, 'w₀ ← Σ_A wᵢ/|A| + Σhᵢ/n'],
    // Of four clients 0.9 are four.
    ['FedSMOO, nearly all', { method: 'fedsmoo', activeShare: 0.9 }, 'w₀ ← (Σwᵢ + Σhᵢ)/n'],
  ])('are those of its settings: %s %o', (_name, settings, line) => {
    if (typeof line === 'string') expect(shown(settings)).toContain(line)
    else expect(shown(settings)).toMatch(line)
  })

  it.each(['saf', 'mesa'])('are those of the loss: %s', (method) => {
    expect(shown({ method }, 'ic')).toContain('D(a, b) = 1 − corr(a, b)')
    expect(shown({ method }, 'mse')).toContain('D(a, b) = ½ mean (a − b)²')
  })
})
