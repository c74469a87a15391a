// Matrix products of floats. Compile with -ffp-contract=fast: every product is followed by one addition, always fused where
// the instruction set can.
#include "isa.h"

// Register tile: ROWS x VECTORS vectors of the result, with room for a row of b and an element of a.
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define ROWS 12
#define VECTORS 2
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#define ROWS 4
#define VECTORS 3
#elif defined(__aarch64__)
#define VECTOR_BYTES 16
#define ROWS 8
#define VECTORS 3
#else
#define VECTOR_BYTES 16
#define ROWS 4
#define VECTORS 2
#endif

// Depth of a panel (one of b fits the first-level cache), rows of a packed at a time (second level), columns of b.
#define KC 256
#define MC (ROWS * 16)
#define NC (VECTORS * VECTOR_BYTES * 8)
/** Bytes that fit the first-level cache. */
#define FIRST_LEVEL (32 << 10)

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, INDICES(__VA_ARGS__))
#endif

// Loops over the register tile must be unrolled before the compiler decides what stays in registers.
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define NAMED_JOIN2(name, suffix) name##_##suffix
#define NAMED_JOIN(name, suffix) NAMED_JOIN2(name, suffix)
#define NAMED(name) NAMED_JOIN(name, S)

#define T float
#define S f4
#define LANES (VECTOR_BYTES / 4)
#define INDICES(...) ((int32_t __attribute__((vector_size(16)))){__VA_ARGS__})
#include "gemm-product.h"
#undef T
#undef S
#undef LANES
#undef INDICES

#define T double
#define S f8
#define LANES (VECTOR_BYTES / 8)
#define INDICES(...) ((int64_t __attribute__((vector_size(32)))){__VA_ARGS__})
#include "gemm-product.h"

const struct gemm ISA(gemm)[] = {
    {run_f4, (size_t)KC *(MC + NC) * sizeof(float), ROWS, VECTOR_BYTES / 4 * VECTORS},
    {run_f8, (size_t)KC *(MC + NC) * sizeof(double), ROWS, VECTOR_BYTES / 8 * VECTORS},
};
