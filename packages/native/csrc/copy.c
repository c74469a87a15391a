// Copies from one layout to another, without tiles.
#include "kernels.h"
#include "threads.h"

#include <string.h>

struct copy_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    int64_t tasks;
};

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

static void swap_axes(struct call *call, int a, int b) {
    const int64_t size = call->shape[a];
    call->shape[a] = call->shape[b];
    call->shape[b] = size;
    for (int v = 0; v < 2; v++) {
        int64_t *stride = call->view[v].stride, moved = stride[a];
        stride[a] = stride[b];
        stride[b] = moved;
    }
}

/** Brings the axis along which the output lies closest to the end, and before it the one along which the input does. */
static void order_axes(struct call *call) {
    const int last = call->rank - 1;
    for (int v = 0; v < 2 && v <= last; v++) {
        int best = last - v;
        for (int d = 0; d < last - v; d++)
            if (call->view[v].stride[d] != 0 && distance(call->view[v].stride[d]) < distance(call->view[v].stride[best])) best = d;
        swap_axes(call, best, last - v);
    }
}

static void copy_matrix(const struct context *context, const struct call *call, char *out, const char *in, size_t size) {
    const int last = call->rank - 1;
    const int64_t item = (int64_t)size, *shape = call->shape, *to = call->view[0].stride, *from = call->view[1].stride;
    if (last == 0) {
        copy_line(out, to[0], in, from[0], shape[0], size);
        return;
    }
    int line = last, across = last - 1;
    if (to[line] == item && from[across] == item && from[line] != item) {
        context->isa->transpose(size, out, to[across], in, from[line], shape[across], shape[line]);
        return;
    }
    // Short lines cost more than what they copy.
    if (shape[line] < 8 && shape[across] > shape[line]) line = last - 1, across = last;
    for (int64_t i = 0; i < shape[across]; i++) copy_line(out + i * to[across], to[line], in + i * from[across], from[line], shape[line], size);
}

static void copy_from(const struct context *context, const struct call *call, int axis, char *out, const char *in, size_t size) {
    if (axis >= call->rank - 2) {
        copy_matrix(context, call, out, in, size);
        return;
    }
    for (int64_t i = 0; i < call->shape[axis]; i++)
        copy_from(context, call, axis + 1, out + i * call->view[0].stride[axis], in + i * call->view[1].stride[axis], size);
}

static void copy_task(void *data, int64_t task, int worker) {
    const struct copy_job *job = data;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    const int64_t size = job->call->shape[0], from = task * size / job->tasks, to = (task + 1) * size / job->tasks;
    const struct call *part = call_part(job->call, arena, 0, from, to - from);
    copy_from(job->context, part, 0, part->view[0].base, part->view[1].base, item_size(kernel_dtype(job->kernel, 0)));
}

enum status run_copy(struct context *context, const struct kernel *kernel, struct call *call) {
    order_axes(call);
    const bool divided = context->workers > 1 && count_elements(call->shape, 0, call->rank) >= PARALLEL_ELEMENTS;
    const int workers = divided ? context->workers : 1;
    for (int w = 0; w < workers; w++)
        if (!arena_reset(&context->arenas[w], part_bytes)) return NO_MEMORY;
    struct copy_job job = {context, kernel, call, call->shape[0] < workers ? call->shape[0] : workers};
    parallel(job.tasks, workers, copy_task, &job);
    return DONE;
}
