// Stable ascending sorts along the last axis, NaN last: merges of runs, of values with their positions.
#include "kernels.h"

/** Runs below this length are sorted by insertion. */
#define RUN 16

#define SORT(T, S, BEFORE)                                                                                             \
    struct entry_##S {                                                                                                 \
        T value;                                                                                                       \
        int64_t at;                                                                                                    \
    };                                                                                                                 \
    static void insert_##S(struct entry_##S *x, int64_t n) {                                                           \
        for (int64_t i = 1; i < n; i++) {                                                                              \
            const struct entry_##S moved = x[i];                                                                       \
            int64_t j = i;                                                                                             \
            for (; j > 0 && BEFORE(moved.value, x[j - 1].value); j--) x[j] = x[j - 1];                                 \
            x[j] = moved;                                                                                              \
        }                                                                                                              \
    }                                                                                                                  \
    static void merge_##S(struct entry_##S *to, const struct entry_##S *x, int64_t left, int64_t n) {                  \
        int64_t i = 0, j = left;                                                                                       \
        for (int64_t k = 0; k < n; k++) {                                                                              \
            const bool right = i == left || (j < n && BEFORE(x[j].value, x[i].value));                                 \
            to[k] = right ? x[j++] : x[i++];                                                                           \
        }                                                                                                              \
    }                                                                                                                  \
    static void sort_##S(const struct call *call, const char *in, char *out, bool positions, char *memory) {           \
        const int last = call->rank - 1;                                                                               \
        const int64_t n = call->shape[last], in_step = call->view[1].stride[last], out_step = call->view[0].stride[last]; \
        struct entry_##S *x = (struct entry_##S *)memory, *other = x + n;                                              \
        for (int64_t j = 0; j < n; j++) x[j] = (struct entry_##S){*(const T *)(in + j * in_step), j};                  \
        for (int64_t j = 0; j < n; j += RUN) insert_##S(x + j, n - j < RUN ? n - j : RUN);                             \
        for (int64_t run = RUN; run < n; run *= 2) {                                                                   \
            for (int64_t j = 0; j < n; j += 2 * run) {                                                                 \
                const int64_t size = n - j < 2 * run ? n - j : 2 * run;                                                \
                merge_##S(other + j, x + j, size < run ? size : run, size);                                            \
            }                                                                                                          \
            struct entry_##S *swapped = x;                                                                             \
            x = other;                                                                                                 \
            other = swapped;                                                                                           \
        }                                                                                                              \
        for (int64_t j = 0; j < n; j++) {                                                                              \
            if (positions) *(int64_t *)(out + j * out_step) = x[j].at;                                                 \
            else *(T *)(out + j * out_step) = x[j].value;                                                              \
        }                                                                                                              \
    }

#define SMALLER(a, b) ((a) < (b))
#define SMALLER_OR_REAL(a, b) ((a) < (b) || ((b) != (b) && (a) == (a)))
SORT(uint8_t, u1, SMALLER)
SORT(int32_t, i4, SMALLER)
SORT(int64_t, i8, SMALLER)
SORT(float, f4, SMALLER_OR_REAL)
SORT(double, f8, SMALLER_OR_REAL)

enum status run_sort(struct context *context, const struct kernel *kernel, const struct call *call) {
    static void (*const sorts[])(const struct call *, const char *, char *, bool, char *) = {sort_u1, sort_u1, sort_i4, sort_i8, sort_f4, sort_f8};
    const int last = call->rank - 1;
    const int64_t lines = count_elements(call->shape, 0, last);
    if (lines == 0 || call->shape[last] == 0) return DONE;
    if (!arena_reset(&context->shared, sizeof(struct entry_f8) * 2 * (size_t)call->shape[last])) return NO_MEMORY;
    for (int64_t line = 0; line < lines; line++) {
        int64_t places[2] = {0, 0}, rest = line;
        for (int d = last - 1; d >= 0; d--) {
            for (int v = 0; v < 2; v++) places[v] += rest % call->shape[d] * call->view[v].stride[d];
            rest /= call->shape[d];
        }
        sorts[kernel->dtype](call, call->view[1].base + places[1], call->view[0].base + places[0], kernel->positions, context->shared.memory);
    }
    return DONE;
}
