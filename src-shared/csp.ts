import { z } from 'zod'

// The content security policy has no 'unsafe-eval', so zod must not try to compile its parsers. Schemas decide this
// while they are built: this module is imported before any of them.
z.config({ jitless: true })
