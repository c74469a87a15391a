// Gather, scatter-add and running sums. Compile with -fwrapv: integers wrap around.
#include "kernels.h"

/** Element `i, j, k` of an operand of three axes. */
#define AT(T, v, i, j, k)                                                                                              \
    (*(T *)(call->view[v].base + (i)*call->view[v].stride[0] + (j)*call->view[v].stride[1] + (k)*call->view[v].stride[2]))

#define EACH_INDEX(T, STATEMENT)                                                                                       \
    for (int64_t o = 0; o < call->shape[0]; o++)                                                                       \
        for (int64_t j = 0; j < call->shape[1]; j++)                                                                   \
            for (int64_t i = 0; i < call->shape[2]; i++) {                                                             \
                const int64_t at = AT(const int64_t, 2, o, j, i);                                                      \
                STATEMENT;                                                                                             \
            }

#define GATHER(T, S) static void gather_##S(const struct call *call) { EACH_INDEX(T, AT(T, 0, o, j, i) = AT(const T, 1, o, at, i)) }
GATHER(uint8_t, 1)
GATHER(uint32_t, 4)
GATHER(uint64_t, 8)

#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#define EITHER(a, b) ((a) != 0 || (b) != 0)
#define BOTH(a, b) ((a) != 0 && (b) != 0)

#define SCATTER_ADD(T, S, COMBINE)                                                                                     \
    static void scatter_##S(const struct call *call) {                                                                 \
        EACH_INDEX(T, T *to = &AT(T, 0, o, at, i); *to = (T)COMBINE(*to, AT(const T, 1, o, j, i)))                     \
    }
SCATTER_ADD(uint8_t, b, EITHER)
SCATTER_ADD(uint8_t, u1, PLUS)
SCATTER_ADD(int32_t, i4, PLUS)
SCATTER_ADD(int64_t, i8, PLUS)
SCATTER_ADD(float, f4, PLUS)
SCATTER_ADD(double, f8, PLUS)

enum status run_gather(const struct kernel *kernel, const struct call *call) {
    static void (*const scatter[])(const struct call *) = {scatter_b, scatter_u1, scatter_i4, scatter_i8, scatter_f4, scatter_f8};
    const size_t item = item_size(kernel->dtype);
    if (kernel->kind == SCATTER_ADD) scatter[kernel->dtype](call);
    else if (item == 1) gather_1(call);
    else if (item == 4) gather_4(call);
    else gather_8(call);
    return DONE;
}

#define SCAN(T, S, COMBINE)                                                                                            \
    static void scan_##S(int64_t n, char *out, int64_t out_step, const char *in, int64_t in_step) {                    \
        T sum = *(const T *)in;                                                                                        \
        *(T *)out = sum;                                                                                               \
        for (int64_t j = 1; j < n; j++) {                                                                              \
            sum = (T)COMBINE(sum, *(const T *)(in + j * in_step));                                                     \
            *(T *)(out + j * out_step) = sum;                                                                          \
        }                                                                                                              \
    }
SCAN(uint8_t, sum_b, EITHER)
SCAN(uint8_t, sum_u1, PLUS)
SCAN(int32_t, sum_i4, PLUS)
SCAN(int64_t, sum_i8, PLUS)
SCAN(float, sum_f4, PLUS)
SCAN(double, sum_f8, PLUS)
SCAN(uint8_t, prod_b, BOTH)
SCAN(uint8_t, prod_u1, TIMES)
SCAN(int32_t, prod_i4, TIMES)
SCAN(int64_t, prod_i8, TIMES)
SCAN(float, prod_f4, TIMES)
SCAN(double, prod_f8, TIMES)

typedef void (*scan_fn)(int64_t n, char *out, int64_t out_step, const char *in, int64_t in_step);

enum status run_scan(const struct kernel *kernel, const struct call *call) {
    static const scan_fn scans[][DTYPES] = {
        {scan_sum_b, scan_sum_u1, scan_sum_i4, scan_sum_i8, scan_sum_f4, scan_sum_f8},
        {scan_prod_b, scan_prod_u1, scan_prod_i4, scan_prod_i8, scan_prod_f4, scan_prod_f8},
    };
    const int last = call->rank - 1;
    const int64_t n = call->shape[last];
    if (n == 0) return DONE;
    const scan_fn scan = scans[kernel->op == PROD][kernel->dtype];
    const int64_t lines = count_elements(call->shape, 0, last);
    for (int64_t line = 0; line < lines; line++) {
        int64_t places[2] = {0, 0}, rest = line;
        for (int d = last - 1; d >= 0; d--) {
            for (int v = 0; v < 2; v++) places[v] += rest % call->shape[d] * call->view[v].stride[d];
            rest /= call->shape[d];
        }
        scan(n, call->view[0].base + places[0], call->view[0].stride[last], call->view[1].base + places[1], call->view[1].stride[last]);
    }
    return DONE;
}
