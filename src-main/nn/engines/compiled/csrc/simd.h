/** Vectors of floats of the instruction set at hand, and the gate functions on them. */
#ifndef PLATEAU_SIMD_H
#define PLATEAU_SIMD_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define LANES 16
#define BLOCK_VECTORS 4
#elif defined(__AVX2__)
#include <immintrin.h>
#define LANES 8
#define BLOCK_VECTORS 2
#elif defined(__SSE2__)
#include <immintrin.h>
#define LANES 4
#define BLOCK_VECTORS 2
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#define LANES 4
#define BLOCK_VECTORS 4
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#define LANES 4
#define BLOCK_VECTORS 2
#endif

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef uint32_t Integers __attribute__((vector_size(4 * LANES)));

INLINE Vector load(const float *from) {
  Vector value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store(float *to, Vector value) { memcpy(to, &value, sizeof value); }

INLINE Vector splat(float value) { return value - (Vector){0}; }

/** a b + c, rounded once where the instruction set can. */
INLINE Vector multiply_add(Vector a, Vector b, Vector c) {
#if defined(__wasm_relaxed_simd__)
  // No compiler contracts a b + c to it, as elsewhere: it may round twice.
  return (Vector)wasm_f32x4_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c);
#else
  return a * b + c;
#endif
}

/** x, but not less than `low` and not more than `high`; NaN stays NaN. */
INLINE Vector clamp(Vector x, float low, float high) {
#if defined(__AVX512F__)
  // The x86 instructions answer their second operand when one is NaN.
  return (Vector)_mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), (__m512)x));
#elif defined(__AVX2__)
  return (Vector)_mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), (__m256)x));
#elif defined(__SSE2__)
  return (Vector)_mm_min_ps(_mm_set1_ps(high), _mm_max_ps(_mm_set1_ps(low), (__m128)x));
#elif defined(__ARM_NEON)
  return (Vector)vminq_f32(vdupq_n_f32(high), vmaxq_f32(vdupq_n_f32(low), (float32x4_t)x));
#elif defined(__wasm_simd128__)
  // "Pseudo": the first operand unless the second is beyond it, so NaN as well.
  return (Vector)wasm_f32x4_pmin(wasm_f32x4_pmax((v128_t)x, wasm_f32x4_splat(low)), wasm_f32x4_splat(high));
#endif
}

/** 1.5 * 2^23: adding it leaves the nearest integer in the low bits of the sum. */
#define ROUNDING 12582912.0f

/**
 * e^x - 1 for |x| <= 87, constant beyond, NaN for NaN. e^x = 2^i 2^f with i the integer nearest to x / ln 2 and
 * |f| <= 1/2; 2^f - 1 is a least-maximum fit, relative error 2e-9 of 2^f. Near 0 the result is right to 1e-7 of itself.
 */
INLINE Vector exponential_less_one(Vector x) {
  Vector t = clamp(x, -87.0f, 87.0f) * 1.44269504f;
  Vector rounded = t + ROUNDING;
  Vector f = t - (rounded - ROUNDING);
  Vector p = splat(1.53533620e-4f);
  p = p * f + 1.33988745e-3f;
  p = p * f + 9.61843736e-3f;
  p = p * f + 5.55033247e-2f;
  p = p * f + 2.40226479e-1f;
  p = p * f + 6.93147203e-1f;
  Vector power = (Vector)(((Integers)rounded << 23) + 0x3f800000u);
  return power * (p * f) + (power - 1.0f);
}

INLINE Vector sigmoid(Vector x) { return 1.0f / (2.0f + exponential_less_one(-x)); }

INLINE Vector hyperbolic_tangent(Vector x) {
  Vector e = exponential_less_one(x * 2.0f);
  return e / (2.0f + e);
}

#endif
