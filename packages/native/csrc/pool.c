// Inner loops of pooling. Compile with -ffp-contract=off: sums round as on js.
#include "isa.h"

/** Windows (or columns of sums) of a chunk. */
#define CHUNK 128

// The place of the largest so far is kept in lanes as wide as those of the elements, so that both are chosen by one mask.
#define POOL(T, I, S)                                                                                                  \
    ALWAYS_INLINE void meet_##S(const char *in, const int64_t step, int n, I place, I place_lane, T *best, I *at) {     \
        VECTORIZE for (int j = 0; j < n; j++) {                                                                        \
            const T x = *(const T *)(in + j * step);                                                                   \
            const bool larger = (x > best[j]) | (x != x);                                                              \
            at[j] = larger ? place + (I)j * place_lane : at[j];                                                        \
            best[j] = larger ? x : best[j];                                                                            \
        }                                                                                                              \
    }                                                                                                                  \
    ALWAYS_INLINE void windows_##S(const struct pool_lanes *l, const int64_t lane, T *best, I *at) {                   \
        for (int64_t u = 0; u < l->count[0]; u++)                                                                      \
            for (int64_t v = 0; v < l->count[1]; v++)                                                                  \
                for (int64_t w = 0; w < l->count[2]; w++)                                                              \
                    meet_##S(l->in + u * l->step[0] + v * l->step[1] + w * l->step[2], lane, l->n,                     \
                             (I)(l->place + u * l->place_step[0] + v * l->place_step[1] + w * l->place_step[2]), (I)l->place_lane, best, at); \
    }                                                                                                                  \
    static void largest_##S(const struct pool_lanes *l) {                                                              \
        T best[POOL_LANES];                                                                                            \
        I at[POOL_LANES];                                                                                              \
        for (int j = 0; j < l->n; j++) {                                                                               \
            best[j] = -(T)__builtin_inf();                                                                             \
            at[j] = (I)(l->place + j * l->place_lane);                                                                 \
        }                                                                                                              \
        if (l->lane == sizeof(T)) windows_##S(l, sizeof(T), best, at);                                                 \
        else if (l->lane == 2 * sizeof(T)) windows_##S(l, 2 * sizeof(T), best, at);                                    \
        else windows_##S(l, l->lane, best, at);                                                                        \
        if (l->value_lane == sizeof(T)) memcpy(l->values, best, (size_t)l->n * sizeof(T));                             \
        else                                                                                                           \
            for (int j = 0; j < l->n; j++) *(T *)(l->values + j * l->value_lane) = best[j];                            \
        if (l->index_lane == 8)                                                                                        \
            VECTORIZE for (int j = 0; j < l->n; j++) ((int64_t *)l->places)[j] = at[j];                                \
        else                                                                                                           \
            for (int j = 0; j < l->n; j++) *(int64_t *)(l->places + j * l->index_lane) = at[j];                        \
    }

#define TAPS(T, S)                                                                                                     \
    static void columns_##S(const struct taps *t, int64_t r, int64_t from, int n) {                                    \
        double sums[CHUNK];                                                                                            \
        for (int i = 0; i < n; i++) sums[i] = 0;                                                                       \
        for (int32_t k = t->starts[r]; k < t->starts[r + 1]; k++) {                                                    \
            const char *in = t->in + t->at[k] * t->in_row + from * t->in_step;                                         \
            const double w = t->weights[k];                                                                            \
            if (t->in_step == sizeof(T))                                                                               \
                VECTORIZE for (int i = 0; i < n; i++) sums[i] += w * (double)((const T *)in)[i];                       \
            else                                                                                                       \
                for (int i = 0; i < n; i++) sums[i] += w * (double)*(const T *)(in + i * t->in_step);                  \
        }                                                                                                              \
        char *out = t->out + r * t->out_row + from * t->out_step;                                                      \
        if (t->out_step == sizeof(T))                                                                                  \
            VECTORIZE for (int i = 0; i < n; i++) ((T *)out)[i] = (T)sums[i];                                          \
        else                                                                                                           \
            for (int i = 0; i < n; i++) *(T *)(out + i * t->out_step) = (T)sums[i];                                    \
    }                                                                                                                  \
    static void taps_##S(const struct taps *t) {                                                                       \
        for (int64_t r = 0; r < t->rows; r++) {                                                                        \
            if (t->inner == 1) {                                                                                       \
                double sum = 0;                                                                                        \
                for (int32_t k = t->starts[r]; k < t->starts[r + 1]; k++) sum += t->weights[k] * (double)*(const T *)(t->in + t->at[k] * t->in_row); \
                *(T *)(t->out + r * t->out_row) = (T)sum;                                                              \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t from = 0; from < t->inner; from += CHUNK)                                                     \
                columns_##S(t, r, from, (int)(t->inner - from < CHUNK ? t->inner - from : CHUNK));                     \
        }                                                                                                              \
    }

POOL(float, int32_t, f4)
POOL(double, int64_t, f8)
EACH_FLOAT(TAPS)

const struct pool ISA(pool)[] = {{largest_f4, taps_f4}, {largest_f8, taps_f8}};
