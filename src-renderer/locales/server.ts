import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts about a project on a server. */
const zhCN = {
  server: {
    title: '远程服务器',
    open: '连接服务器…',
    text: '在 GPU 服务器上运行 plateau serve，并用 SSH 转发端口；连接后本窗口显示服务器上的项目，研究在服务器上计算。断开连接或关闭本程序，服务器上的研究继续运行。',
    address: '地址',
    addressHint: '主机:端口。SSH 转发后为本机地址，如 127.0.0.1:7420',
    addressWrong: '格式为 主机:端口',
    unencrypted: '该地址不在本机：传输内容不加密。请改用 SSH 端口转发，并填写转发后的本机地址。',
    token: '令牌',
    tokenHint: '服务器令牌文件的内容；令牌本身不经网络传送',
    tokenKept: '已由系统加密保存',
    tokenPaste: '粘贴令牌',
    tokenFile: '选择令牌文件…',
    tokenFrom: '取自文件 {name}',
    tokenOther: '改用其他令牌',
    keep: '记住令牌',
    keepOn: '由操作系统加密保存在本机',
    cannotKeep: '本机没有可用的系统密钥环，令牌不会保存，每次连接时输入。',
    connect: '连接',
    connected: '已连接 {address}',
    disconnect: '断开连接',
    remote: '服务器 {address}',
    remoteHint: '项目“{name}”在服务器 {address} 上，研究在服务器上计算',
    lost: '与服务器 {address} 的连接已断开，正在自动重连（第 {attempts} 次）。',
    lostText: '服务器仍在运行时，其上的研究不受影响；服务器若已停止，研究可在重新连接后从最后一轮继续。',
    there: '项目在服务器上：请在服务器上进行，或先断开连接。',
    here: '图表、表格与报告导出到本机。导入行情、备份、恢复、诊断包与打开其他项目涉及服务器上的文件，请在服务器上使用命令行（plateau import、backup、restore、serve --store），或先断开连接。',
  },
}

const en: SameShape<typeof zhCN> = {
  server: {
    title: 'Server',
    open: 'Connect to a server…',
    text: 'Run plateau serve on a GPU server and forward its port by SSH. Once connected, this window shows the server’s project, and studies are computed there. They go on when you disconnect or close this app.',
    address: 'Address',
    addressHint: 'host:port. Of a port forwarded by SSH that of this machine, such as 127.0.0.1:7420',
    addressWrong: 'host:port is expected',
    unencrypted:
      'This address is on another machine: what passes is not encrypted. Forward the port by SSH and give the address of this machine instead.',
    token: 'Token',
    tokenHint: 'What is in the server’s token file; the token itself never crosses the network',
    tokenKept: 'Kept, encrypted by the system',
    tokenPaste: 'Paste the token',
    tokenFile: 'Choose the token file…',
    tokenFrom: 'From the file {name}',
    tokenOther: 'Use another token',
    keep: 'Remember the token',
    keepOn: 'Kept on this machine, encrypted by the system',
    cannotKeep:
      'This system has no keyring to encrypt with, so the token is not kept: it is asked for at each connection.',
    connect: 'Connect',
    connected: 'Connected to {address}',
    disconnect: 'Disconnect',
    remote: 'Server {address}',
    remoteHint: 'The project “{name}” is on the server {address}, and its studies are computed there',
    lost: 'The connection to the server {address} was lost; connecting again (attempt {attempts}).',
    lostText:
      'While the server runs, its studies go on. If it was stopped, they can be resumed from their last epoch once the connection is back.',
    there: 'The project is on a server: do it there, or disconnect first.',
    here: 'Charts, tables and reports are exported to this machine. Imports, backups, restorations, diagnostics and other projects concern files of the server: use the command line there (plateau import, backup, restore, serve --store), or disconnect first.',
  },
}

export const serverTexts = { 'zh-CN': zhCN, en }
