// A program over rows, instruction by instruction; one that knows only elements is called for each row.
#include "rows.h"

/** Whether the rows of all operands follow one another without a gap, so that they may be taken as one. */
static bool follow_all(const struct program *program, const struct slot *slots, const struct instruction *code, int64_t n) {
    for (int j = 0; j < MAX_ARGS; j++) {
        const int at = code->r[j];
        const struct slot *slot = &slots[at];
        const bool number = at >= program->outs + program->ins && slot->step == 0;
        if (slot->p && !number && (slot->step == 0 || slot->by != n * (int64_t)item_size((enum dtype)program->dtypes[at]))) return false;
    }
    return true;
}

static void run_each_row(const struct program *program, const struct slot *slots, const struct instruction *code, int64_t rows, int64_t n) {
    static const uint16_t own[MAX_ARGS] = {0, 1, 2, 3, 4, 5};
    _Alignas(ALIGNMENT) char blocks[MAX_ARGS][BLOCK * 8];
    struct slot slot[MAX_ARGS];
    for (int64_t row = 0; row < rows; row++) {
        for (int j = 0; j < MAX_ARGS; j++) {
            const int at = code->r[j];
            slot[j] = slots[at];
            if (!slot[j].p) continue;
            slot[j].p += row * slot[j].by;
            // What is no operand is a block already.
            if (slot[j].step || at >= program->outs + program->ins) continue;
            spread_item(blocks[j], slot[j].p, BLOCK, item_size((enum dtype)program->dtypes[at]));
            slot[j].p = blocks[j];
        }
        code->fn((size_t)n, slot, own);
    }
}

void run_over_rows(const struct isa_table *isa, const struct program *program, const struct slot *slots, int64_t rows, int64_t n, char *const *sums) {
    for (int i = 0; i < program->instructions; i++) {
        const struct instruction *code = &program->code[i];
        void *sum = code->fold >= 0 ? sums[code->fold] : NULL;
        if (code->rows) {
            code->rows((size_t)rows, (size_t)n, slots, code->r, code->stores, sum);
            continue;
        }
        if (follow_all(program, slots, code, n)) code->fn((size_t)(rows * n), slots, code->r);
        else run_each_row(program, slots, code, rows, n);
        const struct slot *result = &slots[code->r[0]];
        if (sum) isa->sums[program->dtypes[code->r[0]]](result->p, rows, n, result->by, sum);
    }
}
