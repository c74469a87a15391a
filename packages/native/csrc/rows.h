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

#endif
