// Loops over the elements of an operation's operands. A block at a time, so that each operand moves on by a step of its own;
// the loop inside has a fixed length and becomes vector code.
#ifndef ISOGRAD_LOOPS_H
#define ISOGRAD_LOOPS_H

#include "isa.h"

#define OPERAND(T, name, i)                                                                                             \
    const T *name = (const T *)slots[r[i]].p;                                                                             \
    const ptrdiff_t name##_step = slots[r[i]].step * BLOCK

/** D: type of the result, A..: types of the arguments, E: expression in a, b, c, d, e. */
#define OP1(name, D, A, E)                                                                                             \
    static void name(size_t n, const struct slot *slots, const uint16_t *r) {                                          \
        D *out = (D *)slots[r[0]].p;                                                                                   \
        OPERAND(A, pa, 1);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, pa += pa_step) {                                                  \
            VECTORIZE for (int j = 0; j < BLOCK; j++) {                                                                \
                const A a = pa[j];                                                                                     \
                out[j] = (D)(E);                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
        VECTORIZE for (size_t j = 0; j < n; j++) {                                                                     \
            const A a = pa[j];                                                                                         \
            out[j] = (D)(E);                                                                                           \
        }                                                                                                              \
    }

#define OP2(name, D, A, B, E)                                                                                          \
    static void name(size_t n, const struct slot *slots, const uint16_t *r) {                                          \
        D *out = (D *)slots[r[0]].p;                                                                                   \
        OPERAND(A, pa, 1);                                                                                             \
        OPERAND(B, pb, 2);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, pa += pa_step, pb += pb_step) {                                   \
            VECTORIZE for (int j = 0; j < BLOCK; j++) {                                                                \
                const A a = pa[j];                                                                                     \
                const B b = pb[j];                                                                                     \
                out[j] = (D)(E);                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
        VECTORIZE for (size_t j = 0; j < n; j++) {                                                                     \
            const A a = pa[j];                                                                                         \
            const B b = pb[j];                                                                                         \
            out[j] = (D)(E);                                                                                           \
        }                                                                                                              \
    }

#define OP3(name, D, A, B, C, E)                                                                                       \
    static void name(size_t n, const struct slot *slots, const uint16_t *r) {                                          \
        D *out = (D *)slots[r[0]].p;                                                                                   \
        OPERAND(A, pa, 1);                                                                                             \
        OPERAND(B, pb, 2);                                                                                             \
        OPERAND(C, pc, 3);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, pa += pa_step, pb += pb_step, pc += pc_step) {                    \
            VECTORIZE for (int j = 0; j < BLOCK; j++) {                                                                \
                const A a = pa[j];                                                                                     \
                const B b = pb[j];                                                                                     \
                const C c = pc[j];                                                                                     \
                out[j] = (D)(E);                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
        VECTORIZE for (size_t j = 0; j < n; j++) {                                                                     \
            const A a = pa[j];                                                                                         \
            const B b = pb[j];                                                                                         \
            const C c = pc[j];                                                                                         \
            out[j] = (D)(E);                                                                                           \
        }                                                                                                              \
    }

#define OP4(name, T, E)                                                                                                \
    static void name(size_t n, const struct slot *slots, const uint16_t *r) {                                          \
        T *out = (T *)slots[r[0]].p;                                                                                   \
        OPERAND(T, pa, 1);                                                                                             \
        OPERAND(T, pb, 2);                                                                                             \
        OPERAND(T, pc, 3);                                                                                             \
        OPERAND(T, pd, 4);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, pa += pa_step, pb += pb_step, pc += pc_step, pd += pd_step) {     \
            VECTORIZE for (int j = 0; j < BLOCK; j++) {                                                                \
                const T a = pa[j], b = pb[j], c = pc[j], d = pd[j];                                                    \
                out[j] = (E);                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
        VECTORIZE for (size_t j = 0; j < n; j++) {                                                                     \
            const T a = pa[j], b = pb[j], c = pc[j], d = pd[j];                                                        \
            out[j] = (E);                                                                                              \
        }                                                                                                              \
    }

#define OP5(name, T, E)                                                                                                \
    static void name(size_t n, const struct slot *slots, const uint16_t *r) {                                          \
        T *out = (T *)slots[r[0]].p;                                                                                   \
        OPERAND(T, pa, 1);                                                                                             \
        OPERAND(T, pb, 2);                                                                                             \
        OPERAND(T, pc, 3);                                                                                             \
        OPERAND(T, pd, 4);                                                                                             \
        OPERAND(T, pe, 5);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, pa += pa_step, pb += pb_step, pc += pc_step, pd += pd_step, pe += pe_step) { \
            VECTORIZE for (int j = 0; j < BLOCK; j++) {                                                                \
                const T a = pa[j], b = pb[j], c = pc[j], d = pd[j], e = pe[j];                                        \
                out[j] = (E);                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
        VECTORIZE for (size_t j = 0; j < n; j++) {                                                                     \
            const T a = pa[j], b = pb[j], c = pc[j], d = pd[j], e = pe[j];                                                        \
            out[j] = (E);                                                                                              \
        }                                                                                                              \
    }

/** A row of an operand: where its elements start, or its number as a block. */
#define START_OF_ROW(T, S)                                                                                                   \
    ALWAYS_INLINE const T *row_of_##S(const struct slot *slot, size_t row, T *block) {                                 \
        const T *p = (const T *)(slot->p + (ptrdiff_t)row * slot->by);                                                 \
        if (slot->step) return p;                                                                                      \
        const T x = *p;                                                                                                \
        for (int j = 0; j < BLOCK; j++) block[j] = x;                                                                  \
        return block;                                                                                                  \
    }
EACH_FLOAT(START_OF_ROW)
#undef START_OF_ROW

#define ROW_OPERAND(T, S, name, i, COUNT)                                                                              \
    const struct slot *name##_slot = &slots[r[(i) <= (COUNT) ? (i) : 1]];                                              \
    const ptrdiff_t name##_step = name##_slot->step * BLOCK;                                                           \
    T name##_block[BLOCK]
#define ROW_STEP(T, E)                                                                                                 \
    {                                                                                                                  \
        const T a = pa[j], b = pb[j], c = pc[j], d = pd[j], e = pe[j], x = (E);                                        \
        (void)a, (void)b, (void)c, (void)d, (void)e;                                                                   \
        if (stores) out[j] = x;                                                                                        \
        if (sums) lanes[j] += x;                                                                                       \
    }

/** The operation on many rows at once. T: type, S: its tag, COUNT: number of arguments, E: expression in a, b, c, d, e. */
#define OVER_ROWS(name, T, S, COUNT, E)                                                                                     \
    ALWAYS_INLINE void name##_with(size_t rows, size_t n, const struct slot *slots, const uint16_t *r, const bool stores, T *sums) { \
        ROW_OPERAND(T, S, pa, 1, COUNT);                                                                               \
        ROW_OPERAND(T, S, pb, 2, COUNT);                                                                               \
        ROW_OPERAND(T, S, pc, 3, COUNT);                                                                               \
        ROW_OPERAND(T, S, pd, 4, COUNT);                                                                               \
        ROW_OPERAND(T, S, pe, 5, COUNT);                                                                               \
        for (size_t row = 0; row < rows; row++) {                                                                      \
            T *out = (T *)(slots[r[0]].p + (ptrdiff_t)row * slots[r[0]].by);                                           \
            const T *pa = row_of_##S(pa_slot, row, pa_block), *pb = COUNT < 2 ? pa : row_of_##S(pb_slot, row, pb_block);  \
            const T *pc = COUNT < 3 ? pa : row_of_##S(pc_slot, row, pc_block), *pd = COUNT < 4 ? pa : row_of_##S(pd_slot, row, pd_block); \
            const T *pe = COUNT < 5 ? pa : row_of_##S(pe_slot, row, pe_block);                                         \
            T lanes[BLOCK];                                                                                            \
            clear_lanes_##S(lanes);                                                                                    \
            size_t left = n;                                                                                           \
            for (; left >= BLOCK; left -= BLOCK, out += BLOCK, pa += pa_step, pb += pb_step, pc += pc_step, pd += pd_step, pe += pe_step) \
                VECTORIZE for (int j = 0; j < BLOCK; j++) ROW_STEP(T, E)                                               \
            VECTORIZE for (int j = 0; j < (int)left; j++) ROW_STEP(T, E)                                               \
            if (sums) sums[row] = sum_lanes_##S(lanes);                                                                \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_rows(size_t rows, size_t n, const struct slot *slots, const uint16_t *r, bool stores, void *sums) { \
        if (!sums) name##_with(rows, n, slots, r, true, NULL);                                                         \
        else if (stores) name##_with(rows, n, slots, r, true, sums);                                                   \
        else name##_with(rows, n, slots, r, false, sums);                                                              \
    }

#endif
