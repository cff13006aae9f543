import type { GlobalThemeOverrides } from 'naive-ui'
import { changeColours, PALETTES, type ChangeColours, type Theme } from './palette.ts'

/**
 * Of charts, which take no CSS variable; elsewhere it is `--font` of style.css. A chart saved as SVG is read on machines
 * without the first: the next have Chinese on Windows and macOS.
 */
export const FONT = "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', system-ui, sans-serif"

/** Writes the palette as CSS variables, `--up` and `--down` among them, on the document's root. */
export function applyTheme(root: HTMLElement, theme: Theme, colours: ChangeColours): void {
  const { series: _forCharts, ...palette } = PALETTES[theme]
  const tokens = { ...palette, ...changeColours(PALETTES[theme], colours), flat: palette.muted }
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(`--${name}`, value)
  root.style.setProperty('color-scheme', theme)
}

/** The same palette for the component library. */
export function componentTheme(theme: Theme): GlobalThemeOverrides {
  const palette = PALETTES[theme]
  return {
    common: {
      fontFamily: 'var(--font)',
      fontSize: '13px',
      fontSizeSmall: '13px',
      fontSizeMedium: '13px',
      borderRadius: '3px',
      bodyColor: palette.background,
      cardColor: palette.panel,
      modalColor: palette.panel,
      popoverColor: palette.raised,
      inputColor: palette.raised,
      textColorBase: palette.text,
      textColor1: palette.text,
      textColor2: palette.text,
      textColor3: palette.muted,
      placeholderColor: palette.muted,
      borderColor: palette.border,
      dividerColor: palette.border,
      primaryColor: palette.accent,
      primaryColorHover: palette.accent,
      primaryColorPressed: palette.accent,
      primaryColorSuppl: palette.accent,
      warningColor: palette.warning,
      infoColor: palette.accent,
      successColor: palette.green,
      errorColor: palette.red,
    },
    // On the library's own tints a word of the same colour has too little contrast.
    Tag: {
      colorInfo: palette.raised,
      colorSuccess: palette.raised,
      colorWarning: palette.raised,
      colorError: palette.raised,
      textColorInfo: palette.accent,
      textColorSuccess: palette.green,
      textColorWarning: palette.warning,
      textColorError: palette.red,
    },
    Button: { textColorPrimary: palette.onAccent, textColorHoverPrimary: palette.onAccent },
  }
}
