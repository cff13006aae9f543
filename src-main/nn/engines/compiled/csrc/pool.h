/** Threads that share the tasks of one run at a time. The caller of `pool_run` is one of them. */
#ifndef PLATEAU_POOL_H
#define PLATEAU_POOL_H

#include <stddef.h>

typedef struct Pool Pool;

/** `thread` is 0 ... threads - 1 and belongs to one task at a time. */
typedef void (*Task)(void *context, size_t index, size_t thread);

/** As many of `threads` as the system gives, the caller included; NULL when memory runs out. */
Pool *pool_create(size_t threads);
/** Run tasks 0 ... count - 1 in any order on any thread; returns when all have ended. */
void pool_run(Pool *pool, size_t count, Task task, void *context);
size_t pool_threads(const Pool *pool);
void pool_destroy(Pool *pool);

#endif
