/**
 * malloc on WebAssembly's memory, for one thread at a time: first fit, neighbours merged, so that what is freed is used
 * again. Blocks start on cache lines.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };
static const size_t PAGE = 65536;

/** Stands on the line in front of what it describes; `bytes` include that line. */
typedef struct Block Block;
struct Block {
  size_t bytes;
  /** The next free block by address. */
  Block *next;
};

extern char __heap_base;

static Block *first_free;
/** End of the memory in use by blocks, free or not; 0 before the first. */
static uintptr_t end;

static uintptr_t round_up(uintptr_t value, uintptr_t unit) { return (value + unit - 1) / unit * unit; }

static uintptr_t end_of(const Block *block) { return (uintptr_t)block + block->bytes; }

/** Put a block among the free ones, merged with its neighbours. */
static void give_back(Block *block) {
  Block *before = NULL, *after = first_free;
  while (after != NULL && after < block) {
    before = after;
    after = after->next;
  }
  block->next = after;
  if (after != NULL && end_of(block) == (uintptr_t)after) {
    block->bytes += after->bytes;
    block->next = after->next;
  }
  if (before == NULL) {
    first_free = block;
  } else if (end_of(before) == (uintptr_t)block) {
    before->bytes += block->bytes;
    before->next = block->next;
  } else {
    before->next = block;
  }
}

/** A free block of at least `bytes` at the end of the memory. False when it cannot grow. */
static int extend(size_t bytes) {
  Block *last = first_free;
  while (last != NULL && last->next != NULL) last = last->next;
  if (end == 0) end = round_up((uintptr_t)&__heap_base, LINE);
  size_t there = last != NULL && end_of(last) == end ? last->bytes : 0;
  size_t memory = __builtin_wasm_memory_size(0) * PAGE;
  // The part of the first pages that nothing has used yet counts as grown.
  if (there + (memory - end) < bytes) {
    size_t pages = (bytes - there - (memory - end) + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return 0;
    memory += pages * PAGE;
  }
  Block *fresh = (Block *)end;
  fresh->bytes = memory - end;
  end = memory;
  give_back(fresh);
  return 1;
}

static Block *take(size_t bytes) {
  Block **link = &first_free;
  while (*link != NULL && (*link)->bytes < bytes) link = &(*link)->next;
  Block *block = *link;
  if (block == NULL) return NULL;
  if (block->bytes - bytes < 2 * LINE) {
    *link = block->next;
  } else {
    Block *rest = (Block *)((uintptr_t)block + bytes);
    *rest = (Block){block->bytes - bytes, block->next};
    *link = rest;
    block->bytes = bytes;
  }
  return block;
}

void *malloc(size_t bytes) {
  if (bytes > SIZE_MAX - 2 * PAGE) return NULL;
  size_t needed = round_up(bytes, LINE) + LINE;
  Block *block = take(needed);
  if (block == NULL && extend(needed)) block = take(needed);
  return block == NULL ? NULL : (char *)block + LINE;
}

void *calloc(size_t count, size_t bytes) {
  size_t all;
  if (__builtin_mul_overflow(count, bytes, &all)) return NULL;
  void *data = malloc(all);
  return data == NULL ? NULL : memset(data, 0, all);
}

void free(void *data) {
  if (data != NULL) give_back((Block *)((char *)data - LINE));
}
