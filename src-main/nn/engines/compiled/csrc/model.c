#include "model.h"

#include <stdlib.h>
#include <string.h>

/** PyTorch stacks the rows of its tensors r | z | n; block i of three holds gate ORDER[i]. */
static const size_t INPUT_ORDER[3] = {2, 0, 1};
static const size_t HIDDEN_ORDER[3] = {0, 1, 2};

static size_t take(size_t *total, size_t count) {
  size_t offset = *total;
  *total += count;
  return offset;
}

static size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

/** Rows of a gate's forward weights: its input side, then its recurrent side. */
static size_t forward_depth(const Model *model, const Layer *layer, size_t gate) {
  return (gate == HIDDEN_CANDIDATE ? 0 : layer->inputs) + (gate == CANDIDATE ? 0 : model->hidden);
}

int model_create(Model *model, const ModelSizes *sizes, size_t lanes, size_t panel) {
  size_t hidden = sizes->hidden, layers = sizes->layers, padded = round_up(hidden, lanes);
  *model = (Model){.features = sizes->features,
                   .hidden = hidden,
                   .padded = padded,
                   .outputs = sizes->outputs,
                   .layer_count = layers,
                   .panel = panel};
  model->layers = calloc(layers, sizeof(Layer));
  if (model->layers == NULL) return 0;
  for (size_t l = 0; l < layers; l++) {
    Layer *layer = &model->layers[l];
    layer->inputs = l == 0 ? sizes->features : hidden;
    layer->input_stride = round_up(layer->inputs, lanes);

    layer->weight_ih = take(&model->size, 3 * hidden * layer->inputs);
    layer->weight_hh = take(&model->size, 3 * hidden * hidden);
    layer->bias_ih = take(&model->size, 3 * hidden);
    layer->bias_hh = take(&model->size, 3 * hidden);

    layer->packed_bias = take(&model->packed_size, GATES * padded);
    for (size_t gate = 0; gate < GATES; gate++) {
      layer->forward[gate] = take(&model->packed_size, forward_depth(model, layer, gate) * padded);
    }
    layer->input_backward = l == 0 ? 0 : take(&model->packed_size, 3 * padded * padded);
    layer->hidden_backward = take(&model->packed_size, 3 * padded * padded);

    layer->input_gradient = take(&model->accumulator_size, 3 * padded * layer->input_stride);
    layer->hidden_gradient = take(&model->accumulator_size, 3 * padded * padded);
    layer->bias_gradient = take(&model->accumulator_size, GATES * padded);
  }
  model->head_weight = take(&model->size, model->outputs * hidden);
  model->head_bias = take(&model->size, model->outputs);
  model->packed_head = take(&model->packed_size, model->outputs * padded);
  model->head_gradient = take(&model->accumulator_size, model->outputs * padded);
  return 1;
}

void model_destroy(Model *model) {
  free(model->layers);
  model->layers = NULL;
}

/**
 * A matrix of `depth` rows is packed in panels of `panel` columns, the last one narrower: panel after panel, each row
 * after row. Element (k, column) stands at start + k * width.
 */
typedef struct {
  size_t start, width;
} PanelColumn;

static PanelColumn panel_column(size_t panel, size_t depth, size_t columns, size_t column) {
  size_t first = column / panel * panel;
  size_t width = columns - first < panel ? columns - first : panel;
  return (PanelColumn){first * depth + column - first, width};
}

/** `count` weights of each unit into rows `first` on of a gate's forward panels of `depth` rows: the transpose. */
static void pack_forward(const Model *model, float *target, size_t depth, size_t first, const float *rows,
                         size_t count) {
  for (size_t j = 0; j < model->hidden; j++) {
    PanelColumn at = panel_column(model->panel, depth, model->padded, j);
    const float *row = rows + j * count;
    for (size_t k = 0; k < count; k++) target[at.start + (first + k) * at.width] = row[k];
  }
}

/** Rows of gate `gate` as rows of block `block`: 3 padded x padded. */
static void pack_backward(const Model *model, float *target, const float *rows, size_t gate, size_t block) {
  size_t hidden = model->hidden, padded = model->padded;
  for (size_t c = 0; c < hidden; c++) {
    PanelColumn at = panel_column(model->panel, 3 * padded, padded, c);
    const float *column = rows + gate * hidden * hidden + c;
    for (size_t j = 0; j < hidden; j++) {
      target[at.start + (block * padded + j) * at.width] = column[j * hidden];
    }
  }
}

void model_pack(const Model *model, const float *weights, float *packed, size_t task) {
  size_t l = task / 3, block = task % 3, hidden = model->hidden, padded = model->padded;
  const Layer *layer = &model->layers[l];
  const float *weight_ih = weights + layer->weight_ih, *weight_hh = weights + layer->weight_hh;
  size_t input_gate = INPUT_ORDER[block], hidden_gate = HIDDEN_ORDER[block];
  // Block i feeds gate i from the input side and gate i + 1 from the recurrent side.
  float *input_panels = packed + layer->forward[block], *hidden_panels = packed + layer->forward[block + 1];
  pack_forward(model, input_panels, forward_depth(model, layer, block), 0,
               weight_ih + input_gate * hidden * layer->inputs, layer->inputs);
  pack_forward(model, hidden_panels, forward_depth(model, layer, block + 1),
               block + 1 == HIDDEN_CANDIDATE ? 0 : layer->inputs, weight_hh + hidden_gate * hidden * hidden, hidden);
  if (l > 0) pack_backward(model, packed + layer->input_backward, weight_ih, input_gate, block);
  pack_backward(model, packed + layer->hidden_backward, weight_hh, hidden_gate, block);

  const float *input_bias = weights + layer->bias_ih + input_gate * hidden;
  const float *hidden_bias = weights + layer->bias_hh;
  float *bias = packed + layer->packed_bias;
  for (size_t j = 0; j < hidden; j++) {
    // r and z add both biases before the gate; n's recurrent bias stands in m, under r's product.
    bias[block * padded + j] = block == 0 ? input_bias[j] : input_bias[j] + hidden_bias[input_gate * hidden + j];
    if (block == 0) bias[3 * padded + j] = hidden_bias[2 * hidden + j];
  }
}

void model_pack_head(const Model *model, const float *weights, float *packed) {
  for (size_t k = 0; k < model->outputs; k++) {
    const float *row = weights + model->head_weight + k * model->hidden;
    memcpy(packed + model->packed_head + k * model->padded, row, model->hidden * sizeof(float));
  }
}

/** Blocks of rows of an accumulator, `stride` apart, into the rows of a tensor. */
static void unpack_rows(const Model *model, double *tensor, const double *rows, size_t stride, size_t columns,
                        const size_t order[3]) {
  for (size_t block = 0; block < 3; block++) {
    for (size_t j = 0; j < model->hidden; j++) {
      const double *row = rows + (block * model->padded + j) * stride;
      double *target = tensor + (order[block] * model->hidden + j) * columns;
      for (size_t c = 0; c < columns; c++) target[c] = row[c];
    }
  }
}

void model_unpack(const Model *model, const double *accumulator, double *gradient, size_t l) {
  const Layer *layer = &model->layers[l];
  const double *bias = accumulator + layer->bias_gradient;
  unpack_rows(model, gradient + layer->weight_ih, accumulator + layer->input_gradient, layer->input_stride,
              layer->inputs, INPUT_ORDER);
  unpack_rows(model, gradient + layer->weight_hh, accumulator + layer->hidden_gradient, model->padded,
              model->hidden, HIDDEN_ORDER);
  unpack_rows(model, gradient + layer->bias_ih, bias, 1, 1, INPUT_ORDER);
  unpack_rows(model, gradient + layer->bias_hh, bias + model->padded, 1, 1, HIDDEN_ORDER);
}

void model_unpack_head(const Model *model, const double *accumulator, double *gradient) {
  for (size_t k = 0; k < model->outputs; k++) {
    const double *row = accumulator + model->head_gradient + k * model->padded;
    memcpy(gradient + model->head_weight + k * model->hidden, row, model->hidden * sizeof(double));
  }
}
