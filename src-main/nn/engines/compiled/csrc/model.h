/**
 * Sizes of a GRU model and where its parts stand in packed weights and in a gradient accumulator.
 *
 * Rows are padded: every row of hidden units takes `padded` floats, a whole number of vectors. Padded units have zero
 * weights, hence state and gradient 0, and never reach a result.
 *
 * Gates come in the order n, r, z, m, with m = W_hn h + b_hn: the input side feeds the first three, the recurrent side
 * the last three.
 */
#ifndef PLATEAU_MODEL_H
#define PLATEAU_MODEL_H

#include <stddef.h>

/** The gates of a layer, in the order of everything that is packed or kept. */
enum { CANDIDATE, RESET, UPDATE, HIDDEN_CANDIDATE, GATES };

/** What JavaScript says of a model: nn/layout.ts, GruConfig. */
typedef struct {
  size_t features, hidden, layers, outputs;
} ModelSizes;

typedef struct {
  /** Columns of the layer's input (features, or the hidden size) and floats from one row to the next. */
  size_t inputs;
  size_t input_stride;
  /** Offsets in the flat weights: PyTorch's four tensors, nn/layout.ts. */
  size_t weight_ih, weight_hh, bias_ih, bias_hh;
  /**
   * Offsets in the packed weights. `forward` has the panels of each gate, transposed, the rows of its input side above
   * those of its recurrent side; the bias is one row of gates.
   */
  size_t packed_bias, forward[GATES], input_backward, hidden_backward;
  /** Offsets in an accumulator: rows n r z (input side) or r z m (recurrent side), and one row of gates. */
  size_t input_gradient, hidden_gradient, bias_gradient;
} Layer;

typedef struct {
  size_t features, hidden, padded, outputs;
  size_t layer_count;
  Layer *layers;
  /** Head, a row for each output: offsets in the flat weights, in the packed weights and in an accumulator (weight only). */
  size_t head_weight, head_bias, packed_head, head_gradient;
  /** Columns of a panel of packed weights. */
  size_t panel;
  /** Lengths of the flat weights, of the packed weights and of an accumulator. */
  size_t size, packed_size, accumulator_size;
} Model;

/** False when memory runs out. `lanes` is the length of a vector, `panel` the columns of a panel, in floats. */
int model_create(Model *model, const ModelSizes *sizes, size_t lanes, size_t panel);
void model_destroy(Model *model);

/** One gate of one layer from flat to packed weights: tasks 0 ... 3 x layers - 1. Padding must be zero already. */
void model_pack(const Model *model, const float *weights, float *packed, size_t task);
void model_pack_head(const Model *model, const float *weights, float *packed);

/** Layer `layer` of a summed accumulator into the flat gradient. */
void model_unpack(const Model *model, const double *accumulator, double *gradient, size_t layer);
void model_unpack_head(const Model *model, const double *accumulator, double *gradient);

#endif
