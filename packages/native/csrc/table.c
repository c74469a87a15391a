// What this instruction set offers, in one table.
#include "isa.h"

extern row_fn ISA(row_)[][DTYPES];
extern columns_fn ISA(columns_)[][DTYPES];
extern seek_fn ISA(seek_)[][DTYPES];
extern seek_columns_fn ISA(seek_columns_)[][DTYPES];
extern const row_fn ISA(tree)[];
extern const sums_fn ISA(sums)[];
void ISA(transpose)(size_t item, char *out, int64_t out_row, const char *in, int64_t in_column, int64_t rows, int64_t columns);
extern const line_fn ISA(sorts)[], ISA(orders)[];
extern const struct gemm ISA(gemm)[];
extern const struct conv ISA(conv)[];
extern const struct pool ISA(pool)[];

static const struct op_entry *const ops[] = {ISA(arithmetic_ops), ISA(integer_ops), ISA(convert_ops), ISA(elementary_ops), ISA(fused_ops), NULL};

#define TEXT2(x) #x
#define TEXT(x) TEXT2(x)
const struct isa_table ISA(table) = {
    .name = TEXT(ISA_NAME),
    .ops = ops,
    .row_ops = ISA(row_ops),
    .rows = ISA(row_),
    .columns = ISA(columns_),
    .tree = ISA(tree),
    .sums = ISA(sums),
    .seek = ISA(seek_),
    .seek_columns = ISA(seek_columns_),
    .transpose = ISA(transpose),
    .sorts = ISA(sorts),
    .orders = ISA(orders),
    .gemm = ISA(gemm),
    .conv = ISA(conv),
    .pool = ISA(pool),
};
