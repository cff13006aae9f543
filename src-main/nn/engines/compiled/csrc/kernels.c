/**
 * GRU forward and backward on one tile, in PyTorch's equations (methods.md 3, nn/engines/gruLayer.ts):
 *
 *   r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)      z likewise
 *   n = tanh(W_in x + b_in + r m),  m = W_hn h + b_hn
 *   h' = n + z (h - n)
 *
 * Compiled once for each instruction set with KERNELS (the table's name) and LEVEL (a string).
 */
#include "kernels.h"

#include "products.h"

INLINE void activate_gates(float *gates, const float *before, float *outputs, size_t rows, size_t padded) {
  for (size_t row = 0; row < rows; row++) {
    float *n = gates + row * GATES * padded, *r = n + padded, *z = r + padded, *m = z + padded;
    for (size_t j = 0; j < padded; j += LANES) {
      Vector reset = sigmoid(load(r + j)), update = sigmoid(load(z + j)), hidden = load(before + row * padded + j);
      Vector candidate = hyperbolic_tangent(load(n + j) + reset * load(m + j));
      store(r + j, reset);
      store(z + j, update);
      store(n + j, candidate);
      store(outputs + row * padded + j, candidate + update * (hidden - candidate));
    }
  }
}

static void forward_layer(const Model *model, const Layer *layer, const float *packed, const float *inputs,
                          const Tile *tile, float *gates, float *outputs) {
  size_t padded = model->padded, rows = tile->rows, width = GATES * padded;
  const float *bias = packed + layer->packed_bias;
  memset(outputs, 0, rows * padded * sizeof(float));
  for (size_t t = 0; t < tile->steps; t++) {
    const float *before = outputs + t * rows * padded;
    float *now = gates + (tile->gate_steps == 1 ? 0 : t * rows * width);
    product(now, width, bias, 0, inputs + t * rows * layer->input_stride, layer->input_stride,
            packed + layer->input_forward, layer->inputs, rows, 3 * padded);
    fill_rows(now + 3 * padded, width, bias + 3 * padded, rows, padded);
    if (t > 0) {
      product(now + padded, width, now + padded, width, before, padded, packed + layer->hidden_forward,
              model->hidden, rows, 3 * padded);
    }
    activate_gates(now, before, outputs + (t + 1) * rows * padded, rows, padded);
  }
}

static void forward(const Model *model, const float *packed, const Tile *tile) {
  const float *inputs = tile->inputs;
  for (size_t l = 0; l < model->layer_count; l++) {
    float *outputs = layer_outputs(model, tile, l);
    float *gates = outputs - tile->gate_steps * tile->rows * GATES * model->padded;
    forward_layer(model, &model->layers[l], packed, inputs, tile, gates, outputs);
    inputs = outputs + tile->rows * model->padded;
  }
}

/**
 * Gradient of a step's pre-activations n | r | z | m into `deltas`, given that of its output, flow + carry. Leaves in
 * `carry` what reaches the step before past the recurrent product. `next` are the gates of the following call, fetched
 * while the products between the two leave the memory idle.
 */
INLINE void differentiate_gates(const float *gates, const float *next, const float *before, const float *flow,
                                float *carry, float *deltas, size_t stride, size_t rows, size_t padded) {
  for (size_t row = 0; row < rows; row++) {
    const float *n = gates + row * GATES * padded, *r = n + padded, *z = r + padded, *m = z + padded;
    float *dn = deltas + row * stride, *dr = dn + padded, *dz = dr + padded, *dm = dz + padded;
    for (size_t j = 0; j < GATES * padded; j += 16) __builtin_prefetch(next + row * GATES * padded + j, 0, 2);
    for (size_t j = 0; j < padded; j += LANES) {
      size_t at = row * padded + j;
      Vector output = load(flow + at) + load(carry + at);
      Vector candidate = load(n + j), reset = load(r + j), update = load(z + j);
      Vector to_candidate = output * (1.0f - update) * (1.0f - candidate * candidate);
      Vector to_hidden_candidate = to_candidate * reset;
      store(dn + j, to_candidate);
      store(dm + j, to_hidden_candidate);
      store(dr + j, to_hidden_candidate * load(m + j) * (1.0f - reset));
      store(dz + j, output * (load(before + at) - candidate) * update * (1.0f - update));
      store(carry + at, output * update);
    }
  }
}

static void backward_layer(const Model *model, const Layer *layer, const float *packed, const float *inputs,
                           const Tile *tile, const float *gates, const float *outputs, const Scratch *scratch,
                           int to_inputs, float *accumulator) {
  size_t padded = model->padded, rows = tile->rows, stride = delta_stride(model);
  float *carry = scratch->carry, *deltas = scratch->deltas;
  memset(carry, 0, rows * padded * sizeof(float));
  for (size_t t = tile->steps; t-- > 0;) {
    const float *before = outputs + t * rows * padded, *x = inputs + t * rows * layer->input_stride;
    float *flow = scratch->flow + t * rows * padded;
    const float *now = gates + t * rows * GATES * padded, *next = t > 0 ? now - rows * GATES * padded : now;
    differentiate_gates(now, next, before, flow, carry, deltas, stride, rows, padded);
    add_column_sums(accumulator + layer->bias_gradient, deltas, stride, rows, GATES * padded);
    add_outer_products(accumulator + layer->input_gradient, deltas, stride, 3 * padded, x, layer->input_stride,
                       rows);
    if (t > 0) {
      // The first step's state is zero: nothing to differentiate, nowhere to carry.
      add_outer_products(accumulator + layer->hidden_gradient, deltas + padded, stride, 3 * padded, before,
                         padded, rows);
      product(carry, padded, carry, padded, deltas + padded, stride, packed + layer->hidden_backward, 3 * padded,
              rows, padded);
    }
    if (to_inputs) {
      product(flow, padded, scratch->zeros, 0, deltas, stride, packed + layer->input_backward, 3 * padded, rows,
              padded);
    }
  }
}

static void backward(const Model *model, const float *packed, const Tile *tile, const Scratch *scratch,
                     float *accumulator) {
  for (size_t l = model->layer_count; l-- > 0;) {
    const float *outputs = layer_outputs(model, tile, l);
    const float *gates = outputs - tile->gate_steps * tile->rows * GATES * model->padded;
    const float *inputs =
        l == 0 ? tile->inputs : layer_outputs(model, tile, l - 1) + tile->rows * model->padded;
    backward_layer(model, &model->layers[l], packed, inputs, tile, gates, outputs, scratch, l > 0, accumulator);
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
    UNROLL for (int i = 0; i < CHAINS; i++) chains[i] = chains[i] * factor + addend;
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
