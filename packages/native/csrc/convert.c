// Casts: floats to integers towards zero, anything to bool by != 0.
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

#define CAST(from, A, to, D, E) OP1(cast_##from##_##to, D, A, E)
CAST(b, uint8_t, u1, uint8_t, a != 0)
CAST(b, uint8_t, i4, int32_t, a != 0)
CAST(b, uint8_t, i8, int64_t, a != 0)
CAST(b, uint8_t, f4, float, a != 0)
CAST(b, uint8_t, f8, double, a != 0)
CAST(u1, uint8_t, b, uint8_t, a != 0)
CAST(u1, uint8_t, i4, int32_t, a)
CAST(u1, uint8_t, i8, int64_t, a)
CAST(u1, uint8_t, f4, float, a)
CAST(u1, uint8_t, f8, double, a)
CAST(i4, int32_t, b, uint8_t, a != 0)
CAST(i4, int32_t, u1, uint8_t, a)
CAST(i4, int32_t, i8, int64_t, a)
CAST(i4, int32_t, f4, float, a)
CAST(i4, int32_t, f8, double, a)
CAST(i8, int64_t, b, uint8_t, a != 0)
CAST(i8, int64_t, u1, uint8_t, a)
CAST(i8, int64_t, i4, int32_t, a)
// Through float64, as JavaScript converts.
CAST(i8, int64_t, f4, float, (double)a)
CAST(i8, int64_t, f8, double, a)
CAST(f4, float, b, uint8_t, a != 0)
CAST(f4, float, u1, uint8_t, int32_of(a))
CAST(f4, float, i4, int32_t, int32_of(a))
CAST(f4, float, i8, int64_t, int64_of(a))
CAST(f4, float, f8, double, a)
CAST(f8, double, b, uint8_t, a != 0)
CAST(f8, double, u1, uint8_t, int32_of(a))
CAST(f8, double, i4, int32_t, int32_of(a))
CAST(f8, double, i8, int64_t, int64_of(a))
CAST(f8, double, f4, float, a)

#define ROW(from, to) {"cast." #from "." #to, cast_##from##_##to}
const struct op_entry ISA(convert_ops)[] = {
    ROW(b, u1),  ROW(b, i4),  ROW(b, i8),  ROW(b, f4),  ROW(b, f8),  ROW(u1, b),  ROW(u1, i4), ROW(u1, i8),
    ROW(u1, f4), ROW(u1, f8), ROW(i4, b),  ROW(i4, u1), ROW(i4, i8), ROW(i4, f4), ROW(i4, f8), ROW(i8, b),
    ROW(i8, u1), ROW(i8, i4), ROW(i8, f4), ROW(i8, f8), ROW(f4, b),  ROW(f4, u1), ROW(f4, i4), ROW(f4, i8),
    ROW(f4, f8), ROW(f8, b),  ROW(f8, u1), ROW(f8, i4), ROW(f8, i8), ROW(f8, f4), {NULL, NULL},
};
