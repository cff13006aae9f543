import v8 from 'node:v8'

/**
 * Imported first by the entry of every process that computes. V8's middle compiler gives wrong numbers: its escape
 * analysis lets several results share one number (docs/decisions/0011-no-maglev.md).
 */
v8.setFlagsFromString('--no-maglev')
