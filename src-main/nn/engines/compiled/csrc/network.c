#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pool.h"

/** Blocks of stocks in a full tile: its activations of one step, the weights and the gradients share the cache. */
enum { TILE_BLOCKS = 16 };
/** Tiles come in multiples of this where there is work enough, so that common numbers of threads get equal shares. */
enum { TILE_MULTIPLE = 8 };
/** Blocks below which a tile is not cut further: its fixed costs would outweigh the parallelism. */
enum { LEAST_TILE_BLOCKS = 3 };
/** Partial sums of the gradient: more than this would cost more to add up than the even load gains. */
enum { MOST_CHUNKS = 32 };
/** Elements of the gradient one task adds up. */
enum { SLICE = 4096 };

/** How a cross-section is cut; a function of its sizes only. */
typedef struct {
  size_t stocks, steps;
  size_t blocks, tiles, chunks;
  /** Rows of the largest tile. */
  size_t rows;
} Plan;

/** Buffers of one thread. `tile` serves the tiles whose activations are not kept. */
typedef struct {
  Buffer inputs, tile, carry, deltas, dropped, zeros;
} ThreadBuffers;

struct Network {
  Model model;
  const Kernels *kernels;
  Pool *pool;
  size_t activation_bytes;
  ThreadBuffers *threads;
  Buffer packed, activations, accumulators;
  double *total;
  /** Of the last forward pass; `kept` tiles have their activations in `activations`. */
  Plan plan;
  size_t kept;
  int may_go_back;
  Dropout dropout;
  uint32_t *dropout_keys;
  atomic_int cancelled;
};

/** What the tasks of one call share. */
typedef struct {
  Network *network;
  const float *weights;
  const float *inputs;
  /** Steps of gates in a tile that is not kept: 1 unless backward follows at once. */
  size_t gate_steps;
  double *predictions;
  const double *prediction_gradient;
  double *gradient;
} Call;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t most(size_t a, size_t b) { return a > b ? a : b; }
static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }

static Plan make_plan(size_t stocks, size_t steps) {
  size_t blocks = quotient_up(stocks, BLOCK_ROWS);
  size_t even = quotient_up(quotient_up(blocks, TILE_BLOCKS), TILE_MULTIPLE) * TILE_MULTIPLE;
  size_t tiles = least(even, quotient_up(blocks, LEAST_TILE_BLOCKS));
  return (Plan){
      .stocks = stocks,
      .steps = steps,
      .blocks = blocks,
      .tiles = tiles,
      .chunks = least(tiles, MOST_CHUNKS),
      .rows = tiles == 0 ? 0 : quotient_up(blocks, tiles) * BLOCK_ROWS,
  };
}

/** The `index`-th of `parts` nearly equal parts of 0 ... count - 1 starts here. */
static size_t part_start(size_t count, size_t parts, size_t index) { return count * index / parts; }

/** First stock, rows and stocks (rows without padding) of a tile. */
typedef struct {
  size_t first, rows, stocks;
} Span;

static Span tile_span(const Plan *plan, size_t tile) {
  size_t start = part_start(plan->blocks, plan->tiles, tile), end = part_start(plan->blocks, plan->tiles, tile + 1);
  size_t first = start * BLOCK_ROWS;
  return (Span){first, (end - start) * BLOCK_ROWS, least(end * BLOCK_ROWS, plan->stocks) - first};
}

Network *network_create(const Kernels *kernels, const ModelSizes *sizes, size_t threads, size_t activation_bytes) {
  Network *network = calloc(1, sizeof *network);
  if (network == NULL) return NULL;
  network->kernels = kernels;
  network->activation_bytes = activation_bytes;
  atomic_init(&network->cancelled, 0);
  if (model_create(&network->model, sizes, kernels->lanes, kernels->panel) &&
      (network->dropout_keys = calloc(sizes->layers, sizeof(uint32_t))) != NULL &&
      (network->pool = pool_create(threads)) != NULL &&
      (network->threads = calloc(pool_threads(network->pool), sizeof(ThreadBuffers))) != NULL &&
      (network->total = malloc(network->model.accumulator_size * sizeof(double))) != NULL &&
      buffer_reserve(&network->packed, network->model.packed_size)) {
    return network;
  }
  network_destroy(network);
  return NULL;
}

void network_destroy(Network *network) {
  for (size_t i = 0; network->threads != NULL && i < pool_threads(network->pool); i++) {
    ThreadBuffers *buffers = &network->threads[i];
    buffer_free(&buffers->inputs);
    buffer_free(&buffers->tile);
    buffer_free(&buffers->carry);
    buffer_free(&buffers->deltas);
    buffer_free(&buffers->dropped);
    buffer_free(&buffers->zeros);
  }
  buffer_free(&network->packed);
  buffer_free(&network->activations);
  buffer_free(&network->accumulators);
  free(network->total);
  free(network->dropout_keys);
  free(network->threads);
  pool_destroy(network->pool);
  model_destroy(&network->model);
  free(network);
}

size_t network_size(const Network *network) { return network->model.size; }
size_t network_features(const Network *network) { return network->model.features; }
size_t network_outputs(const Network *network) { return network->model.outputs; }
size_t network_kept_stocks(const Network *network) { return network->may_go_back ? network->plan.stocks : 0; }
size_t network_kept_steps(const Network *network) { return network->plan.steps; }

/** The tile's inputs, time-major and padded, from the stock-major cross-section. */
static void gather_inputs(const Model *model, const Plan *plan, Span span, const float *inputs, float *target) {
  size_t features = model->features, stride = model->layers[0].input_stride;
  memset(target, 0, plan->steps * span.rows * stride * sizeof(float));
  for (size_t s = 0; s < span.stocks; s++) {
    const float *source = inputs + (span.first + s) * plan->steps * features;
    for (size_t t = 0; t < plan->steps; t++) {
      float *row = target + (t * span.rows + s) * stride;
      for (size_t f = 0; f < features; f++) row[f] = source[t * features + f];
    }
  }
}

/** Inputs and activations of tile `index`; those beyond the kept ones share the thread's buffer. */
static Tile tile_buffers(const Call *call, size_t index, size_t thread, Span span) {
  const Network *network = call->network;
  const Plan *plan = &network->plan;
  const ThreadBuffers *buffers = &network->threads[thread];
  int kept = index < network->kept;
  size_t floats = tile_floats(&network->model, plan->steps, plan->rows, plan->steps);
  return (Tile){.steps = plan->steps,
                .rows = span.rows,
                .first = span.first,
                .inputs = buffers->inputs.data,
                .activations = kept ? network->activations.data + index * floats : buffers->tile.data,
                .gate_steps = kept ? plan->steps : call->gate_steps,
                .dropout = &network->dropout,
                .cancelled = &network->cancelled};
}

static Scratch scratch_of(const Network *network, size_t thread) {
  const ThreadBuffers *buffers = &network->threads[thread];
  return (Scratch){buffers->carry.data, buffers->deltas.data, buffers->dropped.data,
                   buffers->zeros.data};
}

static int is_cancelled(const Network *network) {
  return atomic_load_explicit(&network->cancelled, memory_order_relaxed);
}

/** The top layer's outputs after the last step. */
static const float *last_outputs(const Model *model, const Tile *tile) {
  return layer_outputs(model, tile, model->layer_count - 1) + tile->steps * tile->rows * model->padded;
}

static void pack_task(void *context, size_t index, size_t thread) {
  const Call *call = context;
  (void)thread;
  model_pack(&call->network->model, call->weights, call->network->packed.data, index);
}

static void forward_task(void *context, size_t index, size_t thread) {
  const Call *call = context;
  const Network *network = call->network;
  const Model *model = &network->model;
  const float *head = network->packed.data + model->packed_head;
  Span span = tile_span(&network->plan, index);
  Tile tile = tile_buffers(call, index, thread, span);
  Scratch scratch = scratch_of(network, thread);
  if (is_cancelled(network)) return;
  gather_inputs(model, &network->plan, span, call->inputs, tile.inputs);
  network->kernels->forward(model, network->packed.data, &tile, &scratch);
  const float *outputs = last_outputs(model, &tile);
  for (size_t s = 0; s < span.stocks; s++) {
    for (size_t k = 0; k < model->outputs; k++) {
      // In double: the IC of predictions that hardly differ must not lose their differences.
      const float *row = head + k * model->padded;
      double sum = call->weights[model->head_bias + k];
      for (size_t j = 0; j < model->hidden; j++) sum += (double)outputs[s * model->padded + j] * row[j];
      call->predictions[(span.first + s) * model->outputs + k] = sum;
    }
  }
}

/** Every thread's inputs and, when some tile is not kept, its tile of `gate_steps`. */
static int reserve_tiles(Network *network, size_t gate_steps) {
  const Model *model = &network->model;
  const Plan *plan = &network->plan;
  size_t floats =
      network->kept < plan->tiles ? tile_floats(model, plan->steps, plan->rows, gate_steps) : 0;
  for (size_t i = 0; i < pool_threads(network->pool); i++) {
    ThreadBuffers *buffers = &network->threads[i];
    if (!buffer_reserve(&buffers->inputs, plan->steps * plan->rows * model->layers[0].input_stride)) return 0;
    if (!buffer_reserve(&buffers->tile, floats)) return 0;
    if (!buffer_reserve(&buffers->dropped, plan->rows * model->padded)) return 0;
  }
  return 1;
}

static int reserve_scratch(Network *network) {
  const Model *model = &network->model;
  size_t rows = network->plan.rows;
  for (size_t i = 0; i < pool_threads(network->pool); i++) {
    ThreadBuffers *buffers = &network->threads[i];
    if (!buffer_reserve(&buffers->carry, model->layer_count * rows * model->padded)) return 0;
    if (!buffer_reserve(&buffers->deltas, rows * delta_stride(model))) return 0;
    if (!buffer_reserve(&buffers->zeros, model->padded)) return 0;
  }
  return 1;
}

void network_cancel(Network *network) { atomic_store(&network->cancelled, 1); }
void network_clear_cancel(Network *network) { atomic_store(&network->cancelled, 0); }

static uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/** Keys of the layers' masks: `dropoutKey` of nn/dropout.ts. */
static void set_dropout(Network *network, uint32_t seed, uint32_t threshold) {
  for (size_t l = 0; l < network->model.layer_count; l++) {
    network->dropout_keys[l] = mix(seed + (uint32_t)(l + 1) * 0x9e3779b9u);
  }
  float scale = (float)(1 / (1 - threshold / 4294967296.0));
  network->dropout = (Dropout){.threshold = threshold, .scale = scale, .keys = network->dropout_keys};
}

Outcome network_forward(Network *network, const Pass *pass, double *predictions) {
  const Model *model = &network->model;
  network->may_go_back = 0;
  network->plan = make_plan(pass->stocks, pass->steps);
  set_dropout(network, pass->dropout_seed, pass->dropout_threshold);
  const Plan *plan = &network->plan;
  size_t floats = tile_floats(model, plan->steps, plan->rows, plan->steps);
  network->kept = pass->keep ? least(plan->tiles, network->activation_bytes / (most(floats, 1) * sizeof(float))) : 0;
  if (!buffer_reserve(&network->activations, network->kept * floats) || !reserve_tiles(network, 1)) {
    return OUT_OF_MEMORY;
  }
  Call call = {.network = network,
               .weights = pass->weights,
               .inputs = pass->inputs,
               .gate_steps = 1,
               .predictions = predictions};
  model_pack_head(model, pass->weights, network->packed.data);
  pool_run(network->pool, 3 * model->layer_count, pack_task, &call);
  pool_run(network->pool, plan->tiles, forward_task, &call);
  if (is_cancelled(network)) return CANCELLED;
  network->may_go_back = pass->keep;
  return DONE;
}

static void seed_backward(const Network *network, Span span, const Tile *tile, const double *prediction_gradient,
                          float *carry, float *head_gradient) {
  const Model *model = &network->model;
  const float *head = network->packed.data + model->packed_head, *outputs = last_outputs(model, tile);
  size_t padded = model->padded;
  float *top = carry + (model->layer_count - 1) * tile->rows * padded;
  memset(carry, 0, model->layer_count * tile->rows * padded * sizeof(float));
  for (size_t s = 0; s < span.stocks; s++) {
    for (size_t k = 0; k < model->outputs; k++) {
      float gradient = (float)prediction_gradient[(span.first + s) * model->outputs + k];
      for (size_t j = 0; j < padded; j++) {
        top[s * padded + j] += gradient * head[k * padded + j];
        head_gradient[k * padded + j] += gradient * outputs[s * padded + j];
      }
    }
  }
}

static void backward_task(void *context, size_t chunk, size_t thread) {
  const Call *call = context;
  const Network *network = call->network;
  const Model *model = &network->model;
  const Plan *plan = &network->plan;
  float *accumulator = network->accumulators.data + chunk * model->accumulator_size;
  Scratch scratch = scratch_of(network, thread);
  memset(accumulator, 0, model->accumulator_size * sizeof(float));
  size_t end = part_start(plan->tiles, plan->chunks, chunk + 1);
  for (size_t index = part_start(plan->tiles, plan->chunks, chunk); index < end && !is_cancelled(network); index++) {
    Span span = tile_span(plan, index);
    Tile tile = tile_buffers(call, index, thread, span);
    gather_inputs(model, plan, span, call->inputs, tile.inputs);
    if (index >= network->kept) network->kernels->forward(model, network->packed.data, &tile, &scratch);
    seed_backward(network, span, &tile, call->prediction_gradient, scratch.carry, accumulator + model->head_gradient);
    network->kernels->backward(model, network->packed.data, &tile, &scratch, accumulator);
  }
}

static void sum_task(void *context, size_t slice, size_t thread) {
  const Call *call = context;
  const Network *network = call->network;
  size_t size = network->model.accumulator_size;
  size_t start = slice * SLICE, end = least(start + SLICE, size);
  (void)thread;
  memset(network->total + start, 0, (end - start) * sizeof(double));
  for (size_t chunk = 0; chunk < network->plan.chunks; chunk++) {
    const float *accumulator = network->accumulators.data + chunk * size;
    for (size_t i = start; i < end; i++) network->total[i] += accumulator[i];
  }
}

static void unpack_task(void *context, size_t layer, size_t thread) {
  const Call *call = context;
  (void)thread;
  model_unpack(&call->network->model, call->network->total, call->gradient, layer);
}

Outcome network_backward(Network *network, const float *inputs, const double *prediction_gradient, double *gradient) {
  const Model *model = &network->model;
  const Plan *plan = &network->plan;
  if (!buffer_reserve(&network->accumulators, plan->chunks * model->accumulator_size) ||
      !reserve_tiles(network, plan->steps) || !reserve_scratch(network)) {
    return OUT_OF_MEMORY;
  }
  Call call = {.network = network,
               .inputs = inputs,
               .gate_steps = plan->steps,
               .prediction_gradient = prediction_gradient,
               .gradient = gradient};
  pool_run(network->pool, plan->chunks, backward_task, &call);
  if (is_cancelled(network)) return CANCELLED;
  pool_run(network->pool, quotient_up(model->accumulator_size, SLICE), sum_task, &call);
  pool_run(network->pool, model->layer_count, unpack_task, &call);
  model_unpack_head(model, network->total, gradient);
  for (size_t k = 0; k < model->outputs; k++) {
    double bias = 0;
    for (size_t s = 0; s < plan->stocks; s++) bias += prediction_gradient[s * model->outputs + k];
    gradient[model->head_bias + k] = bias;
  }
  return DONE;
}
