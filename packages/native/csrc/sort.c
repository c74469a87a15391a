// Stable ascending sorts along the last axis, NaN last. Elements become unsigned keys in their order; keys are sorted by
// digits from the lowest on, but only by the digits that tell most of them apart: insertion does the rest.
#include "kernels.h"

#include <string.h>

/** Bits of a digit. */
#define DIGIT 8
#define VALUES (1 << DIGIT)
/** Lines up to this length are sorted by insertion. */
#define SHORT 32
/** Bits by which keys are told apart beyond those that number them. */
#define SPARE 5
/** Moves of an element, on average, after which insertion is given up. */
#define PATIENCE 8

struct pair64 {
    uint64_t key, at;
};

/** How many keys of a line have lost something. */
struct keys {
    int64_t nans, negative_zeros;
};

// Sorts of elements E with keys of type K; `x` has room for twice `n`. Gives where the sorted ones are.
#define RADIX(E, K, S, KEY)                                                                                            \
    /** Whether it took no more than `moves` moves; the order of equal keys is kept in any case. */                    \
    static bool insert_##S(E *x, int64_t n, int64_t moves) {                                                           \
        for (int64_t i = 1; i < n; i++) {                                                                              \
            const E moved = x[i];                                                                                      \
            if (KEY(x[i - 1]) <= KEY(moved)) continue;                                                                 \
            int64_t j = i;                                                                                             \
            do x[j] = x[j - 1];                                                                                        \
            while (--j > 0 && KEY(x[j - 1]) > KEY(moved));                                                             \
            x[j] = moved;                                                                                              \
            if ((moves -= i - j) < 0) return false;                                                                    \
        }                                                                                                              \
        return true;                                                                                                   \
    }                                                                                                                  \
    static E *by_digits_##S(E *x, E *other, int64_t n, int low, int high) {                                            \
        static _Thread_local uint32_t counts[8][VALUES];                                                               \
        const int digits = (high - low + DIGIT - 1) / DIGIT;                                                           \
        memset(counts, 0, sizeof counts[0] * (size_t)digits);                                                          \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            K key = KEY(x[i]) >> low;                                                                                  \
            for (int d = 0; d < digits; d++, key >>= DIGIT) counts[d][key & (VALUES - 1)]++;                           \
        }                                                                                                              \
        for (int d = 0; d < digits; d++) {                                                                             \
            const int shift = low + d * DIGIT;                                                                         \
            uint32_t *count = counts[d];                                                                               \
            if (count[KEY(x[0]) >> shift & (VALUES - 1)] == (uint32_t)n) continue;                                     \
            uint32_t at = 0;                                                                                           \
            for (int v = 0; v < VALUES; v++) {                                                                         \
                const uint32_t next = at + count[v];                                                                   \
                count[v] = at;                                                                                         \
                at = next;                                                                                             \
            }                                                                                                          \
            for (int64_t i = 0; i < n; i++) other[count[KEY(x[i]) >> shift & (VALUES - 1)]++] = x[i];                  \
            E *swapped = x;                                                                                            \
            x = other;                                                                                                 \
            other = swapped;                                                                                           \
        }                                                                                                              \
        return x;                                                                                                      \
    }                                                                                                                  \
    static E *radix_##S(E *x, int64_t n, uint64_t varying) {                                                           \
        if (n <= SHORT) {                                                                                              \
            insert_##S(x, n, INT64_MAX);                                                                               \
            return x;                                                                                                  \
        }                                                                                                              \
        if (varying == 0) return x;                                                                                    \
        E *other = x + n;                                                                                              \
        const int high = 64 - __builtin_clzll(varying), lowest = __builtin_ctzll(varying);                             \
        const int wanted = 64 - __builtin_clzll((uint64_t)n) + SPARE;                                                  \
        const int low = high - (wanted + DIGIT - 1) / DIGIT * DIGIT;                                                   \
        if (low <= lowest) return by_digits_##S(x, other, n, lowest, high);                                            \
        E *sorted = by_digits_##S(x, other, n, low, high);                                                             \
        if (insert_##S(sorted, n, PATIENCE * n)) return sorted;                                                        \
        return by_digits_##S(sorted, sorted == x ? other : x, n, lowest, high);                                        \
    }
#define ITSELF(x) (x)
#define KEY_OF(x) (x).key
RADIX(uint32_t, uint32_t, 32, ITSELF)
RADIX(uint64_t, uint64_t, 64, ITSELF)
RADIX(struct pair64, uint64_t, pair, KEY_OF)

// Keys of integers: signed ones move up by half their range. Keys of floats: bits in order, both zeros alike, NaN above all.
// U unsigned of the same width, and W that of the keys.
#define INTEGER_KEY(U, W, S, HALF)                                                                                     \
    static inline W key_##S(U bits, struct keys *keys) {                                                               \
        (void)keys;                                                                                                    \
        return (U)(bits ^ (U)(HALF));                                                                                  \
    }                                                                                                                  \
    static inline U bits_##S(W key) { return (U)((U)key ^ (U)(HALF)); }
#define FLOAT_KEY(U, W, S, SIGN, INF)                                                                                  \
    static inline W key_##S(U bits, struct keys *keys) {                                                               \
        const U sign = (U)1 << SIGN, negative = (U) - (bits >> SIGN);                                                  \
        const bool nan = (bits & (U)~sign) > (U)(INF), zero = bits == sign;                                            \
        keys->nans += nan;                                                                                             \
        keys->negative_zeros += zero;                                                                                  \
        return nan ? (U)~(U)0 : zero ? sign : (U)(bits ^ (negative | sign));                                           \
    }                                                                                                                  \
    static inline U bits_##S(W key) {                                                                                  \
        const U sign = (U)1 << SIGN, positive = (U) - ((U)key >> SIGN);                                                \
        return (U)((U)key ^ ((U)~positive | sign));                                                                    \
    }
INTEGER_KEY(uint8_t, uint32_t, u1, 0)
INTEGER_KEY(uint16_t, uint32_t, u2, 0)
INTEGER_KEY(uint32_t, uint32_t, u4, 0)
INTEGER_KEY(uint64_t, uint64_t, u8, 0)
INTEGER_KEY(uint8_t, uint32_t, i1, 1 << 7)
INTEGER_KEY(uint16_t, uint32_t, i2, 1 << 15)
INTEGER_KEY(uint32_t, uint32_t, i4, 1u << 31)
INTEGER_KEY(uint64_t, uint64_t, i8, 1ull << 63)
FLOAT_KEY(uint16_t, uint32_t, f2, 15, 0x7c00)
FLOAT_KEY(uint32_t, uint32_t, f4, 31, 0x7f800000)
FLOAT_KEY(uint64_t, uint64_t, f8, 63, 0x7ff0000000000000)

/** A line to sort: strides in bytes, and memory for what {@link line_bytes} says. */
struct line {
    int64_t n;
    const char *in;
    char *out;
    int64_t in_step, out_step;
    char *memory;
};

/** Two pairs for each element; or two keys of up to 64 bits, and a copy of the element. */
static size_t line_bytes(int64_t n) { return 2 * sizeof(struct pair64) * (size_t)n; }

#define IN(U, l, j) (*(const U *)((l)->in + (j) * (l)->in_step))
#define OUT(T, l, j) (*(T *)((l)->out + (j) * (l)->out_step))

// What keys of floats have lost comes back in the order in which it came: zeros with their signs, NaN as they were. Zeros are
// collected from the front, NaN from the back.
#define SPECIAL(U, S, SIGN, INF)                                                                                       \
    static int64_t collect_##S(const struct line *l, U *special) {                                                     \
        const U sign = (U)1 << SIGN;                                                                                   \
        int64_t zeros = 0, nans = 0, negative = 0;                                                                     \
        for (int64_t j = 0; j < l->n; j++) {                                                                           \
            const U bits = IN(U, l, j), magnitude = bits & (U)~sign;                                                   \
            if (magnitude == 0) special[zeros++] = bits;                                                               \
            else if (magnitude > (U)(INF)) special[l->n - ++nans] = bits;                                              \
            else negative += bits != magnitude;                                                                        \
        }                                                                                                              \
        return negative;                                                                                               \
    }                                                                                                                  \
    static void restore_##S(const struct line *l, const U *special, const struct keys *keys, int64_t negative) {       \
        for (int64_t k = 0; k < keys->nans; k++) OUT(U, l, l->n - keys->nans + k) = special[l->n - 1 - k];             \
        for (int64_t j = negative; keys->negative_zeros && j < l->n && OUT(U, l, j) == 0; j++) OUT(U, l, j) = special[j - negative]; \
    }
#define PLAIN(T, S)                                                                                                    \
    static int64_t collect_##S(const struct line *l, void *special) { return (void)l, (void)special, 0; }              \
    static void restore_##S(const struct line *l, const void *special, const struct keys *keys, int64_t negative) {    \
        (void)l, (void)special, (void)keys, (void)negative;                                                            \
    }
EACH_INTEGER(PLAIN)
SPECIAL(uint16_t, f2, 15, 0x7c00)
SPECIAL(uint32_t, f4, 31, 0x7f800000)
SPECIAL(uint64_t, f8, 63, 0x7ff0000000000000)

// U: element, K: key. E, WIDTH: elements sorted for positions, made of a key and a place.
#define SORT(U, K, S, WIDTH, E, ORDER_WIDTH, SHIFT, MAKE, PLACE)                                                       \
    static void sort_##S(const struct line *l) {                                                                       \
        K *x = (K *)l->memory, differing = 0;                                                                          \
        U *special = (U *)(x + 2 * l->n);                                                                              \
        struct keys keys = {0, 0};                                                                                  \
        for (int64_t j = 0; j < l->n; j++) x[j] = key_##S(IN(U, l, j), &keys);                                         \
        for (int64_t j = 0; j < l->n; j++) differing |= x[j] ^ x[0];                                                   \
        const bool lost = keys.nans > 0 || keys.negative_zeros > 0;                                                    \
        const int64_t negative = lost ? collect_##S(l, special) : 0;                                                   \
        const K *sorted = radix_##WIDTH(x, l->n, differing);                                                           \
        for (int64_t j = 0; j < l->n; j++) OUT(U, l, j) = bits_##S(sorted[j]);                                         \
        if (lost) restore_##S(l, special, &keys, negative);                                                            \
    }                                                                                                                  \
    static void order_##S(const struct line *l) {                                                                      \
        E *x = (E *)l->memory;                                                                                         \
        struct keys keys = {0, 0};                                                                                  \
        const K first = key_##S(IN(U, l, 0), &keys);                                                                   \
        K differing = 0;                                                                                               \
        for (int64_t j = 0; j < l->n; j++) {                                                                           \
            const K key = key_##S(IN(U, l, j), &keys);                                                                 \
            differing |= key ^ first;                                                                                  \
            x[j] = MAKE(key, j);                                                                                       \
        }                                                                                                              \
        const E *sorted = radix_##ORDER_WIDTH(x, l->n, (uint64_t)differing << SHIFT);                                  \
        for (int64_t j = 0; j < l->n; j++) OUT(int64_t, l, j) = PLACE(sorted[j]);                                      \
    }
// Narrow keys and places share 64 bits; as places differ, no order of equal ones is left to keep.
#define PACK(key, j) ((uint64_t)(key) << 32 | (uint64_t)(j))
#define UNPACK(x) (int64_t)((x) & 0xffffffff)
#define PAIR(key, j) ((struct pair64){key, (uint64_t)(j)})
#define PAIR_PLACE(x) (int64_t)(x).at
#define NARROW_SORT(U, S) SORT(U, uint32_t, S, 32, uint64_t, 64, 32, PACK, UNPACK)
#define WIDE_SORT(U, S) SORT(U, uint64_t, S, 64, struct pair64, pair, 0, PAIR, PAIR_PLACE)
NARROW_SORT(uint8_t, u1)
NARROW_SORT(uint16_t, u2)
NARROW_SORT(uint32_t, u4)
WIDE_SORT(uint64_t, u8)
NARROW_SORT(uint8_t, i1)
NARROW_SORT(uint16_t, i2)
NARROW_SORT(uint32_t, i4)
WIDE_SORT(uint64_t, i8)
NARROW_SORT(uint16_t, f2)
NARROW_SORT(uint32_t, f4)
WIDE_SORT(uint64_t, f8)

enum status run_sort(struct context *context, const struct kernel *kernel, const struct call *call) {
    static void (*const sorts[])(const struct line *) = BY_DTYPE(sort, sort_u1, sort_f2);
    static void (*const orders[])(const struct line *) = BY_DTYPE(order, order_u1, order_f2);
    const int last = call->rank - 1;
    const int64_t lines = count_elements(call->shape, 0, last), n = call->shape[last];
    if (lines == 0 || n == 0) return DONE;
    // Places of narrow keys and counts of digits have 32 bits.
    if (n > UINT32_MAX) return BAD_CALL;
    if (!arena_reset(&context->shared, line_bytes(n))) return NO_MEMORY;
    for (int64_t line = 0; line < lines; line++) {
        int64_t places[2] = {0, 0}, rest = line;
        for (int d = last - 1; d >= 0; d--) {
            for (int v = 0; v < 2; v++) places[v] += rest % call->shape[d] * call->view[v].stride[d];
            rest /= call->shape[d];
        }
        (kernel->positions ? orders : sorts)[kernel->dtype](&(struct line){
            n, call->view[1].base + places[1], call->view[0].base + places[0], call->view[1].stride[last], call->view[0].stride[last], context->shared.memory,
        });
    }
    return DONE;
}
