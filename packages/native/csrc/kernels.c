#include "kernels.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/** Reads numbers in order; `bad` once one is missing or out of range. */
struct reader {
    const double *words;
    size_t left;
    bool bad;
};

static double next_number(struct reader *reader) {
    if (reader->left == 0) {
        reader->bad = true;
        return 0;
    }
    reader->left--;
    return *reader->words++;
}

/** The next number when it is an integer from `low` up to, but not including, `high`. */
static int next_int(struct reader *reader, int low, int high) {
    const double word = next_number(reader);
    if (word >= low && word < high && word == (int)word) return (int)word;
    reader->bad = true;
    return low;
}

static const struct op_entry *operation(const struct isa_table *isa, int index) {
    for (const struct op_entry *const *list = isa->ops; *list; list++)
        for (const struct op_entry *entry = *list; entry->name; entry++)
            if (index-- == 0) return entry;
    return NULL;
}

static rows_fn over_rows(const struct isa_table *isa, const char *name) {
    for (const struct row_entry *entry = isa->row_ops; entry->name; entry++)
        if (strcmp(entry->name, name) == 0) return entry->fn;
    return NULL;
}

static void read_code(struct program *program, const struct isa_table *isa, struct reader *reader, int slots) {
    for (int i = 0; i < program->instructions; i++) {
        struct instruction *instruction = &program->code[i];
        const struct op_entry *entry = operation(isa, next_int(reader, 0, 1 << 16));
        if (!entry) reader->bad = true;
        *instruction = (struct instruction){.fn = entry ? entry->fn : NULL, .rows = entry ? over_rows(isa, entry->name) : NULL, .fold = -1, .stores = true};
        for (int j = 0; j < MAX_ARGS; j++) instruction->r[j] = (uint16_t)next_int(reader, 0, slots);
        // A copy of bools makes 1 of any byte but 0, so it is not one of memory.
        program->copies = entry && program->outs == 1 && program->ins == 1 && program->instructions == 1 && program->dtypes[0] != BOOL &&
                          strncmp(entry->name, "copy.", 5) == 0 && instruction->r[1] == 1;
    }
}

static bool read_program(struct program *program, const struct isa_table *isa, struct reader *reader) {
    program->outs = next_int(reader, 0, MAX_OPERANDS);
    program->ins = next_int(reader, 0, MAX_OPERANDS);
    program->scalars = next_int(reader, 0, 1 << 12);
    program->consts = next_int(reader, 0, 1 << 12);
    program->regs = next_int(reader, 0, 1 << 12);
    program->instructions = next_int(reader, 0, 1 << 16);
    program->tile = next_int(reader, 128, 1 << 16);
    const int slots = program->outs + program->ins + program->scalars + program->consts + program->regs;
    program->result = next_int(reader, -1, slots);
    if (reader->bad || program->outs + program->ins > MAX_OPERANDS) return false;
    program->dtypes = malloc((size_t)slots + 1);
    program->late = malloc((size_t)program->outs * (size_t)program->ins + 1);
    program->code = malloc(sizeof *program->code * ((size_t)program->instructions + 1));
    program->blocks = aligned_alloc(ALIGNMENT, BLOCK * 8 * ((size_t)program->consts + 1));
    if (!program->dtypes || !program->late || !program->code || !program->blocks) return false;
    for (int i = 0; i < slots; i++) program->dtypes[i] = (uint8_t)next_int(reader, 0, DTYPES);
    for (int i = 0; i < program->outs * program->ins; i++) program->late[i] = (uint8_t)next_int(reader, 0, 2);
    const int first = program->outs + program->ins + program->scalars;
    for (int i = 0; i < program->consts; i++) fill_block(program->blocks + i * BLOCK * 8, next_number(reader), program->dtypes[first + i]);
    read_code(program, isa, reader, slots);
    return !reader->bad;
}

/** Lets the instruction that computes what a fold sums find the sum, too. */
static void find_sums(struct step *step) {
    const struct program *program = &step->program;
    for (int f = 0; f < step->count && step->kind == FOLDS; f++) {
        int from = program->instructions - 1;
        while (from >= 0 && program->code[from].r[0] != step->slot[f]) from--;
        if (step->op[f] != SUM || from < 0 || program->code[from].fold >= 0) continue;
        struct instruction *instruction = &program->code[from];
        instruction->fold = f;
        step->found[f] = true;
        instruction->stores = !instruction->rows || step->slot[f] < program->outs + program->ins;
        for (int g = 0; g < step->count; g++) instruction->stores |= g != f && step->slot[g] == step->slot[f];
        for (int i = from + 1; i < program->instructions; i++)
            for (int j = 1; j < MAX_ARGS; j++) instruction->stores |= program->code[i].r[j] == step->slot[f];
    }
}

static bool read_step(struct step *step, const struct rows *rows, const struct isa_table *isa, struct reader *reader) {
    step->kind = (enum step_kind)next_int(reader, 0, STEP_KINDS);
    step->count = next_int(reader, 0, MAX_STAGES + 1);
    for (int f = 0; f < step->count; f++) {
        step->stage[f] = next_int(reader, 0, rows->stages);
        step->op[f] = (enum reduce_op)next_int(reader, 0, REDUCE_OPS);
        step->slot[f] = next_int(reader, 0, 1 << 12);
    }
    step->keeps = next_int(reader, 0, MAX_STAGES + 1);
    for (int k = 0; k < step->keeps; k++) step->keep[k] = next_int(reader, 0, rows->kept);
    for (int i = 0; i < rows->inputs + rows->stages + rows->kept; i++) step->reads[i] = next_int(reader, 0, 2);
    if (reader->bad || !read_program(&step->program, isa, reader)) return false;
    const struct program *program = &step->program;
    const int slots = program->outs + program->ins + program->scalars + program->consts + program->regs;
    for (int f = 0; f < step->count; f++) reader->bad |= step->slot[f] >= slots || (step->op[f] != SUM && step->op[f] != MAX);
    find_sums(step);
    reader->bad |= program->ins != rows->inputs + rows->stages + rows->kept || program->outs != (step->kind == ELEMENTS ? rows->elements : step->keeps);
    return !reader->bad;
}

static bool read_rows(struct kernel *kernel, const struct isa_table *isa, struct reader *reader) {
    struct rows *rows = kernel->rows = calloc(1, sizeof *rows);
    if (!rows) return false;
    rows->inputs = next_int(reader, 1, MAX_OPERANDS - 2 * MAX_STAGES);
    rows->stages = next_int(reader, 0, MAX_STAGES + 1);
    rows->elements = next_int(reader, 0, MAX_STAGES);
    rows->kept = next_int(reader, 0, MAX_STAGES + 1);
    rows->written = next_int(reader, 0, MAX_STAGES + 1);
    for (int w = 0; w < rows->written; w++) rows->write[w] = next_int(reader, 0, rows->stages);
    rows->steps = next_int(reader, 1, MAX_STAGES + 1);
    kernel->views = rows->written + rows->elements + rows->inputs;
    if (reader->bad || kernel->views > MAX_OPERANDS || (kernel->dtype != FLOAT32 && kernel->dtype != FLOAT64)) return false;
    for (int s = 0; s < rows->steps; s++) {
        struct step *step = &rows->step[s];
        if (!read_step(step, rows, isa, reader)) return false;
        kernel->scalars = step->program.scalars + 1;
        if (s == 0 || step->program.tile < rows->tile) rows->tile = step->program.tile;
    }
    return true;
}

struct kernel *kernel_read(const struct isa_table *isa, const double *words, size_t count) {
    struct reader reader = {words, count, false};
    struct kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return NULL;
    kernel->kind = (enum kind)next_int(&reader, 0, KINDS);
    kernel->dtype = (enum dtype)next_int(&reader, 0, DTYPES);
    kernel->op = (enum reduce_op)next_int(&reader, 0, REDUCE_OPS);
    kernel->positions = next_int(&reader, 0, 2);
    static const uint8_t views[KINDS] = {[GEMM] = 3, [GATHER] = 3, [SCATTER_ADD] = 3, [SCATTER] = 3, [SCAN] = 2, [SORT] = 2, [CONV] = 3, [MAX_POOL] = 4, [TAPS] = 5};
    kernel->views = views[kernel->kind] + (kernel->kind == CONV && kernel->positions);
    kernel->scalars = kernel->kind == CONV ? 9 : kernel->kind == MAX_POOL ? 3 : 0;
    bool good = !reader.bad;
    if (kernel->kind == MAP || kernel->kind == REDUCE) {
        struct program *program = &kernel->program;
        good = good && read_program(program, isa, &reader);
        kernel->views = program->outs + program->ins + (kernel->kind == REDUCE);
        kernel->scalars = program->scalars;
        good = good && kernel->views <= MAX_OPERANDS && (program->result >= 0) == (kernel->kind == REDUCE);
        if (good && kernel->kind == REDUCE) good = kernel->dtype == program->dtypes[program->result];
        if (good && kernel->kind == REDUCE) {
            const int seek = (int)kernel->op - ARGMAX;
            good = seek < 0 ? isa->rows[kernel->op][kernel->dtype] != NULL : isa->seek[seek][kernel->dtype] != NULL;
        }
    }
    if (kernel->kind == ROWS) good = good && read_rows(kernel, isa, &reader);
    if (good) return kernel;
    kernel_free(kernel);
    return NULL;
}

static void free_program(struct program *program) {
    free(program->dtypes);
    free(program->late);
    free(program->code);
    free(program->blocks);
}

void kernel_free(struct kernel *kernel) {
    if (!kernel) return;
    free_program(&kernel->program);
    for (int s = 0; kernel->rows && s < kernel->rows->steps; s++) free_program(&kernel->rows->step[s].program);
    free(kernel->rows);
    free(kernel);
}

int kernel_rank(const struct kernel *kernel) {
    static const uint8_t least[KINDS] = {[GEMM] = 3, [GATHER] = 4, [SCATTER_ADD] = 4, [SCATTER] = 4, [SCAN] = 1, [SORT] = 1, [CONV] = 1, [MAX_POOL] = 8, [TAPS] = 4};
    return least[kernel->kind];
}

int kernel_extra(const struct kernel *kernel) {
    static const uint8_t extra[KINDS] = {[GEMM] = 1, [GATHER] = 1, [SCATTER_ADD] = 1, [SCATTER] = 1, [MAX_POOL] = 3, [TAPS] = 1};
    return extra[kernel->kind];
}

enum dtype kernel_dtype(const struct kernel *kernel, int view) {
    switch (kernel->kind) {
    case MAP: return (enum dtype)kernel->program.dtypes[view];
    case REDUCE: return view > 0 ? (enum dtype)kernel->program.dtypes[view - 1] : kernel->op >= ARGMAX ? INT64 : kernel->dtype;
    case GATHER:
    case SCATTER:
    case SCATTER_ADD: return view == 2 ? INT64 : kernel->dtype;
    case SORT: return view == 0 && kernel->positions ? INT64 : kernel->dtype;
    case MAX_POOL: return view == 1 ? INT64 : view == 3 ? INT32 : kernel->dtype;
    case TAPS: return view == 4 ? FLOAT64 : view > 1 ? INT32 : kernel->dtype;
    default: return kernel->dtype;
    }
}

/** From so many bytes on the memory of a result is asked for in large pages. */
#define LARGE_BYTES (4 << 20)
#define PAGE 4096

/** Fresh memory of a large result comes page by page as it is written; large pages make that a tenth of the time. */
static void prefer_large_pages(const struct kernel *kernel, const struct call *call) {
#if defined(MADV_HUGEPAGE)
    const int first = kernel->kind == ROWS ? kernel->rows->written : 0;
    const int outs = kernel->kind == MAP ? kernel->program.outs : kernel->kind == ROWS ? first + kernel->rows->elements : 1 + (kernel->kind == MAX_POOL);
    const int axes = call->rank - kernel_extra(kernel);
    if (kernel->kind == REDUCE || kernel->kind == SCATTER || kernel->kind == SCATTER_ADD || kernel->kind == CONV) return;
    for (int v = first; v < outs; v++) {
        const struct view *view = &call->view[v];
        int64_t bytes = (int64_t)item_size(kernel_dtype(kernel, v));
        for (int d = 0; d < axes; d++) bytes += view->stride[d] > 0 ? (call->shape[d] - 1) * view->stride[d] : 0;
        if (bytes < LARGE_BYTES) continue;
        char *from = (char *)(((uintptr_t)view->base + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
        madvise(from, (size_t)(view->base + bytes - from) & ~(size_t)(PAGE - 1), MADV_HUGEPAGE);
    }
#else
    (void)kernel, (void)call;
#endif
}

enum status kernel_run(struct context *context, const struct kernel *kernel, struct call *call) {
    prefer_large_pages(kernel, call);
    switch (kernel->kind) {
    case MAP: return run_map(context, kernel, call);
    case REDUCE: return run_reduce(context, kernel, call);
    case GEMM: return run_gemm(context, kernel, call);
    case GATHER:
    case SCATTER:
    case SCATTER_ADD: return run_gather(context, kernel, call);
    case SCAN: return run_scan(kernel, call);
    case SORT: return run_sort(context, kernel, call);
    case CONV: return run_conv(context, kernel, call);
    case ROWS: return run_rows(context, kernel, call);
    case MAX_POOL: return run_max_pool(context, kernel, call);
    case TAPS: return run_taps(context, kernel, call);
    default: return BAD_CALL;
    }
}
