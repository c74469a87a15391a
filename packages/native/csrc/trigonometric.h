// Sine and cosine of one number, see elementary.h.
#ifndef ISOGRAD_TRIGONOMETRIC_H
#define ISOGRAD_TRIGONOMETRIC_H

/** Above this the reduction would lose digits; the C library takes over. */
#define ANGLE_LIMIT 1e6

/** pi/2 in parts of 33 bits, so that products with integers below 2^20 are exact, and the rest. */
#define HALF_PI_1 1.5707963267341256
#define HALF_PI_2 6.077100506303966e-11
#define HALF_PI_3 2.0222662487959506e-21
#define ANGLE_MAGIC 6755399441055744.0

/** Sine (quadrant 0) or cosine (1) to the precision of float32, for angles below the limit. */
ALWAYS_INLINE double sin_cos_short(double x, uint64_t quadrant) {
    double sum = x * 0.6366197723675814 + ANGLE_MAGIC, n = sum - ANGLE_MAGIC;
    double r = (x - n * HALF_PI_1) - n * HALF_PI_2, z = r * r;
    uint64_t q = bits_of_f8(sum) + quadrant;
    double sine = FMA64(r * z, HORNER(4, FMA64, z, SIN_SHORT), r);
    double cosine = FMA64(z * z, HORNER(4, FMA64, z, COS_SHORT), 1 - z * 0.5);
    double result = of_bits_f8(bits_of_f8((q & 1) != 0 ? cosine : sine) ^ ((q & 2) << 62));
    // A zero keeps its sign, which the reduction loses.
    return x == 0 && quadrant == 0 ? x : result;
}

// With a fused multiply-add float32 has room for the reduction: three parts of pi/2, of which the first is exact below the limit.
#if defined(__FMA__) || defined(__aarch64__)
#define ANGLE_LIMIT_f4 7e4f
ALWAYS_INLINE float sin_cos_f4(float x, uint32_t quadrant) {
    float sum = FMA32(x, 0.63661975f, 12582912.0f), n = sum - 12582912.0f;
    float r = FMA32(n, 1.7151245e-15f, FMA32(n, 4.371139e-8f, FMA32(n, -1.5707964f, x))), z = r * r;
    uint32_t q = bits_of_f4(sum) + quadrant;
    float sine = FMA32(r * z, HORNER(4, FMA32, z, SIN_SHORT), r);
    float cosine = FMA32(z, FMA32(z, HORNER(4, FMA32, z, COS_SHORT), -0.5f), 1);
    float result = of_bits_f4(bits_of_f4((q & 1) != 0 ? cosine : sine) ^ ((q & 2) << 30));
    return x == 0 && quadrant == 0 ? x : result;
}
#else
#define ANGLE_LIMIT_f4 ANGLE_LIMIT
#define sin_cos_f4(x, quadrant) (float)sin_cos_short(x, quadrant)
#endif

/** Sine and cosine of what an angle has beyond the nearest multiple of pi/2, and that multiple in the low bits. */
struct turn {
    double sine, cosine;
    uint64_t quadrant;
};

ALWAYS_INLINE struct turn turn_of(double x) {
    double sum = x * 0.6366197723675814 + ANGLE_MAGIC, n = sum - ANGLE_MAGIC;
    double a = x - n * HALF_PI_1, b = n * HALF_PI_2, d = a - b, back = d - a;
    // Knuth's two-difference: d + rest is a - b exactly, also where a has cancelled to less than b.
    double rest = ((a - (d - back)) - (b + back)) - n * HALF_PI_3;
    double r = d + rest, low = (d - r) + rest, z = r * r;
    double sine = r + FMA64(z * r, HORNER(6, FMA64, z, SIN), FMA64(z * low, -0.5, low));
    double half = z * 0.5, near = 1 - half;
    double cosine = near + (((1 - near) - half) + FMA64(z * z, HORNER(6, FMA64, z, COS), -r * low));
    return (struct turn){sine, cosine, bits_of_f8(sum)};
}

/** Sine (quadrant 0) or cosine (1), for angles below the limit. */
ALWAYS_INLINE double sin_cos(double x, uint64_t quadrant) {
    const struct turn turn = turn_of(x);
    const uint64_t q = turn.quadrant + quadrant;
    double result = of_bits_f8(bits_of_f8((q & 1) != 0 ? turn.cosine : turn.sine) ^ ((q & 2) << 62));
    return x == 0 && quadrant == 0 ? x : result;
}

/** Tangent, for angles below the limit. */
ALWAYS_INLINE double tangent(double x, uint64_t quadrant) {
    const struct turn turn = turn_of(x);
    const bool odd = ((turn.quadrant + quadrant) & 1) != 0;
    double result = (odd ? -turn.cosine : turn.sine) / (odd ? turn.sine : turn.cosine);
    return x == 0 ? x : result;
}

#endif
