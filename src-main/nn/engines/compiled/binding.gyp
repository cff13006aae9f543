# The native engine where there is neither a compiler scripts/native/build.mjs knows nor Zig: that script calls node-gyp then.
# Flags are those of scripts/native/. On Windows the C needs the ClangCL toolset: vector types are not Microsoft's.
{
  'variables': {
    'flags': ['-std=gnu11', '-O3', '-ffp-contract=fast', '-fPIC', '-fvisibility=hidden'],
    'conditions': [
      ['target_arch=="x64"', {'levels': ['avx512', 'avx2', 'portable']}, {'levels': ['neon']}],
    ],
  },
  'target_defaults': {
    'cflags': ['<@(flags)'],
    'xcode_settings': {'OTHER_CFLAGS': ['<@(flags)'], 'MACOSX_DEPLOYMENT_TARGET': '11.0'},
    'msbuild_toolset': 'ClangCL',
  },
  'targets': [
    {
      'target_name': 'plateau_gru',
      'sources': [
        'csrc/addon.c',
        'csrc/cpu.c',
        'csrc/memory.c',
        'csrc/model.c',
        'csrc/network.c',
        'csrc/nodeApi.c',
        'csrc/pool.c',
      ],
      'conditions': [
        ['target_arch=="x64"', {
          'dependencies': ['kernels_avx512', 'kernels_avx2', 'kernels_portable'],
        }, {
          'dependencies': ['kernels_neon'],
        }],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['csrc/kernels.c'],
          'defines': ['KERNELS=kernels_avx512', 'LEVEL="avx512"'],
          'variables': {'set': ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma']},
          'cflags': ['<@(set)'],
          'xcode_settings': {'OTHER_CFLAGS': ['<@(set)']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['<@(set)']}},
        },
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['csrc/kernels.c'],
          'defines': ['KERNELS=kernels_avx2', 'LEVEL="avx2"'],
          'variables': {'set': ['-mavx2', '-mfma']},
          'cflags': ['<@(set)'],
          'xcode_settings': {'OTHER_CFLAGS': ['<@(set)']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['<@(set)']}},
        },
        {
          'target_name': 'kernels_portable',
          'type': 'static_library',
          'sources': ['csrc/kernels.c'],
          'defines': ['KERNELS=kernels_portable', 'LEVEL="portable"'],
        },
      ],
    }, {
      'targets': [
        {
          'target_name': 'kernels_neon',
          'type': 'static_library',
          'sources': ['csrc/kernels.c'],
          'defines': ['KERNELS=kernels_neon', 'LEVEL="neon"'],
        },
      ],
    }],
  ],
}
