// What all files of the addon share: dtypes, operands of an operation, programs of the vector machine, calls.
#ifndef ISOGRAD_H
#define ISOGRAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Counts changes of what src/kernels.ts writes and the addon reads; equal to PROTOCOL in src/addon.ts. */
#define PROTOCOL 6

/** Element types; the order is that of DTYPE_CODES in src/program.ts. */
enum dtype { BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, DTYPES };

// Types with the tags of their dtypes, in that order; float16 stands apart: it is stored, not computed with.
#define EACH_UNSIGNED(X) X(uint8_t, u1) X(uint16_t, u2) X(uint32_t, u4) X(uint64_t, u8)
#define EACH_SIGNED(X) X(int8_t, i1) X(int16_t, i2) X(int32_t, i4) X(int64_t, i8)
#define EACH_INTEGER(X) EACH_UNSIGNED(X) EACH_SIGNED(X)
#define EACH_FLOAT(X) X(float, f4) X(double, f8)
/** A row of a table by dtype: `name` with the tag of each; of bools and of float16 as given. */
#define BY_DTYPE(name, BOOLS, HALVES)                                                                                  \
    {BOOLS, name##_u1, name##_u2, name##_u4, name##_u8, name##_i1, name##_i2, name##_i4, name##_i8, HALVES, name##_f4, name##_f8}

static inline size_t item_size(enum dtype dtype) {
    static const uint8_t sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8};
    return sizes[dtype];
}

/** Elements that a loop handles at a time; an operand that is one number is held as a block of copies. */
#define BLOCK 32
/** Largest number of axes and of operands of a call. */
#define MAX_RANK 64
#define MAX_OPERANDS 64
/** Slots that an instruction names: its result and up to five arguments. */
#define MAX_ARGS 6
/** Alignment of all memory that the addon allocates: a cache line, and the widest vector. */
#define ALIGNMENT 64

/** An operand of an operation: its elements, and 1; or a block of one number, and 0. Over rows: the first row, and bytes from one to the next. */
struct slot {
    char *p;
    ptrdiff_t step, by;
};

/** An element-wise operation on `n` elements; `r` numbers its slots, the result first. The result may be one of the arguments. */
typedef void (*op_fn)(size_t n, const struct slot *slots, const uint16_t *r);
/**
 * The same on `rows` rows of `n` elements; an operand that is one number a row is that number, no block. Where `sums` is not NULL
 * it gets the sum of each row of results, which are stored only where `stores` says so.
 */
typedef void (*rows_fn)(size_t rows, size_t n, const struct slot *slots, const uint16_t *r, bool stores, void *sums);

struct instruction {
    op_fn fn;
    /** NULL where there is none. */
    rows_fn rows;
    uint16_t r[MAX_ARGS];
    /** Over rows: the fold that sums its result, or -1; and whether the result is read by others. */
    int fold;
    bool stores;
};

/** Byte code of a map or of what a reduction combines. Its slots: outputs, inputs, scalars, constants, registers. */
struct program {
    int outs, ins, scalars, consts, regs, instructions;
    /** Whether all it does is to copy its input. */
    bool copies;
    /** Slot that holds the value to reduce; -1 for a map. */
    int result;
    /** Elements of a tile, so that a tile of every operand fits the first-level cache. */
    int64_t tile;
    /** Dtype of every slot. */
    uint8_t *dtypes;
    /** Whether input `i` is read after output `o` was written, at `o * ins + i`. */
    uint8_t *late;
    struct instruction *code;
    /** A block for every constant. */
    char *blocks;
};

/** An operand of a call: strides in bytes. */
struct view {
    char *base;
    int64_t stride[MAX_RANK];
};

/** A call of a kernel as it was decoded; geometry changes as axes are merged. */
struct call {
    int rank, split, views;
    const double *scalars;
    int64_t shape[MAX_RANK];
    struct view view[MAX_OPERANDS];
};

/** Memory that grows and is used again by the next call; `used` marks how much of it is taken. */
struct arena {
    char *memory;
    size_t size, used;
};

/** Grows to at least `size` bytes in all, nothing taken; false when there is no memory. */
bool arena_reset(struct arena *arena, size_t size);
/** Takes bytes that {@link arena_reset} has made room for. */
void *arena_take(struct arena *arena, size_t bytes);
/** Bytes as they count in an arena. */
static inline size_t arena_bytes(size_t bytes) { return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); }

/** Bytes that a part of a call takes. */
static const size_t part_bytes = (sizeof(struct call) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
/** A call on `count` steps of an axis from step `from` on, in memory of the arena. */
struct call *call_part(const struct call *call, struct arena *arena, int axis, int64_t from, int64_t count);

/** Copies elements of a line; steps in bytes. */
void copy_line(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t count, size_t item);

/** Number of elements from axis `from` up to axis `to`. */
static inline int64_t count_elements(const int64_t *shape, int from, int to) {
    int64_t count = 1;
    for (int d = from; d < to; d++) count *= shape[d];
    return count;
}

/** Merges neighbouring axes on the same side of `call->split` that every operand walks as one, and drops axes of length 1. */
void collapse(struct call *call);

/** Writes a number as a block of copies of a dtype. */
void fill_block(void *block, double value, enum dtype dtype);

/** What became of a call. */
enum status { DONE, NO_MEMORY, BAD_CALL };

#endif
