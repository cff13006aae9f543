/**
 * The network for JavaScript in WebAssembly: nn/engines/wasm/binding.ts calls it. Every thread has an instance of its
 * own on the same memory and its own stack. The JavaScript thread only calls what cannot block; `forward`, `backward`
 * and `multiply_adds` run on another one, which joins the pool's.
 */
#include <stdlib.h>

#include "../cpu.h"
#include "../network.h"
#include "../pool.h"

#define EXPORT(name) __attribute__((export_name(#name)))

extern const Kernels kernels_wasm;

/** WebAssembly has no such mode. */
FloatingPointMode flush_denormals(void) { return 0; }
void restore_denormals(FloatingPointMode mode) { (void)mode; }

EXPORT(allocate) void *allocate(size_t bytes) { return malloc(bytes); }
EXPORT(release) void release(void *data) { free(data); }

/** Body of a thread that `start_thread` asked for. */
EXPORT(run_thread) void run_thread(void *(*function)(void *), void *argument) { function(argument); }

/** NULL when memory runs out. */
EXPORT(create) Network *create(size_t features, size_t hidden, size_t layers, size_t outputs, size_t threads,
                               size_t activation_bytes) {
  ModelSizes sizes = {.features = features, .hidden = hidden, .layers = layers, .outputs = outputs};
  return network_create(&kernels_wasm, &sizes, threads, activation_bytes);
}

EXPORT(forward) Outcome forward(Network *network, const float *weights, const float *inputs, size_t stocks,
                                size_t steps, int keep, uint32_t dropout_seed, uint32_t dropout_threshold,
                                double *predictions) {
  Pass pass = {.weights = weights,
               .inputs = inputs,
               .stocks = stocks,
               .steps = steps,
               .keep = keep,
               .dropout_seed = dropout_seed,
               .dropout_threshold = dropout_threshold};
  return network_forward(network, &pass, predictions);
}

EXPORT(backward) Outcome backward(Network *network, const float *inputs, const double *prediction_gradient,
                                  double *gradient) {
  return network_backward(network, inputs, prediction_gradient, gradient);
}

EXPORT(cancel) void cancel(Network *network) { network_cancel(network); }
EXPORT(clear_cancel) void clear_cancel(Network *network) { network_clear_cancel(network); }
EXPORT(kept_stocks) size_t kept_stocks(const Network *network) { return network_kept_stocks(network); }
EXPORT(kept_steps) size_t kept_steps(const Network *network) { return network_kept_steps(network); }

EXPORT(create_pool) Pool *create_pool(size_t threads) { return pool_create(threads); }

static void multiply_adds_task(void *context, size_t index, size_t thread) {
  const size_t *rounds = context;
  (void)index;
  (void)thread;
  kernels_wasm.multiply_adds(*rounds);
}

/** `rounds` on each of the pool's threads. */
EXPORT(multiply_adds) void multiply_adds(Pool *pool, size_t rounds) {
  pool_run(pool, pool_threads(pool), multiply_adds_task, &rounds);
}

EXPORT(operations_per_round) double operations_per_round(void) { return kernels_wasm.operations_per_round; }
