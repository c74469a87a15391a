// Reductions of elements that lie in memory one after the other, or in rows of columns. Compile with -fwrapv.
#include "isa.h"

#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define EITHER(a, b) (((a) | (b)) != 0)
#define BOTH(a, b) (((a) != 0) & ((b) != 0))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

#define ROW(name, T, COMBINE)                                                                                          \
    static void row_##name(const void *px, int64_t n, void *acc, bool first) {                                         \
        const T *x = px;                                                                                               \
        T result = first ? x[0] : *(T *)acc;                                                                           \
        for (int64_t i = first; i < n; i++) result = (T)COMBINE(result, x[i]);                                         \
        *(T *)acc = result;                                                                                            \
    }

// Floats in order as integers, NaN beyond all of them: extremes of integers are one instruction, and -0 stands below 0.
#define KEYS(T, K, S, SIGN, LARGEST)                                                                                   \
    ALWAYS_INLINE K swapped_##S(K key) { return key ^ ((key >> SIGN) & LARGEST); }                                     \
    /* Masks, because a choice of constants would keep the loops from becoming vector code. */                         \
    ALWAYS_INLINE K key_##S(T x, K nan) {                                                                              \
        const K mask = -(K)(x != x);                                                                                   \
        return (swapped_##S((K)bits_of_##S(x)) & ~mask) | (nan & mask);                                                \
    }                                                                                                                  \
    ALWAYS_INLINE K key_max_##S(T x) { return key_##S(x, LARGEST); }                                                   \
    ALWAYS_INLINE K key_min_##S(T x) { return key_##S(x, -LARGEST - 1); }
KEYS(float, int32_t, f4, 31, INT32_MAX)
KEYS(double, int64_t, f8, 63, INT64_MAX)

#define EXTREME_ROW(name, T, K, U, S, KEY, COMBINE)                                                                       \
    static void row_##name(const void *px, int64_t n, void *acc, bool first) {                                         \
        const T *x = px;                                                                                               \
        K result = KEY(first ? x[0] : *(T *)acc);                                                                      \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const K key = KEY(x[i]);                                                                                   \
            result = COMBINE(result, key);                                                                             \
        }                                                                                                              \
        *(T *)acc = of_bits_##S((U)swapped_##S(result));                                                      \
    }

// Four rows at a time, each column still in order; `stride` elements from one row to the next.
#define COLUMNS(name, T, COMBINE)                                                                                      \
    static void columns_##name(const void *px, int64_t rows, int64_t width, int64_t stride, void *pacc, bool first) {  \
        const T *x = px;                                                                                               \
        T *acc = pacc;                                                                                                 \
        if (first) {                                                                                                   \
            memcpy(acc, x, (size_t)width * sizeof(T));                                                                 \
            x += stride;                                                                                               \
            rows--;                                                                                                    \
        }                                                                                                              \
        for (; rows >= 4; rows -= 4, x += 4 * stride) {                                                                \
            const T *x1 = x + stride, *x2 = x1 + stride, *x3 = x2 + stride;                                            \
            VECTORIZE for (int64_t j = 0; j < width; j++) {                                                            \
                T r = (T)COMBINE(acc[j], x[j]);                                                                        \
                r = (T)COMBINE(r, x1[j]);                                                                              \
                r = (T)COMBINE(r, x2[j]);                                                                              \
                acc[j] = (T)COMBINE(r, x3[j]);                                                                         \
            }                                                                                                          \
        }                                                                                                              \
        for (; rows > 0; rows--, x += stride)                                                                          \
            VECTORIZE for (int64_t j = 0; j < width; j++) acc[j] = (T)COMBINE(acc[j], x[j]);                           \
    }

#define BOTH_WAYS(name, T, COMBINE) ROW(name, T, COMBINE) COLUMNS(name, T, COMBINE)
#define ARITHMETIC(T, S)                                                                                               \
    BOTH_WAYS(sum_##S, T, PLUS)                                                                                        \
    BOTH_WAYS(prod_##S, T, TIMES)
EACH_INTEGER(ARITHMETIC)
EACH_FLOAT(ARITHMETIC)
#define EXTREMES(T, S)                                                                                                 \
    BOTH_WAYS(max_##S, T, LARGER)                                                                                      \
    BOTH_WAYS(min_##S, T, SMALLER)
EACH_INTEGER(EXTREMES)
EXTREME_ROW(max_f4, float, int32_t, uint32_t, f4, key_max_f4, LARGER)
EXTREME_ROW(min_f4, float, int32_t, uint32_t, f4, key_min_f4, SMALLER)
EXTREME_ROW(max_f8, double, int64_t, uint64_t, f8, key_max_f8, LARGER)
EXTREME_ROW(min_f8, double, int64_t, uint64_t, f8, key_min_f8, SMALLER)
COLUMNS(max_f4, float, max_f4)
COLUMNS(min_f4, float, min_f4)
COLUMNS(max_f8, double, max_f8)
COLUMNS(min_f8, double, min_f8)
COLUMNS(any, uint8_t, EITHER)
COLUMNS(all, uint8_t, BOTH)

// A stretch at a time, because the first one that decides ends the search.
#define STRETCH 512
#define DECIDE(name, FOUND, result)                                                                                    \
    static void row_##name(const void *px, int64_t n, void *acc, bool first) {                                         \
        const uint8_t *x = px;                                                                                         \
        uint8_t *decided = acc;                                                                                        \
        if (first) *decided = !(result);                                                                               \
        for (; n > 0 && *decided != (result); n -= STRETCH, x += STRETCH) {                                            \
            uint8_t found = 0;                                                                                         \
            const int64_t length = n < STRETCH ? n : STRETCH;                                                          \
            VECTORIZE for (int64_t i = 0; i < length; i++) found |= FOUND(x[i]);                                       \
            if (found) *decided = (result);                                                                            \
        }                                                                                                              \
    }
#define IS_TRUE(x) (x)
#define IS_FALSE(x) (uint8_t)-((x) == 0)
DECIDE(any, IS_TRUE, 1)
DECIDE(all, IS_FALSE, 0)

// NumPy's order: runs below 8 one after the other, blocks up to 128 with 8 running sums, longer ones halved at a multiple of 8.
#if defined(__clang__)
#define PAIRS(S, v) (__builtin_shufflevector(v, v, 0, 2, 4, 6, 0, 2, 4, 6) + __builtin_shufflevector(v, v, 1, 3, 5, 7, 1, 3, 5, 7))
#else
#define PAIRS(S, v) (__builtin_shuffle(v, (places_##S){0, 2, 4, 6, 0, 2, 4, 6}) + __builtin_shuffle(v, (places_##S){1, 3, 5, 7, 1, 3, 5, 7}))
#endif
typedef int32_t places_f4 __attribute__((vector_size(32)));
typedef int64_t places_f8 __attribute__((vector_size(64)));
#define TREE(T, S)                                                                                                     \
    typedef T lanes_##S __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T)), may_alias));                    \
    static T pairwise_##S(const T *x, int64_t n) {                                                                     \
        if (n > 128) {                                                                                                 \
            int64_t half = n / 2 - n / 2 % 8;                                                                          \
            return pairwise_##S(x, half) + pairwise_##S(x + half, n - half);                                           \
        }                                                                                                              \
        T sum = x[0];                                                                                                  \
        int64_t i = 1;                                                                                                 \
        if (n >= 8) {                                                                                                  \
            lanes_##S r = *(const lanes_##S *)x;                                                                       \
            for (i = 8; i + 8 <= n; i += 8) r += *(const lanes_##S *)(x + i);                                          \
            sum = PAIRS(S, PAIRS(S, PAIRS(S, r)))[0];                                                                  \
        }                                                                                                              \
        for (; i < n; i++) sum += x[i];                                                                                \
        return sum;                                                                                                    \
    }                                                                                                                  \
    static void tree_##S(const void *x, int64_t n, void *acc, bool first) {                                            \
        T sum = pairwise_##S(x, n);                                                                                    \
        *(T *)acc = first ? sum : *(T *)acc + sum;                                                                     \
    }
TREE(float, f4)
TREE(double, f8)

/** An integer as wide as a type, so that a loop over both is vector code. */
#define T_MASK(T) __typeof__(_Generic((T)0, float: (int32_t)0, double: (int64_t)0, default: (T)0))

// The extreme of all first; its place is looked for only when it is a new one. NaN is one that nothing beats.
#define SEEK(name, T, BEATS, row)                                                                                      \
    static void seek_##name(const void *px, int64_t n, int64_t from, struct seek *state, bool first) {                 \
        const T *x = px;                                                                                               \
        T best, found;                                                                                                 \
        memcpy(&best, state->best, sizeof best);                                                                       \
        if (!first && best != best) return;                                                                            \
        row(x, n, &found, true);                                                                                       \
        if (!first && !(found BEATS best) && found == found) return;                                                   \
        int64_t i = 0;                                                                                                 \
        /* A stretch at a time, as vectors compare. */                                                                 \
        for (bool passed = true; passed && i + 64 <= n; i += passed ? 64 : 0) {                                        \
            T_MASK(T) equal = 0;                                                                                       \
            VECTORIZE for (int j = 0; j < 64; j++) equal |= (x[i + j] == found) | (x[i + j] != x[i + j]);              \
            passed = !equal;                                                                                           \
        }                                                                                                              \
        if (found == found) while (x[i] != found) i++;                                                                 \
        else while (x[i] == x[i]) i++;                                                                                 \
        state->at = from + i;                                                                                          \
        memcpy(state->best, &found, sizeof found);                                                                     \
    }                                                                                                                  \
    static void seek_columns_##name(const void *px, int64_t rows, int64_t width, int64_t stride, int64_t from, void *pbest, \
                                    int64_t *at, bool first) {                                                         \
        const T *x = px;                                                                                               \
        T *best = pbest;                                                                                               \
        if (first) {                                                                                                   \
            memcpy(best, x, (size_t)width * sizeof(T));                                                                \
            for (int64_t j = 0; j < width; j++) at[j] = from;                                                          \
        }                                                                                                              \
        for (int64_t i = first; i < rows; i++) {                                                                       \
            const T *row_ = x + i * stride;                                                                             \
            VECTORIZE for (int64_t j = 0; j < width; j++) {                                                            \
                bool better = (row_[j] BEATS best[j] || row_[j] != row_[j]) && best[j] == best[j];                     \
                best[j] = better ? row_[j] : best[j];                                                                  \
                at[j] = better ? from + i : at[j];                                                                     \
            }                                                                                                          \
        }                                                                                                              \
    }
#define SEEKS(T, S) SEEK(argmax_##S, T, >, row_max_##S) SEEK(argmin_##S, T, <, row_min_##S)
EACH_INTEGER(SEEKS)
EACH_FLOAT(SEEKS)

// A bool is a byte of 0 or 1: its sum is any, its product all.
#define TABLE(name, prefix)                                                                                            \
    name ISA(prefix)[][DTYPES] = {                                                                                     \
        BY_DTYPE(prefix##sum, prefix##any, NULL),                                                                      \
        BY_DTYPE(prefix##prod, prefix##all, NULL),                                                                     \
        BY_DTYPE(prefix##max, prefix##any, NULL),                                                                      \
        BY_DTYPE(prefix##min, prefix##all, NULL),                                                                      \
        {prefix##any},                                                                                                 \
        {prefix##all},                                                                                                 \
    };
TABLE(row_fn, row_)
TABLE(columns_fn, columns_)
const row_fn ISA(tree)[DTYPES] = {[FLOAT32] = tree_f4, [FLOAT64] = tree_f8};

#define SEEK_TABLE(name, prefix)                                                                                       \
    name ISA(prefix)[][DTYPES] = {                                                                                     \
        BY_DTYPE(prefix##argmax, prefix##argmax_u1, NULL),                                                             \
        BY_DTYPE(prefix##argmin, prefix##argmin_u1, NULL),                                                             \
    };
SEEK_TABLE(seek_fn, seek_)
SEEK_TABLE(seek_columns_fn, seek_columns_)
