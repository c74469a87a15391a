// Kernels of rows as they are kept between calls: programs for numbers of a row, for what is combined along it, and for its elements.
#ifndef ISOGRAD_ROWS_H
#define ISOGRAD_ROWS_H

#include "tables.h"

/** What a step does; the order is that of STEP_CODES in src/rows.ts. */
enum step_kind { VALUE, FOLDS, ELEMENTS, STEP_KINDS };

/** Largest number of stages, and of steps. */
#define MAX_STAGES 16

/** One program over operands: inputs of the call, then stages, then what is kept; one that combines writes what it keeps. */
struct step {
    enum step_kind kind;
    struct program program;
    /** Stages that it finds: their numbers, how they combine, and the slots that hold what is combined. */
    int count, stage[MAX_STAGES], slot[MAX_STAGES];
    enum reduce_op op[MAX_STAGES];
    /** Whether an instruction finds the sum on its way. */
    bool found[MAX_STAGES];
    /** Numbers of what it keeps of each element for later steps. */
    int keeps, keep[MAX_STAGES];
    /** Whether it reads operand `i`. */
    bool reads[MAX_OPERANDS];
};

struct rows {
    int inputs, stages, elements, kept, written, write[MAX_STAGES], steps;
    /** The largest tile that all programs can do. */
    int64_t tile;
    struct step step[MAX_STAGES + 1];
};

/** An element of a float dtype. */
static inline double get_item(const char *from, enum dtype dtype) { return dtype == FLOAT32 ? (double)*(const float *)from : *(const double *)from; }
static inline void set_item(char *to, double value, enum dtype dtype) {
    if (dtype == FLOAT32) *(float *)to = (float)value;
    else *(double *)to = value;
}

struct context;
struct kernel;

int slots_of(const struct program *program);
/** Bytes of arena that the slots of a program take, without registers. */
size_t program_bytes(const struct program *program);
/** Slots of a program with its scalars, constants and registers, which have `line` bytes each; operands are left open. */
struct slot *open_slots(const struct program *program, const struct call *call, size_t line, struct arena *arena);
/** Writes `count` copies of an element. */
void spread_item(char *to, const char *from, int64_t count, size_t item);

/** Runs a program over rows of `n` elements, see `rows_fn`; `sums` has a place for the sums of each fold that an instruction finds. */
void run_over_rows(const struct isa_table *isa, const struct program *program, const struct slot *slots, int64_t rows, int64_t n, char *const *sums);

/** Whether all instructions of walks take lines across as they lie in memory, and folds find none that is one number a line. */
bool takes_lines(const struct rows *rows, const struct call *call);

/** Whether the rows of a call are lines of memory, short enough for {@link run_batches}. */
bool fits_batches(const struct kernel *kernel, const struct call *call);
/** Runs a call whose rows are lines of memory, many at a time. */
enum status run_batches(struct context *context, const struct kernel *kernel, const struct call *call);

#endif
