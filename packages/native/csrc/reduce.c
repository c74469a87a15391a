// Reductions over the vector machine. Two ways to walk: by rows, where the reduced axis is the inner one in memory, and by
// columns, where a kept axis is. Both combine in the order of the js device.
#include "kernels.h"
#include "machine.h"
#include "threads.h"

#include <string.h>

/** One reduction, or the part of it that one task does. */
struct reduction {
    const struct kernel *kernel;
    const struct call *call;
    struct machine machine;
    /** Bytes of a value and of a result. */
    size_t item, out_item;
    /** Whether rows are summed pairwise. */
    bool tree;
    row_fn row;
    columns_fn columns;
    seek_fn seek;
    seek_columns_fn seek_columns;
    /** By rows: elements of the innermost axis. */
    int64_t length;
    /** Rows that make one result. */
    int64_t rows;
    /** By columns: running results and, for positions, where they stand. */
    char *results;
    int64_t *places;
};

/** The result in progress. */
struct progress {
    char value[8];
    struct seek seek;
    /** Rows that went into it. */
    int64_t row;
    /** Its place among the results, and in memory. */
    int64_t kept[MAX_RANK];
    char *out;
};

static int64_t size_of(int64_t x) { return x < 0 ? -x : x; }

static void advance(int64_t *index, const int64_t *shape, int axes) {
    for (int d = axes - 1; d >= 0 && ++index[d] == shape[d]; d--) index[d] = 0;
}

static char *place_of(const struct view *view, const int64_t *index, int axes) {
    char *place = view->base;
    for (int d = 0; d < axes; d++) place += index[d] * view->stride[d];
    return place;
}

static void combine(const struct reduction *r, const char *x, int64_t n, int64_t from, struct progress *progress) {
    const bool first = progress->row == 0 && from == 0;
    if (r->seek) r->seek(x, n, progress->row * r->length + from, &progress->seek, first);
    else r->row(x, n, progress->value, first);
}

static void copy_item(char *to, const char *from, size_t item) {
    if (item == 4) memcpy(to, from, 4);
    else if (item == 8) memcpy(to, from, 8);
    else if (item == 2) memcpy(to, from, 2);
    else *to = *from;
}

static void end_row(const struct reduction *r, struct progress *progress) {
    if (++progress->row < r->rows) return;
    progress->row = 0;
    copy_item(progress->out, r->seek ? (char *)&progress->seek.at : progress->value, r->out_item);
    const struct call *call = r->call;
    const int last = call->split - 1;
    if (last < 0) return;
    progress->out += call->view[0].stride[last];
    if (++progress->kept[last] < call->shape[last]) return;
    progress->kept[last] = 0;
    advance(progress->kept, call->shape, last);
    progress->out = place_of(&call->view[0], progress->kept, last);
}

/** Pairwise sum of a part of a row that is longer than a tile; it is halved where NumPy halves it. */
static void sum_long_row(struct reduction *r, int64_t *index, int64_t from, int64_t n, char *sum) {
    if (n <= r->machine.span) {
        index[r->machine.lead] = from;
        r->row(machine_tile(&r->machine, index, n), n, sum, true);
        return;
    }
    const int64_t half = n / 2 - n / 2 % 8;
    char right[8];
    sum_long_row(r, index, from, half, sum);
    sum_long_row(r, index, from + half, n - half, right);
    // A row of one element adds it.
    r->row(right, 1, sum, false);
}

static void walk_long_rows(struct reduction *r) {
    const struct call *call = r->call;
    const int axes = call->rank - 1;
    struct progress progress = {.row = 0, .out = call->view[0].base};
    int64_t index[MAX_RANK] = {0};
    for (int64_t left = count_elements(call->shape, 0, axes); left > 0; left--) {
        if (r->tree) {
            char sum[8];
            sum_long_row(r, index, 0, r->length, sum);
            combine(r, sum, 1, 0, &progress);
        } else {
            for (int64_t from = 0; from < r->length; from += r->machine.span) {
                const int64_t n = r->length - from < r->machine.span ? r->length - from : r->machine.span;
                index[axes] = from;
                combine(r, machine_tile(&r->machine, index, n), n, from, &progress);
            }
        }
        end_row(r, &progress);
        advance(index, call->shape, axes);
    }
}

/** Rows of which one or more fit a tile. */
static void walk_short_rows(struct reduction *r) {
    const struct machine *machine = &r->machine;
    const int64_t *shape = r->call->shape;
    const int lead = machine->lead;
    struct progress progress = {.row = 0, .out = r->call->view[0].base};
    int64_t index[MAX_RANK] = {0};
    for (int64_t left = count_elements(shape, 0, r->call->rank - 1); left > 0;) {
        const int64_t steps = shape[lead] - index[lead] < machine->span ? shape[lead] - index[lead] : machine->span;
        const char *x = machine_tile(&r->machine, index, steps);
        const int64_t rows = steps * machine->inner / r->length;
        for (int64_t i = 0; i < rows; i++) {
            combine(r, x + (size_t)(i * r->length) * r->item, r->length, 0, &progress);
            end_row(r, &progress);
        }
        left -= rows;
        index[lead] += steps - 1;
        advance(index, shape, lead + 1);
    }
}

/** Whether rows may be read where they lie, however far apart they are. */
static bool is_bare(const struct reduction *r) {
    const struct program *program = r->machine.program;
    return program->instructions == 0 && program->ins == 1 && r->call->view[1].stride[r->call->rank - 1] == (int64_t)r->item;
}

static void combine_columns(struct reduction *r, const char *x, int64_t rows, int64_t width, int64_t stride, int64_t row) {
    if (r->seek) r->seek_columns(x, rows, width, stride, row, r->results, r->places, row == 0);
    else r->columns(x, rows, width, stride, r->results, row == 0);
}

/** The same as {@link walk_strip} on an operand that is no expression. */
static void walk_bare_strip(struct reduction *r, int64_t *index, int64_t from, int64_t width) {
    const struct call *call = r->call;
    const struct view *view = &call->view[1];
    const int last = call->rank - 1, outer = call->split - 1, along = last - 1;
    for (int d = outer; d < last; d++) index[d] = 0;
    const int64_t rows = call->shape[along];
    for (int64_t row = 0; row < r->rows; row += rows) {
        const char *x = place_of(view, index, along) + from * (int64_t)r->item;
        combine_columns(r, x, rows, width, view->stride[along] / (int64_t)r->item, row);
        advance(index + outer, call->shape + outer, along - outer);
    }
}

/** All rows of `width` columns from column `from` on; `index` says which of the outer kept axes. */
static void walk_strip(struct reduction *r, int64_t *index, int64_t from, int64_t width) {
    const struct call *call = r->call;
    const int last = call->rank - 1, outer = call->split - 1;
    const bool single = r->machine.lead == last;
    const int lead = single ? last - 1 : r->machine.lead;
    const int64_t span = single ? 1 : r->machine.span;
    for (int d = outer; d <= lead; d++) index[d] = 0;
    for (int64_t row = 0, rows; row < r->rows; row += rows) {
        const int64_t left = call->shape[lead] - index[lead], steps = left < span ? left : span;
        index[last] = from;
        const char *x = machine_tile(&r->machine, index, single ? width : steps);
        rows = single ? 1 : steps * r->machine.inner / width;
        combine_columns(r, x, rows, width, width, row);
        index[lead] += steps - 1;
        advance(index + outer, call->shape + outer, lead - outer + 1);
    }
}

static void write_strip(const struct reduction *r, const int64_t *index, int64_t from, int64_t width) {
    const struct call *call = r->call;
    const int last = call->rank - 1, outer = call->split - 1;
    const int64_t stride = call->view[0].stride[last];
    char *out = place_of(&call->view[0], index, outer) + from * stride;
    const char *result = r->seek ? (const char *)r->places : r->results;
    for (int64_t j = 0; j < width; j++) copy_item(out + j * stride, result + (size_t)j * r->out_item, r->out_item);
}

static void walk_columns(struct reduction *r) {
    const struct call *call = r->call;
    const int last = call->rank - 1, outer = call->split - 1;
    const bool bare = is_bare(r);
    const int64_t width = call->shape[last], tile = r->machine.program->tile;
    const int64_t strip = bare ? (width < tile ? width : tile) : r->machine.lead == last ? r->machine.span : width;
    int64_t index[MAX_RANK] = {0};
    for (int64_t left = count_elements(call->shape, 0, outer); left > 0; left--) {
        for (int64_t from = 0; from < width; from += strip) {
            const int64_t columns = width - from < strip ? width - from : strip;
            (bare ? walk_bare_strip : walk_strip)(r, index, from, columns);
            write_strip(r, index, from, columns);
        }
        advance(index, call->shape, outer);
    }
}

/** The kept axis along which the first input lies closer than along the innermost reduced one; -1 when there is none. */
static int inner_kept_axis(const struct call *call) {
    if (call->views < 2) return -1;
    const int64_t *stride = call->view[1].stride;
    int best = -1;
    for (int d = 0; d < call->split; d++) {
        const int64_t s = size_of(stride[d]);
        if (s != 0 && s < size_of(stride[call->rank - 1]) && (best < 0 || s < size_of(stride[best]))) best = d;
    }
    return best;
}

static void move_last(int64_t *values, int axis, int rank) {
    const int64_t moved = values[axis];
    memmove(values + axis, values + axis + 1, sizeof *values * (size_t)(rank - axis - 1));
    values[rank - 1] = moved;
}

/** What all tasks of a reduction share. */
struct reduce_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    bool by_columns, tree;
    /** Axis that is divided among the tasks, and into how many. */
    int axis;
    int64_t tasks;
};

static size_t task_bytes(const struct program *program) {
    return machine_bytes(program) + part_bytes + 2 * arena_bytes((size_t)program->tile * 8);
}

static void reduce_task(void *data, int64_t task, int worker) {
    const struct reduce_job *job = data;
    const struct kernel *kernel = job->kernel;
    const struct isa_table *isa = job->context->isa;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    const struct call *call = job->call;
    if (job->tasks > 1) {
        const int64_t size = call->shape[job->axis], from = task * size / job->tasks, to = (task + 1) * size / job->tasks;
        call = call_part(call, arena, job->axis, from, to - from);
    }
    struct reduction r = {.kernel = kernel, .call = call, .tree = job->tree, .item = item_size(kernel->dtype)};
    const bool seek = kernel->op >= ARGMAX;
    r.out_item = seek ? 8 : r.item;
    if (seek) {
        r.seek = isa->seek[kernel->op - ARGMAX][kernel->dtype];
        r.seek_columns = isa->seek_columns[kernel->op - ARGMAX][kernel->dtype];
    } else {
        r.row = job->tree ? isa->tree[kernel->dtype] : isa->rows[kernel->op][kernel->dtype];
        r.columns = isa->columns[kernel->op][kernel->dtype];
    }
    machine_open(&r.machine, &kernel->program, call, job->by_columns ? call->split - 1 : -1, arena);
    r.results = arena_take(arena, (size_t)kernel->program.tile * 8);
    r.places = arena_take(arena, (size_t)kernel->program.tile * 8);
    if (job->by_columns) {
        r.rows = count_elements(call->shape, call->split - 1, call->rank - 1);
        walk_columns(&r);
        return;
    }
    r.length = call->shape[call->rank - 1];
    r.rows = count_elements(call->shape, call->split, call->rank - 1);
    if (r.machine.lead == call->rank - 1 && r.machine.span < r.length) walk_long_rows(&r);
    else walk_short_rows(&r);
}

/** The result of no elements: 1 for prod and all, else 0. */
static void write_identity(const struct kernel *kernel, const struct call *call) {
    const enum dtype dtype = kernel_dtype(kernel, 0);
    char block[BLOCK * 8];
    fill_block(block, kernel->op == PROD || kernel->op == ALL, dtype);
    int64_t kept[MAX_RANK] = {0};
    for (int64_t left = count_elements(call->shape, 0, call->split); left > 0; left--) {
        memcpy(place_of(&call->view[0], kept, call->split), block, item_size(dtype));
        advance(kept, call->shape, call->split);
    }
}

/** Reduces one run of elements as it lies, which needs no machine; false when there is more to do. */
static bool run_one_run(const struct isa_table *isa, const struct kernel *kernel, const struct call *call) {
    const struct program *program = &kernel->program;
    const size_t item = item_size(kernel->dtype);
    if (call->rank != 1 || call->split != 0 || program->instructions > 0 || program->ins != 1) return false;
    if (program->result != program->outs || call->view[1].stride[0] != (int64_t)item) return false;
    const char *x = call->view[1].base;
    const int64_t n = call->shape[0];
    if (kernel->op >= ARGMAX) {
        struct seek seek = {.at = 0};
        isa->seek[kernel->op - ARGMAX][kernel->dtype](x, n, 0, &seek, true);
        copy_item(call->view[0].base, (const char *)&seek.at, sizeof seek.at);
        return true;
    }
    char result[8];
    const bool tree = kernel->op == SUM && isa->tree[kernel->dtype] != NULL;
    (tree ? isa->tree[kernel->dtype] : isa->rows[kernel->op][kernel->dtype])(x, n, result, true);
    copy_item(call->view[0].base, result, item);
    return true;
}

enum status run_reduce(struct context *context, const struct kernel *kernel, struct call *call) {
    collapse(call);
    if (count_elements(call->shape, 0, call->split) == 0) return DONE;
    if (count_elements(call->shape, call->split, call->rank) == 0) {
        write_identity(kernel, call);
        return DONE;
    }
    if (run_one_run(context->isa, kernel, call)) return DONE;
    const int axis = inner_kept_axis(call);
    const bool floats = kernel->dtype == FLOAT32 || kernel->dtype == FLOAT64;
    struct reduce_job job = {.context = context, .kernel = kernel, .call = call, .by_columns = axis >= 0, .tasks = 1};
    job.tree = kernel->op == SUM && floats && !job.by_columns;
    if (job.by_columns) {
        move_last(call->shape, axis, call->rank);
        for (int v = 0; v < call->views; v++) move_last(call->view[v].stride, axis, call->rank);
    }
    job.axis = job.by_columns && call->split == 1 ? call->rank - 1 : 0;
    const int64_t size = count_elements(call->shape, 0, call->rank);
    if (call->split > 0 && size >= PARALLEL_ELEMENTS && context->workers > 1) {
        job.tasks = call->shape[job.axis] < context->workers ? call->shape[job.axis] : context->workers;
    }
    for (int w = 0; w < (job.tasks > 1 ? context->workers : 1); w++)
        if (!arena_reset(&context->arenas[w], task_bytes(&kernel->program))) return NO_MEMORY;
    parallel(job.tasks, context->workers, reduce_task, &job);
    return DONE;
}
