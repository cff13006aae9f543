/** What installers and menus say of the app. */
export const SYNOPSIS = 'Desktop quant workstation'
export const DESCRIPTION =
  'Stock selection with GRU models, factor tests, index enhancement and research reports, local and offline.'

/** Of a desktop file. */
export const DESKTOP_ENTRY = {
  Name: 'Plateau',
  'Name[zh_CN]': '平原',
  Comment: SYNOPSIS,
  'Comment[zh_CN]': '本地量化工作站',
  Categories: 'Office;Finance;Science;',
  StartupWMClass: 'plateau',
}
