import { composeOptimizer } from '../../src-main/optim/compose.ts'
import { baseOf, describeTrajectories } from './optimizerProblem.ts'

/** The base optimizers against PyTorch's own (optimizers.md 1). */
describeTrajectories('base_optimizers.json', (run) => composeOptimizer(baseOf(run), null))
