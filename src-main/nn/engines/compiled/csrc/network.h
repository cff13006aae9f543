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

/** NULL when memory runs out. `activation_bytes` bounds what forward keeps; tiles beyond are computed again. */
Network *network_create(const Kernels *kernels, size_t features, size_t hidden, size_t layers, size_t threads,
                        size_t activation_bytes);

/** Length of the flat weights. */
size_t network_size(const Network *network);
size_t network_features(const Network *network);
size_t network_threads(const Network *network);

/**
 * Predictions of every stock. `weights` are flat (nn/layout.ts), `inputs` stocks x steps x features. With `keep`,
 * backward may follow. False when memory runs out.
 */
int network_forward(Network *network, const float *weights, const float *inputs, size_t stocks, size_t steps,
                    int keep, double *predictions);

/**
 * d loss / d weights, given d loss / d predictions and the inputs of the last forward, which must have kept its
 * activations. False when memory runs out.
 */
int network_backward(Network *network, const float *inputs, const double *prediction_gradient, double *gradient);

/** Stocks and steps of the forward pass that backward may follow; 0 stocks when none may. */
size_t network_kept_stocks(const Network *network);
size_t network_kept_steps(const Network *network);

void network_destroy(Network *network);

#endif
