// Quicksort of signed integers T in vectors of LANES, included by sort.c with T, S (suffix), LANES and PARTITION defined.
// Elements go back and forth between two memories, so that a vector can be split with two stores and no branch.

typedef T NAMED(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));

/** Sorts up to SMALL elements by counting how many are less than each; equal ones leave gaps that the last value fills. */
static void NAMED(small)(T *out, const T *x, int n) {
    T padded[SMALL], ranks[SMALL], sorted[SMALL];
    memcpy(padded, x, (size_t)n * sizeof(T));
    const int whole = (n + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
    for (int i = n; i < whole; i++) padded[i] = LARGEST;
    for (int k = 0; k < whole; k += 2 * LANES) {
        const NAMED(vector) a = *(const NAMED(vector) *)(padded + k), b = *(const NAMED(vector) *)(padded + k + LANES);
        NAMED(vector) a_rank = {0}, b_rank = {0};
        for (int i = 0; i < n; i++) {
            const NAMED(vector) value = padded[i] - (NAMED(vector)){0};
            a_rank -= a > value;
            b_rank -= b > value;
        }
        *(NAMED(vector) *)(ranks + k) = a_rank;
        *(NAMED(vector) *)(ranks + k + LANES) = b_rank;
    }
    for (int i = 0; i < n; i++) sorted[i] = -LARGEST - 1;
    for (int i = 0; i < n; i++) sorted[ranks[i]] = padded[i];
    T last = -LARGEST - 1;
    for (int i = 0; i < n; i++) out[i] = last = sorted[i] > last ? sorted[i] : last;
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
            const int64_t equal = pivot == LARGEST ? n : NAMED(split)(x, other, n, pivot + 1);
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
