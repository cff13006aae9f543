/**
 * The GRU and its head on whole cross-sections, over a pool of threads. All calls block; one at a time.
 *
 * The bits of a result depend on the sizes and the instruction set only: the stocks are cut into tiles and the tiles
 * into chunks by their number alone, a chunk sums its tiles in order, and the chunks are summed in order.
 */
#ifndef PLATEAU_NETWORK_H
#define PLATEAU_NETWORK_H

#include <stddef.h>

#include "kernels.h"

typedef struct Network Network;

typedef enum { DONE, OUT_OF_MEMORY, CANCELLED } Outcome;

/** NULL when memory runs out. `activation_bytes` bounds what forward keeps; tiles beyond are computed again. */
Network *network_create(const Kernels *kernels, const ModelSizes *sizes, size_t threads, size_t activation_bytes);

/** Length of the flat weights. */
size_t network_size(const Network *network);
size_t network_features(const Network *network);
size_t network_outputs(const Network *network);

/** A pass over a cross-section, as nn/engines/compiled/binding.ts says it. */
typedef struct {
  /** Flat (nn/layout.ts). */
  const float *weights;
  /** stocks x steps x features. */
  const float *inputs;
  size_t stocks, steps;
  /** Whether backward may follow. */
  int keep;
  uint32_t dropout_seed, dropout_threshold;
} Pass;

/** Predictions, stocks x outputs. */
Outcome network_forward(Network *network, const Pass *pass, double *predictions);

/**
 * d loss / d weights, given d loss / d predictions (stocks x outputs) and the inputs of the last forward, which must have
 * kept its activations.
 */
Outcome network_backward(Network *network, const float *inputs, const double *prediction_gradient, double *gradient);

/** From any thread: what is at work ends soon as CANCELLED. Undone by `network_clear_cancel`, before the next call. */
void network_cancel(Network *network);
void network_clear_cancel(Network *network);

/** Stocks and steps of the forward pass that backward may follow; 0 stocks when none may. */
size_t network_kept_stocks(const Network *network);
size_t network_kept_steps(const Network *network);

void network_destroy(Network *network);

#endif
