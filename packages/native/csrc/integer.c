// Element-wise operations on integers and bools. Compile with -fwrapv: integers wrap around.
#include "loops.h"

#include <math.h>

// An int32 quotient in float64 is never so near an integer that rounding reaches it, and its product with the divisor is exact.
ALWAYS_INLINE double floor_quotient(int32_t a, int32_t b) { return floor((double)a / (double)b); }
ALWAYS_INLINE int32_t floorDiv_int32(int32_t a, int32_t b) {
    double q = b == 0 ? 0 : floor_quotient(a, b);
    return q == 2147483648.0 ? INT32_MIN : (int32_t)q;
}
ALWAYS_INLINE int32_t mod_int32(int32_t a, int32_t b) {
    return (int32_t)(b == 0 ? 0 : (double)a - (double)b * floor_quotient(a, b));
}
static int64_t floorDiv_int64(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return -a;
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
static int64_t mod_int64(int64_t a, int64_t b) {
    if (b == 0 || b == -1) return 0;
    int64_t m = a % b;
    return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}
ALWAYS_INLINE int32_t floorDiv_uint8(int32_t a, int32_t b) { return b == 0 ? 0 : a / b; }
ALWAYS_INLINE int32_t mod_uint8(int32_t a, int32_t b) { return b == 0 ? 0 : a % b; }

/** Power that wraps around; 1 for a negative exponent. */
#define POWER(T)                                                                                                       \
    static T pow_##T(T a, T b) {                                                                                       \
        T result = 1;                                                                                                  \
        for (T base = a, e = b; e > 0; e = (T)(e >> 1)) {                                                              \
            if (e & 1) result = (T)(result * base);                                                                    \
            base = (T)(base * base);                                                                                   \
        }                                                                                                              \
        return result;                                                                                                 \
    }
POWER(uint8_t)
POWER(int32_t)
POWER(int64_t)

#define COMPARISONS(T, S)                                                                                              \
    OP2(eq_##S, uint8_t, T, T, a == b)                                                                                 \
    OP2(ne_##S, uint8_t, T, T, a != b)                                                                                 \
    OP2(lt_##S, uint8_t, T, T, a < b)                                                                                  \
    OP2(le_##S, uint8_t, T, T, a <= b)                                                                                 \
    OP2(gt_##S, uint8_t, T, T, a > b)                                                                                  \
    OP2(ge_##S, uint8_t, T, T, a >= b)                                                                                 \
    OP3(where_##S, T, uint8_t, T, T, a ? b : c)                                                                        \
    OP1(copy_##S, T, T, a)

#define INTEGERS(T, S, N)                                                                                              \
    OP2(add_##S, T, T, T, a + b)                                                                                       \
    OP2(sub_##S, T, T, T, a - b)                                                                                       \
    OP2(mul_##S, T, T, T, a *b)                                                                                        \
    OP2(floorDiv_##S, T, T, T, floorDiv_##N(a, b))                                                                     \
    OP2(mod_##S, T, T, T, mod_##N(a, b))                                                                               \
    OP2(pow_##S, T, T, T, pow_##N##_t(a, b))                                                                           \
    OP2(max_##S, T, T, T, a > b ? a : b)                                                                               \
    OP2(min_##S, T, T, T, a < b ? a : b)                                                                               \
    OP1(neg_##S, T, T, -a)                                                                                             \
    OP1(abs_##S, T, T, a > 0 ? a : -a)                                                                                 \
    OP2(and_##S, T, T, T, a &b)                                                                                        \
    OP2(or_##S, T, T, T, a | b)                                                                                        \
    OP2(xor_##S, T, T, T, a ^ b)                                                                                       \
    OP1(not_##S, T, T, ~a)                                                                                             \
    COMPARISONS(T, S)
INTEGERS(uint8_t, u1, uint8)
INTEGERS(int32_t, i4, int32)
INTEGERS(int64_t, i8, int64)

// Any byte but 0 is true in memory.
OP2(or_b, uint8_t, uint8_t, uint8_t, (a | b) != 0)
OP2(and_b, uint8_t, uint8_t, uint8_t, (a != 0) & (b != 0))
OP2(xor_b, uint8_t, uint8_t, uint8_t, (a != 0) ^ (b != 0))
OP1(not_b, uint8_t, uint8_t, a == 0)
OP1(copy_b, uint8_t, uint8_t, a != 0)
OP2(eq_b, uint8_t, uint8_t, uint8_t, (a != 0) == (b != 0))
OP2(lt_b, uint8_t, uint8_t, uint8_t, (a == 0) & (b != 0))
OP2(le_b, uint8_t, uint8_t, uint8_t, (a == 0) | (b != 0))
OP2(gt_b, uint8_t, uint8_t, uint8_t, (a != 0) & (b == 0))
OP2(ge_b, uint8_t, uint8_t, uint8_t, (a != 0) | (b == 0))
OP3(where_b, uint8_t, uint8_t, uint8_t, uint8_t, (a ? b : c) != 0)

#define ROWS(S)                                                                                                        \
    {"add." #S, add_##S}, {"sub." #S, sub_##S}, {"mul." #S, mul_##S}, {"floorDiv." #S, floorDiv_##S},                  \
        {"mod." #S, mod_##S}, {"pow." #S, pow_##S}, {"max." #S, max_##S}, {"min." #S, min_##S}, {"neg." #S, neg_##S},  \
        {"abs." #S, abs_##S}, {"and." #S, and_##S}, {"or." #S, or_##S}, {"xor." #S, xor_##S}, {"not." #S, not_##S},    \
        {"eq." #S, eq_##S}, {"ne." #S, ne_##S}, {"lt." #S, lt_##S}, {"le." #S, le_##S}, {"gt." #S, gt_##S},            \
        {"ge." #S, ge_##S}, {"where." #S, where_##S}, {"copy." #S, copy_##S}
const struct op_entry ISA(integer_ops)[] = {
    ROWS(u1),          ROWS(i4),          ROWS(i8),          {"add.b", or_b},   {"mul.b", and_b},
    {"max.b", or_b},   {"min.b", and_b},  {"and.b", and_b},  {"or.b", or_b},    {"xor.b", xor_b},
    {"not.b", not_b},  {"abs.b", copy_b}, {"eq.b", eq_b},    {"ne.b", xor_b},   {"lt.b", lt_b},
    {"le.b", le_b},    {"gt.b", gt_b},    {"ge.b", ge_b},    {"where.b", where_b}, {"copy.b", copy_b},
    {NULL, NULL},
};
