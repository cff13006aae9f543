import type { ErrorText } from '../../failure.ts'

const engineMissing = {
  'zh-CN': '计算引擎“{name}”{reason}。',
  en: 'The {name} engine is {reason}.',
} as const

/** Why the engine of a study or of a run is not there; `{reason}` is one of engineReasonText. */
export const studyEngineErrors = {
  settingMissing: {
    code: 'runtime_missing',
    'zh-CN': {
      message: engineMissing['zh-CN'],
      remedy: '请在“计算”中查看本机的引擎（命令行：plateau compute），或将研究的计算引擎设为自动。',
    },
    en: {
      message: engineMissing.en,
      remedy: '"plateau compute" lists the engines of this machine; or set it to auto.',
    },
  },
  environmentMissing: {
    code: 'runtime_missing',
    'zh-CN': {
      message: engineMissing['zh-CN'],
      remedy: '请在“计算”中查看本机的引擎（命令行：plateau compute），或取消环境变量 PLATEAU_ENGINE。',
    },
    en: {
      message: engineMissing.en,
      remedy: '"plateau compute" lists the engines of this machine; or unset PLATEAU_ENGINE.',
    },
  },
  environmentUnknown: {
    code: 'usage',
    'zh-CN': {
      message: '环境变量 PLATEAU_ENGINE 所指的不是计算引擎：{named}。',
      remedy: '请将其设为以下之一：{engines}；或取消该变量。',
    },
    en: {
      message: 'PLATEAU_ENGINE names no engine: {named}.',
      remedy: 'Set it to one of {engines}, or unset it.',
    },
  },
  noneOpens: {
    code: 'runtime_missing',
    'zh-CN': {
      message: '没有可用的计算引擎（{reason}）。',
      remedy: '请在“计算”中查看本机的引擎（命令行：plateau compute）。',
    },
    en: {
      message: 'No engine can be opened ({reason}).',
      remedy: '"plateau compute" lists the engines of this machine.',
    },
  },
} as const satisfies Record<string, ErrorText>

/** Why no engine opens where none has said it. */
export const openingFindings = {
  notThere: { 'zh-CN': '引擎不存在', en: 'it is not there' },
} as const
