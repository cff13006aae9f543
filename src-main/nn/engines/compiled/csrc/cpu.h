/** What the processor at hand can do. */
#ifndef PLATEAU_CPU_H
#define PLATEAU_CPU_H

#include <stddef.h>
#include <stdint.h>

#include "kernels.h"

/** The kernels this processor and operating system run, best first; ends with NULL. */
const Kernels *const *supported_kernels(void);

/** Cores this process may use; threads that share a core count once. At least 1. */
size_t physical_cores(void);

/** A moment's rest for a thread that looks at memory again and again. */
static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

typedef uint64_t FloatingPointMode;

/**
 * Take numbers below the normal range as 0 on this thread: on some processors they cost a hundred times a normal one.
 * Returns what `restore_denormals` needs.
 */
FloatingPointMode flush_denormals(void);
void restore_denormals(FloatingPointMode mode);

#endif
