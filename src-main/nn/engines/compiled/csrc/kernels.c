/**
 * GRU forward and backward on one tile, in PyTorch's equations (methods.md 3, nn/engines/reference/gruLayer.ts):
 *
 *   r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)      z likewise
 *   n = tanh(W_in x + b_in + r m),  m = W_hn h + b_hn
 *   h' = n + z (h - n)
 *
 * Compiled once for each instruction set with KERNELS (the table's name) and LEVEL (a string).
 */
#include "kernels.h"

#include "products.h"

/** Gate `gate` of layer `l` at step `t`, rows x padded: a gate's rows stand together. */
INLINE float *gate_at(const Model *model, const Tile *tile, size_t l, size_t t, size_t gate) {
  size_t step = tile->gate_steps == 1 ? 0 : t;
  return layer_gates(model, tile, l) + (step * GATES + gate) * tile->rows * model->padded;
}

/** One step of one layer of a tile. */
typedef struct {
  const Layer *layer;
  const float *packed;
  /** Inputs, rows x layer->input_stride or, above the lowest layer, rows x padded; outputs of the step before. */
  const float *inputs, *before;
  /** False at the first step, whose state is zero. */
  int recurrent;
  float *gates[GATES];
  float *outputs;
  size_t rows, padded, hidden;
} Step;

/** Columns of one gate's panel for all rows: sums of both sides, and the gate function while they are in registers. */
INLINE void forward_panel(const Step *step, const int gate, size_t column, const int vectors) {
  const Layer *layer = step->layer;
  size_t padded = step->padded, depth_x = gate == HIDDEN_CANDIDATE ? 0 : layer->inputs;
  size_t depth_h = gate == CANDIDATE ? 0 : step->hidden, width = vectors * LANES;
  const float *bias = step->packed + layer->packed_bias + gate * padded + column;
  const float *input_panel = step->packed + layer->forward[gate] + column * (depth_x + depth_h);
  const float *hidden_panel = input_panel + depth_x * width;
  for (size_t row = 0; row < step->rows; row += BLOCK_ROWS) {
    Vector sums[BLOCK_ROWS][BLOCK_VECTORS];
    load_block(sums, bias, 0, vectors);
    if (gate != HIDDEN_CANDIDATE) {
      accumulate(sums, step->inputs + row * layer->input_stride, layer->input_stride, 1, input_panel, width, depth_x,
                 vectors);
    }
    if (gate != CANDIDATE && step->recurrent) {
      accumulate(sums, step->before + row * padded, padded, 1, hidden_panel, width, depth_h, vectors);
    }
    size_t at = row * padded + column;
    UNROLL for (int i = 0; i < BLOCK_ROWS; i++) {
      UNROLL for (int v = 0; v < vectors; v++) {
        size_t j = at + i * padded + v * LANES;
        if (gate == CANDIDATE) {
          Vector reset = load(step->gates[RESET] + j), update = load(step->gates[UPDATE] + j);
          Vector candidate = hyperbolic_tangent(sums[i][v] + reset * load(step->gates[HIDDEN_CANDIDATE] + j));
          store(step->gates[CANDIDATE] + j, candidate);
          store(step->outputs + j, candidate + update * (load(step->before + j) - candidate));
        } else {
          store(step->gates[gate] + j, gate == HIDDEN_CANDIDATE ? sums[i][v] : sigmoid(sums[i][v]));
        }
      }
    }
  }
}

static void forward_step(const Step *step) {
#define RESET_PANEL(vectors) forward_panel(step, RESET, column, vectors)
#define UPDATE_PANEL(vectors) forward_panel(step, UPDATE, column, vectors)
#define HIDDEN_PANEL(vectors) forward_panel(step, HIDDEN_CANDIDATE, column, vectors)
#define CANDIDATE_PANEL(vectors) forward_panel(step, CANDIDATE, column, vectors)
  FOR_PANELS(step->padded, RESET_PANEL)
  FOR_PANELS(step->padded, UPDATE_PANEL)
  FOR_PANELS(step->padded, HIDDEN_PANEL)
  FOR_PANELS(step->padded, CANDIDATE_PANEL)
}

INLINE Integers mix(Integers x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/** target = what dropout leaves of `source`, outputs of layer `l` at step `t`, rows x padded. */
static void drop(const Model *model, const Tile *tile, size_t l, size_t t, const float *source, float *target) {
  const Dropout *dropout = tile->dropout;
  uint32_t key = dropout->keys[l];
  Integers lanes;
  for (uint32_t i = 0; i < LANES; i++) lanes[i] = i;
  for (size_t row = 0; row < tile->rows; row++) {
    uint32_t element = (uint32_t)(((tile->first + row) * tile->steps + t) * model->hidden);
    for (size_t j = 0; j < model->padded; j += LANES) {
      Integers draw = mix(mix((lanes + (element + (uint32_t)j)) ^ key) + key);
      Integers keep = (Integers)(draw >= dropout->threshold);
      Vector scaled = load(source + row * model->padded + j) * dropout->scale;
      store(target + row * model->padded + j, (Vector)((Integers)scaled & keep));
    }
  }
}

/** Inputs of layer `l` at step `t`; with dropout they stand in scratch->dropped. */
static const float *step_inputs(const Model *model, const Tile *tile, const Scratch *scratch, size_t l, size_t t) {
  if (l == 0) return tile->inputs + t * tile->rows * model->layers[0].input_stride;
  const float *outputs = layer_outputs(model, tile, l - 1) + (t + 1) * tile->rows * model->padded;
  if (tile->dropout->threshold == 0) return outputs;
  drop(model, tile, l - 1, t, outputs, scratch->dropped);
  return scratch->dropped;
}

static int is_cancelled(const Tile *tile) {
  return atomic_load_explicit(tile->cancelled, memory_order_relaxed);
}

/** Layer after layer at each step, so that what a layer reads of the one below is still in the cache. */
static void forward(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch) {
  size_t floats = tile->rows * model->padded;
  for (size_t l = 0; l < model->layer_count; l++) memset(layer_outputs(model, tile, l), 0, floats * sizeof(float));
  for (size_t t = 0; t < tile->steps && !is_cancelled(tile); t++) {
    for (size_t l = 0; l < model->layer_count; l++) {
      const float *before = layer_outputs(model, tile, l) + t * floats;
      Step step = {.layer = &model->layers[l],
                   .packed = packed,
                   .inputs = step_inputs(model, tile, scratch, l, t),
                   .before = before,
                   .recurrent = t > 0,
                   .outputs = layer_outputs(model, tile, l) + (t + 1) * floats,
                   .rows = tile->rows,
                   .padded = model->padded,
                   .hidden = model->hidden};
      for (size_t gate = 0; gate < GATES; gate++) step.gates[gate] = gate_at(model, tile, l, t, gate);
      forward_step(&step);
    }
  }
}

/**
 * Gradient of the pre-activations n | r | z | m of layer `l` at step `t` into `deltas`, given that of its outputs in
 * `carry`. Leaves in `carry` what reaches the step before past the recurrent product.
 */
INLINE void differentiate_gates(const Model *model, const Tile *tile, size_t l, size_t t, float *carry, float *deltas) {
  size_t padded = model->padded, stride = delta_stride(model);
  const float *before = layer_outputs(model, tile, l) + t * tile->rows * padded;
  const float *n = gate_at(model, tile, l, t, CANDIDATE), *r = gate_at(model, tile, l, t, RESET);
  const float *z = gate_at(model, tile, l, t, UPDATE), *m = gate_at(model, tile, l, t, HIDDEN_CANDIDATE);
  for (size_t row = 0; row < tile->rows; row++) {
    float *dn = deltas + row * stride, *dr = dn + padded, *dz = dr + padded, *dm = dz + padded;
    for (size_t j = 0; j < padded; j += LANES) {
      size_t at = row * padded + j;
      Vector output = load(carry + at), candidate = load(n + at), reset = load(r + at), update = load(z + at);
      Vector through = output - output * update;
      Vector to_candidate = through - through * (candidate * candidate);
      Vector to_hidden_candidate = to_candidate * reset;
      Vector to_reset = to_hidden_candidate * load(m + at);
      store(dn + j, to_candidate);
      store(dm + j, to_hidden_candidate);
      store(dr + j, to_reset - to_reset * reset);
      store(dz + j, through * update * (load(before + at) - candidate));
      store(carry + at, output * update);
    }
  }
}

/** The gates that are differentiated after those of layer `l` at step `t`. */
static Ahead gates_after(const Model *model, const Tile *tile, size_t l, size_t t) {
  if (l == 0 && t == 0) return (Ahead){NULL, NULL};
  const float *from = l > 0 ? gate_at(model, tile, l - 1, t, 0) : gate_at(model, tile, model->layer_count - 1, t - 1, 0);
  return (Ahead){from, from + GATES * tile->rows * model->padded};
}

/** What the deltas of layer `l` at step `t` give its inputs, added to the gradient of the outputs below. */
static void carry_down(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch, size_t l,
                       size_t t, float *below) {
  size_t padded = model->padded, rows = tile->rows, stride = delta_stride(model);
  const float *panels = packed + model->layers[l].input_backward;
  if (tile->dropout->threshold == 0) {
    product(below, padded, below, padded, scratch->deltas, stride, panels, 3 * padded, rows, padded);
    return;
  }
  product(scratch->dropped, padded, scratch->zeros, 0, scratch->deltas, stride, panels, 3 * padded, rows, padded);
  drop(model, tile, l - 1, t, scratch->dropped, scratch->dropped);
  for (size_t i = 0; i < rows * padded; i += LANES) store(below + i, load(below + i) + load(scratch->dropped + i));
}

/** Last step first, top layer first: what goes down a layer or back a step is still in the cache. */
static void backward(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch,
                     float *accumulator) {
  size_t padded = model->padded, rows = tile->rows, stride = delta_stride(model);
  float *deltas = scratch->deltas;
  for (size_t t = tile->steps; t-- > 0 && !is_cancelled(tile);) {
    for (size_t l = model->layer_count; l-- > 0;) {
      const Layer *layer = &model->layers[l];
      const float *before = layer_outputs(model, tile, l) + t * rows * padded;
      float *carry = scratch->carry + l * rows * padded;
      Ahead ahead = gates_after(model, tile, l, t);
      differentiate_gates(model, tile, l, t, carry, deltas);
      add_column_sums(accumulator + layer->bias_gradient, deltas, stride, rows, GATES * padded);
      add_outer_products(accumulator + layer->input_gradient, deltas, stride, 3 * padded,
                         step_inputs(model, tile, scratch, l, t), layer->input_stride, rows, &ahead);
      if (t > 0) {
        // The first step's state is zero: nothing to differentiate, nowhere to carry.
        add_outer_products(accumulator + layer->hidden_gradient, deltas + padded, stride, 3 * padded, before, padded,
                           rows, &ahead);
        product(carry, padded, carry, padded, deltas + padded, stride, packed + layer->hidden_backward, 3 * padded,
                rows, padded);
      }
      if (l > 0) carry_down(model, packed, tile, scratch, l, t, carry - rows * padded);
    }
  }
}

/** Enough chains to hide the latency of a multiply-add, few enough to stay in registers. */
enum { CHAINS = 12 };

static void multiply_adds(size_t rounds) {
  Vector chains[CHAINS];
  UNROLL for (int i = 0; i < CHAINS; i++) chains[i] = splat((float)i);
  // Read through volatile, or the compiler would know the result.
  volatile float factor_source = 0.999f, addend_source = 0.001f;
  Vector factor = splat(factor_source), addend = splat(addend_source);
  for (size_t round = 0; round < rounds; round++) {
    UNROLL for (int i = 0; i < CHAINS; i++) chains[i] = multiply_add(chains[i], factor, addend);
  }
  volatile float sink;
  UNROLL for (int i = 0; i < CHAINS; i++) sink = chains[i][0];
  (void)sink;
}

const Kernels KERNELS = {
    .level = LEVEL,
    .lanes = LANES,
    .panel = PANEL,
    .forward = forward,
    .backward = backward,
    .multiply_adds = multiply_adds,
    .operations_per_round = 2.0 * LANES * CHAINS,
};
