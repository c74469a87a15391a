// float16 as its bits: conversions without branches, so that a loop over them becomes vector code.
#ifndef ISOGRAD_HALF_H
#define ISOGRAD_HALF_H

#include <stdint.h>
#include <string.h>

static inline __attribute__((always_inline)) uint32_t word_of(float x) {
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    return word;
}
static inline __attribute__((always_inline)) float of_word(uint32_t word) {
    float x;
    memcpy(&x, &word, sizeof x);
    return x;
}

static inline __attribute__((always_inline)) float f4_of_half(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7fff;
    // The exponent is too small by 112: a product puts that right, of subnormal numbers too.
    const uint32_t finite = word_of(of_word(rest << 13) * 0x1p112f), special = rest << 13 | 0x7f800000;
    return of_word((rest >= 0x7c00 ? special : finite) | sign);
}

/** The nearest one, ties to even; NaN is 0x7e00. */
static inline __attribute__((always_inline)) uint16_t half_of_f4(float x) {
    const uint32_t word = word_of(x), sign = word >> 16 & 0x8000, rest = word & 0x7fffffff;
    // Adding 0.5 leaves the nearest multiple of 2^-24 in the low bits.
    const uint32_t subnormal = word_of(of_word(rest) + 0.5f) - 0x3f000000;
    const uint32_t normal = (rest - (112u << 23) + 0xfff + (rest >> 13 & 1)) >> 13;
    const uint32_t finite = rest < 0x38800000 ? subnormal : normal;
    const uint32_t bounded = rest >= 0x477ff000 ? 0x7c00 : finite;
    return (uint16_t)(rest > 0x7f800000 ? 0x7e00 : bounded | sign);
}

/** Rounded once: by way of a float32 whose last bit says whether anything was lost. */
static inline __attribute__((always_inline)) uint16_t half_of_f8(double x) {
    const float near = (float)x;
    const double back = near, a = back < 0 ? -back : back, b = x < 0 ? -x : x;
    const uint32_t word = word_of(near), down = word - (a > b);
    return half_of_f4(of_word(a == b || x != x ? word : down | 1));
}

#endif
