#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "memory.h"

#include <stdint.h>

#if defined(_WIN32)
#include <windows.h>

static void *map(size_t bytes) { return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE); }
static void unmap(void *data, size_t bytes) {
  (void)bytes;
  VirtualFree(data, 0, MEM_RELEASE);
}
#elif defined(__wasm__)
#include <stdlib.h>

static void *map(size_t bytes) { return calloc(1, bytes); }
static void unmap(void *data, size_t bytes) {
  (void)bytes;
  free(data);
}
#else
#include <sys/mman.h>

static void *map(size_t bytes) {
  void *data = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (data == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
  madvise(data, bytes, MADV_HUGEPAGE);
#endif
  return data;
}
static void unmap(void *data, size_t bytes) { munmap(data, bytes); }
#endif

int buffer_reserve(Buffer *buffer, size_t floats) {
  if (floats <= buffer->floats) return 1;
  buffer_free(buffer);
  if (floats > SIZE_MAX / sizeof(float)) return 0;
  buffer->data = map(floats * sizeof(float));
  if (buffer->data == NULL) return 0;
  buffer->floats = floats;
  return 1;
}

void buffer_free(Buffer *buffer) {
  if (buffer->data != NULL) unmap(buffer->data, buffer->floats * sizeof(float));
  *buffer = (Buffer){0};
}
