// Kernels of rows whose elements follow one another, many rows at a time: a step goes through all rows of a batch before the next one starts,
// so that what a step needs is set up once, and numbers of rows are computed side by side.
#include "rows.h"
#include "kernels.h"
#include "threads.h"

#include <string.h>

/** Elements that a batch has at most, unless one row is longer: they stay in the cache from step to step. */
#define BATCH_ELEMENTS 4096
/** Rows that a batch has at most. */
#define BATCH_ROWS 64
/** Longest row that is done at once; longer ones are worth tiles of their own. */
#define LONGEST 4096

struct batch_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    /** Elements of a row, rows along the last kept axis, and rows of a batch. */
    int64_t length, rows, most;
    /** Batches of one place of the outer kept axes, and of all. */
    int64_t along, units, tasks;
};

/** One task: slots of every step, and of every input that is one number a row and every stage the numbers of the rows at hand. */
struct batch {
    const struct batch_job *job;
    const struct rows *rows;
    struct slot *slots[MAX_STAGES + 1];
    /** By operand (inputs, then stages): the numbers one after the other, and each as a block of copies. */
    char *numbers[MAX_OPERANDS], *blocks[MAX_OPERANDS];
    char *kept[MAX_STAGES], *spread;
    /** Where the first row at hand starts in each view. */
    char *base[MAX_OPERANDS];
    int64_t count;
};

/** A slot that moves on from row to row. */
struct move {
    struct slot *slot;
    int64_t step;
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static size_t item_of(const struct batch *batch) { return item_size(batch->job->kernel->dtype); }

static int first_input(const struct rows *rows) { return rows->written + rows->elements; }

/** Bytes by which a view moves on from row to row. */
static int64_t row_step(const struct batch_job *job, int v) { return job->call->split > 0 ? job->call->view[v].stride[job->call->split - 1] : 0; }

static bool is_number(const struct batch_job *job, int v) { return job->call->view[v].stride[job->call->rank - 1] == 0; }

static size_t line_bytes_of(const struct batch_job *job) { return arena_bytes((size_t)(job->length > job->most ? job->length : job->most) * 8); }

static size_t batch_bytes(const struct batch_job *job) {
    const struct rows *rows = job->kernel->rows;
    const size_t line = line_bytes_of(job), operand = arena_bytes((size_t)job->most * 8) + arena_bytes((size_t)job->most * BLOCK * 8);
    size_t bytes = line + operand * (size_t)(rows->inputs + rows->stages) + arena_bytes((size_t)(job->most * job->length) * 8) * (size_t)rows->kept;
    for (int s = 0; s < rows->steps; s++) bytes += program_bytes(&rows->step[s].program) + line * (size_t)rows->step[s].program.regs;
    return bytes;
}

static void open_batch(struct batch *batch, const struct batch_job *job, struct arena *arena) {
    const struct rows *rows = job->kernel->rows;
    *batch = (struct batch){.job = job, .rows = rows};
    for (int s = 0; s < rows->steps; s++) batch->slots[s] = open_slots(&rows->step[s].program, job->call, line_bytes_of(job), arena);
    for (int i = 0; i < rows->inputs + rows->stages; i++) {
        batch->numbers[i] = arena_take(arena, (size_t)job->most * 8);
        batch->blocks[i] = arena_take(arena, (size_t)job->most * BLOCK * 8);
    }
    for (int k = 0; k < rows->kept; k++) batch->kept[k] = arena_take(arena, (size_t)(job->most * job->length) * 8);
    batch->spread = arena_take(arena, line_bytes_of(job));
}

/** Copies the numbers of an operand into blocks. */
static void fill_blocks(struct batch *batch, int operand) {
    const size_t item = item_of(batch);
    for (int64_t r = 0; r < batch->count; r++)
        spread_item(batch->blocks[operand] + r * BLOCK * (int64_t)item, batch->numbers[operand] + r * (int64_t)item, BLOCK, item);
}

/** Numbers of the rows from the stages before, side by side; an input gives the first element of each row. */
static void run_values(struct batch *batch, int s) {
    const struct step *step = &batch->rows->step[s];
    const struct program *program = &step->program;
    const size_t item = item_of(batch);
    const int inputs = batch->rows->inputs, first = first_input(batch->rows);
    for (int i = 0; i < inputs + batch->rows->stages; i++) {
        if (!step->reads[i]) continue;
        if (i < inputs) copy_line(batch->numbers[i], (int64_t)item, batch->base[first + i], row_step(batch->job, first + i), batch->count, item);
        batch->slots[s][program->outs + i] = (struct slot){batch->numbers[i], 1};
    }
    for (int i = 0; i < program->instructions; i++) program->code[i].fn((size_t)batch->count, batch->slots[s], program->code[i].r);
    for (int f = 0; f < step->count; f++) {
        const struct slot *slot = &batch->slots[s][step->slot[f]];
        if (slot->step) memcpy(batch->numbers[inputs + step->stage[f]], slot->p, (size_t)batch->count * item);
        else spread_item(batch->numbers[inputs + step->stage[f]], slot->p, batch->count, item);
        fill_blocks(batch, inputs + step->stage[f]);
    }
}

/** Sets the slots of a step for the first row at hand and gives those that move. */
static int set_slots(struct batch *batch, int s, struct move *moves) {
    const struct rows *rows = batch->rows;
    const struct step *step = &rows->step[s];
    struct slot *slots = batch->slots[s];
    const int64_t item = (int64_t)item_of(batch), line = batch->job->length * item;
    const int first = first_input(rows), outs = step->program.outs, behind = outs + rows->inputs + rows->stages;
    int count = 0;
#define SET(at, place, is_line, by)                                                                                    \
    do {                                                                                                               \
        slots[at] = (struct slot){place, is_line};                                                                     \
        if ((by) != 0) moves[count++] = (struct move){&slots[at], by};                                                 \
    } while (0)
    for (int e = 0; e < rows->elements && step->kind == ELEMENTS; e++)
        SET(e, batch->base[rows->written + e], 1, row_step(batch->job, rows->written + e));
    for (int k = 0; k < step->keeps; k++) SET(k, batch->kept[step->keep[k]], 1, line);
    for (int i = 0; i < rows->inputs + rows->stages; i++) {
        if (!step->reads[i]) continue;
        if (i < rows->inputs && !is_number(batch->job, first + i)) SET(outs + i, batch->base[first + i], 1, row_step(batch->job, first + i));
        else SET(outs + i, batch->blocks[i], 0, BLOCK * item);
    }
    for (int k = 0; k < rows->kept; k++) SET(behind + k, batch->kept[k], 1, line);
#undef SET
    return count;
}

/** Combines what a step found along row `r` into its stages. */
static void combine(struct batch *batch, int s, int64_t r) {
    const struct step *step = &batch->rows->step[s];
    const enum dtype dtype = batch->job->kernel->dtype;
    const struct isa_table *isa = batch->job->context->isa;
    const size_t item = item_size(dtype);
    const int64_t n = batch->job->length;
    for (int f = 0; f < step->count; f++) {
        const struct slot *slot = &batch->slots[s][step->slot[f]];
        char *number = batch->numbers[batch->rows->inputs + step->stage[f]] + r * (int64_t)item;
        if (!slot->step) spread_item(batch->spread, slot->p, n, item);
        const char *x = slot->step ? slot->p : batch->spread;
        if (step->op[f] != SUM) isa->rows[MAX][dtype](x, n, number, true);
        else if (dtype == FLOAT32) *(float *)number = (float)isa->sums[dtype](x, n);
        else *(double *)number = isa->sums[dtype](x, n);
    }
}

static void run_lines(struct batch *batch, int s) {
    const struct step *step = &batch->rows->step[s];
    const struct program *program = &step->program;
    struct move moves[MAX_OPERANDS * 2];
    const int moved = set_slots(batch, s, moves);
    for (int64_t r = 0; r < batch->count; r++) {
        for (int i = 0; i < program->instructions; i++) program->code[i].fn((size_t)batch->job->length, batch->slots[s], program->code[i].r);
        if (step->kind == FOLDS) combine(batch, s, r);
        for (int m = 0; m < moved; m++) moves[m].slot->p += moves[m].step;
    }
    for (int f = 0; f < step->count; f++) fill_blocks(batch, batch->rows->inputs + step->stage[f]);
}

static void run_batch(struct batch *batch) {
    const struct rows *rows = batch->rows;
    const size_t item = item_of(batch);
    const int first = first_input(rows);
    for (int i = 0; i < rows->inputs; i++) {
        if (!is_number(batch->job, first + i)) continue;
        copy_line(batch->numbers[i], (int64_t)item, batch->base[first + i], row_step(batch->job, first + i), batch->count, item);
        fill_blocks(batch, i);
    }
    for (int s = 0; s < rows->steps; s++) {
        if (rows->step[s].kind == VALUE) run_values(batch, s);
        else run_lines(batch, s);
    }
    for (int v = 0; v < rows->written; v++)
        copy_line(batch->base[v], row_step(batch->job, v), batch->numbers[rows->inputs + rows->write[v]], (int64_t)item, batch->count, item);
}

static void batch_task(void *data, int64_t task, int worker) {
    const struct batch_job *job = data;
    const struct call *call = job->call;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    struct batch batch;
    open_batch(&batch, job, arena);
    for (int64_t unit = task * job->units / job->tasks; unit < (task + 1) * job->units / job->tasks; unit++) {
        const int64_t from = unit % job->along * job->most;
        int64_t rest = unit / job->along;
        batch.count = smaller(job->most, job->rows - from);
        for (int v = 0; v < call->views; v++) batch.base[v] = call->view[v].base + from * row_step(job, v);
        for (int d = call->split - 2; d >= 0; d--) {
            const int64_t at = rest % call->shape[d];
            rest /= call->shape[d];
            for (int v = 0; v < call->views; v++) batch.base[v] += at * call->view[v].stride[d];
        }
        run_batch(&batch);
    }
}

bool fits_batches(const struct kernel *kernel, const struct call *call) {
    const int last = call->rank - 1, first = first_input(kernel->rows);
    if (last != call->split || call->shape[last] == 0 || call->shape[last] > LONGEST) return false;
    const int64_t item = (int64_t)item_size(kernel->dtype);
    for (int v = kernel->rows->written; v < call->views; v++) {
        const int64_t stride = call->view[v].stride[last];
        if (stride != item && (v < first ? call->shape[last] > 1 : stride != 0)) return false;
    }
    return true;
}

enum status run_batches(struct context *context, const struct kernel *kernel, const struct call *call) {
    struct batch_job job = {.context = context, .kernel = kernel, .call = call, .length = call->shape[call->rank - 1], .rows = 1};
    if (call->split > 0) job.rows = call->shape[call->split - 1];
    if (count_elements(call->shape, 0, call->split) == 0) return DONE;
    job.most = job.length * BATCH_ROWS <= BATCH_ELEMENTS ? BATCH_ROWS : job.length < BATCH_ELEMENTS ? BATCH_ELEMENTS / job.length : 1;
    job.most = smaller(job.most, job.rows);
    job.along = (job.rows + job.most - 1) / job.most;
    job.units = job.along * count_elements(call->shape, 0, call->split - 1);
    const int64_t size = count_elements(call->shape, 0, call->rank);
    const int workers = size * kernel->rows->steps >= PARALLEL_ELEMENTS ? context->workers : 1;
    job.tasks = smaller(job.units, workers);
    for (int w = 0; w < (job.tasks > 1 ? workers : 1); w++)
        if (!arena_reset(&context->arenas[w], batch_bytes(&job))) return NO_MEMORY;
    parallel(job.tasks, workers, batch_task, &job);
    return DONE;
}
