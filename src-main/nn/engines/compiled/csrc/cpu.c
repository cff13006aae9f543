#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

extern const Kernels kernels_avx512, kernels_avx2, kernels_portable;

/** State the operating system saves: bits 1-2 are the AVX registers, 5-7 those of AVX-512. */
static uint32_t saved_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int has_all(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

const Kernels *const *supported_kernels(void) {
  static const Kernels *const all[] = {&kernels_avx512, &kernels_avx2, &kernels_portable, NULL};
  const uint32_t fma = 1u << 12, xsave_enabled = 1u << 27;
  const uint32_t avx2 = 1u << 5, avx512_f_dq_bw_vl = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has_all(c, fma | xsave_enabled)) return all + 2;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has_all(b, avx2) || !has_all(saved_state(), 0x6)) return all + 2;
  return has_all(b, avx512_f_dq_bw_vl) && has_all(saved_state(), 0xe6) ? all : all + 1;
}

FloatingPointMode flush_denormals(void) {
  const uint32_t flush_results = 1u << 15, flush_operands = 1u << 6;
  uint32_t mode = _mm_getcsr();
  _mm_setcsr(mode | flush_results | flush_operands);
  return mode;
}

void restore_denormals(FloatingPointMode mode) { _mm_setcsr((uint32_t)mode); }

#elif defined(__aarch64__)

extern const Kernels kernels_neon;

const Kernels *const *supported_kernels(void) {
  static const Kernels *const all[] = {&kernels_neon, NULL};
  return all;
}

FloatingPointMode flush_denormals(void) {
  const uint64_t flush = 1u << 24;
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | flush));
  return mode;
}

void restore_denormals(FloatingPointMode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }

#endif

#if defined(_WIN32)
#include <stdlib.h>
#include <windows.h>

size_t physical_cores(void) {
  DWORD bytes = 0;
  size_t cores = 0;
  GetLogicalProcessorInformation(NULL, &bytes);
  SYSTEM_LOGICAL_PROCESSOR_INFORMATION *entries = malloc(bytes);
  if (entries != NULL && GetLogicalProcessorInformation(entries, &bytes)) {
    for (size_t i = 0; i < bytes / sizeof *entries; i++) cores += entries[i].Relationship == RelationProcessorCore;
  }
  free(entries);
  return cores > 0 ? cores : 1;
}

#elif defined(__APPLE__)
#include <sys/sysctl.h>

size_t physical_cores(void) {
  int cores = 0;
  size_t size = sizeof cores;
  // Level 0 are the fast cores of a chip that has two kinds: equal chunks would wait for the slow ones.
  if (sysctlbyname("hw.perflevel0.physicalcpu", &cores, &size, NULL, 0) != 0) {
    size = sizeof cores;
    if (sysctlbyname("hw.physicalcpu", &cores, &size, NULL, 0) != 0) return 1;
  }
  return cores > 0 ? (size_t)cores : 1;
}

#else
#include <sched.h>
#include <stdio.h>

/** The first of the threads that share cpu's core; cpu itself when the system does not say. */
static int first_sibling(int cpu) {
  char path[96];
  int first = cpu;
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
  FILE *file = fopen(path, "r");
  if (file == NULL) return cpu;
  if (fscanf(file, "%d", &first) != 1) first = cpu;
  fclose(file);
  return first;
}

size_t physical_cores(void) {
  cpu_set_t allowed, seen;
  size_t cores = 0;
  CPU_ZERO(&seen);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    int core = first_sibling(cpu);
    if (!CPU_ISSET(core, &seen)) cores++;
    CPU_SET(core, &seen);
  }
  return cores > 0 ? cores : 1;
}
#endif
