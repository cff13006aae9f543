/** Threads, locks and conditions of POSIX, of Windows and of WebAssembly under one set of names. */
#ifndef PLATEAU_THREADS_H
#define PLATEAU_THREADS_H

#if defined(_WIN32)
#include <windows.h>

typedef HANDLE Thread;
typedef SRWLOCK Lock;
typedef CONDITION_VARIABLE Condition;
#define THREAD_FUNCTION(name, argument) static DWORD WINAPI name(void *argument)

static inline int thread_start(Thread *thread, LPTHREAD_START_ROUTINE function, void *argument) {
  *thread = CreateThread(NULL, 0, function, argument, 0, NULL);
  return *thread != NULL;
}
static inline void thread_join(Thread thread) {
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
}
static inline void lock_create(Lock *lock) { InitializeSRWLock(lock); }
static inline void lock_destroy(Lock *lock) { (void)lock; }
static inline void lock_acquire(Lock *lock) { AcquireSRWLockExclusive(lock); }
static inline void lock_release(Lock *lock) { ReleaseSRWLockExclusive(lock); }
static inline void condition_create(Condition *condition) { InitializeConditionVariable(condition); }
static inline void condition_destroy(Condition *condition) { (void)condition; }
static inline void condition_wait(Condition *condition, Lock *lock) {
  SleepConditionVariableSRW(condition, lock, INFINITE, 0);
}
static inline void condition_wake_all(Condition *condition) { WakeAllConditionVariable(condition); }
#elif defined(__wasm__)
#include <stdatomic.h>

/** JavaScript starts the threads (nn/engines/wasm/binding.ts), and ends them with the memory they share. */
typedef struct {
  int started;
} Thread;
/** 0 free, 1 held, 2 held while others wait. */
typedef atomic_int Lock;
/** Counts the wakes, so that one between the check and the sleep is not missed. */
typedef atomic_int Condition;
#define THREAD_FUNCTION(name, argument) static void *name(void *argument)

__attribute__((import_module("env"), import_name("start_thread"))) int start_thread(void *(*function)(void *),
                                                                                    void *argument);

static inline int thread_start(Thread *thread, void *(*function)(void *), void *argument) {
  return thread->started = start_thread(function, argument);
}
static inline void thread_join(Thread thread) { (void)thread; }
/** Sleep while `*word` is `value`. */
static inline void sleep_while(atomic_int *word, int value) {
  __builtin_wasm_memory_atomic_wait32((int *)word, value, -1);
}
static inline void lock_create(Lock *lock) { atomic_init(lock, 0); }
static inline void lock_destroy(Lock *lock) { (void)lock; }
static inline void lock_acquire(Lock *lock) {
  int held = 0;
  if (atomic_compare_exchange_strong(lock, &held, 1)) return;
  while (atomic_exchange(lock, 2) != 0) sleep_while(lock, 2);
}
static inline void lock_release(Lock *lock) {
  if (atomic_exchange(lock, 0) == 2) __builtin_wasm_memory_atomic_notify((int *)lock, 1);
}
static inline void condition_create(Condition *condition) { atomic_init(condition, 0); }
static inline void condition_destroy(Condition *condition) { (void)condition; }
static inline void condition_wait(Condition *condition, Lock *lock) {
  int seen = atomic_load(condition);
  lock_release(lock);
  sleep_while(condition, seen);
  lock_acquire(lock);
}
static inline void condition_wake_all(Condition *condition) {
  atomic_fetch_add(condition, 1);
  __builtin_wasm_memory_atomic_notify((int *)condition, -1);
}
#else
#include <pthread.h>

typedef pthread_t Thread;
typedef pthread_mutex_t Lock;
typedef pthread_cond_t Condition;
#define THREAD_FUNCTION(name, argument) static void *name(void *argument)

static inline int thread_start(Thread *thread, void *(*function)(void *), void *argument) {
  return pthread_create(thread, NULL, function, argument) == 0;
}
static inline void thread_join(Thread thread) { pthread_join(thread, NULL); }
static inline void lock_create(Lock *lock) { pthread_mutex_init(lock, NULL); }
static inline void lock_destroy(Lock *lock) { pthread_mutex_destroy(lock); }
static inline void lock_acquire(Lock *lock) { pthread_mutex_lock(lock); }
static inline void lock_release(Lock *lock) { pthread_mutex_unlock(lock); }
static inline void condition_create(Condition *condition) { pthread_cond_init(condition, NULL); }
static inline void condition_destroy(Condition *condition) { pthread_cond_destroy(condition); }
static inline void condition_wait(Condition *condition, Lock *lock) { pthread_cond_wait(condition, lock); }
static inline void condition_wake_all(Condition *condition) { pthread_cond_broadcast(condition); }
#endif

#endif
