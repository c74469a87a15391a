// The functions that exist once for each instruction set, behind one table.
#ifndef ISOGRAD_TABLES_H
#define ISOGRAD_TABLES_H

#include "conv.h"
#include "pool.h"

/** How a reduction combines; the order is that of REDUCE_CODES in src/kernels.ts. */
enum reduce_op { SUM, PROD, MAX, MIN, ANY, ALL, ARGMAX, ARGMIN, REDUCE_OPS };

/** Combines `n` neighbouring elements in order into `acc`, which holds one element; `first` starts anew. */
typedef void (*row_fn)(const void *x, int64_t n, void *acc, bool first);
/** Combines rows of `width` elements, `stride` elements apart, in order into `acc`, which holds a row. */
typedef void (*columns_fn)(const void *x, int64_t rows, int64_t width, int64_t stride, void *acc, bool first);

/** Where the first extreme so far stands; `best` holds it in its own dtype. */
struct seek {
    char best[8];
    int64_t at;
};
/** Looks for the first extreme among `n` neighbouring elements, of which the first has position `from`. */
typedef void (*seek_fn)(const void *x, int64_t n, int64_t from, struct seek *state, bool first);
/** The same for each column of rows; the first row has position `from`. */
typedef void (*seek_columns_fn)(const void *x, int64_t rows, int64_t width, int64_t stride, int64_t from, void *best, int64_t *at, bool first);

/** A line to sort: strides in bytes, and memory for what {@link line_bytes} says. `in` may be `out`. */
struct line {
    int64_t n;
    const char *in;
    char *out;
    int64_t in_step, out_step;
    char *memory;
};
typedef void (*line_fn)(const struct line *line);
/** Two keys of up to 64 bits for each element and two copies of it; or two keys with places. */
static inline size_t line_bytes(int64_t n) { return 32 * (size_t)n; }

/** One matrix of a product: strides in elements. */
struct matrix {
    char *p;
    int64_t row, column;
};
/** A product of matrices `[m, k]` and `[k, n]`; `from` and `to` bound the part of the columns to compute. */
struct product {
    struct matrix out, a, b;
    int64_t m, n, k;
};

/** Matrix products of one float dtype. */
struct gemm {
    /** Computes a product; `scratch` has `scratch_bytes` bytes. */
    void (*run)(const struct product *product, char *scratch);
    size_t scratch_bytes;
    /** Rows and columns of the register tile: where work may be split without waste. */
    int64_t rows, columns;
};

/** An element-wise operation. Its name is that of the expression it computes and of the dtypes: `add.f4`, `cast.f4.i8`, `sub(c,mul(a,b)).f8`. */
struct op_entry {
    const char *name;
    op_fn fn;
};

/** An operation that can do many rows at once. */
struct row_entry {
    const char *name;
    rows_fn fn;
};

/** The sum of each of `rows` rows of `n` elements, `by` bytes from one to the next. */
typedef void (*sums_fn)(const char *x, int64_t rows, int64_t n, ptrdiff_t by, void *sums);

/** What one instruction set offers. */
struct isa_table {
    const char *name;
    /** Lists of element-wise operations, each ended by a name of NULL; the list of lists is ended by NULL. */
    const struct op_entry *const *ops;
    /** Those that can do many rows at once, ended by a name of NULL. */
    const struct row_entry *row_ops;
    /** By `reduce_op` (up to ALL) and dtype. */
    row_fn (*rows)[DTYPES];
    columns_fn (*columns)[DTYPES];
    /** Pairwise sums by dtype, floats only. */
    const row_fn *tree;
    /** Sums in no order that anyone asked for, by dtype, floats only. */
    const sums_fn *sums;
    /** By ARGMAX or ARGMIN (less ARGMAX) and dtype. */
    seek_fn (*seek)[DTYPES];
    seek_columns_fn (*seek_columns)[DTYPES];
    /** Copies element (r, c) of `in`, at r * item + c * in_column, to r * out_row + c * item. */
    void (*transpose)(size_t item, char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns);
    /** By dtype: what sorts the values of a line, and what finds their order. */
    const line_fn *sorts, *orders;
    /** By dtype less FLOAT32. */
    const struct gemm *gemm;
    const struct conv *conv;
    const struct pool *pool;
};

extern const struct isa_table isograd_portable_table, isograd_avx2_table, isograd_avx512_table;

#endif
