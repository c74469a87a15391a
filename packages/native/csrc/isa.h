// What the files that are compiled once for each instruction set share. Compile with -DISA_NAME=avx2 (or another).
#ifndef ISOGRAD_ISA_H
#define ISOGRAD_ISA_H

#include "tables.h"

#include <string.h>

#define ISA_JOIN2(isa, name) isograd_##isa##_##name
#define ISA_JOIN(isa, name) ISA_JOIN2(isa, name)
/** Name of a symbol that exists once for each instruction set. */
#define ISA(name) ISA_JOIN(ISA_NAME, name)

#if defined(__clang__)
#define VECTORIZE _Pragma("clang loop vectorize(assume_safety)")
#else
#define VECTORIZE _Pragma("GCC ivdep")
#endif

// Contraction is off everywhere: where a fused multiply-add is wanted it is written, so that the vector body and the
// scalar rest of a loop round alike.
#if defined(__FMA__) || defined(__aarch64__)
#define FMA32(a, b, c) __builtin_fmaf(a, b, c)
#define FMA64(a, b, c) __builtin_fma(a, b, c)
#else
#define FMA32(a, b, c) ((a) * (b) + (c))
#define FMA64(a, b, c) ((a) * (b) + (c))
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define BITS(type, bits_type, suffix)                                                                                  \
    ALWAYS_INLINE bits_type bits_of_##suffix(type x) {                                                                 \
        bits_type bits;                                                                                                \
        memcpy(&bits, &x, sizeof x);                                                                                   \
        return bits;                                                                                                   \
    }                                                                                                                  \
    ALWAYS_INLINE type of_bits_##suffix(bits_type bits) {                                                              \
        type x;                                                                                                        \
        memcpy(&x, &bits, sizeof x);                                                                                   \
        return x;                                                                                                      \
    }
BITS(float, uint32_t, f4)
BITS(double, uint64_t, f8)
#undef BITS

/** `x` with the sign of `s`. */
ALWAYS_INLINE float with_sign_f4(float x, float s) { return of_bits_f4((bits_of_f4(x) & 0x7fffffffu) | (bits_of_f4(s) & 0x80000000u)); }
ALWAYS_INLINE double with_sign_f8(double x, double s) {
    return of_bits_f8((bits_of_f8(x) & 0x7fffffffffffffffull) | (bits_of_f8(s) & 0x8000000000000000ull));
}

// Two one-sided choices differ only for zeros of both signs, where their bits are combined, and for NaN, which a sum keeps.
#define EXTREME(T, S, name, BEATS, COMBINE)                                                                            \
    ALWAYS_INLINE T name##_##S(T a, T b) {                                                                             \
        const T x = a BEATS b ? a : b, y = b BEATS a ? b : a;                                                          \
        const T both = of_bits_##S(bits_of_##S(x) COMBINE bits_of_##S(y));                                             \
        return __builtin_isunordered(a, b) ? a + b : both;                                                             \
    }
EXTREME(float, f4, max, >, &)
EXTREME(float, f4, min, <, |)
EXTREME(double, f8, max, >, &)
EXTREME(double, f8, min, <, |)
#undef EXTREME

// The sum of a block: a row is summed lane by lane first, as many on all instruction sets, so that their sums are the same.
#define SUM_LANES(T, S)                                                                                                \
    /* Of -0, which changes no sum: zeros would be stored by a slower instruction. */                                  \
    ALWAYS_INLINE void clear_lanes_##S(T *lanes) {                                                                     \
        for (int j = 0; j < BLOCK; j++) lanes[j] = (T)-0.0;                                                            \
    }                                                                                                                  \
    ALWAYS_INLINE T sum_lanes_##S(T *lanes) {                                                                          \
        for (int j = 0; j < 16; j++) lanes[j] += lanes[j + 16];                                                        \
        for (int j = 0; j < 8; j++) lanes[j] += lanes[j + 8];                                                          \
        for (int j = 0; j < 4; j++) lanes[j] += lanes[j + 4];                                                          \
        return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) + 0;                                                      \
    }
EACH_FLOAT(SUM_LANES)
#undef SUM_LANES

extern const struct op_entry ISA(arithmetic_ops)[], ISA(integer_ops)[], ISA(convert_ops)[], ISA(elementary_ops)[], ISA(fused_ops)[];
extern const struct row_entry ISA(row_ops)[];

#endif
