// Kernels of rows over the operations of the vector machine. Two ways to walk, as reductions have: along rows, where numbers of a row
// serve a whole line; and across, where an array of them serves as many rows as lie side by side.
#include "rows.h"
#include "kernels.h"
#include "threads.h"

#include <string.h>

/** Sums of so many lines across are added up in float64; tiles hold a power of two of them, so that it does not matter how wide a strip is. */
#define FLUSH 128
/** Columns that tasks across share at least: a line of the cache of floats. */
#define LEAST_STRIP 16
/** Columns of a line from which on an operand that is one number a line is worth a tile of its own: repeating it would cost as much as a step. */
#define WIDE_LINE 256
/** Elements of a tile where only registers are held in it. */
#define LINED_TILE 4096
/** Elements that a strip keeps for a later walk at most, if it can: a part of the second-level cache. */
#define KEPT_ELEMENTS 32768

struct rows_job {
    const struct isa_table *isa;
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    bool across;
    /** Whether an input is one number for each line of a strip, and whether all instructions take lines as they lie in memory. */
    bool by_line, lined;
    /** Elements of a tile. */
    int64_t tile;
    /** Rows along; or, across, strips for each of the outer kept axes, and the columns of one. */
    int64_t units, strips, strip;
    /** Elements of a row. */
    int64_t length;
    int64_t tasks;
};

/** A tile of an input: what was put into it last. */
struct tile {
    char *memory;
    const char *place;
    int64_t lines, width;
    bool uniform;
};

/** One task: slots of every step, tiles of every operand, numbers of the stages. */
struct walk {
    const struct rows_job *job;
    const struct rows *rows;
    const struct call *call;
    enum dtype dtype;
    size_t item;
    /** Elements of a tile. */
    int64_t tile;
    struct slot *slots[MAX_STAGES + 1];
    struct tile tiles[MAX_OPERANDS];
    char *stage[MAX_STAGES];
    /** Running results, and sums of blocks of them; and a value that is one number, spread out. */
    char *running[MAX_STAGES], *spread;
    /** What is kept of every element of the row, or rows side by side, at hand, in the order of walks. */
    char *kept[MAX_STAGES];
    double *total[MAX_STAGES];
    /** Where the row at hand starts in each operand. */
    char *base[MAX_OPERANDS];
};

/** A part of a row, or of rows side by side: lines along axis `line`, columns along the last axis. */
struct part {
    int line;
    int64_t lines, width;
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static size_t kept_bytes(const struct rows_job *job) { return arena_bytes((size_t)(job->length * job->strip) * item_size(job->kernel->dtype)); }

static size_t walk_bytes(const struct rows_job *job) {
    const struct rows *rows = job->kernel->rows;
    const size_t line = arena_bytes((size_t)job->tile * 8);
    size_t bytes = line * (size_t)(job->kernel->views + 4 * rows->stages + 1) + kept_bytes(job) * (size_t)rows->kept;
    for (int s = 0; s < rows->steps; s++) bytes += program_bytes(&rows->step[s].program) + line * (size_t)rows->step[s].program.regs;
    return bytes;
}

/** Lines of a strip that a tile takes at once. */
static int64_t lines_of(const struct walk *walk, int64_t width) {
    if (walk->job->by_line && !walk->job->lined && width >= WIDE_LINE) return 1;
    int64_t lines = FLUSH;
    while (lines > 1 && lines * width > walk->tile) lines /= 2;
    return lines;
}

static void open_walk(struct walk *walk, const struct rows_job *job, struct arena *arena) {
    const struct rows *rows = job->kernel->rows;
    *walk = (struct walk){.job = job, .rows = rows, .call = job->call, .dtype = job->kernel->dtype, .item = item_size(job->kernel->dtype), .tile = job->tile};
    const size_t line = (size_t)walk->tile * 8;
    for (int s = 0; s < rows->steps; s++) walk->slots[s] = open_slots(&rows->step[s].program, job->call, line, arena);
    for (int v = 0; v < job->kernel->views; v++) walk->tiles[v].memory = arena_take(arena, line);
    for (int s = 0; s < rows->stages; s++) {
        walk->stage[s] = arena_take(arena, line);
        walk->running[s] = arena_take(arena, line);
        walk->total[s] = arena_take(arena, line);
    }
    walk->spread = arena_take(arena, line);
    for (int k = 0; k < rows->kept; k++) walk->kept[k] = arena_take(arena, kept_bytes(job));
}

/** Whether the elements of a part follow one another. */
static bool follows(const struct view *view, const struct part *part, int last, int64_t item) {
    return (view->stride[last] == item || part->width == 1) && (part->lines == 1 || view->stride[part->line] == part->width * item);
}

/** Gives an operand's elements of a part as a slot: where they lie, as one number, or copied into its tile. */
static struct slot load(struct walk *walk, int v, char *place, const struct part *part) {
    const struct view *view = &walk->call->view[v];
    const int last = walk->call->rank - 1;
    const int64_t item = (int64_t)walk->item, stride = view->stride[last], down = part->lines > 1 ? view->stride[part->line] : 0;
    if (follows(view, part, last, item)) return (struct slot){place, 1, 0};
    struct tile *tile = &walk->tiles[v];
    const bool uniform = (stride == 0 || part->width == 1) && down == 0;
    const bool enough = down == 0 ? tile->lines >= part->lines : tile->lines == part->lines;
    if (tile->place != place || tile->uniform != uniform || !(uniform || (enough && tile->width == part->width))) {
        *tile = (struct tile){tile->memory, place, part->lines, part->width, uniform};
        if (uniform) spread_item(tile->memory, place, BLOCK, walk->item);
        else
            for (int64_t l = 0; l < part->lines; l++) {
                char *to = tile->memory + l * part->width * item;
                if (stride == 0) spread_item(to, place + l * down, part->width, walk->item);
                else copy_line(to, item, place + l * down, stride, part->width, walk->item);
            }
    }
    return (struct slot){tile->memory, uniform ? 0 : 1, 0};
}

/** The same where instructions take lines as they lie in memory: only what lies apart is copied. */
static struct slot load_lines(struct walk *walk, int v, char *place, const struct part *part) {
    const struct view *view = &walk->call->view[v];
    const int64_t item = (int64_t)walk->item, stride = view->stride[walk->call->rank - 1];
    if (stride == item || stride == 0) return (struct slot){place, stride != 0, view->stride[part->line]};
    struct slot slot = load(walk, v, place, part);
    slot.by = slot.step ? part->width * item : 0;
    return slot;
}

static void run_lines(const struct walk *walk, int s, const struct part *part) {
    const struct program *program = &walk->rows->step[s].program;
    struct slot *slots = walk->slots[s];
    const int last = slots_of(program);
    for (int r = last - program->regs; r < last; r++) slots[r].by = part->width * (int64_t)walk->item;
    for (int i = 0; i < program->instructions; i++) program->code[i].rows((size_t)part->lines, (size_t)part->width, slots, program->code[i].r, true, NULL);
}

/** Runs a step's program on a part whose place lies `offset[v]` bytes behind the row's start; so does what is kept, behind all views. */
static void run_part(struct walk *walk, int s, const int64_t *offset, const struct part *part) {
    const struct step *step = &walk->rows->step[s];
    const struct program *program = &step->program;
    struct slot *slots = walk->slots[s];
    const struct rows *rows = walk->rows;
    const int first = rows->written + rows->elements, behind = program->outs + rows->inputs + rows->stages;
    const int64_t n = part->lines * part->width, kept = offset[walk->call->views], line = part->width * (int64_t)walk->item;
    const bool lined = walk->job->lined && step->kind != VALUE;
    for (int i = 0; i < rows->inputs; i++)
        if (step->reads[i]) slots[program->outs + i] = (lined ? load_lines : load)(walk, first + i, walk->base[first + i] + offset[first + i], part);
    for (int k = 0; k < rows->kept; k++) slots[behind + k] = (struct slot){walk->kept[k] + kept, 1, line};
    for (int k = 0; k < step->keeps; k++) slots[k] = (struct slot){walk->kept[step->keep[k]] + kept, 1, line};
    if (lined) run_lines(walk, s, part);
    else
        for (int i = 0; i < program->instructions; i++) program->code[i].fn((size_t)n, slots, program->code[i].r);
}

/** Whether an output is written where it lies. */
static bool writes_there(const struct walk *walk, const struct view *view, const struct part *part) {
    const int last = walk->call->rank - 1;
    const int64_t item = (int64_t)walk->item;
    return follows(view, part, last, item) || (walk->job->lined && view->stride[last] == item);
}

/** Runs the program for elements; where they do not follow one another they come from a tile. */
static void write_part(struct walk *walk, int s, const int64_t *offset, const struct part *part) {
    const int last = walk->call->rank - 1, written = walk->rows->written;
    const int64_t item = (int64_t)walk->item;
    for (int e = 0; e < walk->rows->elements; e++) {
        const int v = written + e;
        const struct view *view = &walk->call->view[v];
        const bool direct = writes_there(walk, view, part);
        walk->slots[s][e] = (struct slot){direct ? walk->base[v] + offset[v] : walk->tiles[v].memory, 1, direct ? view->stride[part->line] : part->width * item};
    }
    run_part(walk, s, offset, part);
    for (int e = 0; e < walk->rows->elements; e++) {
        const int v = written + e;
        const struct view *view = &walk->call->view[v];
        if (writes_there(walk, view, part)) continue;
        for (int64_t l = 0; l < part->lines; l++) {
            char *place = walk->base[v] + offset[v] + (part->lines > 1 ? l * view->stride[part->line] : 0);
            copy_line(place, view->stride[last], walk->tiles[v].memory + l * part->width * item, item, part->width, walk->item);
        }
    }
}

/** The values of a slot, one for each of `n` elements. */
static const char *spread_out(struct walk *walk, const struct slot *slot, int64_t n) {
    if (slot->step) return slot->p;
    spread_item(walk->spread, slot->p, n, walk->item);
    return walk->spread;
}

static void combine_along(struct walk *walk, int s, int64_t n, bool first) {
    const struct step *step = &walk->rows->step[s];
    const struct isa_table *isa = walk->job->isa;
    for (int f = 0; f < step->count; f++) {
        const char *x = spread_out(walk, &walk->slots[s][step->slot[f]], n);
        if (step->op[f] == SUM) {
            isa->sums[walk->dtype](x, 1, n, 0, walk->running[f]);
            walk->total[f][0] = (first ? 0 : walk->total[f][0]) + get_item(walk->running[f], walk->dtype);
        } else isa->rows[MAX][walk->dtype](x, n, walk->running[f], first);
    }
}

static void flush(struct walk *walk, const struct step *step, int64_t width, bool first) {
    for (int f = 0; f < step->count; f++) {
        if (step->op[f] != SUM) continue;
        double *total = walk->total[f];
        for (int64_t j = 0; j < width; j++) {
            const double x = get_item(walk->running[f] + j * (int64_t)walk->item, walk->dtype);
            total[j] = first ? x : total[j] + x;
        }
    }
}

static void combine_across(struct walk *walk, int s, const struct part *part, bool afresh, bool first) {
    const struct step *step = &walk->rows->step[s];
    for (int f = 0; f < step->count; f++) {
        const bool sum = step->op[f] == SUM;
        const struct slot *slot = &walk->slots[s][step->slot[f]];
        const char *x = spread_out(walk, slot, part->lines * part->width);
        const int64_t apart = walk->job->lined ? slot->by / (int64_t)walk->item : part->width;
        walk->job->isa->columns[step->op[f]][walk->dtype](x, part->lines, part->width, apart, walk->running[f], sum ? afresh : first);
    }
}

/** Walks the elements of the row, or rows, at hand; `width` is that of a strip, or 0 along rows. */
static void walk_parts(struct walk *walk, int s, int64_t width) {
    const struct call *call = walk->call;
    const struct step *step = &walk->rows->step[s];
    const bool across = width > 0;
    const int last = call->rank - 1, inner = across ? last - 1 : last;
    const int64_t length = call->shape[inner], most = across ? lines_of(walk, width) : walk->tile;
    int64_t index[MAX_RANK], offset[MAX_OPERANDS + 1];
    for (int d = call->split; d <= inner; d++) index[d] = 0;
    int64_t since = 0, walked = 0;
    bool first = true, afresh = true, flushed = true;
    for (int64_t left = count_elements(call->shape, call->split, inner); left > 0; left--) {
        for (int64_t from = 0; from < length; from += most) {
            const int64_t n = smaller(most, length - from);
            index[inner] = from;
            for (int v = 0; v < call->views; v++) {
                offset[v] = 0;
                for (int d = call->split; d <= inner; d++) offset[v] += index[d] * call->view[v].stride[d];
            }
            offset[call->views] = walked * (int64_t)walk->item;
            walked += across ? n * width : n;
            const struct part part = across ? (struct part){inner, n, width} : (struct part){last, 1, n};
            if (step->kind == ELEMENTS) {
                write_part(walk, s, offset, &part);
                continue;
            }
            run_part(walk, s, offset, &part);
            if (across) combine_across(walk, s, &part, afresh, first);
            else combine_along(walk, s, n, first);
            first = afresh = false;
            since += n;
            if (across && ((from + n) % FLUSH == 0 || (since >= FLUSH && from + n == length))) {
                flush(walk, step, width, flushed);
                flushed = false;
                afresh = true;
                since = 0;
            }
        }
        for (int d = inner - 1; d >= call->split && ++index[d] == call->shape[d]; d--) index[d] = 0;
    }
    if (across && since > 0) flush(walk, step, width, flushed);
}

/** Puts what a step found into its stages: a block of copies along rows, across an array that is repeated for every line of a tile. */
static void set_stages(struct walk *walk, int s, int64_t width) {
    const struct step *step = &walk->rows->step[s];
    const bool across = width > 0, empty = step->kind == FOLDS && count_elements(walk->call->shape, walk->call->split, walk->call->rank - across) == 0;
    const int64_t lines = across ? lines_of(walk, width) : 1;
    for (int f = 0; f < step->count; f++) {
        char *stage = walk->stage[step->stage[f]];
        for (int64_t j = 0; j < (across ? width : 1); j++) {
            char *to = stage + j * (int64_t)walk->item;
            const struct slot *slot = &walk->slots[s][step->slot[f]];
            if (empty) set_item(to, step->op[f] == SUM ? 0 : -__builtin_inf(), walk->dtype);
            else if (step->kind == VALUE) memcpy(to, slot->p + (slot->step ? j * (int64_t)walk->item : 0), walk->item);
            else if (step->op[f] == SUM) set_item(to, walk->total[f][j], walk->dtype);
            else memcpy(to, walk->running[f] + j * (int64_t)walk->item, walk->item);
        }
        if (!across) spread_item(stage, stage, BLOCK, walk->item);
        for (int64_t l = 1; l < lines; l++) memcpy(stage + l * width * (int64_t)walk->item, stage, (size_t)width * walk->item);
    }
}

/** All steps of the row, or of the rows side by side, that start at `base`. */
static void walk_row(struct walk *walk, int64_t width) {
    const struct rows *rows = walk->rows;
    static const int64_t here[MAX_OPERANDS + 1] = {0};
    for (int s = 0; s < rows->steps; s++) {
        const struct step *step = &rows->step[s];
        for (int i = 0; i < rows->stages; i++) walk->slots[s][step->program.outs + rows->inputs + i] = (struct slot){walk->stage[i], width > 0, 0};
        if (step->kind == VALUE) run_part(walk, s, here, &(struct part){walk->call->rank - 1, 1, width > 0 ? width : 1});
        else walk_parts(walk, s, width);
        if (step->kind != ELEMENTS) set_stages(walk, s, width);
    }
    for (int v = 0; v < rows->written; v++) {
        const int64_t item = (int64_t)walk->item, stride = width > 0 ? walk->call->view[v].stride[walk->call->rank - 1] : item;
        copy_line(walk->base[v], stride, walk->stage[rows->write[v]], item, width > 0 ? width : 1, walk->item);
    }
}

static void rows_task(void *data, int64_t task, int worker) {
    const struct rows_job *job = data;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    struct walk walk;
    open_walk(&walk, job, arena);
    const struct call *call = job->call;
    for (int64_t unit = task * job->units / job->tasks; unit < (task + 1) * job->units / job->tasks; unit++) {
        int64_t rest = unit / job->strips;
        const int64_t column = unit % job->strips * job->strip;
        for (int v = 0; v < call->views; v++) walk.base[v] = call->view[v].base + (job->across ? column * call->view[v].stride[call->rank - 1] : 0);
        for (int d = call->split - 1; d >= 0; d--) {
            const int64_t at = rest % call->shape[d];
            rest /= call->shape[d];
            for (int v = 0; v < call->views; v++) walk.base[v] += at * call->view[v].stride[d];
        }
        walk_row(&walk, job->across ? smaller(job->strip, call->shape[call->rank - 1] - column) : 0);
    }
}

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

/** The kept axis along which the first input lies closer than along the last axis of a row; -1 when there is none. */
static int inner_kept(const struct call *call, int first) {
    const int64_t *stride = call->view[first].stride;
    int best = -1;
    for (int d = 0; d < call->split; d++) {
        const int64_t s = distance(stride[d]);
        if (s != 0 && s < distance(stride[call->rank - 1]) && (best < 0 || s < distance(stride[best]))) best = d;
    }
    return best;
}

static void move_last(int64_t *values, int axis, int rank) {
    const int64_t moved = values[axis];
    memmove(values + axis, values + axis + 1, sizeof *values * (size_t)(rank - axis - 1));
    values[rank - 1] = moved;
}

enum status run_rows(struct context *context, const struct kernel *kernel, struct call *call) {
    const struct rows *rows = kernel->rows;
    collapse(call);
    if (count_elements(call->shape, 0, call->split) == 0) return DONE;
    struct rows_job job = {.isa = context->isa, .context = context, .kernel = kernel, .call = call, .strips = 1, .strip = 1, .tile = rows->tile};
    const int axis = inner_kept(call, rows->written + rows->elements);
    job.across = axis >= 0;
    if (!job.across && fits_batches(kernel, call)) return run_batches(context, kernel, call);
    const int64_t size = count_elements(call->shape, 0, call->rank);
    const int workers = size * rows->steps >= PARALLEL_ELEMENTS ? context->workers : 1;
    if (job.across) {
        move_last(call->shape, axis, call->rank);
        for (int v = 0; v < call->views; v++) move_last(call->view[v].stride, axis, call->rank);
        call->split--;
        const int64_t width = call->shape[call->rank - 1], outer = count_elements(call->shape, 0, call->split);
        const int64_t parts = outer >= workers ? 1 : workers, share = ((width + parts - 1) / parts + LEAST_STRIP - 1) / LEAST_STRIP * LEAST_STRIP;
        job.length = count_elements(call->shape, call->split, call->rank - 1);
        job.strip = smaller(smaller(share, job.tile), width);
        if (rows->kept > 0 && job.strip * job.length > KEPT_ELEMENTS)
            job.strip = smaller(job.strip, KEPT_ELEMENTS / job.length < LEAST_STRIP ? LEAST_STRIP : KEPT_ELEMENTS / job.length / LEAST_STRIP * LEAST_STRIP);
        job.lined = takes_lines(rows, call);
        if (job.lined && job.tile < LINED_TILE) job.tile = LINED_TILE;
        for (int v = rows->written + rows->elements; v < call->views; v++)
            job.by_line |= call->view[v].stride[call->rank - 1] == 0 && call->view[v].stride[call->rank - 2] != 0;
        job.strips = (width + job.strip - 1) / job.strip;
        job.units = outer * job.strips;
    } else {
        job.units = count_elements(call->shape, 0, call->split);
        job.length = size / job.units;
    }
    job.tasks = smaller(job.units, workers);
    for (int w = 0; w < (job.tasks > 1 ? workers : 1); w++)
        if (!arena_reset(&context->arenas[w], walk_bytes(&job))) return NO_MEMORY;
    parallel(job.tasks, workers, rows_task, &job);
    return DONE;
}
