// Slots of a step's program, and the program over rows, instruction by instruction; one that knows only elements is called for each row.
#include "rows.h"

#include <string.h>

int slots_of(const struct program *program) { return program->outs + program->ins + program->scalars + program->consts + program->regs; }

size_t program_bytes(const struct program *program) {
    return arena_bytes(sizeof(struct slot) * (size_t)slots_of(program)) + arena_bytes(BLOCK * 8) * (size_t)program->scalars;
}

struct slot *open_slots(const struct program *program, const struct call *call, size_t line, struct arena *arena) {
    const int operands = program->outs + program->ins;
    struct slot *slots = arena_take(arena, sizeof(struct slot) * (size_t)slots_of(program)), *slot = slots + operands;
    memset(slots, 0, sizeof *slots * (size_t)operands);
    for (int i = 0; i < program->scalars; i++, slot++) {
        *slot = (struct slot){arena_take(arena, BLOCK * 8), 0, 0};
        fill_block(slot->p, call->scalars[i], program->dtypes[program->outs + program->ins + i]);
    }
    for (int i = 0; i < program->consts; i++, slot++) *slot = (struct slot){program->blocks + i * BLOCK * 8, 0, 0};
    for (int i = 0; i < program->regs; i++, slot++) *slot = (struct slot){arena_take(arena, line), 1, 0};
    return slots;
}

void spread_item(char *to, const char *from, int64_t count, size_t item) {
    if (item == 4) {
        uint32_t x;
        memcpy(&x, from, 4);
        for (int64_t i = 0; i < count; i++) memcpy(to + 4 * i, &x, 4);
    } else {
        uint64_t x;
        memcpy(&x, from, 8);
        for (int64_t i = 0; i < count; i++) memcpy(to + 8 * i, &x, 8);
    }
}

bool takes_lines(const struct rows *rows, const struct call *call) {
    for (int s = 0; s < rows->steps; s++) {
        const struct step *step = &rows->step[s];
        const struct program *program = &step->program;
        if (step->kind == VALUE) continue;
        for (int i = 0; i < program->instructions; i++)
            if (!program->code[i].rows) return false;
        for (int f = 0; f < step->count; f++) {
            const int input = step->slot[f] - program->outs;
            if (input >= 0 && input < rows->inputs && call->view[rows->written + rows->elements + input].stride[call->rank - 1] == 0) return false;
        }
    }
    return true;
}

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
