/** What the C uses of the standard library, which WebAssembly without a system does not have: allocate.c. */
#ifndef PLATEAU_STDLIB_H
#define PLATEAU_STDLIB_H

#include <stddef.h>

void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void free(void *data);

#endif
