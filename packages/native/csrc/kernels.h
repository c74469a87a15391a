// Kernels as they are kept between calls, and what runs them.
#ifndef ISOGRAD_KERNELS_H
#define ISOGRAD_KERNELS_H

#include "rows.h"
#include "tables.h"

/** Kinds of kernel; the order is that of KIND_CODES in src/kernels.ts. */
enum kind { MAP, REDUCE, GEMM, GATHER, SCATTER_ADD, SCAN, SORT, CONV, ROWS, MAX_POOL, TAPS, SCATTER, KINDS };

/** From so many elements on a call is divided among the workers. */
#define PARALLEL_ELEMENTS 65536

/** A compiled kernel; it keeps no operand. */
struct kernel {
    enum kind kind;
    /** Number of operands, and of numbers that come with each call. */
    int views, scalars;
    enum dtype dtype;
    /** REDUCE: how elements combine. SCAN: SUM or PROD. CONV: the code of the role. */
    enum reduce_op op;
    /** SORT: whether positions are written. CONV: whether there is a bias. */
    bool positions;
    /** MAP and REDUCE. */
    struct program program;
    /** ROWS. */
    struct rows *rows;
};

/** What calls need besides their operands. One call at a time. */
struct context {
    const struct isa_table *isa;
    /** Memory of each worker, and of the caller for what all workers share. */
    struct arena *arenas;
    struct arena shared;
    int workers;
};

/** Reads a kernel from numbers as src/kernels.ts writes them; NULL when there is no memory or the numbers make no sense. */
struct kernel *kernel_read(const struct isa_table *isa, const double *words, size_t count);
void kernel_free(struct kernel *kernel);

/** Least number of axes of a kernel's calls, and how many of them, the last ones, no operand has strides for. */
int kernel_rank(const struct kernel *kernel);
int kernel_extra(const struct kernel *kernel);

/** Dtype of a kernel's operand. */
enum dtype kernel_dtype(const struct kernel *kernel, int view);

/** Runs one call; the geometry in it is used up. */
enum status kernel_run(struct context *context, const struct kernel *kernel, struct call *call);

enum status run_map(struct context *context, const struct kernel *kernel, struct call *call);
/** A map that is a copy; axes are merged already. */
enum status run_copy(struct context *context, const struct kernel *kernel, struct call *call);
enum status run_reduce(struct context *context, const struct kernel *kernel, struct call *call);
enum status run_gemm(struct context *context, const struct kernel *kernel, struct call *call);
enum status run_gather(struct context *context, const struct kernel *kernel, const struct call *call);
enum status run_scan(const struct kernel *kernel, const struct call *call);
enum status run_conv(struct context *context, const struct kernel *kernel, struct call *call);
enum status run_rows(struct context *context, const struct kernel *kernel, struct call *call);
enum status run_max_pool(struct context *context, const struct kernel *kernel, const struct call *call);
enum status run_taps(struct context *context, const struct kernel *kernel, const struct call *call);
enum status run_sort(struct context *context, const struct kernel *kernel, const struct call *call);

#endif
