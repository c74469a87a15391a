// Gather, scatter, running sums, and what walks the lines to sort. Compile with -fwrapv: integers wrap around.
#include "half.h"
#include "kernels.h"
#include "threads.h"

#include <string.h>

/** A line of elements that lie `step` bytes apart. */
#define ELEMENT(T, p, i, step) (*(T *)((p) + (i) * (step)))

// Whole rows by one index, where rows are memory without gaps; else one line at a time, along the longer of the two axes.
#define GATHER(T, S)                                                                                                   \
    static void gather_##S(int64_t n, char *out, int64_t out_step, const char *in, int64_t in_step, const char *index, int64_t index_step) { \
        if (out_step == sizeof(T) && in_step == sizeof(T) && index_step == 8) {                                        \
            T *to = (T *)out;                                                                                          \
            const T *from = (const T *)in;                                                                             \
            const int64_t *at = (const int64_t *)index;                                                                \
            int64_t i = 0;                                                                                             \
            /* Several are read before one is written: reads that miss the cache then wait side by side. */            \
            for (; i + 8 <= n; i += 8) {                                                                               \
                const T a = from[at[i]], b = from[at[i + 1]], c = from[at[i + 2]], d = from[at[i + 3]];                \
                const T e = from[at[i + 4]], f = from[at[i + 5]], g = from[at[i + 6]], h = from[at[i + 7]];            \
                to[i] = a, to[i + 1] = b, to[i + 2] = c, to[i + 3] = d;                                                \
                to[i + 4] = e, to[i + 5] = f, to[i + 6] = g, to[i + 7] = h;                                            \
            }                                                                                                          \
            for (; i < n; i++) to[i] = from[at[i]];                                                                    \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t i = 0; i < n; i++) ELEMENT(T, out, i, out_step) = ELEMENT(const T, in, ELEMENT(const int64_t, index, i, index_step), in_step); \
    }                                                                                                                  \
    /* Along the inner axis every element has an index of its own. */                                                  \
    static void gather_inner_##S(int64_t n, char *out, int64_t out_step, const char *in, int64_t in_step, int64_t in_inner, const char *index, int64_t index_step) { \
        for (int64_t i = 0; i < n; i++, out += out_step, in += in_inner, index += index_step)                          \
            *(T *)out = *(const T *)(in + *(const int64_t *)index * in_step);                                          \
    }
GATHER(uint8_t, 1)
GATHER(uint16_t, 2)
GATHER(uint32_t, 4)
GATHER(uint64_t, 8)

#define GATHER_LINES(S)                                                                                                \
    for (int64_t o = 0; o < shape[0]; o++) {                                                                           \
        char *to = out->base + o * out->stride[0];                                                                     \
        const char *from = in->base + o * in->stride[0], *at = index->base + o * index->stride[0];                     \
        if (shape[2] > 1 && !along)                                                                                    \
            for (int64_t j = 0; j < shape[1]; j++)                                                                     \
                gather_inner_##S(shape[2], to + j * out->stride[1], out->stride[2], from, in->stride[1], in->stride[2], at + j * index->stride[1], index->stride[2]); \
        else                                                                                                           \
            for (int64_t i = 0; i < shape[2]; i++)                                                                     \
                gather_##S(shape[1], to + i * out->stride[2], out->stride[1], from + i * in->stride[2], in->stride[1], at + i * index->stride[2], index->stride[1]); \
    }

static void gather_rows(const struct call *call, size_t bytes) {
    const struct view *out = &call->view[0], *in = &call->view[1], *index = &call->view[2];
    for (int64_t o = 0; o < call->shape[0]; o++)
        for (int64_t j = 0; j < call->shape[1]; j++) {
            const int64_t at = *(const int64_t *)(index->base + o * index->stride[0] + j * index->stride[1]);
            memcpy(out->base + o * out->stride[0] + j * out->stride[1], in->base + o * in->stride[0] + at * in->stride[1], bytes);
        }
}

static void gather(const struct call *call, size_t item) {
    const struct view *out = &call->view[0], *in = &call->view[1], *index = &call->view[2];
    const int64_t *shape = call->shape;
    const bool rows = index->stride[2] == 0 && out->stride[2] == (int64_t)item && in->stride[2] == (int64_t)item;
    const bool along = shape[1] > shape[2];
    if (rows && shape[2] > 1 && shape[2] * (int64_t)item >= 16) gather_rows(call, (size_t)shape[2] * item);
    else if (item == 1) GATHER_LINES(1)
    else if (item == 2) GATHER_LINES(2)
    else if (item == 4) GATHER_LINES(4)
    else GATHER_LINES(8)
}

#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define SECOND(a, b) (b)
#define EITHER(a, b) ((a) != 0 || (b) != 0)
#define BOTH(a, b) ((a) != 0 && (b) != 0)
#define HALF_PLUS(a, b) half_of_f4(f4_of_half(a) + f4_of_half(b))
#define HALF_TIMES(a, b) half_of_f4(f4_of_half(a) * f4_of_half(b))

/** Operands of a scatter with the steps of their axes, which loops keep where stores cannot change them. */
struct scatter {
    char *out;
    const char *in, *index;
    int64_t outer, middle, inner;
    int64_t to[3], from[3], at[3];
};

static struct scatter scatter_of(const struct call *call) {
    struct scatter s = {call->view[0].base, call->view[1].base, call->view[2].base, call->shape[0], call->shape[1], call->shape[2], {0}, {0}, {0}};
    memcpy(s.to, call->view[0].stride, sizeof s.to);
    memcpy(s.from, call->view[1].stride, sizeof s.from);
    memcpy(s.at, call->view[2].stride, sizeof s.at);
    return s;
}

// In the order of the middle axis, so that repeated indices add up, and overwrite each other, as they come.
#define SCATTER_BY(T, S, COMBINE)                                                                                   \
    static void scatter_row_##S(T *restrict to, const T *restrict from, int64_t n) {                                   \
        for (int64_t i = 0; i < n; i++) to[i] = (T)COMBINE(to[i], from[i]);                                            \
    }                                                                                                                  \
    /** Along the middle axis, where the inner one has no length. */                                                   \
    static void scatter_line_##S(char *out, int64_t to, const char *in, int64_t from, const char *index, int64_t at, int64_t n) { \
        for (int64_t j = 0; j < n; j++, in += from, index += at) {                                                     \
            T *sum = (T *)(out + *(const int64_t *)index * to);                                                        \
            *sum = (T)COMBINE(*sum, *(const T *)in);                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    /** Along the inner axis, where every element has an index of its own. */                                          \
    static void scatter_each_##S(char *out, int64_t to, int64_t to_inner, const char *in, int64_t from, const char *index, int64_t at, int64_t n) { \
        for (int64_t i = 0; i < n; i++, in += from, index += at, out += to_inner) {                                    \
            T *sum = (T *)(out + *(const int64_t *)index * to);                                                        \
            *sum = (T)COMBINE(*sum, *(const T *)in);                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    static void scatter_##S(const struct call *call) {                                                                 \
        const struct scatter s = scatter_of(call);                                                                     \
        const bool rows = s.at[2] == 0 && s.to[2] == sizeof(T) && s.from[2] == sizeof(T);                              \
        for (int64_t o = 0; o < s.outer; o++) {                                                                        \
            char *out = s.out + o * s.to[0];                                                                           \
            const char *in = s.in + o * s.from[0], *index = s.index + o * s.at[0];                                     \
            if (s.inner == 1) {                                                                                        \
                scatter_line_##S(out, s.to[1], in, s.from[1], index, s.at[1], s.middle);                               \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t j = 0; j < s.middle; j++, in += s.from[1], index += s.at[1]) {                                \
                if (rows) scatter_row_##S((T *)(out + *(const int64_t *)index * s.to[1]), (const T *)in, s.inner);     \
                else scatter_each_##S(out, s.to[1], s.to[2], in, s.from[2], index, s.at[2], s.inner);                  \
            }                                                                                                          \
        }                                                                                                              \
    }
#define SCATTER_PLUS(T, S) SCATTER_BY(T, S, PLUS)
EACH_INTEGER(SCATTER_PLUS)
EACH_FLOAT(SCATTER_PLUS)
SCATTER_BY(uint8_t, b, EITHER)
SCATTER_BY(uint16_t, f2, HALF_PLUS)
SCATTER_BY(uint8_t, put1, SECOND)
SCATTER_BY(uint16_t, put2, SECOND)
SCATTER_BY(uint32_t, put4, SECOND)
SCATTER_BY(uint64_t, put8, SECOND)

static void scatter_put(const struct call *call, size_t item) {
    if (item == 1) scatter_put1(call);
    else if (item == 2) scatter_put2(call);
    else if (item == 4) scatter_put4(call);
    else scatter_put8(call);
}

/** A call that is done in parts along an axis; elements of two parts never meet. */
struct indexed_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    int axis;
    int64_t parts;
};

static void indexed_part(const struct kernel *kernel, const struct call *call) {
    static void (*const scatter[])(const struct call *) = BY_DTYPE(scatter, scatter_b, scatter_f2);
    if (kernel->kind == SCATTER_ADD) scatter[kernel->dtype](call);
    else if (kernel->kind == SCATTER) scatter_put(call, item_size(kernel->dtype));
    else gather(call, item_size(kernel->dtype));
}

static void indexed_task(void *data, int64_t task, int worker) {
    const struct indexed_job *job = data;
    struct arena *arena = &job->context->arenas[worker];
    const int64_t all = job->call->shape[job->axis], from = all * task / job->parts, to = all * (task + 1) / job->parts;
    arena->used = 0;
    indexed_part(job->kernel, call_part(job->call, arena, job->axis, from, to - from));
}

/** Elements along the last axis that a part has at least: a line of the cache. */
#define PART_ELEMENTS 16

enum status run_gather(struct context *context, const struct kernel *kernel, const struct call *call) {
    const int64_t *shape = call->shape, size = shape[0] * shape[1] * shape[2];
    const int axis = shape[0] > 1 ? 0 : 2;
    const int64_t most = axis == 0 ? shape[0] : shape[2] / PART_ELEMENTS, parts = most < 4 * context->workers ? most : 4 * context->workers;
    if (context->workers == 1 || size < PARALLEL_ELEMENTS || parts < 2) {
        indexed_part(kernel, call);
        return DONE;
    }
    for (int w = 0; w < context->workers; w++)
        if (!arena_reset(&context->arenas[w], part_bytes)) return NO_MEMORY;
    struct indexed_job job = {context, kernel, call, axis, parts};
    parallel(parts, context->workers, indexed_task, &job);
    return DONE;
}

/** `n` steps of a line, `width` lines beside each other; strides along and across. */
struct lines {
    int64_t n, width;
    char *out;
    const char *in;
    int64_t out_step, in_step, out_across, in_across;
};

// Lines one by one where they are memory without gaps; side by side where memory runs across them.
#define SCAN(T, S, COMBINE, ANY_ORDER)                                                                                 \
    static void beside_##S(int64_t width, char *out, int64_t out_step, const char *in, int64_t in_step, const char *before) { \
        if (out_step == sizeof(T) && in_step == sizeof(T)) {                                                           \
            T *to = (T *)out;                                                                                          \
            const T *from = (const T *)in, *sum = (const T *)before;                                                   \
            for (int64_t i = 0; i < width; i++) to[i] = (T)COMBINE(sum[i], from[i]);                                   \
        } else                                                                                                         \
            for (int64_t i = 0; i < width; i++)                                                                        \
                ELEMENT(T, out, i, out_step) = (T)COMBINE(ELEMENT(const T, before, i, out_step), ELEMENT(const T, in, i, in_step)); \
    }                                                                                                                  \
    static void scan_##S(const struct lines *l) {                                                                      \
        const int64_t n = l->n, width = l->width, out_step = l->out_step, in_step = l->in_step;                        \
        char *out = l->out;                                                                                            \
        const char *in = l->in;                                                                                        \
        if (width > 1) {                                                                                               \
            for (int64_t i = 0; i < width; i++) ELEMENT(T, out, i, l->out_across) = ELEMENT(const T, in, i, l->in_across); \
            for (int64_t j = 1; j < n; j++)                                                                            \
                beside_##S(width, out + j * out_step, l->out_across, in + j * in_step, l->in_across, out + (j - 1) * out_step); \
            return;                                                                                                    \
        }                                                                                                              \
        T sum = *(const T *)in;                                                                                        \
        *(T *)out = sum;                                                                                               \
        if (out_step == sizeof(T) && in_step == sizeof(T)) {                                                           \
            T *to = (T *)out;                                                                                          \
            const T *from = (const T *)in;                                                                             \
            int64_t j = 1;                                                                                             \
            /* Where the order shows in no bit, a step of four waits for the one before it only once. */               \
            for (; ANY_ORDER && j + 4 <= n; j += 4) {                                                                  \
                const T a = from[j], b = (T)COMBINE(a, from[j + 1]), c = (T)COMBINE(b, from[j + 2]), d = (T)COMBINE(c, from[j + 3]);\
                to[j] = (T)COMBINE(sum, a), to[j + 1] = (T)COMBINE(sum, b), to[j + 2] = (T)COMBINE(sum, c);            \
                to[j + 3] = sum = (T)COMBINE(sum, d);                                                                  \
            }                                                                                                          \
            for (; j < n; j++) to[j] = sum = (T)COMBINE(sum, from[j]);                                                 \
        } else                                                                                                         \
            for (int64_t j = 1; j < n; j++) ELEMENT(T, out, j, out_step) = sum = (T)COMBINE(sum, ELEMENT(const T, in, j, in_step)); \
    }
#define INTEGER_SCANS(T, S) SCAN(T, sum_##S, PLUS, true) SCAN(T, prod_##S, TIMES, true)
#define FLOAT_SCANS(T, S) SCAN(T, sum_##S, PLUS, false) SCAN(T, prod_##S, TIMES, false)
EACH_INTEGER(INTEGER_SCANS)
EACH_FLOAT(FLOAT_SCANS)
SCAN(uint8_t, sum_b, EITHER, true)
SCAN(uint8_t, prod_b, BOTH, true)
SCAN(uint16_t, sum_f2, HALF_PLUS, false)
SCAN(uint16_t, prod_f2, HALF_TIMES, false)

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

/** An axis along which both operands lie closer than along the last one; the last one when there is none. */
static int axis_across(const struct call *call) {
    const int last = call->rank - 1;
    int best = last;
    for (int d = 0; d < last; d++) {
        bool closer = call->shape[d] > 1;
        for (int v = 0; v < 2; v++) closer = closer && distance(call->view[v].stride[d]) < distance(call->view[v].stride[best]);
        if (closer) best = d;
    }
    return best;
}

enum status run_scan(const struct kernel *kernel, const struct call *call) {
    static void (*const scans[][DTYPES])(const struct lines *) = {
        BY_DTYPE(scan_sum, scan_sum_b, scan_sum_f2),
        BY_DTYPE(scan_prod, scan_prod_b, scan_prod_f2),
    };
    const int last = call->rank - 1, across = axis_across(call);
    const struct view *out = &call->view[0], *in = &call->view[1];
    const int64_t n = call->shape[last], width = across == last ? 1 : call->shape[across];
    if (n == 0 || width == 0) return DONE;
    const int64_t groups = count_elements(call->shape, 0, last) / width;
    for (int64_t group = 0; group < groups; group++) {
        int64_t places[2] = {0, 0}, rest = group;
        for (int d = last - 1; d >= 0; d--) {
            if (d == across) continue;
            for (int v = 0; v < 2; v++) places[v] += rest % call->shape[d] * call->view[v].stride[d];
            rest /= call->shape[d];
        }
        scans[kernel->op == PROD][kernel->dtype](&(struct lines){
            n, width, out->base + places[0], in->base + places[1], out->stride[last], in->stride[last], out->stride[across], in->stride[across],
        });
    }
    return DONE;
}

enum status run_sort(struct context *context, const struct kernel *kernel, const struct call *call) {
    const line_fn *fns = kernel->positions ? context->isa->orders : context->isa->sorts;
    const int last = call->rank - 1;
    const int64_t lines = count_elements(call->shape, 0, last), n = call->shape[last];
    if (lines == 0 || n == 0) return DONE;
    // Places beside narrow keys, and counts, have 32 bits.
    if (n > UINT32_MAX) return BAD_CALL;
    if (!arena_reset(&context->shared, line_bytes(n))) return NO_MEMORY;
    for (int64_t line = 0; line < lines; line++) {
        int64_t places[2] = {0, 0}, rest = line;
        for (int d = last - 1; d >= 0; d--) {
            for (int v = 0; v < 2; v++) places[v] += rest % call->shape[d] * call->view[v].stride[d];
            rest /= call->shape[d];
        }
        fns[kernel->dtype](&(struct line){
            n, call->view[1].base + places[1], call->view[0].base + places[0], call->view[1].stride[last], call->view[0].stride[last], context->shared.memory,
        });
    }
    return DONE;
}
