// Stable ascending sorts of a line, NaN last. Elements become integer keys in their order. Values that lie close together are
// counted; other values are sorted in vectors where the instruction set can split one, and everything else by digits.
#include "isa.h"

/** Bits of a digit. */
#define DIGIT 8
#define VALUES (1 << DIGIT)
/** Lines up to this length are sorted by insertion. */
#define SHORT 32
/** Bits by which keys are told apart beyond those that number them. */
#define SPARE 5
/** Moves of an element, on average, after which insertion is given up. */
#define PATIENCE 8

/** The largest range of values that are counted. */
#define COUNTED 65536

struct pair64 {
    uint64_t key, at;
};

// Values are kept as signed keys, which vectors compare; digits are those of unsigned ones.
#define SIGN_32 0x80000000u
#define SIGN_64 0x8000000000000000ull

// Sorts of elements E with keys of type K; `x` has room for twice `n`. Gives where the sorted ones are.
#define DIGITS(E, K, S, KEY)                                                                                           \
    /** Whether it took no more than `moves` moves; the order of equal keys is kept in any case. */                    \
    static inline bool insert_##S(E *x, int64_t n, int64_t moves) {                                                           \
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
    }
#define RADIX(E, S)                                                                                                    \
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
#define FLIPPED_32(x) ((x) ^ SIGN_32)
#define FLIPPED_64(x) ((x) ^ SIGN_64)
#define ITSELF(x) (x)
#define KEY_OF(x) (x).key
DIGITS(uint32_t, uint32_t, 32, FLIPPED_32)
DIGITS(uint64_t, uint64_t, 64, FLIPPED_64)
DIGITS(uint64_t, uint64_t, packed, ITSELF)
DIGITS(struct pair64, uint64_t, pair, KEY_OF)
RADIX(uint64_t, packed)
RADIX(struct pair64, pair)

#if defined(__AVX2__)
#include "vector-sort.h"
#endif

// Sorts signed keys in one of two memories; gives where they are.
#if defined(__AVX2__)
/** Twice the logarithm of a length: more splits mean that the pivots are bad. */
static inline int patience(int64_t n) { return 2 * (64 - __builtin_clzll((uint64_t)n | 1)); }

#define VALUES_SORT(WIDTH, T, U, S)                                                                                    \
    static const U *sort_keys_##WIDTH(U *x, U *other, int64_t n, U least, U most) {                                    \
        (void)least, (void)most;                                                                                       \
        quicksort_##S((T *)x, (T *)other, n, false, patience(n));                                                      \
        return x;                                                                                                      \
    }
#else
RADIX(uint32_t, 32)
RADIX(uint64_t, 64)
#define VALUES_SORT(WIDTH, T, U, S)                                                                                    \
    static const U *sort_keys_##WIDTH(U *x, U *other, int64_t n, U least, U most) {                                    \
        (void)other;                                                                                                   \
        /* Where the least and the most differ, so may all. */                                                         \
        const U differing = least ^ most;                                                                              \
        return radix_##WIDTH(x, n, differing == 0 ? 0 : ((uint64_t)2 << (63 - __builtin_clzll(differing))) - 1);       \
    }
#endif
VALUES_SORT(32, int32_t, uint32_t, s4)
VALUES_SORT(64, int64_t, uint64_t, s8)

// Unsigned keys of integers: signed ones move up by half their range. Keys of floats: bits in order, both zeros alike, NaN
// above all; what they lose is told by LOSES. U unsigned of the same width, and K that of the keys.
#define INTEGER_KEY(U, K, S, HALF)                                                                                     \
    static inline K key_##S(U bits) { return (U)(bits ^ (U)(HALF)); }                                                  \
    static inline U bits_##S(K key) { return (U)((U)key ^ (U)(HALF)); }                                                \
    static inline U loses_##S(U bits) { return (void)bits, (U)0; }    
#define FLOAT_KEY(U, I, K, S, SIGN, INF)                                                                               \
    /* Masks, because choices would keep the loops from becoming vector code. */                                       \
    static inline U nan_##S(U bits) { return (U) - (U)((I)(bits & (U) ~((U)1 << SIGN)) > (I)(INF)); }                  \
    static inline U negative_zero_##S(U bits) { return (U) - (U)(bits == (U)((U)1 << SIGN)); }                         \
    static inline U loses_##S(U bits) { return nan_##S(bits) | negative_zero_##S(bits); }                              \
    static inline K key_##S(U bits) {                                                                                  \
        const U sign = (U)((U)1 << SIGN), negative = (U)((I)bits >> SIGN), zero = negative_zero_##S(bits);             \
        return (U)(((U)(bits ^ (negative | sign)) & (U)~zero) | (sign & zero) | nan_##S(bits));                        \
    }                                                                                                                  \
    static inline U bits_##S(K key) {                                                                                  \
        const U sign = (U)((U)1 << SIGN);                                                                              \
        return (U)((U)key ^ ((U)~(U)((I)(U)key >> SIGN) | sign));                                                      \
    }
INTEGER_KEY(uint8_t, uint32_t, u1, 0)
INTEGER_KEY(uint16_t, uint32_t, u2, 0)
INTEGER_KEY(uint32_t, uint32_t, u4, 0)
INTEGER_KEY(uint64_t, uint64_t, u8, 0)
INTEGER_KEY(uint8_t, uint32_t, i1, 1 << 7)
INTEGER_KEY(uint16_t, uint32_t, i2, 1 << 15)
INTEGER_KEY(uint32_t, uint32_t, i4, SIGN_32)
INTEGER_KEY(uint64_t, uint64_t, i8, SIGN_64)
FLOAT_KEY(uint16_t, int16_t, uint32_t, f2, 15, 0x7c00)
FLOAT_KEY(uint32_t, int32_t, uint32_t, f4, 31, 0x7f800000)
FLOAT_KEY(uint64_t, int64_t, uint64_t, f8, 63, 0x7ff0000000000000)

// What keys of floats have lost comes back in the order in which it came: zeros with their signs, NaN as they were.
#define RESTORE(U, S, SIGN, INF)                                                                                       \
    static void restore_##S(U *out, const U *in, U *special, int64_t n) {                                              \
        const U sign = (U)1 << SIGN;                                                                                   \
        int64_t zeros = 0, nans = 0, negative = 0;                                                                     \
        for (int64_t j = 0; j < n; j++) {                                                                              \
            const U bits = in[j], magnitude = bits & (U)~sign;                                                         \
            if (magnitude == 0) special[zeros++] = bits;                                                               \
            else if (magnitude > (U)(INF)) special[n - ++nans] = bits;                                                 \
            else negative += bits != magnitude;                                                                        \
        }                                                                                                              \
        memcpy(out + negative, special, (size_t)zeros * sizeof(U));                                                    \
        for (int64_t k = 0; k < nans; k++) out[n - nans + k] = special[n - 1 - k];                                     \
    }
#define NOTHING_LOST(T, S)                                                                                             \
    static inline void restore_##S(void *out, const void *in, void *special, int64_t n) { (void)out, (void)in, (void)special, (void)n; }
EACH_INTEGER(NOTHING_LOST)
RESTORE(uint16_t, f2, 15, 0x7c00)
RESTORE(uint32_t, f4, 31, 0x7f800000)
RESTORE(uint64_t, f8, 63, 0x7ff0000000000000)

// A line without gaps: the memory itself, or a copy in `room`.
#define GATHERED(U, S)                                                                                                 \
    static const U *gathered_##S(const struct line *l, U *room) {                                                      \
        if (l->in_step == sizeof(U) && l->in != l->out) return (const U *)l->in;                                       \
        for (int64_t j = 0; j < l->n; j++) room[j] = *(const U *)(l->in + j * l->in_step);                             \
        return room;                                                                                                   \
    }

// U: element, K: key of WIDTH bits. E, ORDER: elements sorted for positions, made of a key and a place.
#define SORT_VALUES(U, K, S, WIDTH)                                                                                    \
    static void count_##S(U *out, const K *x, int64_t n, K least, K most) {                                            \
        static _Thread_local uint32_t counts[COUNTED];                                                                 \
        const K range = most - least + 1;                                                                              \
        memset(counts, 0, sizeof *counts * (size_t)range);                                                             \
        for (int64_t j = 0; j < n; j++) counts[x[j] - least]++;                                                        \
        for (K v = 0; v < range; v++) {                                                                                \
            const U bits = bits_##S((K)((v + least) ^ SIGN_##WIDTH));                                                  \
            for (uint32_t left = counts[v]; left > 0; left--) *out++ = bits;                                           \
        }                                                                                                              \
    }                                                                                                                  \
    static void sort_##S(const struct line *l) {                                                                       \
        const int64_t n = l->n;                                                                                        \
        K *x = (K *)l->memory;                                                                                         \
        U *special = (U *)(x + 2 * n), *room = special + n;                                                            \
        const U *in = gathered_##S(l, room);                                                                           \
        U *out = l->out_step == sizeof(U) ? (U *)l->out : (U *)(x + n);                                                \
        I##WIDTH least = I##WIDTH##_MAX, most = I##WIDTH##_MIN;                                                        \
        U lost = 0;                                                                                                    \
        VECTORIZE for (int64_t j = 0; j < n; j++) {                                                                    \
            const I##WIDTH key = (I##WIDTH)(key_##S(in[j]) ^ SIGN_##WIDTH);                                            \
            x[j] = (K)key;                                                                                             \
            least = key < least ? key : least;                                                                         \
            most = key > most ? key : most;                                                                            \
            lost |= loses_##S(in[j]);                                                                                  \
        }                                                                                                              \
        const K range = (K)most - (K)least;                                                                            \
        if (range < COUNTED && range < (uint64_t)n) count_##S(out, x, n, (K)least, (K)most);                           \
        else {                                                                                                         \
            const K *sorted = sort_keys_##WIDTH(x, x + n, n, (K)least, (K)most);                                       \
            VECTORIZE for (int64_t j = 0; j < n; j++) out[j] = bits_##S(sorted[j] ^ SIGN_##WIDTH);                     \
        }                                                                                                              \
        if (lost) restore_##S(out, in, special, n);                                                                    \
        if (out != (U *)l->out)                                                                                        \
            for (int64_t j = 0; j < n; j++) *(U *)(l->out + j * l->out_step) = out[j];                                 \
    }
#define SORT_ORDER(U, K, S, E, ORDER, SHIFT, MAKE, PLACE)                                                              \
    static void order_##S(const struct line *l) {                                                                      \
        E *x = (E *)l->memory;                                                                                         \
        const K first = key_##S(*(const U *)l->in);                                                                    \
        K differing = 0;                                                                                               \
        for (int64_t j = 0; j < l->n; j++) {                                                                           \
            const K key = key_##S(*(const U *)(l->in + j * l->in_step));                                               \
            differing |= key ^ first;                                                                                  \
            x[j] = MAKE(key, j);                                                                                       \
        }                                                                                                              \
        const E *sorted = radix_##ORDER(x, l->n, (uint64_t)differing << SHIFT);                                        \
        for (int64_t j = 0; j < l->n; j++) *(int64_t *)(l->out + j * l->out_step) = PLACE(sorted[j]);                  \
    }
// Narrow keys and places share 64 bits; as places differ, no order of equal ones is left to keep.
#define PACK(key, j) ((uint64_t)(key) << 32 | (uint64_t)(j))
#define UNPACK(x) (int64_t)((x) & 0xffffffff)
#define PAIR(key, j) ((struct pair64){key, (uint64_t)(j)})
#define PAIR_PLACE(x) (int64_t)(x).at
typedef int32_t I32;
typedef int64_t I64;
#define I32_MAX INT32_MAX
#define I32_MIN INT32_MIN
#define I64_MAX INT64_MAX
#define I64_MIN INT64_MIN
#define NARROW_ORDER(U, S) GATHERED(U, S) SORT_ORDER(U, uint32_t, S, uint64_t, packed, 32, PACK, UNPACK)
#define WIDE_ORDER(U, S) GATHERED(U, S) SORT_ORDER(U, uint64_t, S, struct pair64, pair, 0, PAIR, PAIR_PLACE)
#define NARROW_SORT(U, S) NARROW_ORDER(U, S) SORT_VALUES(U, uint32_t, S, 32)
#define WIDE_SORT(U, S) WIDE_ORDER(U, S) SORT_VALUES(U, uint64_t, S, 64)
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
#if defined(SORTS_DOUBLES)
// NaN is sorted as infinity and written anew behind it; zeros, of which vectors may keep either, are written anew too.
#define FLOAT_SORT(T, U, S, INF)                                                                                       \
    static void sort_##S(const struct line *l) {                                                                       \
        const int64_t n = l->n;                                                                                        \
        T *x = (T *)l->memory;                                                                                         \
        U *special = (U *)(x + 2 * n), *room = special + n;                                                            \
        const U *in = gathered_##S(l, room);                                                                           \
        const bool near = l->out_step == sizeof(T);                                                                    \
        T *out = near ? (T *)l->out : x + n;                                                                           \
        U lost = 0;                                                                                                    \
        VECTORIZE for (int64_t j = 0; j < n; j++) {                                                                    \
            const U nan = nan_##S(in[j]);                                                                              \
            ((U *)x)[j] = (in[j] & ~nan) | ((U)(INF) & nan);                                                           \
            lost |= nan | negative_zero_##S(in[j]);                                                                    \
        }                                                                                                              \
        quicksort_##S(x, out, n, true, patience(n));                                                                   \
        if (lost) restore_##S((U *)out, in, special, n);                                                               \
        for (int64_t j = 0; !near && j < n; j++) *(T *)(l->out + j * l->out_step) = out[j];                            \
    }
WIDE_ORDER(uint64_t, f8)
FLOAT_SORT(double, uint64_t, f8, 0x7ff0000000000000)
#else
WIDE_SORT(uint64_t, f8)
#endif

const line_fn ISA(sorts)[DTYPES] = BY_DTYPE(sort, sort_u1, sort_f2);
const line_fn ISA(orders)[DTYPES] = BY_DTYPE(order, order_u1, order_f2);
