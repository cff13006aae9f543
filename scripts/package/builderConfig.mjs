import path from 'node:path'
import { root } from '../lib/paths.mjs'
import { DESCRIPTION, DESKTOP_ENTRY, SYNOPSIS } from './words.mjs'

/**
 * electron-builder's configuration: packages of the folders that stage.mjs lays out. Each system makes its own: the Node and
 * the addons in them are this machine's. Linux has its deb and tar.gz from archives.mjs.
 */
export function builderConfig({ stage, out, runtime }) {
  return {
    appId: 'org.plateau.workstation',
    productName: 'Plateau',
    copyright: 'Copyright © 2026 The Plateau authors',
    directories: {
      app: path.join(stage, 'app'),
      output: out,
      buildResources: path.join(root, 'resources/icons'),
    },
    electronVersion: runtime.version,
    ...(runtime.kind === 'fallback' ? { electronDist: path.join(stage, 'electron') } : {}),
    electronLanguages: ['en-US', 'en', 'zh-CN', 'zh_CN'],
    asar: true,
    // The app has no packages; without this electron-builder looks for some in the repository.
    beforeBuild: () => false,
    publish: null,
    files: ['**/*'],
    extraResources: [
      { from: path.join(stage, 'service'), to: 'service', filter: ['**/*'] },
      // Left out of the copy of a folder that holds it.
      { from: path.join(stage, 'service/node_modules'), to: 'service/node_modules', filter: ['**/*'] },
    ],
    extraFiles: [{ from: path.join(stage, 'notices'), to: '.', filter: ['**/*'] }],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    linux: {
      target: ['AppImage'],
      executableName: 'plateau',
      icon: path.join(root, 'resources/icons/linux'),
      category: 'Office',
      synopsis: SYNOPSIS,
      description: DESCRIPTION,
      maintainer: 'The Plateau authors',
      desktop: { entry: DESKTOP_ENTRY },
    },
    win: { target: ['nsis'] },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      installerLanguages: ['zh_CN', 'en_US'],
      license: path.join(root, 'LICENSE'),
      differentialPackage: false,
    },
    mac: {
      target: ['dmg'],
      category: 'public.app-category.finance',
      extendInfo: { CFBundleDisplayName: 'Plateau', LSHasLocalizedDisplayName: true },
      extraResources: [{ from: path.join(root, 'resources/mac'), to: '.', filter: ['**/*'] }],
    },
  }
}
