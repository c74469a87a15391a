// Copies of matrices whose memory runs the other way: small squares in registers, in blocks that stay in the first-level cache.
#include "isa.h"

#define SIDE 32

#define ELEMENT_BY_ELEMENT(T)                                                                                          \
    for (int64_t r = 0; r < rows; r++)                                                                                 \
        for (int64_t c = 0; c < columns; c++) *(T *)(out + r * out_row + c * (int64_t)sizeof(T)) = *(const T *)(in + r * (int64_t)sizeof(T) + c * in_column);

#if defined(__clang__)
#define SHUFFLE(M, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(M, a, b, ...) __builtin_shuffle(a, b, (M){__VA_ARGS__})
#endif

// Element (r, c) lies at r * sizeof(T) + c * in_column, and goes to r * out_row + c * sizeof(T).
#define SQUARE_OF_4(T, S)                                                                                              \
    typedef T quad_##S __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));                     \
    ALWAYS_INLINE void square_##S(char *out, int64_t out_row, const char *in, int64_t in_column) {                     \
        const quad_##S a = *(const quad_##S *)in, b = *(const quad_##S *)(in + in_column);                             \
        const quad_##S c = *(const quad_##S *)(in + 2 * in_column), d = *(const quad_##S *)(in + 3 * in_column);       \
        const quad_##S ab = SHUFFLE(quad_##S, a, b, 0, 4, 2, 6), cd = SHUFFLE(quad_##S, c, d, 0, 4, 2, 6);             \
        const quad_##S ab1 = SHUFFLE(quad_##S, a, b, 1, 5, 3, 7), cd1 = SHUFFLE(quad_##S, c, d, 1, 5, 3, 7);           \
        *(quad_##S *)out = SHUFFLE(quad_##S, ab, cd, 0, 1, 4, 5);                                                      \
        *(quad_##S *)(out + out_row) = SHUFFLE(quad_##S, ab1, cd1, 0, 1, 4, 5);                                        \
        *(quad_##S *)(out + 2 * out_row) = SHUFFLE(quad_##S, ab, cd, 2, 3, 6, 7);                                      \
        *(quad_##S *)(out + 3 * out_row) = SHUFFLE(quad_##S, ab1, cd1, 2, 3, 6, 7);                                    \
    }
SQUARE_OF_4(uint32_t, 4)
SQUARE_OF_4(uint64_t, 8)

// Elements of the first half of the vectors alternate with those of the second; done as often as a side can be halved, this transposes.
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif
#define LOW_2(a, b) SHUFFLE(run_2, a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_2(a, b) SHUFFLE(run_2, a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW_1(a, b) SHUFFLE(run_1, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_1(a, b) SHUFFLE(run_1, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define NARROW_SQUARE(T, S, SIDE_OF)                                                                                   \
    typedef T run_##S __attribute__((vector_size(16), aligned(sizeof(T)), may_alias));                                 \
    ALWAYS_INLINE void square_##S(char *out, int64_t out_row, const char *in, int64_t in_column) {                     \
        enum { HALF = SIDE_OF / 2 };                                                                                   \
        run_##S v[SIDE_OF], w[SIDE_OF];                                                                                \
        UNROLLED for (int i = 0; i < SIDE_OF; i++) v[i] = *(const run_##S *)(in + i * in_column);                      \
        UNROLLED for (int step = 1; step < SIDE_OF; step *= 2) {                                                       \
            UNROLLED for (int i = 0; i < HALF; i++) {                                                                  \
                w[2 * i] = LOW_##S(v[i], v[i + HALF]);                                                                 \
                w[2 * i + 1] = HIGH_##S(v[i], v[i + HALF]);                                                            \
            }                                                                                                          \
            UNROLLED for (int i = 0; i < SIDE_OF; i++) v[i] = w[i];                                                    \
        }                                                                                                              \
        UNROLLED for (int i = 0; i < SIDE_OF; i++) *(run_##S *)(out + i * out_row) = v[i];                             \
    }
NARROW_SQUARE(uint16_t, 2, 8)
NARROW_SQUARE(uint8_t, 1, 16)

#define BLOCK_OF(T, S, SQUARE)                                                                                         \
    static void block_##S(char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) {\
        const int64_t item = sizeof(T), even_rows = rows / SQUARE * SQUARE, even_columns = columns / SQUARE * SQUARE;  \
        for (int64_t r = 0; r < even_rows; r += SQUARE)                                                                \
            for (int64_t c = 0; c < even_columns; c += SQUARE)                                                         \
                square_##S(out + r * out_row + c * item, out_row, in + r * item + c * in_column, in_column);           \
        if (even_columns < columns) edge_##S(out + even_columns * item, out_row, in + even_columns * in_column, in_column, even_rows, columns - even_columns);\
        if (even_rows < rows) edge_##S(out + even_rows * out_row, out_row, in + even_rows * item, in_column, rows - even_rows, columns);\
    }
#define EDGE(T, S)                                                                                                     \
    static void edge_##S(char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) { ELEMENT_BY_ELEMENT(T) }
EDGE(uint8_t, 1)
EDGE(uint16_t, 2)
EDGE(uint32_t, 4)
EDGE(uint64_t, 8)
BLOCK_OF(uint32_t, 4, 4)
BLOCK_OF(uint64_t, 8, 4)
BLOCK_OF(uint16_t, 2, 8)
BLOCK_OF(uint8_t, 1, 16)

void ISA(transpose)(size_t item, char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; r += SIDE)
        for (int64_t c = 0; c < columns; c += SIDE) {
            char *to = out + r * out_row + c * (int64_t)item;
            const char *from = in + r * (int64_t)item + c * in_column;
            const int64_t height = rows - r < SIDE ? rows - r : SIDE, width = columns - c < SIDE ? columns - c : SIDE;
            if (item == 8) block_8(to, out_row, from, in_column, height, width);
            else if (item == 4) block_4(to, out_row, from, in_column, height, width);
            else if (item == 2) block_2(to, out_row, from, in_column, height, width);
            else block_1(to, out_row, from, in_column, height, width);
        }
}
