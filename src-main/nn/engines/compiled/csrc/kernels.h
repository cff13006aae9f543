/**
 * The arithmetic of one tile of stocks: all steps of all layers, forward and backward through time. kernels.c is
 * compiled once for each instruction set; the table says which one a copy is.
 */
#ifndef PLATEAU_KERNELS_H
#define PLATEAU_KERNELS_H

#include <stddef.h>

#include "model.h"

/** Stocks a product works on at a time, held in registers. The rows of a tile are a multiple of it. */
enum { BLOCK_ROWS = 6 };

/** A tile's sizes and buffers. Matrices are time-major: row step * rows + stock. */
typedef struct {
  size_t steps, rows;
  /** steps x rows x input_stride of layer 0; padded rows are zero. */
  float *inputs;
  /** Per layer: gates, then outputs from the initial zeros on, (steps + 1) x rows x padded. */
  float *activations;
  /** Steps whose gates are kept: all of them, or 1 when backward does not follow. */
  size_t gate_steps;
} Tile;

/** Work space of one thread. */
typedef struct {
  /** Gradient of a layer's outputs, steps x rows x padded; on entry of the top layer's. */
  float *flow;
  /** Gradient that reaches a step from the step after it, rows x padded. */
  float *carry;
  /** Gradient of a step's pre-activations, rows x `delta_stride(model)`. */
  float *deltas;
  /** A row of zeros, `padded` long. */
  float *zeros;
} Scratch;

typedef struct {
  /** `avx512`, `avx2`, `neon` or `portable`. */
  const char *level;
  /** Floats of a vector, and columns of a panel of packed weights. */
  size_t lanes, panel;
  /** Fill the tile's activations. */
  void (*forward)(const Model *model, const float *packed, const Tile *tile);
  /** Add the tile's weight gradients, head excepted, to an accumulator. */
  void (*backward)(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch,
                   float *accumulator);
  /** Run `rounds` of independent multiply-adds on registers, the most this level can do; its operations a round. */
  void (*multiply_adds)(size_t rounds);
  double operations_per_round;
} Kernels;

/** Floats of one layer's activations and of a tile's. */
static inline size_t layer_floats(const Model *model, size_t steps, size_t rows, size_t gate_steps) {
  return (gate_steps * GATES + steps + 1) * rows * model->padded;
}
static inline size_t tile_floats(const Model *model, size_t steps, size_t rows, size_t gate_steps) {
  return model->layer_count * layer_floats(model, steps, rows, gate_steps);
}

/** Outputs of layer `l`, from the initial zeros on. */
static inline float *layer_outputs(const Model *model, const Tile *tile, size_t l) {
  return tile->activations + l * layer_floats(model, tile->steps, tile->rows, tile->gate_steps) +
         tile->gate_steps * GATES * tile->rows * model->padded;
}

/** One line past a row of gates: a power of two would put all rows of a column on the same few cache sets. */
static inline size_t delta_stride(const Model *model) { return GATES * model->padded + 16; }

#endif
