/**
 * Large blocks straight from the system: page-aligned, zeroed, given back at once. Not aligned_alloc, whose large
 * alignments Electron's allocator refuses by ending the process.
 */
#ifndef PLATEAU_MEMORY_H
#define PLATEAU_MEMORY_H

#include <stddef.h>

typedef struct {
  float *data;
  size_t floats;
} Buffer;

/** At least `floats` floats; contents are lost, and zero, when it has to grow. False when memory runs out. */
int buffer_reserve(Buffer *buffer, size_t floats);
void buffer_free(Buffer *buffer);

#endif
