// Several operations in one pass over memory. Each entry's name is the expression it computes, step by step with the roundings
// of its parts; src/select.ts reads the names and looks for them in programs. A new entry needs nothing else.
#include "elementary.h"
#include "loops.h"

#define TYPED(name, x) _Generic((x), float: name##_f4, double: name##_f8)
#define ABS(x) TYPED(with_sign, x)(x, 1)
#define MAX(x, y) TYPED(max, x)(x, y)
#define EXP(x) TYPED(exp, x)(x)
#define LOG1P(x) TYPED(log1p, x)(x)
#define SQRT(x) _Generic((x), float: sqrtf, double: sqrt)(x)

#define FUSED1(name, E) OP1(name##_f4_fused, float, float, E) OP1(name##_f8_fused, double, double, E)
#define FUSED2(name, E) OP2(name##_f4_fused, float, float, float, E) OP2(name##_f8_fused, double, double, double, E)
#define FUSED3(name, E) OP3(name##_f4_fused, float, float, float, float, E) OP3(name##_f8_fused, double, double, double, double, E)
#define FUSED4(name, E) OP4(name##_f4_fused, float, E) OP4(name##_f8_fused, double, E)
#define FUSED5(name, E) OP5(name##_f4_fused, float, E) OP5(name##_f8_fused, double, E)

// Every pair of the four operations.
#define PAIRS(inner, E)                                                                                                \
    FUSED3(add_##inner, (E) + c)                                                                                       \
    FUSED3(sub_##inner, (E)-c)                                                                                         \
    FUSED3(rsub_##inner, c - (E))                                                                                      \
    FUSED3(mul_##inner, (E)*c)                                                                                         \
    FUSED3(div_##inner, (E) / c)                                                                                       \
    FUSED3(rdiv_##inner, c / (E))
PAIRS(add, a + b)
PAIRS(sub, a - b)
PAIRS(mul, a *b)
PAIRS(div, a / b)

// Steps of the optimizers.
FUSED4(lerp, a + b * (c - d))
FUSED4(second_moment, a *b + c * (d * d))
FUSED3(denominator, SQRT(a) / b + c)
FUSED4(step, a - b * (c / d))
// Activations and their derivatives.
FUSED3(max_add, MAX(a + b, c))
FUSED4(max_add_mul, MAX(a * b + c, d))
FUSED3(exp_difference_quotient, EXP(a - b) / c)
FUSED1(exp_neg, EXP(-a))
FUSED3(sigmoid, a / (b + EXP(-c)))
FUSED3(tanh_grad, a *(b - c * c))
FUSED3(sigmoid_grad, (a * (b - c)) * c)
FUSED1(log1p_exp_neg_abs, LOG1P(EXP(-ABS(a))))
FUSED2(neg_mul, -(a * b))
// Normalisation and its derivatives, those of the softmax family: X(number of arguments, name, expression, text).
#define OF_ROWS(X)                                                                                                     \
    X(2, exp_difference, EXP(a - b), "exp(sub(a,b))")                                                                  \
    X(2, square_difference, (a - b) * (a - b), "mul(sub(a,b),sub(a,b))")                                               \
    X(5, standardize_affine, ((a - b) * c) * d + e, "add(mul(mul(sub(a,b),c),d),e)")                                   \
    X(4, standardize_mul, ((a - b) * c) * d, "mul(mul(sub(a,b),c),d)")                                                 \
    X(4, centred_mul, a *((b - c) - d), "mul(a,sub(sub(b,c),d))")                                                      \
    X(5, centred_product_mul, a *((b * c - d) - e), "mul(a,sub(sub(mul(b,c),d),e))")                                   \
    X(3, log_softmax_grad, a - EXP(b) * c, "sub(a,mul(exp(b),c))")
// Operations from elsewhere that rows need as well.
#define ALSO_OF_ROWS(X)                                                                                                \
    X(2, mul, a *b, "mul")                                                                                             \
    X(2, div, a / b, "div")                                                                                            \
    X(3, mul_mul, (a * b) * c, "mul(mul(a,b),c)")                                                                      \
    X(3, mul_sub, (a - b) * c, "mul(sub(a,b),c)")                                                                      \
    X(3, sub_sub, (a - b) - c, "sub(sub(a,b),c)")
#define FUSED_ONE(COUNT, name, E, text) FUSED##COUNT(name, E)
#define OVER_ROWS_BOTH(COUNT, name, E, text) OVER_ROWS(name##_f4, float, f4, COUNT, E) OVER_ROWS(name##_f8, double, f8, COUNT, E)
OF_ROWS(FUSED_ONE)
OF_ROWS(OVER_ROWS_BOTH)
ALSO_OF_ROWS(OVER_ROWS_BOTH)
// Choices without a bool in between.
FUSED4(where_eq, a == b ? c : d)
FUSED4(where_ne, a != b ? c : d)
FUSED4(where_lt, a < b ? c : d)
FUSED4(where_le, a <= b ? c : d)
FUSED4(where_gt, a > b ? c : d)
FUSED4(where_ge, a >= b ? c : d)

#define ROW(name, text) {text ".f4", name##_f4_fused}, {text ".f8", name##_f8_fused}
#define ROW_OF(COUNT, name, E, text) ROW(name, text),
#define ROWS_OF(COUNT, name, E, text) {text ".f4", name##_f4_rows}, {text ".f8", name##_f8_rows},
#define PAIR_ROWS(inner)                                                                                               \
    ROW(add_##inner, "add(" #inner "(a,b),c)"), ROW(sub_##inner, "sub(" #inner "(a,b),c)"),                            \
        ROW(rsub_##inner, "sub(c," #inner "(a,b))"), ROW(mul_##inner, "mul(" #inner "(a,b),c)"),                       \
        ROW(div_##inner, "div(" #inner "(a,b),c)"), ROW(rdiv_##inner, "div(c," #inner "(a,b))")
const struct op_entry ISA(fused_ops)[] = {
    PAIR_ROWS(add),
    PAIR_ROWS(sub),
    PAIR_ROWS(mul),
    PAIR_ROWS(div),
    ROW(lerp, "add(a,mul(b,sub(c,d)))"),
    ROW(second_moment, "add(mul(a,b),mul(c,mul(d,d)))"),
    ROW(denominator, "add(div(sqrt(a),b),c)"),
    ROW(step, "sub(a,mul(b,div(c,d)))"),
    ROW(max_add, "max(add(a,b),c)"),
    ROW(max_add_mul, "max(add(mul(a,b),c),d)"),
    ROW(exp_difference_quotient, "div(exp(sub(a,b)),c)"),
    ROW(exp_neg, "exp(neg(a))"),
    ROW(sigmoid, "div(a,add(b,exp(neg(c))))"),
    ROW(tanh_grad, "mul(a,sub(b,mul(c,c)))"),
    ROW(sigmoid_grad, "mul(mul(a,sub(b,c)),c)"),
    ROW(log1p_exp_neg_abs, "log1p(exp(neg(abs(a))))"),
    ROW(neg_mul, "neg(mul(a,b))"),
    ROW(where_eq, "where(eq(a,b),c,d)"),
    ROW(where_ne, "where(ne(a,b),c,d)"),
    ROW(where_lt, "where(lt(a,b),c,d)"),
    ROW(where_le, "where(le(a,b),c,d)"),
    ROW(where_gt, "where(gt(a,b),c,d)"),
    ROW(where_ge, "where(ge(a,b),c,d)"),
    OF_ROWS(ROW_OF){NULL, NULL},
};

const struct row_entry ISA(row_ops)[] = {OF_ROWS(ROWS_OF) ALSO_OF_ROWS(ROWS_OF){NULL, NULL}};
