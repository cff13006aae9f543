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
  // Not left to the compiler as below, which contracts wrongly here (scripts/native/build.mjs).
  return (Vector)wasm_f32x4_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c);
#else
  return a * b + c;
#endif
}

/**
 * Computed here, not where the compiler likes: for WebAssembly it would first load the factors of all rows of a product,
 * more than there are registers.
 */
#if defined(__wasm__)
#define SETTLE(vector) __asm__ volatile("" : "+r"(vector))
#else
#define SETTLE(vector)
#endif

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

/** 2^t for |t| <= 126 in two parts: power = 2^i with i the integer nearest to t, and f = t - i. */
typedef struct {
  Vector power, f;
} Split;

INLINE Split split_power(Vector t) {
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
  Vector rounded = t + 12582912.0f;
  return (Split){(Vector)(((Integers)rounded << 23) + 0x3f800000u), t - (rounded - 12582912.0f)};
}

#define LOG2_E 1.44269504f

/** 1 / (1 + e^-x), NaN for NaN. 2^f is a least-maximum fit of relative error 7.5e-8. */
INLINE Vector sigmoid(Vector x) {
  Split s = split_power(clamp(x * -LOG2_E, -126.0f, 126.0f));
  Vector p = splat(1.32764719e-3f);
  p = multiply_add(p, s.f, splat(9.67554733e-3f));
  p = multiply_add(p, s.f, splat(5.55071332e-2f));
  p = multiply_add(p, s.f, splat(2.40221196e-1f));
  p = multiply_add(p, s.f, splat(6.93146967e-1f));
  p = multiply_add(p, s.f, splat(1.0f));
  return 1.0f / multiply_add(s.power, p, splat(1.0f));
}

/**
 * (e^2x - 1) / (e^2x + 1), NaN for NaN. 2^f - 1 is f times a least-maximum fit of relative error 1e-8, so that near 0
 * too the result is right to 2e-7 of itself.
 */
INLINE Vector hyperbolic_tangent(Vector x) {
  Split s = split_power(clamp(x * (2 * LOG2_E), -126.0f, 126.0f));
  Vector q = splat(1.54035147e-4f);
  q = multiply_add(q, s.f, splat(1.33907414e-3f));
  q = multiply_add(q, s.f, splat(9.61823751e-3f));
  q = multiply_add(q, s.f, splat(5.55035742e-2f));
  q = multiply_add(q, s.f, splat(2.40226498e-1f));
  q = multiply_add(q, s.f, splat(6.93147188e-1f));
  Vector e = multiply_add(s.power, q * s.f, s.power - 1.0f);
  return e / (e + 2.0f);
}

#endif
