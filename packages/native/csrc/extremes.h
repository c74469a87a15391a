// The largest and the smallest element of rows, and where they stand; included by reductions.c.

/** Vectors that are looked at side by side, so that none waits for the one before it. */
#define WAYS 4
/** Bytes of a row whose extreme is found before the next ones are looked at. */
#define LOOKED_AT 16384

#define VECTOR(T, S) typedef T some_##S __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));
EACH_INTEGER(VECTOR)
EACH_FLOAT(VECTOR)

// The better of two vectors, the second where they do not compare, and the lanes of two vectors that hold NaN.
#if defined(__AVX__)
#include <immintrin.h>
#define CHOICES(S, I, M, X)                                                                                            \
    typedef I lanes_of_##S __attribute__((vector_size(32), may_alias));                                                \
    ALWAYS_INLINE some_##S better_max_##S(some_##S a, some_##S b) { return (some_##S)_mm256_max_##X((M)a, (M)b); }     \
    ALWAYS_INLINE some_##S better_min_##S(some_##S a, some_##S b) { return (some_##S)_mm256_min_##X((M)a, (M)b); }     \
    ALWAYS_INLINE lanes_of_##S odd_##S(some_##S a, some_##S b) { return (lanes_of_##S)_mm256_cmp_##X((M)a, (M)b, _CMP_UNORD_Q); }
CHOICES(f4, int32_t, __m256, ps)
CHOICES(f8, int64_t, __m256d, pd)
#else
#define CHOICE(name, S, BEATS)                                                                                         \
    ALWAYS_INLINE some_##S better_##name(some_##S a, some_##S b) {                                                     \
        const lanes_of_##S better = a BEATS b;                                                                         \
        return (some_##S)(((lanes_of_##S)a & better) | ((lanes_of_##S)b & ~better));                                   \
    }
#define CHOICES(S, I)                                                                                                  \
    typedef I lanes_of_##S __attribute__((vector_size(32), may_alias));                                                \
    CHOICE(max_##S, S, >)                                                                                              \
    CHOICE(min_##S, S, <)                                                                                              \
    ALWAYS_INLINE lanes_of_##S odd_##S(some_##S a, some_##S b) { return (a != a) | (b != b); }
CHOICES(f4, int32_t)
CHOICES(f8, int64_t)
#endif

#define PEAK(name, T, S, BEATS)                                                                                        \
    /** The extreme of a row, whatever the sign of zeros; `odd` becomes true where there is a NaN. */                  \
    static T peak_##name(const T *x, int64_t n, bool *odd) {                                                           \
        enum { LANES = 32 / sizeof(T), STEP = WAYS * LANES };                                                          \
        T result = x[0];                                                                                               \
        bool nan = false;                                                                                              \
        int64_t i = 0;                                                                                                 \
        if (n >= 2 * STEP) {                                                                                           \
            some_##S best[WAYS];                                                                                       \
            for (int w = 0; w < WAYS; w++) best[w] = *(const some_##S *)(x + w * LANES);                               \
            lanes_of_##S lost = odd_##S(best[0], best[1]) | odd_##S(best[2], best[3]);                                 \
            for (i = STEP; i + STEP <= n; i += STEP) {                                                                 \
                some_##S v[WAYS];                                                                                      \
                for (int w = 0; w < WAYS; w++) v[w] = *(const some_##S *)(x + i + w * LANES);                          \
                for (int w = 0; w < WAYS; w++) best[w] = better_##name(v[w], best[w]);                                 \
                lost |= odd_##S(v[0], v[1]) | odd_##S(v[2], v[3]);                                                     \
            }                                                                                                          \
            for (int w = 1; w < WAYS; w++) best[0] = better_##name(best[0], best[w]);                                  \
            for (int j = 0; j < LANES; j++) {                                                                          \
                result = best[0][j] BEATS result ? best[0][j] : result;                                                \
                nan |= lost[j] != 0;                                                                                   \
            }                                                                                                          \
        }                                                                                                              \
        for (; i < n; i++) {                                                                                           \
            nan |= x[i] != x[i];                                                                                       \
            result = x[i] BEATS result ? x[i] : result;                                                                \
        }                                                                                                              \
        *odd |= nan;                                                                                                   \
        return result;                                                                                                 \
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

// Keys know the order of zeros and keep NaN; rows without either, and not too short for it, are compared as they are.
#define EXTREME_ROW(name, T, K, U, S, BEATS, COMBINE)                                                                  \
    /** The extreme of floats by their keys. */                                                                        \
    static T keyed_##name(const T *x, int64_t n, T start) {                                                            \
        enum { LANES = 128 / sizeof(T) };                                                                              \
        K lanes[LANES], result = key_##name(start);                                                                    \
        for (int j = 0; j < LANES; j++) lanes[j] = result;                                                             \
        int64_t i = 0;                                                                                                 \
        for (; i + LANES <= n; i += LANES)                                                                             \
            for (int j = 0; j < LANES; j++) {                                                                          \
                const K key = key_##name(x[i + j]);                                                                    \
                lanes[j] = COMBINE(lanes[j], key);                                                                     \
            }                                                                                                          \
        if (i > 0)                                                                                                     \
            for (int j = 0; j < LANES; j++) result = COMBINE(result, lanes[j]);                                        \
        for (; i < n; i++) {                                                                                           \
            const K key = key_##name(x[i]);                                                                            \
            result = COMBINE(result, key);                                                                             \
        }                                                                                                              \
        return of_bits_##S((U)swapped_##S(result));                                                                    \
    }                                                                                                                  \
    PEAK(name, T, S, BEATS)                                                                                            \
    static void row_##name(const void *px, int64_t n, void *acc, bool first) {                                         \
        const T *x = px, start = first ? x[0] : *(T *)acc;                                                             \
        bool odd = start != start || n < 256 / (int64_t)sizeof(T);                                                     \
        T result = start;                                                                                              \
        if (!odd) result = peak_##name(x, n, &odd);                                                                    \
        if (odd || result == 0 || start == 0) result = keyed_##name(x, n, start);                                      \
        else if (start BEATS result) result = start;                                                                   \
        *(T *)acc = result;                                                                                            \
    }
EXTREME_ROW(max_f4, float, int32_t, uint32_t, f4, >, LARGER)
EXTREME_ROW(min_f4, float, int32_t, uint32_t, f4, <, SMALLER)
EXTREME_ROW(max_f8, double, int64_t, uint64_t, f8, >, LARGER)
EXTREME_ROW(min_f8, double, int64_t, uint64_t, f8, <, SMALLER)

#define INTEGER_PEAK(name, T)                                                                                          \
    static T peak_##name(const T *x, int64_t n, bool *odd) {                                                           \
        (void)odd;                                                                                                     \
        return striped_##name(x, n);                                                                                   \
    }
#define INTEGER_PEAKS(T, S) INTEGER_PEAK(max_##S, T) INTEGER_PEAK(min_##S, T)
EACH_INTEGER(INTEGER_PEAKS)

// The first place of what is there.
#define FIND(T, S)                                                                                                     \
    static int64_t find_##S(const T *x, int64_t n, T found) {                                                                     \
        enum { LANES = 32 / sizeof(T), STEP = WAYS * LANES };                                                          \
        const some_##S wanted = found - (some_##S){0};                                                                 \
        int64_t i = 0;                                                                                                 \
        for (; i + STEP <= n; i += STEP) {                                                                             \
            __typeof__(wanted == wanted) equal = wanted != wanted;                                                     \
            for (int w = 0; w < WAYS; w++) equal |= *(const some_##S *)(x + i + w * LANES) == wanted;                  \
            uint64_t parts[4];                                                                                         \
            memcpy(parts, &equal, sizeof parts);                                                                       \
            if ((parts[0] | parts[1] | parts[2] | parts[3]) != 0) break;                                               \
        }                                                                                                              \
        while (x[i] != found) i++;                                                                                     \
        return i;                                                                                                      \
    }

// Part by part: only in that which holds the extreme its place is looked for. NaN is one that nothing beats.
#define PLACE(name, T, S, BEATS)                                                                                       \
    static int64_t place_##name(const T *x, int64_t n, T *found) {                                                     \
        const int64_t size = LOOKED_AT / (int64_t)sizeof(T);                                                           \
        int64_t at = 0;                                                                                                \
        T best = x[0];                                                                                                 \
        for (int64_t from = 0; from < n; from += size) {                                                               \
            bool odd = false;                                                                                          \
            const T peak = peak_##name(x + from, n - from < size ? n - from : size, &odd);                             \
            if (odd) {                                                                                                 \
                for (at = from; x[at] == x[at]; at++);                                                                 \
                *found = x[at];                                                                                        \
                return at;                                                                                             \
            }                                                                                                          \
            if (from > 0 && !(peak BEATS best)) continue;                                                              \
            best = peak;                                                                                               \
            at = from;                                                                                                 \
        }                                                                                                              \
        *found = best;                                                                                                 \
        return at + find_##S(x + at, n - at, best);                                                                    \
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
#define SEEKS(T, S)                                                                                                    \
    FIND(T, S)                                                                                                         \
    PLACE(max_##S, T, S, >)                                                                                            \
    PLACE(min_##S, T, S, <)                                                                                            \
    SEEK(max_##S, T, >)                                                                                                \
    SEEK(min_##S, T, <)
EACH_INTEGER(SEEKS)
EACH_FLOAT(SEEKS)
