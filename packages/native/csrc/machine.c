#include "machine.h"

#include <string.h>

size_t machine_bytes(const struct program *program) {
    const int operands = program->outs + program->ins;
    const int slots = operands + program->scalars + program->consts + program->regs;
    size_t bytes = arena_bytes(sizeof(struct slot) * (size_t)slots) + arena_bytes(sizeof(struct operand) * (size_t)operands);
    bytes += arena_bytes(BLOCK * 8) * (size_t)program->scalars;
    // Every operand may need a tile, whose dtype is no wider than 8 bytes.
    return bytes + arena_bytes((size_t)program->tile * 8) * (size_t)(operands + program->regs + 1);
}

static bool is_direct(const struct machine *machine, const struct view *view, size_t item) {
    int64_t step = (int64_t)item;
    for (int d = machine->rank - 1; d >= machine->lead; d--) {
        if (view->stride[d] != step && (d > machine->lead ? machine->shape[d] : machine->span) > 1) return false;
        step *= machine->shape[d];
    }
    return true;
}

static bool is_uniform(const struct machine *machine, const struct view *view) {
    for (int d = machine->rank - 1; d >= machine->lead; d--)
        if (view->stride[d] != 0 && (d > machine->lead || machine->span > 1)) return false;
    return true;
}

/** Whether an output may be written before the program has read all: not when it is an input that is read later. */
static bool is_early(const struct machine *machine, int out) {
    const struct program *program = machine->program;
    for (int i = 0; i < program->ins; i++)
        if (program->late[out * program->ins + i] && machine->operands[program->outs + i].view->base == machine->operands[out].view->base) return false;
    return true;
}

static void choose_tile(struct machine *machine, int least, int64_t limit) {
    machine->lead = machine->rank - 1;
    machine->inner = 1;
    while (machine->lead > least && machine->inner * machine->shape[machine->lead] <= limit) machine->inner *= machine->shape[machine->lead--];
    const int64_t span = limit / machine->inner;
    machine->span = span < machine->shape[machine->lead] ? span : machine->shape[machine->lead];
}

void machine_open(struct machine *machine, const struct program *program, const struct call *call, int least, struct arena *arena) {
    const int operands = program->outs + program->ins;
    machine->program = program;
    machine->rank = call->rank;
    machine->shape = call->shape;
    machine->slots = arena_take(arena, sizeof(struct slot) * (size_t)(operands + program->scalars + program->consts + program->regs));
    machine->operands = arena_take(arena, sizeof(struct operand) * (size_t)operands);
    choose_tile(machine, least < 0 ? 0 : least, program->tile);
    // What is reduced as it lies in memory needs no tile.
    if (program->result == program->outs && program->ins == 1 && least < 0) {
        choose_tile(machine, 0, INT64_MAX);
        if (!is_direct(machine, &call->view[1], item_size(program->dtypes[0]))) choose_tile(machine, 0, program->tile);
    }
    struct slot *slot = machine->slots;
    for (int v = 0; v < operands; v++, slot++) {
        const size_t item = item_size(program->dtypes[v]);
        const struct view *view = &call->view[v + (program->result >= 0)];
        const bool out = v < program->outs;
        enum access access = is_direct(machine, view, item) ? DIRECT : !out && is_uniform(machine, view) ? UNIFORM : STRIDED;
        machine->operands[v] = (struct operand){.view = view, .item = item, .access = access};
        *slot = (struct slot){NULL, access != UNIFORM, 0};
    }
    for (int o = 0; o < program->outs; o++)
        if (!is_early(machine, o)) machine->operands[o].access = STRIDED;
    for (int v = 0; v < operands; v++) {
        struct operand *operand = &machine->operands[v];
        if (operand->access == DIRECT) continue;
        operand->tile = arena_take(arena, operand->access == UNIFORM ? BLOCK * operand->item : (size_t)program->tile * operand->item);
        machine->slots[v].p = operand->tile;
    }
    for (int i = 0; i < program->scalars; i++, slot++) {
        *slot = (struct slot){arena_take(arena, BLOCK * 8), 0, 0};
        fill_block(slot->p, call->scalars[i], program->dtypes[operands + i]);
    }
    for (int i = 0; i < program->consts; i++, slot++) *slot = (struct slot){program->blocks + i * BLOCK * 8, 0, 0};
    for (int i = 0; i < program->regs; i++, slot++) {
        const size_t item = item_size(program->dtypes[slot - machine->slots]);
        *slot = (struct slot){arena_take(arena, (size_t)program->tile * item), 1, 0};
    }
    machine->spread = program->result >= 0 ? arena_take(arena, (size_t)program->tile * 8) : NULL;
}

#define STRIDED_COPY(T)                                                                                                \
    if (to_step == sizeof(T))                                                                                          \
        for (int64_t i = 0; i < count; i++) ((T *)to)[i] = *(const T *)(from + i * from_step);                         \
    else                                                                                                               \
        for (int64_t i = 0; i < count; i++) *(T *)(to + i * to_step) = *(const T *)(from + i * from_step)

void copy_line(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t count, size_t item) {
    if (to_step == (int64_t)item && from_step == (int64_t)item) memcpy(to, from, (size_t)count * item);
    else if (item == 1) {
        STRIDED_COPY(uint8_t);
    } else if (item == 2) {
        STRIDED_COPY(uint16_t);
    } else if (item == 4) {
        STRIDED_COPY(uint32_t);
    } else {
        STRIDED_COPY(uint64_t);
    }
}

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

/** Copies between a tile and the places of an operand, axis by axis; gives the end of what was walked of the tile. */
static char *copy_axes(const struct machine *machine, const struct operand *operand, int axis, int64_t count, char *place, char *tile, bool gather) {
    const int64_t *stride = operand->view->stride + axis, item = (int64_t)operand->item;
    const int below = machine->rank - 1 - axis;
    if (below == 0) {
        if (gather) copy_line(tile, item, place, *stride, count, operand->item);
        else copy_line(place, *stride, tile, item, count, operand->item);
        return tile + count * item;
    }
    const int64_t width = machine->shape[axis + 1];
    // The places are walked in the order in which they lie; the tile is in the cache in any order.
    if (below == 1 && distance(stride[0]) < distance(stride[1])) {
        for (int64_t j = 0; j < width; j++) {
            char *line = place + j * stride[1], *column = tile + j * item;
            if (gather) copy_line(column, width * item, line, *stride, count, operand->item);
            else copy_line(line, *stride, column, width * item, count, operand->item);
        }
        return tile + count * width * item;
    }
    for (int64_t i = 0; i < count; i++) tile = copy_axes(machine, operand, axis + 1, width, place + i * *stride, tile, gather);
    return tile;
}

static void spread_block(char *block, const char *from, size_t item) {
    for (int i = 0; i < BLOCK; i++) memcpy(block + (size_t)i * item, from, item);
}

static void load(const struct machine *machine, struct operand *operand, char *place, int64_t count) {
    if (operand->cached == place && operand->cached_count >= count) return;
    operand->cached = place;
    operand->cached_count = count;
    if (operand->access == UNIFORM) spread_block(operand->tile, place, operand->item);
    else copy_axes(machine, operand, machine->lead, count, place, operand->tile, true);
}

const char *machine_tile(struct machine *machine, const int64_t *index, int64_t count) {
    const struct program *program = machine->program;
    const int operands = program->outs + program->ins;
    char *places[MAX_OPERANDS];
    for (int v = 0; v < operands; v++) {
        struct operand *operand = &machine->operands[v];
        char *place = operand->view->base;
        for (int d = 0; d <= machine->lead; d++) place += index[d] * operand->view->stride[d];
        places[v] = place;
        if (operand->access == DIRECT) machine->slots[v].p = place;
        else if (v >= program->outs) load(machine, operand, place, count);
    }
    const size_t n = (size_t)(count * machine->inner);
    for (int i = 0; i < program->instructions; i++) program->code[i].fn(n, machine->slots, program->code[i].r);
    for (int v = 0; v < program->outs; v++) {
        struct operand *operand = &machine->operands[v];
        if (operand->access != DIRECT) copy_axes(machine, operand, machine->lead, count, places[v], operand->tile, false);
    }
    if (program->result < 0) return NULL;
    const struct slot *result = &machine->slots[program->result];
    if (result->step) return result->p;
    const size_t item = item_size(program->dtypes[program->result]);
    for (size_t i = 0; i < n; i++) memcpy(machine->spread + i * item, result->p, item);
    return machine->spread;
}

int64_t machine_count(const struct machine *machine) {
    const int64_t along = (machine->shape[machine->lead] + machine->span - 1) / machine->span;
    return along * count_elements(machine->shape, 0, machine->lead);
}

/** Whether the program needs no tile, so that all of a contiguous range may be one. */
static bool is_boundless(const struct machine *machine) {
    const struct program *program = machine->program;
    bool boundless = machine->rank == 1 && program->instructions == 1;
    for (int v = 0; boundless && v < program->outs + program->ins; v++) boundless = machine->operands[v].access != STRIDED;
    return boundless;
}

void machine_tiles(struct machine *machine, int64_t first, int64_t last) {
    int64_t index[MAX_RANK];
    if (is_boundless(machine)) {
        const int64_t from = first * machine->span, to = last * machine->span;
        index[0] = from;
        machine_tile(machine, index, (to < machine->shape[0] ? to : machine->shape[0]) - from);
        return;
    }
    const int64_t size = machine->shape[machine->lead], along = (size + machine->span - 1) / machine->span;
    int64_t rest = first / along;
    index[machine->lead] = first % along * machine->span;
    for (int d = machine->lead - 1; d >= 0; d--) {
        index[d] = rest % machine->shape[d];
        rest /= machine->shape[d];
    }
    for (int64_t tile = first; tile < last; tile++) {
        const int64_t left = size - index[machine->lead];
        machine_tile(machine, index, left < machine->span ? left : machine->span);
        index[machine->lead] += machine->span;
        if (left > machine->span) continue;
        index[machine->lead] = 0;
        for (int d = machine->lead - 1; d >= 0 && ++index[d] == machine->shape[d]; d--) index[d] = 0;
    }
}
