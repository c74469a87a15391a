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

#endif
