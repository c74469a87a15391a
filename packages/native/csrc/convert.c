// Casts: floats to integers towards zero, anything to bool by != 0.
#include "half.h"
#include "loops.h"

// NaN and values out of range give the smallest integer, as x86 and NumPy do.
ALWAYS_INLINE int32_t int32_of(double x) {
    bool inside = x > -2147483649.0 && x < 2147483648.0;
    return inside ? (int32_t)x : INT32_MIN;
}
ALWAYS_INLINE int64_t int64_of(double x) {
    bool inside = x >= -9223372036854775808.0 && x < 9223372036854775808.0;
    return inside ? (int64_t)x : INT64_MIN;
}
/** Negative numbers wrap around, numbers from 2^64 on give 0. */
ALWAYS_INLINE uint64_t uint64_of(double x) {
    bool large = x >= 9223372036854775808.0, beyond = x >= 18446744073709551616.0;
    const uint64_t whole = (uint64_t)int64_of(large ? x - 9223372036854775808.0 : x) ^ (uint64_t)large << 63;
    return beyond ? 0 : whole;
}

#define CAST(from, A, to, D, E) OP1(cast_##from##_##to, D, A, E)
#define TO_INTEGERS(from, A, x, NARROW, WORD, LONG, UNSIGNED)                                                          \
    CAST(from, A, b, uint8_t, (x) != 0)                                                                                \
    CAST(from, A, u1, uint8_t, NARROW(x))                                                                              \
    CAST(from, A, u2, uint16_t, NARROW(x))                                                                             \
    CAST(from, A, u4, uint32_t, WORD(x))                                                                               \
    CAST(from, A, u8, uint64_t, UNSIGNED(x))                                                                           \
    CAST(from, A, i1, int8_t, NARROW(x))                                                                               \
    CAST(from, A, i2, int16_t, NARROW(x))                                                                              \
    CAST(from, A, i4, int32_t, NARROW(x))                                                                              \
    CAST(from, A, i8, int64_t, LONG(x))

// Integers that float32 rounds are beyond float16 anyway. 64 bits go to float32 through float64, as JavaScript converts.
#define SAME(x) (x)
#define FROM_INTEGER(A, from, x, WIDE)                                                                                 \
    TO_INTEGERS(from, A, x, SAME, SAME, SAME, SAME)                                                                    \
    CAST(from, A, f2, uint16_t, half_of_f4((float)(x)))                                                                \
    CAST(from, A, f4, float, (WIDE)(x))                                                                                \
    CAST(from, A, f8, double, x)
FROM_INTEGER(uint8_t, b, a != 0, int32_t)
FROM_INTEGER(uint8_t, u1, a, uint8_t)
FROM_INTEGER(uint16_t, u2, a, uint16_t)
FROM_INTEGER(uint32_t, u4, a, uint32_t)
FROM_INTEGER(uint64_t, u8, a, double)
FROM_INTEGER(int8_t, i1, a, int8_t)
FROM_INTEGER(int16_t, i2, a, int16_t)
FROM_INTEGER(int32_t, i4, a, int32_t)
FROM_INTEGER(int64_t, i8, a, double)

#define FROM_FLOAT(A, from, x) TO_INTEGERS(from, A, x, int32_of, int64_of, int64_of, uint64_of)
FROM_FLOAT(uint16_t, f2, f4_of_half(a))
FROM_FLOAT(float, f4, a)
FROM_FLOAT(double, f8, a)
CAST(f2, uint16_t, f4, float, f4_of_half(a))
CAST(f2, uint16_t, f8, double, f4_of_half(a))
CAST(f4, float, f2, uint16_t, half_of_f4(a))
CAST(f4, float, f8, double, a)
CAST(f8, double, f2, uint16_t, half_of_f8(a))
CAST(f8, double, f4, float, a)

#define ROW(from, to) {"cast." #from "." #to, cast_##from##_##to}
#define INTEGER_ROWS(from)                                                                                             \
    ROW(from, b), ROW(from, u1), ROW(from, u2), ROW(from, u4), ROW(from, u8), ROW(from, i1), ROW(from, i2), ROW(from, i4), ROW(from, i8)
#define ROWS(from) INTEGER_ROWS(from), ROW(from, f2), ROW(from, f4), ROW(from, f8)
const struct op_entry ISA(convert_ops)[] = {
    ROWS(b),  ROWS(u1), ROWS(u2), ROWS(u4), ROWS(u8), ROWS(i1), ROWS(i2), ROWS(i4), ROWS(i8),
    INTEGER_ROWS(f2), ROW(f2, f4), ROW(f2, f8), INTEGER_ROWS(f4), ROW(f4, f2), ROW(f4, f8), INTEGER_ROWS(f8), ROW(f8, f2), ROW(f8, f4),
    {NULL, NULL},
};
