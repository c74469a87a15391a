// Quicksort of signed integers or floats T in vectors of LANES, included by vector-sort.h with T, S (suffix), LANES, LARGEST, ABOVE (the next larger one) and PARTITION defined, and with
// what NAMED(smaller), larger, turned and mixed do.
// Elements go back and forth between two memories, so that a vector can be split with two stores and no branch.

/** Elements up to which a network sorts. */
#define SMALL (16 * LANES)

typedef T NAMED(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));

/** Compares each lane with the one whose number differs in the bits `x`; that of the two with the bit `top` keeps the larger element. */
ALWAYS_INLINE REGISTER NAMED(exchanged)(REGISTER v, int x, int top) {
    const REGISTER other = NAMED(turned)(v, x);
    return NAMED(mixed)(NAMED(smaller)(v, other), NAMED(larger)(v, other), top);
}

/** Exchanges within each vector, at distances that halve: what was bitonic is sorted. */
ALWAYS_INLINE REGISTER NAMED(merged)(REGISTER v) {
    if (LANES >= 16) v = NAMED(exchanged)(v, 8, 8);
    if (LANES >= 8) v = NAMED(exchanged)(v, 4, 4);
    v = NAMED(exchanged)(v, 2, 2);
    return NAMED(exchanged)(v, 1, 1);
}

/** Sorts a vector: runs twice as long at each step, of which the second is compared backwards. */
ALWAYS_INLINE REGISTER NAMED(sorted)(REGISTER v) {
    v = NAMED(exchanged)(NAMED(exchanged)(NAMED(exchanged)(v, 1, 1), 3, 2), 1, 1);
    if (LANES >= 8) v = NAMED(exchanged)(NAMED(exchanged)(NAMED(exchanged)(v, 7, 4), 2, 2), 1, 1);
    if (LANES >= 16) v = NAMED(exchanged)(NAMED(exchanged)(NAMED(exchanged)(NAMED(exchanged)(v, 15, 8), 4, 4), 2, 2), 1, 1);
    return v;
}

/** Compares vectors that are `apart` vectors apart. */
ALWAYS_INLINE void NAMED(halve)(REGISTER *v, const int count, const int apart) {
    UNROLLED (int pair = 0; pair < count / 2; pair++) {
        const int at = pair / apart * 2 * apart + pair % apart;
        const REGISTER low = v[at], high = v[at + apart];
        v[at] = NAMED(smaller)(low, high);
        v[at + apart] = NAMED(larger)(low, high);
    }
}

/** Merges sorted runs of `run / 2` vectors. */
ALWAYS_INLINE void NAMED(merge)(REGISTER *v, const int count, const int run) {
    UNROLLED (int pair = 0; pair < count / 2; pair++) {
        const int at = pair / (run / 2) * run, i = pair % (run / 2);
        const REGISTER low = v[at + i], high = NAMED(turned)(v[at + run - 1 - i], LANES - 1);
        v[at + i] = NAMED(smaller)(low, high);
        v[at + run - 1 - i] = NAMED(larger)(low, high);
    }
    if (run >= 16) NAMED(halve)(v, count, 4);
    if (run >= 8) NAMED(halve)(v, count, 2);
    if (run >= 4) NAMED(halve)(v, count, 1);
    UNROLLED (int i = 0; i < count; i++) v[i] = NAMED(merged)(v[i]);
}

/** Sorts `count` vectors, a power of two up to 16, by a bitonic network (Batcher 1968). */
ALWAYS_INLINE void NAMED(network)(T *x, const int count) {
    REGISTER v[16];
    UNROLLED (int i = 0; i < count; i++) v[i] = NAMED(sorted)(AS_REGISTER(*(const NAMED(vector) *)(x + i * LANES)));
    if (count >= 2) NAMED(merge)(v, count, 2);
    if (count >= 4) NAMED(merge)(v, count, 4);
    if (count >= 8) NAMED(merge)(v, count, 8);
    if (count >= 16) NAMED(merge)(v, count, 16);
    UNROLLED (int i = 0; i < count; i++) *(NAMED(vector) *)(x + i * LANES) = (NAMED(vector))v[i];
}

/** Sorts up to SMALL elements. */
static void NAMED(small)(T *out, const T *x, int n) {
    T padded[SMALL];
    const int count = n <= LANES ? 1 : n <= 2 * LANES ? 2 : n <= 4 * LANES ? 4 : n <= 8 * LANES ? 8 : 16;
    memcpy(padded, x, (size_t)n * sizeof(T));
    for (int i = n; i < count * LANES; i++) padded[i] = LARGEST;
    if (count == 1) NAMED(network)(padded, 1);
    else if (count == 2) NAMED(network)(padded, 2);
    else if (count == 4) NAMED(network)(padded, 4);
    else if (count == 8) NAMED(network)(padded, 8);
    else NAMED(network)(padded, 16);
    memcpy(out, padded, (size_t)n * sizeof(T));
}

/** Writes elements below a pivot to the front of `out` and the others to its back; gives how many are below. */
static int64_t NAMED(split)(const T *x, T *out, int64_t n, T pivot) {
    T *low = out, *high = out + n;
    const NAMED(vector) pivots = pivot - (NAMED(vector)){0};
    int64_t i = 0;
    // The two stores of a vector must not meet: with fewer than two vectors left, elements go one by one, to both ends.
    for (; i + 5 * LANES <= n; i += 4 * LANES) {
        for (int k = 0; k < 4; k++) {
            const int count = PARTITION(*(const NAMED(vector) *)(x + i + k * LANES), pivots, low, high - LANES);
            low += count;
            high -= LANES - count;
        }
    }
    for (; i + 2 * LANES <= n; i += LANES) {
        const int count = PARTITION(*(const NAMED(vector) *)(x + i), pivots, low, high - LANES);
        low += count;
        high -= LANES - count;
    }
    for (; i < n; i++) {
        const bool below = x[i] < pivot;
        *low = x[i];
        high[-1] = x[i];
        low += below;
        high -= !below;
    }
    return low - out;
}

static inline T NAMED(middle)(T a, T b, T c) {
    const T low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/** Sorts `n` elements of `x` with the help of `other`; the sorted ones are written to `x`, or to `other` when `swap` says so. */
static void NAMED(quicksort)(T *x, T *other, int64_t n, bool swap, int depth) {
    while (n > SMALL) {
        if (depth-- == 0) {
            NAMED(fallback)(x, other, n, swap);
            return;
        }
        const int64_t step = n / 9;
        const T *s = x + step / 2;
        const T pivot = NAMED(middle)(NAMED(middle)(s[0], s[step], s[2 * step]), NAMED(middle)(s[3 * step], s[4 * step], s[5 * step]),
                                      NAMED(middle)(s[6 * step], s[7 * step], s[8 * step]));
        int64_t below = NAMED(split)(x, other, n, pivot);
        if (below == 0) {
            // The pivot is the smallest: what equals it is in its place.
            const int64_t equal = pivot == LARGEST ? n : NAMED(split)(x, other, n, ABOVE(pivot));
            T *to = swap ? other : x;
            for (int64_t i = 0; i < equal; i++) to[i] = pivot;
            if (equal == n) return;
            below = equal;
        } else {
            NAMED(quicksort)(other, x, below, !swap, depth);
        }
        T *moved = other + below;
        other = x + below;
        x = moved;
        n -= below;
        swap = !swap;
    }
    NAMED(small)(swap ? other : x, x, (int)n);
}

#undef T
#undef S
#undef LANES
#undef LARGEST
#undef ABOVE
#undef SMALL
#undef PARTITION
