// The vectors of each instruction set that quicksort.h is made of, and its instances; included by sort.c, behind the sorts by digits.
#include <immintrin.h>

// Vectors are sorted where this instruction set can bring the elements of one into two groups.
#define NAMED_JOIN2(name, suffix) name##_##suffix
#define NAMED_JOIN(name, suffix) NAMED_JOIN2(name, suffix)
#define NAMED(name) NAMED_JOIN(name, S)

// By digits, when the pivots were bad.
#define FALLBACK(T, U, S, WIDTH)                                                                                       \
    static void fallback_##S(T *x, T *other, int64_t n, bool swap) {                                                   \
        const U *sorted = by_digits_##WIDTH((U *)x, (U *)other, n, 0, WIDTH);                                          \
        U *to = (U *)(swap ? other : x);                                                                               \
        if (sorted != to) memcpy(to, sorted, (size_t)n * sizeof(T));                                                   \
    }
FALLBACK(int32_t, uint32_t, s4, 32)
FALLBACK(int64_t, uint64_t, s8, 64)

#if defined(__AVX512F__)
static inline int partition_s4(__m512i v, __m512i pivots, int32_t *low, int32_t *high) {
    const __mmask16 below = _mm512_cmplt_epi32_mask(v, pivots);
    const int count = __builtin_popcount(below);
    _mm512_storeu_si512(low, _mm512_maskz_compress_epi32(below, v));
    _mm512_storeu_si512(high, _mm512_maskz_expand_epi32((__mmask16)(0xffffu << count), _mm512_maskz_compress_epi32((__mmask16)~below, v)));
    return count;
}
static inline int partition_s8(__m512i v, __m512i pivots, int64_t *low, int64_t *high) {
    const __mmask8 below = _mm512_cmplt_epi64_mask(v, pivots);
    const int count = __builtin_popcount(below);
    _mm512_storeu_si512(low, _mm512_maskz_compress_epi64(below, v));
    _mm512_storeu_si512(high, _mm512_maskz_expand_epi64((__mmask8)(0xffu << count), _mm512_maskz_compress_epi64((__mmask8)~below, v)));
    return count;
}
/** Each lane from the one whose number differs in the bits `x`. */
ALWAYS_INLINE __m512i turned_s4(__m512i v, int x) {
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return _mm512_permutexvar_epi32(_mm512_xor_si512(lanes, _mm512_set1_epi32(x)), v);
}
ALWAYS_INLINE __m512i turned_s8(__m512i v, int x) {
    return _mm512_permutexvar_epi64(_mm512_xor_si512(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi64(x)), v);
}
/** The lanes whose number has the bit `top` from `high`, the others from `low`. */
ALWAYS_INLINE __m512i mixed_s4(__m512i low, __m512i high, int top) {
    return _mm512_mask_blend_epi32(top == 1 ? 0xaaaa : top == 2 ? 0xcccc : top == 4 ? 0xf0f0 : 0xff00, low, high);
}
ALWAYS_INLINE __m512i mixed_s8(__m512i low, __m512i high, int top) {
    return _mm512_mask_blend_epi64(top == 1 ? 0xaa : top == 2 ? 0xcc : 0xf0, low, high);
}
ALWAYS_INLINE __m512i smaller_s4(__m512i a, __m512i b) { return _mm512_min_epi32(a, b); }
ALWAYS_INLINE __m512i larger_s4(__m512i a, __m512i b) { return _mm512_max_epi32(a, b); }
ALWAYS_INLINE __m512i smaller_s8(__m512i a, __m512i b) { return _mm512_min_epi64(a, b); }
ALWAYS_INLINE __m512i larger_s8(__m512i a, __m512i b) { return _mm512_max_epi64(a, b); }
#define WIDE 64
#define REGISTER __m512i
#else
/** For every set of lanes, the order that brings those to the front; of 8 lanes a byte each. */
static uint64_t order_of_8[256];
static __m256i order_of_4[16];
__attribute__((constructor)) static void fill_orders(void) {
    for (int mask = 0; mask < 256; mask++) {
        int at = 0;
        for (int pass = 1; pass >= 0; pass--)
            for (int lane = 0; lane < 8; lane++)
                if ((mask >> lane & 1) == pass) order_of_8[mask] |= (uint64_t)lane << 8 * at++;
    }
    for (int mask = 0; mask < 16; mask++) {
        int32_t order[8], at = 0;
        for (int pass = 1; pass >= 0; pass--)
            for (int lane = 0; lane < 4; lane++)
                if ((mask >> lane & 1) == pass) order[at] = 2 * lane, order[at + 1] = 2 * lane + 1, at += 2;
        memcpy(&order_of_4[mask], order, sizeof order);
    }
}
static inline int partition_s4(__m256i v, __m256i pivots, int32_t *low, int32_t *high) {
    const int below = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(pivots, v)));
    const __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)order_of_8[below]));
    const __m256i parted = _mm256_permutevar8x32_epi32(v, order);
    _mm256_storeu_si256((__m256i *)low, parted);
    _mm256_storeu_si256((__m256i *)high, parted);
    return __builtin_popcount((unsigned)below);
}
static inline int partition_s8(__m256i v, __m256i pivots, int64_t *low, int64_t *high) {
    const int below = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(pivots, v)));
    const __m256i parted = _mm256_permutevar8x32_epi32(v, order_of_4[below]);
    _mm256_storeu_si256((__m256i *)low, parted);
    _mm256_storeu_si256((__m256i *)high, parted);
    return __builtin_popcount((unsigned)below);
}
/** Each lane from the one whose number differs in the bits `x`. */
ALWAYS_INLINE __m256i turned_s4(__m256i v, int x) {
    if (x & 4) v = _mm256_permute4x64_epi64(v, 0x4e);
    return (x & 3) == 1 ? _mm256_shuffle_epi32(v, 0xb1) : (x & 3) == 2 ? _mm256_shuffle_epi32(v, 0x4e) : (x & 3) == 3 ? _mm256_shuffle_epi32(v, 0x1b) : v;
}
ALWAYS_INLINE __m256i turned_s8(__m256i v, int x) {
    return x == 1 ? _mm256_shuffle_epi32(v, 0x4e) : x == 2 ? _mm256_permute4x64_epi64(v, 0x4e) : _mm256_permute4x64_epi64(v, 0x1b);
}
/** The lanes whose number has the bit `top` from `high`, the others from `low`. */
ALWAYS_INLINE __m256i mixed_s4(__m256i low, __m256i high, int top) {
    return top == 1 ? _mm256_blend_epi32(low, high, 0xaa) : top == 2 ? _mm256_blend_epi32(low, high, 0xcc) : _mm256_blend_epi32(low, high, 0xf0);
}
ALWAYS_INLINE __m256i mixed_s8(__m256i low, __m256i high, int top) {
    return top == 1 ? _mm256_blend_epi32(low, high, 0xcc) : _mm256_blend_epi32(low, high, 0xf0);
}
ALWAYS_INLINE __m256i smaller_s4(__m256i a, __m256i b) { return _mm256_min_epi32(a, b); }
ALWAYS_INLINE __m256i larger_s4(__m256i a, __m256i b) { return _mm256_max_epi32(a, b); }
ALWAYS_INLINE __m256i smaller_s8(__m256i a, __m256i b) { return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b)); }
ALWAYS_INLINE __m256i larger_s8(__m256i a, __m256i b) { return _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b)); }
// Doubles without NaN: their smaller and larger ones are one instruction each, where those of int64 are three.
ALWAYS_INLINE int partition_f8(__m256i v, __m256i pivots, double *low, double *high) {
    const int below = _mm256_movemask_pd(_mm256_cmp_pd(_mm256_castsi256_pd(v), _mm256_castsi256_pd(pivots), _CMP_LT_OQ));
    const __m256i parted = _mm256_permutevar8x32_epi32(v, order_of_4[below]);
    _mm256_storeu_si256((__m256i *)low, parted);
    _mm256_storeu_si256((__m256i *)high, parted);
    return __builtin_popcount((unsigned)below);
}
ALWAYS_INLINE __m256i smaller_f8(__m256i a, __m256i b) { return _mm256_castpd_si256(_mm256_min_pd(_mm256_castsi256_pd(a), _mm256_castsi256_pd(b))); }
ALWAYS_INLINE __m256i larger_f8(__m256i a, __m256i b) { return _mm256_castpd_si256(_mm256_max_pd(_mm256_castsi256_pd(a), _mm256_castsi256_pd(b))); }
#define turned_f8 turned_s8
#define mixed_f8 mixed_s8
#define SORTS_DOUBLES
#define WIDE 32
#define REGISTER __m256i
#endif
#define AS_REGISTER(v) (REGISTER)(v)
#define UNROLLED _Pragma("GCC unroll 16") for

#define T int32_t
#define S s4
#define LANES (WIDE / 4)
#define LARGEST INT32_MAX
#define ABOVE(x) ((x) + 1)
#define PARTITION(v, pivots, low, high) partition_s4(AS_REGISTER(v), AS_REGISTER(pivots), low, high)
#include "quicksort.h"

#define T int64_t
#define S s8
#define LANES (WIDE / 8)
#define LARGEST INT64_MAX
#define ABOVE(x) ((x) + 1)
#define PARTITION(v, pivots, low, high) partition_s8(AS_REGISTER(v), AS_REGISTER(pivots), low, high)
#include "quicksort.h"

#if defined(SORTS_DOUBLES)
#define FLOAT_TOOLS(T, U, S, WIDTH)                                                                                    \
    /** The next larger one of a finite one. */                                                                        \
    static inline T above_##S(T x) {                                                                                   \
        const U bits = bits_of_##S(x);                                                                                 \
        return of_bits_##S(x == 0 ? 1 : x > 0 ? bits + 1 : bits - 1);                                                  \
    }                                                                                                                  \
    /** Bits in the order of what they stand for, and back. */                                                         \
    static inline U flipped_##S(U bits) { return bits ^ ((U)(-(U)(bits >> (WIDTH - 1))) & (U) ~((U)1 << (WIDTH - 1))); }    \
    static void fallback_##S(T *x, T *other, int64_t n, bool swap) {                                                   \
        U *keys = (U *)x;                                                                                              \
        for (int64_t i = 0; i < n; i++) keys[i] = flipped_##S(keys[i]);                                                \
        const U *sorted = by_digits_##WIDTH(keys, (U *)other, n, 0, WIDTH);                                            \
        U *to = (U *)(swap ? other : x);                                                                               \
        for (int64_t i = 0; i < n; i++) to[i] = flipped_##S(sorted[i]);                                                \
    }
FLOAT_TOOLS(double, uint64_t, f8, 64)

#define T double
#define S f8
#define LANES (WIDE / 8)
#define LARGEST __builtin_inf()
#define ABOVE(x) above_f8(x)
#define PARTITION(v, pivots, low, high) partition_f8(AS_REGISTER(v), AS_REGISTER(pivots), low, high)
#include "quicksort.h"
#endif
