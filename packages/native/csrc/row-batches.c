// Kernels of rows that are lines of memory: short rows many at a time, a row of several lines by itself. A step goes through all
// lines at hand before the next one starts, so that what it needs is set up once, and numbers of rows are computed side by side.
#include "rows.h"
#include "kernels.h"
#include "threads.h"

#include <string.h>

/** Elements that a batch of rows has at most, unless one row is longer: they stay in the cache from step to step. */
#define BATCH_ELEMENTS 4096
/** Lines that a batch has at most, and that a step takes at once. */
#define BATCH_LINES 64
/** Elements that a step with registers takes at once, unless one line is longer: a part of the first-level cache. */
#define CHUNK 1024
/** Longest line that is done at once; longer ones are worth tiles of their own. */
#define LONGEST 4096

/** Bytes of an output that are asked for before they are written at most: a part of the second-level cache. */
#define ASKED (1 << 16)

struct batch_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    /** Whether a row has several lines; then a batch is a row. */
    bool whole;
    /** The axis from line to line, -1 when there is but one; elements of a line; lines along that axis, and those of a batch. */
    int axis;
    int64_t length, lines, most;
    /** Batches of one place of the outer kept axes, and of all. */
    int64_t along, units, tasks;
};

/** One task: slots of every step, and of every operand of steps on numbers those of the rows at hand. */
struct batch {
    const struct batch_job *job;
    const struct rows *rows;
    struct slot *slots[MAX_STAGES + 1];
    /** By operand (inputs, then stages): the numbers of rows one after the other. */
    char *numbers[MAX_OPERANDS];
    /** By fold of a row with several lines: what it found in some of them, and in those before. */
    char *partial[MAX_STAGES];
    double total[MAX_STAGES];
    char *kept[MAX_STAGES], *spread;
    /** Where the first line at hand starts in each view. */
    char *base[MAX_OPERANDS];
    /** Lines and rows at hand. */
    int64_t lines, count;
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t item_of(const struct batch *batch) { return (int64_t)item_size(batch->job->kernel->dtype); }

static int first_input(const struct rows *rows) { return rows->written + rows->elements; }

/** Bytes by which a view moves on from line to line. */
static int64_t line_step(const struct batch_job *job, int v) { return job->axis >= 0 ? job->call->view[v].stride[job->axis] : 0; }

static bool is_number(const struct batch_job *job, int v) { return job->call->view[v].stride[job->call->rank - 1] == 0; }

/** Lines that a step takes at once. */
static int64_t lines_at_once(const struct batch_job *job, const struct program *program) {
    const int64_t most = smaller(job->most, BATCH_LINES);
    return program->regs == 0 ? most : job->length >= CHUNK ? 1 : smaller(most, CHUNK / job->length);
}

/** Bytes of a register. */
static size_t line_bytes_of(const struct batch_job *job) {
    const int64_t size = job->length > CHUNK ? job->length : CHUNK;
    return arena_bytes((size_t)size * 8);
}

static size_t kept_bytes(const struct batch_job *job) { return arena_bytes((size_t)(job->most * job->length) * 8); }

static size_t batch_bytes(const struct batch_job *job) {
    const struct rows *rows = job->kernel->rows;
    const size_t line = line_bytes_of(job), numbers = arena_bytes(BATCH_LINES * 8);
    size_t bytes = line + numbers * (size_t)(rows->inputs + 2 * rows->stages) + kept_bytes(job) * (size_t)rows->kept;
    for (int s = 0; s < rows->steps; s++) bytes += program_bytes(&rows->step[s].program) + line * (size_t)rows->step[s].program.regs;
    return bytes;
}

static void open_batch(struct batch *batch, const struct batch_job *job, struct arena *arena) {
    const struct rows *rows = job->kernel->rows;
    *batch = (struct batch){.job = job, .rows = rows};
    for (int s = 0; s < rows->steps; s++) {
        const struct program *program = &rows->step[s].program;
        const int last = slots_of(program);
        batch->slots[s] = open_slots(program, job->call, line_bytes_of(job), arena);
        for (int r = last - program->regs; r < last; r++) batch->slots[s][r].by = job->length * (int64_t)item_size((enum dtype)program->dtypes[r]);
    }
    for (int i = 0; i < rows->inputs + rows->stages; i++) batch->numbers[i] = arena_take(arena, BATCH_LINES * 8);
    for (int f = 0; f < rows->stages; f++) batch->partial[f] = arena_take(arena, BATCH_LINES * 8);
    for (int k = 0; k < rows->kept; k++) batch->kept[k] = arena_take(arena, kept_bytes(job));
    batch->spread = arena_take(arena, line_bytes_of(job));
}

/** Numbers of the rows from the stages before, side by side; an input gives the first element of each row. */
static void run_values(struct batch *batch, int s) {
    const struct step *step = &batch->rows->step[s];
    const struct program *program = &step->program;
    const int64_t item = item_of(batch);
    const int inputs = batch->rows->inputs, first = first_input(batch->rows);
    for (int i = 0; i < inputs + batch->rows->stages; i++) {
        if (!step->reads[i]) continue;
        if (i < inputs) copy_line(batch->numbers[i], item, batch->base[first + i], line_step(batch->job, first + i), batch->count, (size_t)item);
        batch->slots[s][program->outs + i] = (struct slot){batch->numbers[i], 1, 0};
    }
    for (int i = 0; i < program->instructions; i++) program->code[i].fn((size_t)batch->count, batch->slots[s], program->code[i].r);
    for (int f = 0; f < step->count; f++) {
        const struct slot *slot = &batch->slots[s][step->slot[f]];
        if (slot->step) memcpy(batch->numbers[inputs + step->stage[f]], slot->p, (size_t)(batch->count * item));
        else spread_item(batch->numbers[inputs + step->stage[f]], slot->p, batch->count, (size_t)item);
    }
}

/** Sets the slots of a step for the lines from `at` on. */
static void set_slots(struct batch *batch, int s, int64_t at) {
    const struct batch_job *job = batch->job;
    const struct rows *rows = batch->rows;
    const struct step *step = &rows->step[s];
    struct slot *slots = batch->slots[s];
    const int64_t item = item_of(batch), line = job->length * item, next = job->whole ? 0 : item;
    const int first = first_input(rows), outs = step->program.outs, stages = outs + rows->inputs, behind = stages + rows->stages;
#define SET(number, place, is_line, step_by) slots[number] = (struct slot){(place) + at * (step_by), is_line, step_by}
    for (int e = 0; e < rows->elements && step->kind == ELEMENTS; e++) SET(e, batch->base[rows->written + e], 1, line_step(job, rows->written + e));
    for (int k = 0; k < step->keeps; k++) SET(k, batch->kept[step->keep[k]], 1, line);
    for (int i = 0; i < rows->inputs; i++)
        if (step->reads[i]) SET(outs + i, batch->base[first + i], !is_number(job, first + i), line_step(job, first + i));
    for (int i = 0; i < rows->stages; i++)
        if (step->reads[rows->inputs + i]) SET(stages + i, batch->numbers[rows->inputs + i], 0, next);
    for (int k = 0; k < rows->kept; k++) SET(behind + k, batch->kept[k], 1, line);
#undef SET
}

/** Finds what no instruction has found: a fold of an operand, or a maximum, of each line. */
static void fold_lines(struct batch *batch, int s, int f, int64_t lines, char *found) {
    const struct step *step = &batch->rows->step[s];
    const enum dtype dtype = batch->job->kernel->dtype;
    const struct isa_table *isa = batch->job->context->isa;
    const int64_t item = item_of(batch), n = batch->job->length;
    const struct slot *slot = &batch->slots[s][step->slot[f]];
    if (slot->step && step->op[f] == SUM) {
        isa->sums[dtype](slot->p, lines, n, slot->by, found);
        return;
    }
    for (int64_t i = 0; i < lines; i++, found += item) {
        const char *x = slot->p + i * slot->by;
        if (!slot->step) {
            spread_item(batch->spread, x, n, (size_t)item);
            x = batch->spread;
        }
        if (step->op[f] == SUM) isa->sums[dtype](x, 1, n, 0, found);
        else isa->rows[MAX][dtype](x, n, found, true);
    }
}

/** Adds what was found in lines of a row to what is known of those before. */
static void add_lines(struct batch *batch, const struct step *step, int f, int64_t lines, bool first) {
    const enum dtype dtype = batch->job->kernel->dtype;
    char *number = batch->numbers[batch->rows->inputs + step->stage[f]];
    if (step->op[f] != SUM) {
        batch->job->context->isa->rows[MAX][dtype](batch->partial[f], lines, number, first);
        return;
    }
    double total = first ? 0 : batch->total[f];
    for (int64_t i = 0; i < lines; i++) total += get_item(batch->partial[f] + i * item_of(batch), dtype);
    batch->total[f] = total;
    set_item(number, total, dtype);
}

static void run_lines(struct batch *batch, int s) {
    const struct batch_job *job = batch->job;
    const struct step *step = &batch->rows->step[s];
    const int64_t most = lines_at_once(job, &step->program), item = item_of(batch);
    for (int64_t at = 0; at < batch->lines; at += most) {
        const int64_t lines = smaller(most, batch->lines - at);
        char *found[MAX_STAGES];
        for (int f = 0; f < step->count; f++)
            found[f] = job->whole ? batch->partial[f] : batch->numbers[batch->rows->inputs + step->stage[f]] + at * item;
        set_slots(batch, s, at);
        run_over_rows(job->context->isa, &step->program, batch->slots[s], lines, job->length, found);
        for (int f = 0; f < step->count; f++) {
            if (!step->found[f]) fold_lines(batch, s, f, lines, found[f]);
            if (job->whole) add_lines(batch, step, f, lines, at == 0);
        }
    }
}

/** Asks for the memory of the outputs, so that it comes while the folds are computed. */
static void ask_for_outputs(const struct batch *batch) {
    const int64_t bytes = batch->job->length * item_of(batch);
    if (batch->rows->steps == 1 || batch->lines * bytes > ASKED) return;
    for (int e = 0; e < batch->rows->elements; e++) {
        const int v = batch->rows->written + e;
        const char *line = batch->base[v];
        for (int64_t l = 0; l < batch->lines; l++, line += line_step(batch->job, v))
            for (int64_t at = 0; at < bytes; at += ALIGNMENT) __builtin_prefetch(line + at, 1);
    }
}

static void run_batch(struct batch *batch) {
    const struct rows *rows = batch->rows;
    const int64_t item = item_of(batch);
    ask_for_outputs(batch);
    for (int s = 0; s < rows->steps; s++) {
        if (rows->step[s].kind == VALUE) run_values(batch, s);
        else run_lines(batch, s);
    }
    for (int v = 0; v < rows->written; v++)
        copy_line(batch->base[v], batch->job->whole ? item : line_step(batch->job, v), batch->numbers[rows->inputs + rows->write[v]], item, batch->count, (size_t)item);
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
        batch.lines = smaller(job->most, job->lines - from);
        batch.count = job->whole ? 1 : batch.lines;
        for (int v = 0; v < call->views; v++) batch.base[v] = call->view[v].base + from * line_step(job, v);
        for (int d = job->whole ? call->split - 1 : call->split - 2; d >= 0; d--) {
            const int64_t at = rest % call->shape[d];
            rest /= call->shape[d];
            for (int v = 0; v < call->views; v++) batch.base[v] += at * call->view[v].stride[d];
        }
        run_batch(&batch);
    }
}

bool fits_batches(const struct kernel *kernel, const struct call *call) {
    const int last = call->rank - 1, first = first_input(kernel->rows);
    if (last > call->split + 1 || count_elements(call->shape, call->split, call->rank) == 0 || call->shape[last] > LONGEST) return false;
    const int64_t item = (int64_t)item_size(kernel->dtype);
    for (int v = kernel->rows->written; v < call->views; v++) {
        const int64_t stride = call->view[v].stride[last];
        if (stride != item && (v < first ? call->shape[last] > 1 : stride != 0)) return false;
    }
    return true;
}

enum status run_batches(struct context *context, const struct kernel *kernel, const struct call *call) {
    struct batch_job job = {.context = context, .kernel = kernel, .call = call, .length = call->shape[call->rank - 1], .whole = call->rank - 1 > call->split};
    if (count_elements(call->shape, 0, call->split) == 0) return DONE;
    job.axis = job.whole ? call->split : call->split - 1;
    job.lines = job.axis >= 0 ? call->shape[job.axis] : 1;
    if (job.whole) job.most = job.lines;
    else job.most = smaller(job.lines, job.length * BATCH_LINES <= BATCH_ELEMENTS ? BATCH_LINES : job.length < BATCH_ELEMENTS ? BATCH_ELEMENTS / job.length : 1);
    job.along = (job.lines + job.most - 1) / job.most;
    job.units = job.along * count_elements(call->shape, 0, job.whole ? call->split : call->split - 1);
    const int64_t size = count_elements(call->shape, 0, call->rank);
    const int workers = size * kernel->rows->steps >= PARALLEL_ELEMENTS ? context->workers : 1;
    job.tasks = smaller(job.units, workers);
    for (int w = 0; w < (job.tasks > 1 ? workers : 1); w++)
        if (!arena_reset(&context->arenas[w], batch_bytes(&job))) return NO_MEMORY;
    parallel(job.tasks, workers, batch_task, &job);
    return DONE;
}
