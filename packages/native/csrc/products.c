// Matrix products: batches, division among workers, integers.
#include "half.h"
#include "kernels.h"
#include "threads.h"

/** From so many multiply-adds on a product is divided among the workers. */
#define PARALLEL_PRODUCTS (1 << 19)

struct product_job {
    struct context *context;
    const struct gemm *gemm;
    const struct call *call;
    size_t item;
    int64_t batches, parts;
};

static struct product product_of(const struct call *call, int64_t batch, size_t item) {
    const int rank = call->rank, axes = rank - 3;
    const int64_t *size = call->shape + axes, bytes = (int64_t)item;
    struct matrix matrices[3];
    for (int v = 0; v < 3; v++) {
        const struct view *view = &call->view[v];
        matrices[v] = (struct matrix){view->base, view->stride[axes] / bytes, view->stride[axes + 1] / bytes};
        int64_t rest = batch;
        for (int d = axes - 1; d >= 0; d--) {
            matrices[v].p += rest % call->shape[d] * view->stride[d];
            rest /= call->shape[d];
        }
    }
    return (struct product){matrices[0], matrices[1], matrices[2], size[0], size[1], size[2]};
}

/** Part `part` of `parts` of a size, in whole units. */
static int64_t bound(int64_t size, int64_t unit, int64_t part, int64_t parts) {
    const int64_t units = (size + unit - 1) / unit, at = units * part / parts * unit;
    return at < size ? at : size;
}

static void product_task(void *data, int64_t task, int worker) {
    const struct product_job *job = data;
    const struct gemm *gemm = job->gemm;
    const int64_t part = task % job->parts;
    struct product product = product_of(job->call, task / job->parts, job->item);
    // The longer side is divided, so that the operand that every part needs is the smaller one.
    const bool rows = product.m > product.n;
    const int64_t size = rows ? product.m : product.n, unit = rows ? gemm->rows : gemm->columns;
    const int64_t from = bound(size, unit, part, job->parts), to = bound(size, unit, part + 1, job->parts);
    const int64_t bytes = (int64_t)job->item;
    if (rows) {
        product.m = to - from;
        product.a.p += from * product.a.row * bytes;
        product.out.p += from * product.out.row * bytes;
    } else {
        product.n = to - from;
        product.b.p += from * product.b.column * bytes;
        product.out.p += from * product.out.column * bytes;
    }
    if (to > from) gemm->run(&product, job->context->arenas[worker].memory);
}

static enum status run_float(struct context *context, const struct gemm *gemm, const struct call *call, size_t item) {
    const int64_t *size = call->shape + call->rank - 3;
    struct product_job job = {context, gemm, call, item, count_elements(call->shape, 0, call->rank - 3), 1};
    const bool large = (double)size[0] * (double)size[1] * (double)size[2] * (double)job.batches >= PARALLEL_PRODUCTS;
    const bool divided = large && context->workers > 1;
    if (divided && job.batches < context->workers) job.parts = context->workers;
    for (int w = 0; w < (divided ? context->workers : 1); w++)
        if (!arena_reset(&context->arenas[w], gemm->scratch_bytes)) return NO_MEMORY;
    if (divided) parallel(job.batches * job.parts, context->workers, product_task, &job);
    else
        for (int64_t batch = 0; batch < job.batches; batch++) product_task(&job, batch, 0);
    return DONE;
}

// Integers wrap around, so the order does not matter; bools are true where any product is.
#define INTEGER_PRODUCT(T, name, COMBINE)                                                                              \
    static void name(const struct product *product) {                                                                  \
        const struct matrix *a = &product->a, *b = &product->b, *out = &product->out;                                  \
        for (int64_t i = 0; i < product->m; i++) {                                                                     \
            T *row = (T *)out->p + i * out->row;                                                                       \
            for (int64_t j = 0; j < product->n; j++) row[j * out->column] = 0;                                         \
            for (int64_t p = 0; p < product->k; p++) {                                                                 \
                const T x = ((const T *)a->p)[i * a->row + p * a->column];                                             \
                const T *y = (const T *)b->p + p * b->row;                                                             \
                for (int64_t j = 0; j < product->n; j++) {                                                             \
                    T *sum = &row[j * out->column];                                                                    \
                    *sum = (T)(COMBINE(*sum, x, y[j * b->column]));                                                    \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
#define MULTIPLY_ADD(sum, x, y) (sum) + (x) * (y)
#define EITHER(sum, x, y) (sum) | ((x) != 0 && (y) != 0)
#define MULTIPLY_ADDS(T, S) INTEGER_PRODUCT(T, product_##S, MULTIPLY_ADD)
EACH_INTEGER(MULTIPLY_ADDS)
INTEGER_PRODUCT(uint8_t, product_b, EITHER)

/** Sums of float16 in float64, rounded once. */
static void product_f2(const struct product *product) {
    const struct matrix *a = &product->a, *b = &product->b, *out = &product->out;
    for (int64_t i = 0; i < product->m; i++)
        for (int64_t j = 0; j < product->n; j++) {
            double sum = 0;
            for (int64_t p = 0; p < product->k; p++) {
                const double x = f4_of_half(((const uint16_t *)a->p)[i * a->row + p * a->column]);
                sum += x * f4_of_half(((const uint16_t *)b->p)[p * b->row + j * b->column]);
            }
            ((uint16_t *)out->p)[i * out->row + j * out->column] = half_of_f8(sum);
        }
}
#define product_f4 NULL
#define product_f8 NULL

enum status run_gemm(struct context *context, const struct kernel *kernel, struct call *call) {
    static void (*const plain[])(const struct product *) = BY_DTYPE(product, product_b, product_f2);
    const size_t item = item_size(kernel->dtype);
    if (kernel->dtype >= FLOAT32) return run_float(context, &context->isa->gemm[kernel->dtype - FLOAT32], call, item);
    const int64_t batches = count_elements(call->shape, 0, call->rank - 3);
    for (int64_t batch = 0; batch < batches; batch++) {
        const struct product product = product_of(call, batch, item);
        plain[kernel->dtype](&product);
    }
    return DONE;
}
