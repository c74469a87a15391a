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
#define BLOCK_OF(T, S)                                                                                                 \
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
    }                                                                                                                  \
    static void block_##S(char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) { \
        const int64_t item = sizeof(T), even_rows = rows & ~3, even_columns = columns & ~3;                            \
        for (int64_t r = 0; r < even_rows; r += 4)                                                                     \
            for (int64_t c = 0; c < even_columns; c += 4) square_##S(out + r * out_row + c * item, out_row, in + r * item + c * in_column, in_column); \
        if (even_columns < columns) edge_##S(out + even_columns * item, out_row, in + even_columns * in_column, in_column, even_rows, columns - even_columns); \
        if (even_rows < rows) edge_##S(out + even_rows * out_row, out_row, in + even_rows * item, in_column, rows - even_rows, columns); \
    }
#define EDGE(T, S)                                                                                                     \
    static void edge_##S(char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) { ELEMENT_BY_ELEMENT(T) }
EDGE(uint8_t, 1)
EDGE(uint16_t, 2)
EDGE(uint32_t, 4)
EDGE(uint64_t, 8)
BLOCK_OF(uint32_t, 4)
BLOCK_OF(uint64_t, 8)

void ISA(transpose)(size_t item, char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; r += SIDE)
        for (int64_t c = 0; c < columns; c += SIDE) {
            char *to = out + r * out_row + c * (int64_t)item;
            const char *from = in + r * (int64_t)item + c * in_column;
            const int64_t height = rows - r < SIDE ? rows - r : SIDE, width = columns - c < SIDE ? columns - c : SIDE;
            if (item == 8) block_8(to, out_row, from, in_column, height, width);
            else if (item == 4) block_4(to, out_row, from, in_column, height, width);
            else if (item == 2) edge_2(to, out_row, from, in_column, height, width);
            else edge_1(to, out_row, from, in_column, height, width);
        }
}
