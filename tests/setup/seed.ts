import fc from 'fast-check'

/**
 * Property tests draw the same cases in every run, so that what passed passes again and what fails is found again;
 * `PLATEAU_SEED` draws others.
 */
const seed = Number(process.env['PLATEAU_SEED'] ?? 20_260_101)
if (!Number.isInteger(seed))
  throw new Error(`PLATEAU_SEED is ${process.env['PLATEAU_SEED']}, not a whole number`)
fc.configureGlobal({ seed })
