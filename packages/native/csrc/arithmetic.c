// Element-wise operations on floats: arithmetic, rounding, comparisons, choice. All exact: equal to the js device bit for bit.
#include "loops.h"

#include <math.h>

/** Math.round: halves go up. */
ALWAYS_INLINE double round_up(double x) {
    double down = floor(x);
    return x - down >= 0.5 ? down + 1 : down;
}

/** Quotient rounded down: with `floor_mod` it satisfies a = q * b + m as in Python. */
static double floor_div(double a, double b) {
    if (b == 0) return a / b;
    double m = fmod(a, b), q = (a - m) / b;
    if (m != 0 && (m < 0) != (b < 0)) return round_up(q) - 1;
    if (q == 0) return signbit(a / b) ? -0.0 : 0.0;
    return round_up(q);
}

static double floor_mod(double a, double b) {
    double m = fmod(a, b);
    if (m == 0) return signbit(b) ? -0.0 : 0.0;
    return (m < 0) != (b < 0) ? m + b : m;
}

/** `x * 2^n` rounded once; beyond the bounds the result is 0 or infinite. */
static double scale_by(double x, double n) { return n != n ? n : scalbn(x, (int)(n > 4400 ? 4400 : n < -4400 ? -4400 : n)); }

/** The whole number n for which |x| / 2^n is in [0.5, 1); 0 for 0, NaN and infinities. LIFT: a power of two that makes subnormal numbers normal. */
#define EXPONENT(T, U, S, FRACTION, BIAS, TINY, LIFT)                                                                  \
    ALWAYS_INLINE T exponent_of_##S(T x) {                                                                             \
        const T a = with_sign_##S(x, 1), normal = a < (T)TINY ? a * (T)((U)1 << LIFT) : a;                             \
        const T lift = a < (T)TINY ? (T)LIFT : 0, power = (T)(int)(bits_of_##S(normal) >> FRACTION) - (BIAS - 1) - lift; \
        return a > 0 && a < (T)INFINITY ? power : 0;                                                                   \
    }
EXPONENT(float, uint32_t, f4, 23, 127, 0x1p-126f, 24)
EXPONENT(double, uint64_t, f8, 52, 1023, 0x1p-1022, 54)

#define FLOATS(T, S)                                                                                                   \
    OP2(add_##S, T, T, T, a + b)                                                                                       \
    OP2(sub_##S, T, T, T, a - b)                                                                                       \
    OP2(mul_##S, T, T, T, a *b)                                                                                        \
    OP2(div_##S, T, T, T, a / b)                                                                                       \
    OP2(floorDiv_##S, T, T, T, floor_div(a, b))                                                                        \
    OP2(mod_##S, T, T, T, floor_mod(a, b))                                                                             \
    OP2(fmod_##S, T, T, T, fmod(a, b))                                                                                 \
    OP2(copysign_##S, T, T, T, with_sign_##S(a, b == b ? b : 1))                                                       \
    OP2(ldexp_##S, T, T, T, scale_by(a, b))                                                                            \
    OP1(exponent_##S, T, T, exponent_of_##S(a))                                                                        \
    OP2(max_##S##_loop, T, T, T, max_##S(a, b))                                                                        \
    OP2(min_##S##_loop, T, T, T, min_##S(a, b))                                                                        \
    OP1(neg_##S, T, T, -a)                                                                                             \
    OP1(abs_##S, T, T, with_sign_##S(a, 1))                                                                            \
    OP2(eq_##S, uint8_t, T, T, a == b)                                                                                 \
    OP2(ne_##S, uint8_t, T, T, a != b)                                                                                 \
    OP2(lt_##S, uint8_t, T, T, a < b)                                                                                  \
    OP2(le_##S, uint8_t, T, T, a <= b)                                                                                 \
    OP2(gt_##S, uint8_t, T, T, a > b)                                                                                  \
    OP2(ge_##S, uint8_t, T, T, a >= b)                                                                                 \
    OP3(where_##S, T, uint8_t, T, T, a ? b : c)                                                                        \
    OP1(copy_##S, T, T, a)
FLOATS(float, f4)
FLOATS(double, f8)

OP2(nextafter_f4, float, float, float, nextafterf(a, b))
OP2(nextafter_f8, double, double, double, nextafter(a, b))

#define ROUNDINGS(T, S, sqrt, floor, ceil, trunc, rint)                                                                \
    OP1(sqrt_##S, T, T, sqrt(a))                                                                                       \
    OP1(floor_##S, T, T, floor(a))                                                                                     \
    OP1(ceil_##S, T, T, ceil(a))                                                                                       \
    OP1(trunc_##S, T, T, trunc(a))                                                                                     \
    OP1(round_##S, T, T, rint(a))
ROUNDINGS(float, f4, sqrtf, floorf, ceilf, truncf, rintf)
ROUNDINGS(double, f8, sqrt, floor, ceil, trunc, rint)

#define ROWS(S)                                                                                                        \
    {"add." #S, add_##S}, {"sub." #S, sub_##S}, {"mul." #S, mul_##S}, {"div." #S, div_##S},                            \
        {"floorDiv." #S, floorDiv_##S}, {"mod." #S, mod_##S}, {"max." #S, max_##S##_loop}, {"min." #S, min_##S##_loop}, \
        {"fmod." #S, fmod_##S}, {"copysign." #S, copysign_##S}, {"ldexp." #S, ldexp_##S},                              \
        {"exponent." #S, exponent_##S}, {"nextafter." #S, nextafter_##S},                                              \
        {"neg." #S, neg_##S}, {"abs." #S, abs_##S}, {"sqrt." #S, sqrt_##S}, {"floor." #S, floor_##S},                  \
        {"ceil." #S, ceil_##S}, {"trunc." #S, trunc_##S}, {"round." #S, round_##S}, {"eq." #S, eq_##S},                \
        {"ne." #S, ne_##S}, {"lt." #S, lt_##S}, {"le." #S, le_##S}, {"gt." #S, gt_##S}, {"ge." #S, ge_##S},            \
        {"where." #S, where_##S}, {"copy." #S, copy_##S}
const struct op_entry ISA(arithmetic_ops)[] = {ROWS(f4), ROWS(f8), {NULL, NULL}};
