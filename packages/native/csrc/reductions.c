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
// Reductions whose order shows in no bit combine the elements of four vectors side by side, so that none waits for the one before it.
#define STRIPED(name, T, COMBINE)                                                                                      \
    /** The elements of a row combined, in whatever order. */                                                          \
    static T striped_##name(const T *x, int64_t n) {                                                                   \
        enum { LANES = 128 / sizeof(T) };                                                                              \
        T result = x[0];                                                                                               \
        int64_t i = 1;                                                                                                 \
        if (n >= 2 * LANES) {                                                                                          \
            T lanes[LANES];                                                                                            \
            memcpy(lanes, x, sizeof lanes);                                                                            \
            for (i = LANES; i + LANES <= n; i += LANES)                                                                \
                for (int j = 0; j < LANES; j++) lanes[j] = (T)COMBINE(lanes[j], x[i + j]);                             \
            result = lanes[0];                                                                                         \
            for (int j = 1; j < LANES; j++) result = (T)COMBINE(result, lanes[j]);                                     \
        }                                                                                                              \
        for (; i < n; i++) result = (T)COMBINE(result, x[i]);                                                          \
        return result;                                                                                                 \
    }                                                                                                                  \
    static void row_##name(const void *px, int64_t n, void *acc, bool first) {                                         \
        const T result = striped_##name(px, n);                                                                        \
        *(T *)acc = first ? result : (T)COMBINE(*(T *)acc, result);                                                    \
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

#define FLOATS(T, S)                                                                                                   \
    ROW(sum_##S, T, PLUS)                                                                                              \
    ROW(prod_##S, T, TIMES)                                                                                            \
    COLUMNS(sum_##S, T, PLUS)                                                                                          \
    COLUMNS(prod_##S, T, TIMES)
EACH_FLOAT(FLOATS)
#define BOTH_WAYS(name, T, COMBINE) STRIPED(name, T, COMBINE) COLUMNS(name, T, COMBINE)
#define INTEGERS(T, S)                                                                                                 \
    BOTH_WAYS(sum_##S, T, PLUS)                                                                                        \
    BOTH_WAYS(prod_##S, T, TIMES)                                                                                      \
    BOTH_WAYS(max_##S, T, LARGER)                                                                                      \
    BOTH_WAYS(min_##S, T, SMALLER)
EACH_INTEGER(INTEGERS)
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
#define PAIR_SUMS(S, a, b) (__builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7))
#else
#define PAIR_SUMS(S, a, b) (__builtin_shuffle(a, b, (places_##S){0, 2, 4, 6}) + __builtin_shuffle(a, b, (places_##S){1, 3, 5, 7}))
#endif
typedef int32_t places_f4 __attribute__((vector_size(16)));
typedef int64_t places_f8 __attribute__((vector_size(32)));
#define TREE(T, S)                                                                                                     \
    typedef T lanes_##S __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));                    \
    static T pairwise_##S(const T *x, int64_t n) {                                                                     \
        if (n > 128) {                                                                                                 \
            int64_t half = n / 2 - n / 2 % 8;                                                                          \
            return pairwise_##S(x, half) + pairwise_##S(x + half, n - half);                                           \
        }                                                                                                              \
        T sum = x[0];                                                                                                  \
        int64_t i = 1;                                                                                                 \
        if (n >= 8) {                                                                                                  \
            lanes_##S low = *(const lanes_##S *)x, high = *(const lanes_##S *)(x + 4);                                 \
            for (i = 8; i + 8 <= n; i += 8) {                                                                          \
                low += *(const lanes_##S *)(x + i);                                                                    \
                high += *(const lanes_##S *)(x + i + 4);                                                               \
            }                                                                                                          \
            const lanes_##S pairs = PAIR_SUMS(S, low, high);                                                           \
            sum = (pairs[0] + pairs[1]) + (pairs[2] + pairs[3]);                                                       \
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

#define SUMS(T, S)                                                                                                     \
    static void sums_##S(const char *px, int64_t rows, int64_t n, ptrdiff_t by, void *sums) {                          \
        for (int64_t row = 0; row < rows; row++, px += by) {                                                           \
            const T *x = (const T *)px;                                                                                \
            T lanes[BLOCK];                                                                                            \
            clear_lanes_##S(lanes);                                                                                    \
            int64_t i = 0;                                                                                             \
            for (; i + BLOCK <= n; i += BLOCK)                                                                         \
                for (int j = 0; j < BLOCK; j++) lanes[j] += x[i + j];                                                  \
            for (int64_t j = 0; i + j < n; j++) lanes[j] += x[i + j];                                                  \
            ((T *)sums)[row] = sum_lanes_##S(lanes);                                                                   \
        }                                                                                                              \
    }
SUMS(float, f4)
SUMS(double, f8)
const sums_fn ISA(sums)[DTYPES] = {[FLOAT32] = sums_f4, [FLOAT64] = sums_f8};

#include "extremes.h"

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
        BY_DTYPE(prefix##max, prefix##max_u1, NULL),                                                             \
        BY_DTYPE(prefix##min, prefix##min_u1, NULL),                                                             \
    };
SEEK_TABLE(seek_fn, seek_)
SEEK_TABLE(seek_columns_fn, seek_columns_)
