/**
 * Products of row-major matrices, blocked for registers: BLOCK_ROWS rows by up to BLOCK_VECTORS vectors of sums stay
 * in registers over the whole depth. Each sum adds its terms in the order of the depth, whatever the block.
 */
#ifndef PLATEAU_PRODUCTS_H
#define PLATEAU_PRODUCTS_H

#include <stddef.h>

#include "simd.h"

/** Columns of a full block, and of a panel of packed weights (model.c). */
#define PANEL (BLOCK_VECTORS * LANES)

/**
 * Sums of one block: sums[row][vector] += factors[row, k] * terms[k][vector] for k < depth. The factor of a row and k
 * stands at row * row_stride + k * depth_stride.
 */
INLINE void accumulate(Vector sums[BLOCK_ROWS][BLOCK_VECTORS], const float *factors, size_t row_stride,
                       size_t depth_stride, const float *terms, size_t terms_stride, size_t depth,
                       const int vectors) {
  for (size_t k = 0; k < depth; k++) {
    Vector term[BLOCK_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) term[v] = load(terms + v * LANES);
    UNROLL for (int row = 0; row < BLOCK_ROWS; row++) {
      Vector factor = splat(factors[row * row_stride]);
      UNROLL for (int v = 0; v < vectors; v++) {
        sums[row][v] = multiply_add(factor, term[v], sums[row][v]);
        SETTLE(sums[row][v]);
      }
    }
    factors += depth_stride;
    terms += terms_stride;
  }
}

INLINE void load_block(Vector sums[BLOCK_ROWS][BLOCK_VECTORS], const float *from, size_t stride,
                       const int vectors) {
  UNROLL for (int row = 0; row < BLOCK_ROWS; row++) {
    UNROLL for (int v = 0; v < vectors; v++) sums[row][v] = load(from + row * stride + v * LANES);
  }
}

INLINE void store_block(float *to, size_t stride, Vector sums[BLOCK_ROWS][BLOCK_VECTORS], const int vectors) {
  UNROLL for (int row = 0; row < BLOCK_ROWS; row++) {
    UNROLL for (int v = 0; v < vectors; v++) store(to + row * stride + v * LANES, sums[row][v]);
  }
}

/**
 * Run CALL(width) for every panel of `columns` columns, with `column` its first one and `width` its vectors as a constant,
 * so that the sums of a block stay in registers.
 */
#if BLOCK_VECTORS == 4
#define SWITCH_WIDTH(width, CALL) \
  switch (width) {                \
    case 1: CALL(1); break;       \
    case 2: CALL(2); break;       \
    case 3: CALL(3); break;       \
    default: CALL(4);             \
  }
#else
#define SWITCH_WIDTH(width, CALL) \
  if ((width) == 1) CALL(1);      \
  else CALL(2)
#endif
#define FOR_PANELS(columns, CALL)                                   \
  for (size_t column = 0; column < (columns); column += PANEL) {    \
    SWITCH_WIDTH(((columns)-column) / LANES, CALL);                 \
  }

INLINE void product_panel(float *c, const float *start, size_t stride, size_t start_stride, const float *a,
                          size_t a_stride, const float *panel, size_t depth, size_t rows, const int vectors) {
  for (size_t row = 0; row < rows; row += BLOCK_ROWS) {
    Vector sums[BLOCK_ROWS][BLOCK_VECTORS];
    load_block(sums, start + row * start_stride, start_stride, vectors);
    accumulate(sums, a + row * a_stride, a_stride, 1, panel, vectors * LANES, depth, vectors);
    store_block(c + row * stride, stride, sums, vectors);
  }
}

/**
 * C = start + A B with A rows x depth, B depth x columns in packed panels. `start` is a matrix (C itself: C += A B) or,
 * with stride 0, one row. Rows are whole blocks, columns whole vectors.
 */
static void product(float *c, size_t stride, const float *start, size_t start_stride, const float *a,
                    size_t a_stride, const float *b, size_t depth, size_t rows, size_t columns) {
#define PRODUCT_PANEL(vectors)                                                                                \
  product_panel(c + column, start + column, stride, start_stride, a, a_stride, b + column * depth, depth, rows, \
                vectors)
  FOR_PANELS(columns, PRODUCT_PANEL)
#undef PRODUCT_PANEL
}

/** Memory that is read soon, fetched bit by bit while products leave it idle: all at once would stall them. */
typedef struct {
  const float *next, *end;
} Ahead;

/** Cache lines fetched with a block of sums, and floats of a line. */
enum { LINES_AHEAD = 24, LINE = 16 };

INLINE void fetch_ahead(Ahead *ahead) {
  for (int line = 0; line < LINES_AHEAD && ahead->next < ahead->end; line++, ahead->next += LINE) {
    __builtin_prefetch(ahead->next, 0, 2);
  }
}

INLINE void outer_panel(float *c, size_t columns, const float *a, size_t a_stride, size_t height, const float *b,
                        size_t rows, Ahead *ahead, const int vectors) {
  for (size_t i = 0; i < height; i += BLOCK_ROWS) {
    fetch_ahead(ahead);
    Vector sums[BLOCK_ROWS][BLOCK_VECTORS];
    load_block(sums, c + i * columns, columns, vectors);
    accumulate(sums, a + i, 1, a_stride, b, columns, rows, vectors);
    store_block(c + i * columns, columns, sums, vectors);
  }
}

/**
 * C += A' B with A rows x height (a multiple of BLOCK_ROWS), B rows x columns (whole vectors, no gap between rows), C
 * height x columns.
 */
static void add_outer_products(float *c, const float *a, size_t a_stride, size_t height, const float *b,
                               size_t columns, size_t rows, Ahead *ahead) {
#define OUTER_PANEL(vectors) outer_panel(c + column, columns, a, a_stride, height, b + column, rows, ahead, vectors)
  FOR_PANELS(columns, OUTER_PANEL)
#undef OUTER_PANEL
}

/** sums[column] += every row of `a`. */
static void add_column_sums(float *sums, const float *a, size_t stride, size_t rows, size_t columns) {
  for (size_t column = 0; column < columns; column += LANES) {
    Vector sum = load(sums + column);
    for (size_t row = 0; row < rows; row++) sum += load(a + row * stride + column);
    store(sums + column, sum);
  }
}

#endif
