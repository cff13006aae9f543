// A process that serves the arithmetic contract to its parent; it ends when the channel closes.
import { parentTransport } from '../../../src-main/host/transports.ts'
import { arithmeticRouter } from './arithmetic.ts'

const transport = parentTransport()
arithmeticRouter(() => {}).serve(transport)
transport.onClose(() => process.exit(0))
