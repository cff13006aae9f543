/**
 * The arithmetic of one tile of stocks: all steps of all layers, forward and backward through time. kernels.c is
 * compiled once for each instruction set; the table says which one a copy is.
 */
#ifndef PLATEAU_KERNELS_H
#define PLATEAU_KERNELS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/** Stocks a product works on at a time, held in registers. The rows of a tile are a multiple of it. */
enum { BLOCK_ROWS = 6 };

/**
 * The dropout between layers, nn/dropout.ts: an element of layer l's outputs is dropped when its draw with key[l] is below
 * the threshold, and times `scale` otherwise. Threshold 0 drops nothing.
 */
typedef struct {
  uint32_t threshold;
  float scale;
  const uint32_t *keys;
} Dropout;

/** A tile's sizes and buffers. Matrices are time-major: row step * rows + stock. */
typedef struct {
  size_t steps, rows;
  /** Its first stock's number in the cross-section. */
  size_t first;
  /** steps x rows x input_stride of layer 0; padded rows are zero. */
  float *inputs;
  /** Per layer: gates, then outputs from the initial zeros on, (steps + 1) x rows x padded. */
  float *activations;
  /** Steps whose gates are kept: all of them, or 1 when backward does not follow. */
  size_t gate_steps;
  const Dropout *dropout;
  /** Set from outside: work on the tile ends after the step at hand, its results are worthless. */
  const atomic_int *cancelled;
} Tile;

/** Work space of one thread. */
typedef struct {
  /** Per layer: gradient of its outputs at the step at hand, rows x padded; backward starts with the last step's. */
  float *carry;
  /** Gradient of a step's pre-activations, rows x `delta_stride(model)`. */
  float *deltas;
  /** What dropout leaves of a step's inputs, or of their gradient, rows x padded. */
  float *dropped;
  /** A row of zeros, `padded` long. */
  float *zeros;
} Scratch;

typedef struct {
  /** `avx512`, `avx2`, `neon` or `portable`. */
  const char *level;
  /** Floats of a vector, and columns of a panel of packed weights. */
  size_t lanes, panel;
  /** Fill the tile's activations. */
  void (*forward)(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch);
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
/** Gates of layer `l`: gate_steps times n, r, z and m, each rows x padded. */
static inline float *layer_gates(const Model *model, const Tile *tile, size_t l) {
  return tile->activations + l * layer_floats(model, tile->steps, tile->rows, tile->gate_steps);
}

/** One line past a row of gates: a power of two would put all rows of a column on the same few cache sets. */
static inline size_t delta_stride(const Model *model) { return GATES * model->padded + 16; }

#endif
