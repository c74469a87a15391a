// How the windows of pooling are laid side by side, and divided among the workers.
#include "kernels.h"
#include "threads.h"

/** What the shape of a call consists of, see the description of `maxPool` in kernel.ts of @isograd/device. */
enum { BATCH, CHANNELS, OUTPUT, INPUT = OUTPUT + 3, AXES = INPUT + 3 };

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/** Windows along one axis. */
struct axis {
    int64_t output, input, step;
    const int32_t *first, *end;
};

static int64_t count_of(const struct axis *axis, int64_t o) {
    const int64_t reach = axis->end[o] - axis->first[o];
    return reach > 0 ? (reach + axis->step - 1) / axis->step : 0;
}

/** A window without elements may begin beyond the axis; its place may not. */
static int64_t first_place(const struct axis *axis, int64_t o) { return smaller(axis->first[o], axis->input - 1); }

struct job {
    const struct pool *pool;
    const struct call *call;
    int64_t item;
    struct axis axis[3];
    /** Whether lanes are channels; else they are windows along the last axis. */
    bool channels;
};

/** Number of windows from `o` on that have equally many elements, each as far from the one before as the second from the first. */
static int run_of(const struct axis *axis, int64_t o) {
    const int64_t count = count_of(axis, o);
    int n = 1;
    for (; n < POOL_LANES && o + n < axis->output; n++) {
        if (count_of(axis, o + n) != count || first_place(axis, o + n) != axis->first[o + n]) break;
        if (n > 1 && axis->first[o + n] - axis->first[o + n - 1] != axis->first[o + 1] - axis->first[o]) break;
    }
    return n;
}

/** The windows of one row of the output, of one image and channel; or with lanes of channels, of all channels. */
static void row_task(void *data, int64_t task, int worker) {
    (void)worker;
    const struct job *job = data;
    const struct call *call = job->call;
    const struct axis *z = &job->axis[0], *y = &job->axis[1], *x = &job->axis[2];
    const int64_t j = task % y->output, i = task / y->output % z->output, plane = task / y->output / z->output;
    const int64_t all = call->shape[CHANNELS], n = job->channels ? plane : plane / all, c = job->channels ? 0 : plane % all;
    const int64_t *value = call->view[0].stride, *index = call->view[1].stride, *in = call->view[2].stride;
    struct pool_lanes lanes = {
        .count = {count_of(z, i), count_of(y, j), 0},
        .step = {z->step * in[2], y->step * in[3], x->step * in[4]},
        .place_step = {z->step * y->input * x->input, y->step * x->input, x->step},
        .lane = in[1], .value_lane = value[1], .index_lane = index[1],
    };
    const int64_t line = (first_place(z, i) * y->input + first_place(y, j)) * x->input;
    const char *source = call->view[2].base + n * in[0] + c * in[1] + z->first[i] * in[2] + y->first[j] * in[3];
    char *values = call->view[0].base + n * value[0] + c * value[1] + i * value[2] + j * value[3];
    char *places = call->view[1].base + n * index[0] + c * index[1] + i * index[2] + j * index[3];
    for (int64_t k = 0, run = 1; k < x->output; k += run) {
        lanes.count[2] = count_of(x, k);
        lanes.place = line + first_place(x, k);
        lanes.in = source + x->first[k] * in[4];
        lanes.values = values + k * value[4];
        lanes.places = places + k * index[4];
        if (!job->channels) {
            lanes.n = (int)(run = run_of(x, k));
            lanes.place_lane = run > 1 ? x->first[k + 1] - x->first[k] : 0;
            lanes.lane = lanes.place_lane * in[4];
            lanes.value_lane = value[4];
            lanes.index_lane = index[4];
            job->pool->largest(&lanes);
            continue;
        }
        for (int64_t channel = 0; channel < all; channel += POOL_LANES) {
            lanes.n = (int)smaller(all - channel, POOL_LANES);
            job->pool->largest(&lanes);
            lanes.in += POOL_LANES * in[1];
            lanes.values += POOL_LANES * value[1];
            lanes.places += POOL_LANES * index[1];
        }
    }
}

enum status run_max_pool(struct context *context, const struct kernel *kernel, const struct call *call) {
    if (call->rank != AXES || kernel->dtype < FLOAT32) return BAD_CALL;
    struct job job = {.pool = &context->isa->pool[kernel->dtype - FLOAT32], .call = call};
    const int64_t *shape = call->shape, *in = call->view[2].stride;
    const int32_t *bounds = (const int32_t *)call->view[3].base;
    for (int d = 0; d < 3; d++) {
        const int64_t output = shape[OUTPUT + d];
        job.axis[d] = (struct axis){output, shape[INPUT + d], (int64_t)call->scalars[d], bounds, bounds + output};
        if (job.axis[d].step < 1) return BAD_CALL;
        bounds += 2 * output;
    }
    job.channels = shape[CHANNELS] > 1 && distance(in[1]) < distance(in[4]);
    const int64_t tasks = shape[BATCH] * (job.channels ? 1 : shape[CHANNELS]) * shape[OUTPUT] * shape[OUTPUT + 1];
    if (shape[CHANNELS] * shape[OUTPUT + 2] == 0) return DONE;
    const int64_t size = shape[BATCH] * shape[CHANNELS] * shape[INPUT] * shape[INPUT + 1] * shape[INPUT + 2];
    parallel(tasks, size < PARALLEL_ELEMENTS ? 1 : context->workers, row_task, &job);
    return DONE;
}

/** Rows of a matrix that are one task. */
#define ROWS 16

struct taps_job {
    const struct pool *pool;
    const struct call *call;
    int64_t parts;
};

static void taps_task(void *data, int64_t task, int worker) {
    (void)worker;
    const struct taps_job *job = data;
    const struct call *call = job->call;
    const struct view *out = &call->view[0], *in = &call->view[1];
    const int64_t o = task / job->parts, from = task % job->parts * ROWS;
    const struct taps taps = {
        .rows = smaller(call->shape[1] - from, ROWS), .inner = call->shape[2],
        .starts = (const int32_t *)call->view[2].base + from, .at = (const int32_t *)call->view[3].base, .weights = (const double *)call->view[4].base,
        .out = out->base + o * out->stride[0] + from * out->stride[1], .in = in->base + o * in->stride[0],
        .out_row = out->stride[1], .out_step = out->stride[2], .in_row = in->stride[1], .in_step = in->stride[2],
    };
    job->pool->taps(&taps);
}

enum status run_taps(struct context *context, const struct kernel *kernel, const struct call *call) {
    if (kernel->dtype < FLOAT32) return BAD_CALL;
    const int64_t *shape = call->shape;
    struct taps_job job = {&context->isa->pool[kernel->dtype - FLOAT32], call, (shape[1] + ROWS - 1) / ROWS};
    const int64_t size = shape[0] * shape[2] * (shape[1] > shape[3] ? shape[1] : shape[3]);
    parallel(shape[0] * job.parts, size < PARALLEL_ELEMENTS ? 1 : context->workers, taps_task, &job);
    return DONE;
}
