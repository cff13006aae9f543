#include "pool.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "cpu.h"
#include "threads.h"

typedef struct {
  Pool *pool;
  /** Its number among the threads, from 1: the caller of `pool_run` is 0. */
  size_t index;
  Thread thread;
} Worker;

struct Pool {
  size_t workers;
  Worker *worker;
  Lock lock;
  /** Signalled when a run starts or the pool ends; and when a worker has left a run. */
  Condition started, left;
  /** Counts the runs, so that a worker joins each one once. Changed under the lock, like `working`. */
  atomic_size_t run;
  atomic_size_t working;
  int ending;

  size_t count;
  Task task;
  void *context;
  atomic_size_t next;
};

/** Looks at a counter before its change is waited for asleep: about a tenth of a millisecond. */
enum { LOOKS = 3000 };

/**
 * The runs of an evaluation follow one another closely, and a thread that sleeps takes longer to wake than the shortest of
 * them lasts.
 */
static void look_until_differs(atomic_size_t *counter, size_t value) {
  for (int i = 0; i < LOOKS && atomic_load(counter) == value; i++) pause_briefly();
}

/** Dynamic: which thread takes a task is open, hence no task's result may depend on it. */
static void work(Pool *pool, size_t thread) {
  for (;;) {
    size_t index = atomic_fetch_add(&pool->next, 1);
    if (index >= pool->count) return;
    pool->task(pool->context, index, thread);
  }
}

THREAD_FUNCTION(worker_main, argument) {
  Worker *worker = argument;
  Pool *pool = worker->pool;
  size_t seen = 0;
  flush_denormals();
  for (;;) {
    look_until_differs(&pool->run, seen);
    lock_acquire(&pool->lock);
    while (pool->run == seen && !pool->ending) condition_wait(&pool->started, &pool->lock);
    int ending = pool->ending;
    seen = pool->run;
    lock_release(&pool->lock);
    if (ending) return 0;
    work(pool, worker->index);
    lock_acquire(&pool->lock);
    if (--pool->working == 0) condition_wake_all(&pool->left);
    lock_release(&pool->lock);
  }
}

Pool *pool_create(size_t threads) {
  Pool *pool = calloc(1, sizeof *pool);
  if (pool == NULL) return NULL;
  pool->worker = calloc(threads, sizeof *pool->worker);
  if (pool->worker == NULL) {
    free(pool);
    return NULL;
  }
  lock_create(&pool->lock);
  condition_create(&pool->started);
  condition_create(&pool->left);
  atomic_init(&pool->next, 0);
  while (pool->workers + 1 < threads) {
    Worker *worker = &pool->worker[pool->workers];
    *worker = (Worker){.pool = pool, .index = pool->workers + 1};
    if (!thread_start(&worker->thread, worker_main, worker)) break;
    pool->workers++;
  }
  return pool;
}

void pool_run(Pool *pool, size_t count, Task task, void *context) {
  FloatingPointMode mode = flush_denormals();
  lock_acquire(&pool->lock);
  pool->count = count;
  pool->task = task;
  pool->context = context;
  atomic_store(&pool->next, 0);
  pool->working = pool->workers;
  pool->run++;
  condition_wake_all(&pool->started);
  lock_release(&pool->lock);

  work(pool, 0);

  for (int i = 0; i < LOOKS && pool->working > 0; i++) pause_briefly();
  lock_acquire(&pool->lock);
  while (pool->working > 0) condition_wait(&pool->left, &pool->lock);
  lock_release(&pool->lock);
  restore_denormals(mode);
}

size_t pool_threads(const Pool *pool) { return pool->workers + 1; }

void pool_destroy(Pool *pool) {
  if (pool == NULL) return;
  lock_acquire(&pool->lock);
  pool->ending = 1;
  condition_wake_all(&pool->started);
  lock_release(&pool->lock);
  for (size_t i = 0; i < pool->workers; i++) thread_join(pool->worker[i].thread);
  condition_destroy(&pool->started);
  condition_destroy(&pool->left);
  lock_destroy(&pool->lock);
  free(pool->worker);
  free(pool);
}
