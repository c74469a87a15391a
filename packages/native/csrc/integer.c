// Element-wise operations on integers and bools. Compile with -fwrapv: integers wrap around.
#include "loops.h"

#include <math.h>

// A quotient of narrow integers, as floats F, is never so near a whole number that rounding reaches it, and the product of its
// floor with the divisor is exact. The quotient of the smallest int32 by -1 is the only one that is out of range.
#define WHOLE(x) (int32_t)(x)
#define WHOLE_UINT32(x) (uint32_t)(x)
#define WHOLE_INT32(x) ((x) == 2147483648.0 ? INT32_MIN : (int32_t)(x))
#define NARROW_QUOTIENTS(T, S, F, FLOOR, TRUNC, TO_WHOLE)                                                              \
    ALWAYS_INLINE T floorDiv_of_##S(T a, T b) {                                                                        \
        const F q = b == 0 ? 0 : FLOOR((F)a / (F)b);                                                                   \
        return (T)TO_WHOLE(q);                                                                                         \
    }                                                                                                                  \
    ALWAYS_INLINE T mod_of_##S(T a, T b) {                                                                             \
        const F m = b == 0 ? 0 : (F)a - (F)b * FLOOR((F)a / (F)b);                                                     \
        return (T)TO_WHOLE(m);                                                                                         \
    }                                                                                                                  \
    ALWAYS_INLINE T fmod_of_##S(T a, T b) {                                                                            \
        const F m = b == 0 ? 0 : (F)a - (F)b * TRUNC((F)a / (F)b);                                                     \
        return (T)TO_WHOLE(m);                                                                                         \
    }
NARROW_QUOTIENTS(uint8_t, u1, float, floorf, truncf, WHOLE)
NARROW_QUOTIENTS(uint16_t, u2, float, floorf, truncf, WHOLE)
NARROW_QUOTIENTS(uint32_t, u4, double, floor, trunc, WHOLE_UINT32)
NARROW_QUOTIENTS(int8_t, i1, float, floorf, truncf, WHOLE)
NARROW_QUOTIENTS(int16_t, i2, float, floorf, truncf, WHOLE)
NARROW_QUOTIENTS(int32_t, i4, double, floor, trunc, WHOLE_INT32)

ALWAYS_INLINE int64_t fmod_of_i8(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
ALWAYS_INLINE int64_t floorDiv_of_i8(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return -a;
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
ALWAYS_INLINE int64_t mod_of_i8(int64_t a, int64_t b) {
    const int64_t m = fmod_of_i8(a, b);
    return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}
ALWAYS_INLINE uint64_t floorDiv_of_u8(uint64_t a, uint64_t b) { return b == 0 ? 0 : a / b; }
ALWAYS_INLINE uint64_t mod_of_u8(uint64_t a, uint64_t b) { return b == 0 ? 0 : a % b; }
#define fmod_of_u8 mod_of_u8

ALWAYS_INLINE uint64_t count_bits(uint64_t x) { return (uint64_t)__builtin_popcountll(x); }
ALWAYS_INLINE uint64_t gcd_of(uint64_t a, uint64_t b) {
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}
/** `|x|`, of the smallest integer too. */
#define MAGNITUDE(x) ((x) < 0 ? -(uint64_t)(x) : (uint64_t)(x))

/** Power that wraps around; 1 for a negative exponent. */
#define POWER(T, S)                                                                                                    \
    static T pow_of_##S(T a, T b) {                                                                                    \
        T result = 1;                                                                                                  \
        for (T base = a, e = b; e > 0; e = (T)(e >> 1)) {                                                              \
            if (e & 1) result = (T)(result * base);                                                                    \
            base = (T)(base * base);                                                                                   \
        }                                                                                                              \
        return result;                                                                                                 \
    }
EACH_INTEGER(POWER)

#define COMPARISONS(T, S)                                                                                              \
    OP2(eq_##S, uint8_t, T, T, a == b)                                                                                 \
    OP2(ne_##S, uint8_t, T, T, a != b)                                                                                 \
    OP2(lt_##S, uint8_t, T, T, a < b)                                                                                  \
    OP2(le_##S, uint8_t, T, T, a <= b)                                                                                 \
    OP2(gt_##S, uint8_t, T, T, a > b)                                                                                  \
    OP2(ge_##S, uint8_t, T, T, a >= b)                                                                                 \
    OP3(where_##S, T, uint8_t, T, T, a ? b : c)                                                                        \
    OP1(copy_##S, T, T, a)

// A shift that is negative is a large one without sign.
#define INTEGERS(T, S)                                                                                                 \
    OP2(add_##S, T, T, T, a + b)                                                                                       \
    OP2(sub_##S, T, T, T, a - b)                                                                                       \
    OP2(mul_##S, T, T, T, a *b)                                                                                        \
    OP2(floorDiv_##S, T, T, T, floorDiv_of_##S(a, b))                                                                  \
    OP2(mod_##S, T, T, T, mod_of_##S(a, b))                                                                            \
    OP2(fmod_##S, T, T, T, fmod_of_##S(a, b))                                                                          \
    OP2(pow_##S, T, T, T, pow_of_##S(a, b))                                                                            \
    OP2(max_##S, T, T, T, a > b ? a : b)                                                                               \
    OP2(min_##S, T, T, T, a < b ? a : b)                                                                               \
    OP1(neg_##S, T, T, -a)                                                                                             \
    OP1(abs_##S, T, T, a > 0 ? a : -a)                                                                                 \
    OP2(and_##S, T, T, T, a &b)                                                                                        \
    OP2(or_##S, T, T, T, a | b)                                                                                        \
    OP2(xor_##S, T, T, T, a ^ b)                                                                                       \
    OP1(not_##S, T, T, ~a)                                                                                             \
    OP2(shl_##S, T, T, T, (uint64_t)b < 8 * sizeof(T) ? a << b : 0)                                                    \
    OP2(shr_##S, T, T, T, (uint64_t)b < 8 * sizeof(T) ? a >> b : -(a < 0))                                             \
    OP1(popcount_##S, T, T, count_bits(MAGNITUDE(a)))                                                                  \
    OP2(gcd_##S, T, T, T, gcd_of(MAGNITUDE(a), MAGNITUDE(b)))                                                          \
    COMPARISONS(T, S)
EACH_INTEGER(INTEGERS)

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

#define ROWS(T, S)                                                                                                     \
    {"add." #S, add_##S}, {"sub." #S, sub_##S}, {"mul." #S, mul_##S}, {"floorDiv." #S, floorDiv_##S},                  \
        {"mod." #S, mod_##S}, {"fmod." #S, fmod_##S}, {"pow." #S, pow_##S}, {"max." #S, max_##S}, {"min." #S, min_##S}, \
        {"neg." #S, neg_##S}, {"abs." #S, abs_##S}, {"and." #S, and_##S}, {"or." #S, or_##S}, {"xor." #S, xor_##S},    \
        {"not." #S, not_##S}, {"shl." #S, shl_##S}, {"shr." #S, shr_##S}, {"popcount." #S, popcount_##S},              \
        {"gcd." #S, gcd_##S}, {"eq." #S, eq_##S}, {"ne." #S, ne_##S}, {"lt." #S, lt_##S}, {"le." #S, le_##S},          \
        {"gt." #S, gt_##S}, {"ge." #S, ge_##S}, {"where." #S, where_##S}, {"copy." #S, copy_##S},
const struct op_entry ISA(integer_ops)[] = {
    EACH_INTEGER(ROWS)
    {"add.b", or_b},   {"mul.b", and_b},  {"max.b", or_b},   {"min.b", and_b},  {"and.b", and_b},
    {"or.b", or_b},    {"xor.b", xor_b},  {"not.b", not_b},  {"abs.b", copy_b}, {"eq.b", eq_b},
    {"ne.b", xor_b},   {"lt.b", lt_b},    {"le.b", le_b},    {"gt.b", gt_b},    {"ge.b", ge_b},
    {"where.b", where_b}, {"copy.b", copy_b},
    // float16 moves as bits.
    {"where.f2", where_u2}, {"copy.f2", copy_u2},
    {NULL, NULL},
};
