// Powers of one number, see elementary.h.
#ifndef ISOGRAD_POWER_H
#define ISOGRAD_POWER_H

/** The upper 26 bits of the mantissa: products of two such numbers are exact. */
ALWAYS_INLINE double upper(double x) { return of_bits_f8(bits_of_f8(x) & ~0x7ffffffull); }

/** A number as the unevaluated sum of two. */
struct pair {
    double high, low;
};

/** log(x) to about 64 bits, for positive x, by the series of atanh in pairs of numbers (Dekker 1971). */
ALWAYS_INLINE struct pair log_pair(double x) {
    double lift = x < 2.2250738585072014e-308 ? 52 : 0, normal = x < 2.2250738585072014e-308 ? x * 4503599627370496.0 : x;
    uint64_t moved = bits_of_f8(normal) + (0x3ff0000000000000ull - 0x3fe6a09e667f3bcdull);
    double k = exponent_f8(moved >> 52) - lift;
    double f = of_bits_f8((moved & 0xfffffffffffffull) + 0x3fe6a09e667f3bcdull) - 1;
    double d = 2 + f, d_high = upper(d), d_low = (d - d_high) + (f - (d - 2)), inverse = 1 / d;
    double s = f * inverse, s_high = upper(s), s_low = ((f - s_high * d_high) - s_high * d_low) * inverse;
    double square = s_high * s_high, z = s * s;
    double r = (z * z) * HORNER(8, FMA64, z, ATANH_TAIL) + s_low * (s_high + s);
    double w = upper((3 + square) + r), w_low = r - ((w - 3) - square);
    double u = s_high * w, rest = s_low * w + w_low * s;
    double p = upper(u + rest), p_low = rest - (p - u);
    double q = p * 0.6666666567325592;
    double q_low = (p * 9.934107462565104e-9 + p_low * (2.0 / 3)) + k * 1.9082149292705877e-10;
    double whole = k * 0.6931471803691238;
    double high = upper((q + q_low) + whole);
    return (struct pair){high, q_low - ((high - whole) - q)};
}

/** |x|^y for finite y and x neither 0 nor infinite. */
ALWAYS_INLINE double magnitude_f8(double x, double y) {
    struct pair l = log_pair(x);
    double y_high = upper(y), product = y_high * l.high;
    double rest = (y - y_high) * l.high + y * l.low, sum = product + rest;
    // Where the power overflows or vanishes the remainder means nothing.
    double error = rest - (sum - product);
    return exp_sum_f8(sum, sum < 1000 && sum > -1000 ? error : 0);
}

/** |x|^y to the precision of float32, whose numbers are all normal ones of float64. */
ALWAYS_INLINE double magnitude_f4(double x, double y) {
    uint64_t moved = bits_of_f8(x) + (0x3ff0000000000000ull - 0x3fe6a09e667f3bcdull);
    double f = of_bits_f8((moved & 0xfffffffffffffull) + 0x3fe6a09e667f3bcdull) - 1;
    double product = y * log_of_split_f8(exponent_f8(moved >> 52), f), held = CLAMP(product, -200, 200);
    double sum = FMA64(held, 1.4426950408889634, 6755399441055744.0 + 1023), n = sum - (6755399441055744.0 + 1023);
    double r = FMA64(n, -1.9082149292705877e-10, FMA64(n, -0.6931471803691238, held));
    double tail = HORNER(7, FMA64, r, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320);
    return (FMA64(r * r, tail, r) + 1) * of_bits_f8(bits_of_f8(sum) << 52);
}

// Limits as in C and NumPy. At 2^80 the power of every number but 1 has overflowed or vanished already.
#define POWER(T, S)                                                                                                    \
    ALWAYS_INLINE T pow_##S(T base, T exponent) {                                                                      \
        double x = base, y = exponent, a = with_sign_f8(x, 1);                                                         \
        double inner = magnitude_##S(a, CLAMP(y, -0x1p80, 0x1p80));                                                    \
        bool unbounded = a == INFINITY;                                                                                \
        double limit = (y < 0) != unbounded ? INFINITY : 0;                                                            \
        double positive = a == 0 || unbounded ? limit : inner;                                                         \
        bool whole = floor(y) == y, odd = whole && floor(y * 0.5) != y * 0.5;                                          \
        double result = odd ? with_sign_f8(positive, x) : positive;                                                    \
        bool invalid = (x < 0 && !unbounded && !whole) || x != x || y != y;                                            \
        return (T)(y == 0 || x == 1 ? 1 : invalid ? NAN : result);                                                     \
    }

POWER(float, f4)
POWER(double, f8)

/** m = |x| / 2^(3q) in [1, 8), what its cube root is to 9 digits (a step of Halley's method on a polynomial), and 2^q. */
struct cube {
    double m, root, scale;
};
ALWAYS_INLINE struct cube cube_of(double x) {
    const double a = with_sign_f8(x, 1), normal = a < 2.2250738585072014e-308 ? a * 0x1p54 : a;
    const double k = exponent_f8(bits_of_f8(normal) >> 52);
    // Nearest to (k - 1) / 3 is the floor of k / 3.
    const double sum = (k - 1) * (1.0 / 3) + (6755399441055744.0 + 1023), q = sum - (6755399441055744.0 + 1023), r = k - 3 * q;
    const double m = of_bits_f8((bits_of_f8(normal) & 0xfffffffffffffull) | 0x3ff0000000000000ull) * (1 + r * (r + 1) * 0.5);
    const double t = HORNER(5, FMA64, m, CBRT), cubed = t * t * t;
    return (struct cube){m, t * (cubed + 2 * m) / (2 * cubed + m), of_bits_f8(bits_of_f8(sum) << 52) * (a < 2.2250738585072014e-308 ? 0x1p-18 : 1)};
}
#define CUBE_ROOT_LIMITS(x, root) ((x) == 0 || !(with_sign_f8(x, 1) < INFINITY) ? (x) : with_sign_f8(root, x))
ALWAYS_INLINE float cbrt_f4(float x) {
    const struct cube cube = cube_of(x);
    return (float)CUBE_ROOT_LIMITS((double)x, cube.root * cube.scale);
}
/** One more step from 26 bits, whose square is exact. */
ALWAYS_INLINE double cbrt_f8(double x) {
    const struct cube cube = cube_of(x);
    const double t = upper(cube.root), rest = cube.m / (t * t);
    return CUBE_ROOT_LIMITS(x, (t + t * ((rest - t) / (t + t + rest))) * cube.scale);
}

#endif
