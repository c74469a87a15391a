// Loops over elementary functions.
#include "elementary.h"
#include "loops.h"

#define UNARY(name)                                                                                                    \
    OP1(name##_f4_loop, float, float, name##_f4(a))                                                                    \
    OP1(name##_f8_loop, double, double, name##_f8(a))
UNARY(exp)
UNARY(expm1)
UNARY(log)
UNARY(log1p)
UNARY(tanh)
UNARY(erf)
UNARY(exp2)
UNARY(log2)
UNARY(cbrt)
#undef UNARY

// What the C library does as well: functions that are called seldom.
#define LIBRARY(name)                                                                                                  \
    OP1(name##_f4_loop, float, float, name##f(a))                                                                      \
    OP1(name##_f8_loop, double, double, name(a))
LIBRARY(log10)
LIBRARY(asin)
LIBRARY(acos)
LIBRARY(atan)
LIBRARY(sinh)
LIBRARY(cosh)
LIBRARY(asinh)
LIBRARY(acosh)
LIBRARY(atanh)
#undef LIBRARY
OP2(atan2_f4_loop, float, float, float, atan2f(a, b))
OP2(atan2_f8_loop, double, double, double, atan2(a, b))

/** Squares of float32 are exact in float64. */
ALWAYS_INLINE float hypot_f4(float a, float b) {
    const double x = a, y = b;
    const float root = (float)sqrt(x * x + y * y);
    return a == INFINITY || b == INFINITY || a == -INFINITY || b == -INFINITY ? INFINITY : root;
}
OP2(hypot_f4_loop, float, float, float, hypot_f4(a, b))
OP2(hypot_f8_loop, double, double, double, hypot(a, b))

OP2(pow_f4_loop, float, float, float, pow_f4(a, b))
OP2(pow_f8_loop, double, double, double, pow_f8(a, b))

// A block with an angle that is large, infinite or NaN is done one by one; the others keep the bits they have elsewhere.
#define ANGLE(name, T, S, quadrant, LIMIT, FUNCTION, BEYOND)                                                                          \
    static void name##_##S##_part(int n, T *out, const T *in) {                                                        \
        bool large = false;                                                                                            \
        for (int j = 0; j < n; j++) large |= !(with_sign_##S(in[j], 1) < (T)LIMIT);                                     \
        if (large) {                                                                                                   \
            for (int j = 0; j < n; j++) {                                                                              \
                const T x = in[j], a = with_sign_##S(x, 1);                                                            \
                out[j] = (T)(a < (T)LIMIT ? FUNCTION(x, quadrant) : a < (T)ANGLE_LIMIT ? BEYOND(x, quadrant) : name((double)x)); \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        VECTORIZE for (int j = 0; j < n; j++) out[j] = (T)FUNCTION(in[j], quadrant);                                   \
    }                                                                                                                  \
    static void name##_##S##_loop(size_t n, const struct slot *slots, const uint16_t *r) {                             \
        T *out = (T *)slots[r[0]].p;                                                                                   \
        OPERAND(T, in, 1);                                                                                             \
        for (; n >= BLOCK; n -= BLOCK, out += BLOCK, in += in_step) name##_##S##_part(BLOCK, out, in);                 \
        name##_##S##_part((int)n, out, in);                                                                            \
    }
ANGLE(sin, float, f4, 0, ANGLE_LIMIT_f4, sin_cos_f4, sin_cos_short)
ANGLE(cos, float, f4, 1, ANGLE_LIMIT_f4, sin_cos_f4, sin_cos_short)
ANGLE(tan, float, f4, 0, ANGLE_LIMIT, tangent, tangent)
ANGLE(sin, double, f8, 0, ANGLE_LIMIT, sin_cos, sin_cos)
ANGLE(cos, double, f8, 1, ANGLE_LIMIT, sin_cos, sin_cos)
ANGLE(tan, double, f8, 0, ANGLE_LIMIT, tangent, tangent)

#define ROW(name) {#name ".f4", name##_f4_loop}, {#name ".f8", name##_f8_loop}
const struct op_entry ISA(elementary_ops)[] = {
    ROW(exp), ROW(expm1), ROW(log), ROW(log1p), ROW(tanh), ROW(erf), ROW(pow), ROW(sin), ROW(cos),
    ROW(tan), ROW(exp2), ROW(log2), ROW(log10), ROW(cbrt), ROW(asin), ROW(acos), ROW(atan), ROW(sinh), ROW(cosh),
    ROW(asinh), ROW(acosh), ROW(atanh), ROW(atan2), ROW(hypot), {NULL, NULL},
};
