// Elementary functions of one number, without branches, so that a loop over them becomes vector code.
#ifndef ISOGRAD_ELEMENTARY_H
#define ISOGRAD_ELEMENTARY_H

#include "coefficients.h"
#include "isa.h"

#include <math.h>

#define HORNER(n, fma, x, ...) HORNER_##n(fma, x, __VA_ARGS__)
#define HORNER_1(fma, x, a) (a)
#define HORNER_2(fma, x, a, ...) fma(HORNER_1(fma, x, __VA_ARGS__), x, a)
#define HORNER_3(fma, x, a, ...) fma(HORNER_2(fma, x, __VA_ARGS__), x, a)
#define HORNER_4(fma, x, a, ...) fma(HORNER_3(fma, x, __VA_ARGS__), x, a)
#define HORNER_5(fma, x, a, ...) fma(HORNER_4(fma, x, __VA_ARGS__), x, a)
#define HORNER_6(fma, x, a, ...) fma(HORNER_5(fma, x, __VA_ARGS__), x, a)
#define HORNER_7(fma, x, a, ...) fma(HORNER_6(fma, x, __VA_ARGS__), x, a)
#define HORNER_8(fma, x, a, ...) fma(HORNER_7(fma, x, __VA_ARGS__), x, a)
#define HORNER_9(fma, x, a, ...) fma(HORNER_8(fma, x, __VA_ARGS__), x, a)
#define HORNER_10(fma, x, a, ...) fma(HORNER_9(fma, x, __VA_ARGS__), x, a)
#define HORNER_11(fma, x, a, ...) fma(HORNER_10(fma, x, __VA_ARGS__), x, a)
#define HORNER_12(fma, x, a, ...) fma(HORNER_11(fma, x, __VA_ARGS__), x, a)
#define HORNER_13(fma, x, a, ...) fma(HORNER_12(fma, x, __VA_ARGS__), x, a)
#define HORNER_14(fma, x, a, ...) fma(HORNER_13(fma, x, __VA_ARGS__), x, a)
#define HORNER_15(fma, x, a, ...) fma(HORNER_14(fma, x, __VA_ARGS__), x, a)
#define HORNER_16(fma, x, a, ...) fma(HORNER_15(fma, x, __VA_ARGS__), x, a)
#define HORNER_17(fma, x, a, ...) fma(HORNER_16(fma, x, __VA_ARGS__), x, a)
#define HORNER_18(fma, x, a, ...) fma(HORNER_17(fma, x, __VA_ARGS__), x, a)
#define HORNER_19(fma, x, a, ...) fma(HORNER_18(fma, x, __VA_ARGS__), x, a)

// Lets a comparison's NaN pass: both bounds are chosen only when they hold.
#define CLAMP(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))

// One family for both widths: T type, U its bits, S suffix, FMA, FRACTION bits, BIAS, MAGIC = 1.5 * 2^FRACTION (adding it
// leaves the nearest integer in the low bits), LN2 in two parts of which the first has exact products with exponents.
#define EXPONENTIALS(T, U, S, FMA, FRACTION, BIAS, MAGIC, LN2_HIGH, LN2_LOW, LOW, HIGH, EXPM1_LOW, TERMS, COEFFICIENTS)   \
    /* exp(r) - 1 - r on the reduced range. */                                                                         \
    ALWAYS_INLINE T exp_tail_##S(T r) { return HORNER(TERMS, FMA, r, COEFFICIENTS) * (r * r); }                          \
    /* exp(x) where the result is a normal number. */                                                                  \
    ALWAYS_INLINE T exp_moderate_##S(T x) {                                                                            \
        T sum = FMA(x, (T)1.4426950408889634, (T)MAGIC + BIAS), n = sum - ((T)MAGIC + BIAS);                           \
        T r = FMA(n, (T)-LN2_LOW, FMA(n, (T)-LN2_HIGH, x));                                                            \
        return ((exp_tail_##S(r) + r) + 1) * of_bits_##S(bits_of_##S(sum) << FRACTION);                                \
    }                                                                                                                  \
    /* exp(x + low), low far below x; 2^n in two factors, so that results overflow and underflow gradually. */         \
    ALWAYS_INLINE T exp_sum_##S(T x, T low) {                                                                          \
        T held = CLAMP(x, (T)LOW, (T)HIGH);                                                                            \
        T sum = FMA(held, (T)1.4426950408889634, (T)MAGIC + 2 * BIAS), n = sum - ((T)MAGIC + 2 * BIAS);                \
        T near = FMA(n, (T)-LN2_LOW, FMA(n, (T)-LN2_HIGH, held)), r = low == 0 ? near : near + low;                    \
        T p = (exp_tail_##S(r) + r) + 1;                                                                               \
        U first = bits_of_##S(sum) >> 1, second = bits_of_##S(sum) - first;                                            \
        return (p * of_bits_##S(first << FRACTION)) * of_bits_##S(second << FRACTION);                                 \
    }                                                                                                                  \
    ALWAYS_INLINE T exp_##S(T x) { return exp_sum_##S(x, 0); }                                                         \
    /* Whole numbers are exact: what is left of them is 0. */                                                          \
    ALWAYS_INLINE T exp2_##S(T x) {                                                                                    \
        T held = CLAMP(x, (T)(LOW * 1.5), (T)(HIGH * 1.5));                                                            \
        T sum = held + ((T)MAGIC + 2 * BIAS), n = sum - ((T)MAGIC + 2 * BIAS);                                         \
        T r = (held - n) * (T)0.6931471805599453, p = (exp_tail_##S(r) + r) + 1;                                       \
        U first = bits_of_##S(sum) >> 1, second = bits_of_##S(sum) - first;                                            \
        return (p * of_bits_##S(first << FRACTION)) * of_bits_##S(second << FRACTION);                                 \
    }                                                                                                                  \
    /* Half of the result first: 2^n itself would overflow just below the largest result. */                           \
    ALWAYS_INLINE T expm1_##S(T x) {                                                                                   \
        T held = CLAMP(x, (T)EXPM1_LOW, (T)HIGH);                                                                      \
        T sum = FMA(held, (T)1.4426950408889634, (T)MAGIC + (BIAS - 1)), n = sum - ((T)MAGIC + (BIAS - 1));            \
        T high = FMA(n, (T)-LN2_HIGH, held), low = n * (T)LN2_LOW;                                                     \
        T r = high - low, error = (high - r) - low;                                                                    \
        T p = (exp_tail_##S(r) + error) + r;                                                                           \
        T half = of_bits_##S(bits_of_##S(sum) << FRACTION);                                                            \
        T h = FMA(p, half, half - (T)0.5);                                                                             \
        return with_sign_##S(h + h, x);                                                                                \
    }

EXPONENTIALS(float, uint32_t, f4, FMA32, 23, 127, 12582912, 0.693145751953125, 1.428606765330187e-6, -104, 89, -20, 6, EXP32)
EXPONENTIALS(double, uint64_t, f8, FMA64, 52, 1023, 6755399441055744, 0.6931471803691238, 1.9082149292705877e-10, -746, 710, -40, 11, EXP64)

// tanh: a polynomial below 0.625, 1 - 2 / (exp(2|x|) + 1) above; from 20 on the result rounds to 1.
// erf: a polynomial below the seam, 1 - exp(p(|x|)) above, where p is the logarithm of erfc; from END on it rounds to 1.
#define SIGMOIDS(T, S, FMA, TANH_TERMS, TANH, SEAM, END, NEAR_TERMS, NEAR, FAR_TERMS, FAR)                             \
    ALWAYS_INLINE T tanh_##S(T x) {                                                                                    \
        T a = with_sign_##S(x, 1), z = a * a;                                                                          \
        T near = FMA(HORNER(TANH_TERMS, FMA, z, TANH) * z, a, a);                                                      \
        T twice = a + a;                                                                                               \
        T far = 1 - 2 / (exp_moderate_##S(twice > 40 ? 40 : twice) + 1);                                               \
        return with_sign_##S(a < (T)0.625 ? near : far, x);                                                            \
    }                                                                                                                  \
    ALWAYS_INLINE T erf_##S(T x) {                                                                                     \
        T a = with_sign_##S(x, 1), z = a * a;                                                                          \
        T near = FMA(HORNER(NEAR_TERMS, FMA, z, NEAR), a, a);                                                          \
        T held = a > (T)END ? (T)END : a;                                                                              \
        T far = 1 - exp_moderate_##S(HORNER(FAR_TERMS, FMA, held, FAR));                                               \
        return with_sign_##S(a < (T)SEAM ? near : far, x);                                                             \
    }

SIGMOIDS(float, f4, FMA32, 5, TANH32, 0.92, 4, 7, ERF_NEAR32, 8, ERF_FAR32)
SIGMOIDS(double, f8, FMA64, 12, TANH64, 1, 6, 13, ERF_NEAR64, 19, ERF_FAR64)

/** log(2^k (1 + f)), 1 + f between sqrt(1/2) and sqrt(2). */
ALWAYS_INLINE float log_of_split_f4(float k, float f) {
    float z = f * f;
    float cubic = FMA32(f * z, HORNER(8, FMA32, f, LOG32), k * 1.428606765330187e-6f);
    return k * 0.693145751953125f + (f + FMA32(z, -0.5f, cubic));
}
ALWAYS_INLINE double log_of_split_f8(double k, double f) {
    double s = f / (f + 2), z = s * s, half = (f * 0.5) * f;
    double rest = FMA64(s, half + z * HORNER(7, FMA64, z, LOG64), k * 1.9082149292705877e-10);
    return k * 0.6931471803691238 - ((half - rest) - f);
}

// An exponent as a float: there is no vector conversion of 64-bit integers before AVX-512, so it is put in the low bits of 2^52.
ALWAYS_INLINE float exponent_f4(uint32_t biased) { return (float)((int32_t)biased - 127); }
ALWAYS_INLINE double exponent_f8(uint64_t biased) { return of_bits_f8(biased | 0x4330000000000000ull) - (4503599627370496.0 + 1023); }

ALWAYS_INLINE float log2_of_split_f4(float k, float f) { return (float)(k + (double)log_of_split_f4(0, f) * 1.4426950408889634); }
ALWAYS_INLINE double log2_of_split_f8(double k, double f) { return FMA64(log_of_split_f8(0, f), 1.4426950408889634, k); }

// ROOT: bits of sqrt(1/2), where the mantissa is split; LIFT: power of two that makes subnormal numbers normal.
#define LOGARITHMS(T, U, S, FRACTION, BIAS, ROOT, TINY, LIFT)                                                          \
    ALWAYS_INLINE T log_limits_##S(T x, T result, T zero) {                                                            \
        T real = x < zero ? (T)NAN : result;                                                                           \
        T finite = x < (T)INFINITY ? real : x;                                                                         \
        return x == zero ? (T)-INFINITY : finite;                                                                      \
    }                                                                                                                  \
    ALWAYS_INLINE T log_by_##S(T x, T (*of_split)(T k, T f)) {                                                         \
        T lift = x < (T)TINY ? (T)LIFT : 0, normal = x < (T)TINY ? x * (T)((U)1 << LIFT) : x;                          \
        U moved = bits_of_##S(normal) + (((U)BIAS << FRACTION) - ROOT);                                                \
        T k = exponent_##S(moved >> FRACTION) - lift;                                                                  \
        T f = of_bits_##S((moved & (((U)1 << FRACTION) - 1)) + ROOT) - 1;                                              \
        return log_limits_##S(x, of_split(k, f), 0);                                                                   \
    }                                                                                                                  \
    ALWAYS_INLINE T log_##S(T x) { return log_by_##S(x, log_of_split_##S); }                                           \
    ALWAYS_INLINE T log2_##S(T x) { return log_by_##S(x, log2_of_split_##S); }                                         \
    /* What 1 + x lost in rounding is known exactly (Knuth's two-sum) and added to the scaled mantissa. */             \
    ALWAYS_INLINE T log1p_##S(T x) {                                                                                   \
        T u = x + 1, back = u - 1, lost = (1 - (u - back)) + (x - back);                                               \
        U moved = bits_of_##S(u) + (((U)BIAS << FRACTION) - ROOT);                                                     \
        T k = exponent_##S(moved >> FRACTION);                                                                         \
        T f = of_bits_##S((moved & (((U)1 << FRACTION) - 1)) + ROOT) - 1;                                              \
        T scale = of_bits_##S(((U)(2 * BIAS) << FRACTION) - (moved & ~(((U)1 << FRACTION) - 1)));                      \
        T rest = x < (T)((U)4 << FRACTION) ? lost * scale : 0;                                                         \
        return log_limits_##S(x, with_sign_##S(log_of_split_##S(k, f + rest), x), -1);                                 \
    }

LOGARITHMS(float, uint32_t, f4, 23, 127, 0x3f3504f3u, 1.1754943508222875e-38f, 23)
LOGARITHMS(double, uint64_t, f8, 52, 1023, 0x3fe6a09e667f3bcdull, 2.2250738585072014e-308, 52)

#include "power.h"
#include "trigonometric.h"

#endif
