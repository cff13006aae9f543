import type { ErrorText } from '../../failure.ts'

const makeToken = {
  'zh-CN': '请在服务器上生成令牌文件（plateau serve --new-token 文件）。',
  en: 'Make one: plateau serve --new-token FILE.',
} as const

const tokenUnread = {
  'zh-CN': { message: '无法读取令牌文件。', remedy: makeToken['zh-CN'] },
  en: { message: 'The token file cannot be read.', remedy: makeToken.en },
} as const

/** A server of ours: its token, and the connection to it. */
export const serverErrors = {
  tokenMissing: { code: 'file_not_found', ...tokenUnread },
  tokenUnreadable: { code: 'file_unreadable', ...tokenUnread },
  tokenNoFile: {
    code: 'usage',
    'zh-CN': { message: '所选令牌文件不是普通文件。', remedy: makeToken['zh-CN'] },
    en: { message: 'The token file is no file.', remedy: makeToken.en },
  },
  tokenMalformed: {
    code: 'usage',
    'zh-CN': { message: '令牌应为 32 至 512 个可打印字符，不含空格。', remedy: makeToken['zh-CN'] },
    en: { message: 'A token has 32 to 512 printable characters and no spaces.', remedy: makeToken.en },
  },
  tokenShared: {
    code: 'usage',
    'zh-CN': {
      message: '其他用户可以读取该令牌文件。',
      remedy: '请用新文件重新生成令牌；若确认无人读取过，可运行 chmod 600 {file}',
    },
    en: {
      message: 'Other users can read the token file.',
      remedy: 'Make a new token in a new file, or if nobody has read it: chmod 600 {file}',
    },
  },
  tokenForgotten: {
    code: 'usage',
    'zh-CN': { message: '令牌已失效。', remedy: '请选择令牌文件，或粘贴令牌。' },
    en: { message: 'The token is not known any more.', remedy: 'Choose its file, or paste it.' },
  },
  noAnswer: {
    code: 'server_unreachable',
    'zh-CN': {
      message: '{address} 没有响应。',
      remedy: '请确认服务器上正在运行 plateau serve，且已转发其端口。',
    },
    en: {
      message: 'Nothing answers at {address}.',
      remedy: 'Check that plateau serve runs there and that its port is forwarded.',
    },
  },
  tooLate: {
    code: 'server_unreachable',
    'zh-CN': {
      message: '{address} 未及时响应。',
      remedy: '请确认服务器上正在运行 plateau serve，且已转发其端口。',
    },
    en: {
      message: '{address} does not answer in time.',
      remedy: 'Check that plateau serve runs there and that its port is forwarded.',
    },
  },
  closedAtOnce: {
    code: 'server_unreachable',
    'zh-CN': {
      message: '服务器尚未应答，连接即被关闭。',
      remedy: '请确认服务器上正在运行 plateau serve，且已转发其端口。',
    },
    en: {
      message: 'The connection was closed before the server said anything.',
      remedy: 'Check that plateau serve runs there and that its port is forwarded.',
    },
  },
  connectionLost: {
    code: 'server_unreachable',
    'zh-CN': {
      message: '与服务器的连接已断开。',
      remedy: '本程序会自动重新连接，服务器上的运行不受影响；请重试刚才的操作。',
    },
    en: {
      message: 'The connection to the server was lost.',
      remedy: 'The app connects again by itself; what runs on the server goes on. Repeat what was asked.',
    },
  },
  noServer: {
    code: 'server_refused',
    'zh-CN': { message: '应答的不是此类平原服务器。', remedy: '请检查主机与端口。' },
    en: {
      message: 'What answers there is no Plateau server of this kind.',
      remedy: 'Check host and port.',
    },
  },
  tokenRefused: {
    code: 'server_refused',
    'zh-CN': { message: '服务器不接受该令牌。', remedy: '请确认它是服务器启动时所用的令牌。' },
    en: {
      message: 'The server does not take this token.',
      remedy: 'Check that it is the token the server was started with.',
    },
  },
  impostor: {
    code: 'server_refused',
    'zh-CN': { message: '对方不知道令牌，不是它所声称的服务器。', remedy: '请检查主机与端口。' },
    en: {
      message: 'The server does not know the token: it is not the one it claims to be.',
      remedy: 'Check host and port.',
    },
  },
  otherVersion: {
    code: 'server_refused',
    'zh-CN': {
      message: '服务器的版本为 {theirs}，本程序为 {ours}。',
      remedy: '请在两台机器上安装同一版本。',
    },
    en: {
      message: 'The server speaks version {theirs}, this app version {ours}.',
      remedy: 'Install the same version on both machines.',
    },
  },
  full: {
    code: 'server_refused',
    'zh-CN': { message: '服务器的连接数已达上限。', remedy: '请先断开其他连接。' },
    en: {
      message: 'The server has as many clients as it takes.',
      remedy: 'Disconnect another one first.',
    },
  },
  localOnly: {
    code: 'local_only',
    'zh-CN': {
      message: '打开的项目在服务器上，服务器看不到本机的文件。',
      remedy: '请先断开连接，或在服务器上使用命令行（plateau help）。',
    },
    en: {
      message: 'The open project is on a server, which does not see the files of this machine.',
      remedy:
        'Do it on the server with the command line (plateau help), or disconnect from the server first.',
    },
  },
} as const satisfies Record<string, ErrorText>
