// Convolutions of floats. Compile with -ffp-contract=fast, as gemm.c.
#include "isa.h"

// Register tiles: ROWS of weights by VECTORS of positions; GRADIENT_STEPS places of the grid by GRADIENT_VECTORS of rows.
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define ROWS 12
#define VECTORS 2
#define GRADIENT_STEPS 6
#define GRADIENT_VECTORS 4
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#define ROWS 4
#define VECTORS 3
#define GRADIENT_STEPS 6
#define GRADIENT_VECTORS 2
#elif defined(__aarch64__)
#define VECTOR_BYTES 16
#define ROWS 8
#define VECTORS 3
#define GRADIENT_STEPS 6
#define GRADIENT_VECTORS 4
#else
#define VECTOR_BYTES 16
#define ROWS 4
#define VECTORS 2
#define GRADIENT_STEPS 4
#define GRADIENT_VECTORS 2
#endif

// Steps of a block: what a tile of positions reads of the grid, and a panel of weights, stay in the first-level cache.
#define KC 256

// Loops over the register tile must be unrolled before the compiler decides what stays in registers.
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define NAMED_JOIN2(name, suffix) name##_##suffix
#define NAMED_JOIN(name, suffix) NAMED_JOIN2(name, suffix)
#define NAMED(name) NAMED_JOIN(name, S)

void ISA(transpose)(size_t item, char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns);

/** Heights of tiles, tallest first. */
static const int tile_rows[] = {
#if ROWS >= 12
    12,
#endif
#if ROWS >= 8
    8,
#endif
    4, 2, 1};

/** The tallest tile that so many rows fill. */
static int tile_choice(int64_t rows) {
    int choice = 0;
    while (tile_rows[choice] > rows) choice++;
    return choice;
}

#define T float
#define S f4
#define LANES (VECTOR_BYTES / 4)
#include "conv-product.h"
#undef T
#undef S
#undef LANES

#define T double
#define S f8
#define LANES (VECTOR_BYTES / 8)
#include "conv-product.h"

const struct conv ISA(conv)[] = {
    {fill_f4, panels_f4, correlate_f4, accumulate_f4, sum_f4, VECTOR_BYTES / 4 * VECTORS, GRADIENT_STEPS, VECTOR_BYTES / 4 * GRADIENT_VECTORS},
    {fill_f8, panels_f8, correlate_f8, accumulate_f8, sum_f8, VECTOR_BYTES / 8 * VECTORS, GRADIENT_STEPS, VECTOR_BYTES / 8 * GRADIENT_VECTORS},
};
