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

// The first place of what is there, or of NaN where that is what was found; four vectors at a time.
#define FIND(T, S)                                                                                                     \
    typedef T some_##S __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));                                \
    static int64_t find_##S(const T *x, int64_t n, T found) {                                                          \
        const int64_t count = 32 / sizeof(T);                                                                          \
        const some_##S wanted = found - (some_##S){0};                                                                 \
        int64_t i = 0;                                                                                                 \
        for (; i + 4 * count <= n; i += 4 * count) {                                                                   \
            __typeof__(wanted == wanted) equal = wanted != wanted;                                                     \
            for (int k = 0; k < 4; k++) {                                                                              \
                const some_##S v = *(const some_##S *)(x + i + k * count);                                             \
                equal = k == 0 ? (v == wanted) | (v != v) : equal | (v == wanted) | (v != v);                          \
            }                                                                                                          \
            uint64_t parts[4];                                                                                         \
            memcpy(parts, &equal, sizeof parts);                                                                       \
            if ((parts[0] | parts[1] | parts[2] | parts[3]) != 0) break;                                               \
        }                                                                                                              \
        if (found == found) while (x[i] != found) i++;                                                                 \
        else while (x[i] == x[i]) i++;                                                                                 \
        return i;                                                                                                      \
    }

// The extreme of all first; its place is looked for only when it is a new one. NaN is one that nothing beats.
// The best of each lane and where it stands, then the best of all lanes; once there is a NaN only its place matters.
#define LANES_SEEK(name, T, I, S, BEATS, row)                                                                          \
    typedef I at_##name __attribute__((vector_size(32), may_alias));                                                   \
    static int64_t place_##name(const T *x, int64_t n, T *found) {                                                     \
enum { COUNT = 32 / sizeof(T), WAYS = 4, STEP = WAYS * COUNT };                                                 \
        const int64_t rounds = n / STEP;                                                                                \
        if (rounds < 2) {                                                                                              \
            row(x, n, found, true);                                                                                    \
            return find_##S(x, n, *found);                                                                             \
        }                                                                                                              \
        /* More than one vector at a time, as each waits for the one before it. */                                     \
        some_##S best[WAYS];                                                                                           \
        at_##name at[WAYS], step = {0}, odd = {0};                                                                     \
        for (int w = 0; w < WAYS; w++) {                                                                               \
            best[w] = *(const some_##S *)(x + w * COUNT);                                                              \
            at[w] = step;                                                                                              \
            odd |= (at_##name)(best[w] != best[w]);                                                                    \
        }                                                                                                              \
        for (int64_t k = 1; k < rounds; k++) {                                                                         \
            step += 1;                                                                                                 \
            for (int w = 0; w < WAYS; w++) {                                                                           \
                const some_##S v = *(const some_##S *)(x + k * STEP + w * COUNT);                                       \
                const at_##name better = (at_##name)(v BEATS best[w]);                                                 \
                best[w] = (some_##S)(((at_##name)v & better) | ((at_##name)best[w] & ~better));                        \
                at[w] = (step & better) | (at[w] & ~better);                                                           \
                odd |= (at_##name)(v != v);                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        at[0] *= WAYS;                                                                                                 \
        for (int w = 1; w < WAYS; w++) {                                                                               \
            at[w] = at[w] * WAYS + w;                                                                                  \
            const at_##name better = (at_##name)(best[w] BEATS best[0]) | ((at_##name)(best[w] == best[0]) & (at_##name)(at[w] < at[0]));\
            best[0] = (some_##S)(((at_##name)best[w] & better) | ((at_##name)best[0] & ~better));                      \
            at[0] = (at[w] & better) | (at[0] & ~better);                                                              \
        }                                                                                                              \
        T most = best[0][0];                                                                                           \
        int64_t place = (int64_t)at[0][0] * COUNT;                                                                     \
        I nan = odd[0];                                                                                                \
        for (int j = 1; j < COUNT; j++) {                                                                              \
            const int64_t other = (int64_t)at[0][j] * COUNT + j;                                                       \
            const bool better = best[0][j] BEATS most || (best[0][j] == most && other < place);                        \
            place = better ? other : place;                                                                            \
            most = better ? best[0][j] : most;                                                                         \
            nan |= odd[j];                                                                                             \
        }                                                                                                              \
        for (int64_t i = rounds * STEP; i < n; i++) {                                                                   \
            nan |= x[i] != x[i];                                                                                       \
            if (x[i] BEATS most) most = x[i], place = i;                                                               \
        }                                                                                                              \
        *found = most;                                                                                                 \
        if (nan) {                                                                                                     \
            place = 0;                                                                                                 \
            while (x[place] == x[place]) place++;                                                                      \
            *found = x[place];                                                                                         \
        }                                                                                                              \
        return place;                                                                                                  \
    }
#define FIND_SEEK(name, T, S, row)                                                                                     \
    static int64_t place_##name(const T *x, int64_t n, T *found) {                                                     \
        row(x, n, found, true);                                                                                        \
        return find_##S(x, n, *found);                                                                                 \
    }
#define SEEK(name, T, BEATS)                                                                                           \
    static void seek_##name(const void *px, int64_t n, int64_t from, struct seek *state, bool first) {                 \
        const T *x = px;                                                                                               \
        T best, found;                                                                                                 \
        memcpy(&best, state->best, sizeof best);                                                                       \
        if (!first && best != best) return;                                                                            \
        const int64_t i = place_##name(x, n, &found);                                                                  \
        if (!first && !(found BEATS best) && found == found) return;                                                   \
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
#define NARROW_SEEKS(T, S)                                                                                             \
    FIND(T, S)                                                                                                         \
    FIND_SEEK(argmax_##S, T, S, row_max_##S)                                                                           \
    FIND_SEEK(argmin_##S, T, S, row_min_##S)                                                                           \
    SEEK(argmax_##S, T, >)                                                                                             \
    SEEK(argmin_##S, T, <)
#define SEEKS(T, I, S)                                                                                                 \
    FIND(T, S)                                                                                                         \
    LANES_SEEK(argmax_##S, T, I, S, >, row_max_##S)                                                                    \
    LANES_SEEK(argmin_##S, T, I, S, <, row_min_##S)                                                                    \
    SEEK(argmax_##S, T, >)                                                                                             \
    SEEK(argmin_##S, T, <)
// Places do not fit lanes of 8 or 16 bits.
NARROW_SEEKS(uint8_t, u1)
NARROW_SEEKS(uint16_t, u2)
NARROW_SEEKS(int8_t, i1)
NARROW_SEEKS(int16_t, i2)
SEEKS(uint32_t, int32_t, u4)
SEEKS(uint64_t, int64_t, u8)
SEEKS(int32_t, int32_t, i4)
SEEKS(int64_t, int64_t, i8)
SEEKS(float, int32_t, f4)
SEEKS(double, int64_t, f8)

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
