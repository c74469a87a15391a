// Geometry of calls, memory that is used again, and blocks of one number.
#include "half.h"
#include "isograd.h"

#include <stdlib.h>
#include <string.h>

void collapse(struct call *call) {
    int top = -1, split = 0, last = -1;
    for (int d = 0; d < call->rank; d++) {
        if (d == call->split) last = -1;
        const int64_t size = call->shape[d];
        if (size == 1) continue;
        bool merges = last >= 0;
        for (int v = 0; merges && v < call->views; v++) merges = call->view[v].stride[top] == call->view[v].stride[d] * size;
        if (merges) call->shape[top] *= size;
        else {
            call->shape[++top] = size;
            if (d < call->split) split++;
        }
        for (int v = 0; v < call->views; v++) call->view[v].stride[top] = call->view[v].stride[d];
        last = d;
    }
    // At least one axis remains behind the split.
    if (top + 1 == split) {
        call->shape[++top] = 1;
        for (int v = 0; v < call->views; v++) call->view[v].stride[top] = 0;
    }
    call->rank = top + 1;
    call->split = split;
}

#define FILL(T, x)                                                                                                     \
    do {                                                                                                               \
        const T element = (x);                                                                                         \
        for (int i = 0; i < BLOCK; i++) ((T *)block)[i] = element;                                                     \
    } while (0)

/** A whole number as the low bits of an integer; what neither signed nor unsigned 64 bits hold is not given. */
static uint64_t integer_of(double value) { return value >= 0x1p63 ? (uint64_t)(int64_t)(value - 0x1p63) ^ 0x8000000000000000ull : (uint64_t)(int64_t)value; }

void fill_block(void *block, double value, enum dtype dtype) {
    switch (dtype) {
    case BOOL: FILL(uint8_t, value != 0); break;
    case UINT8:
    case INT8: FILL(uint8_t, (uint8_t)integer_of(value)); break;
    case UINT16:
    case INT16: FILL(uint16_t, (uint16_t)integer_of(value)); break;
    case UINT32:
    case INT32: FILL(uint32_t, (uint32_t)integer_of(value)); break;
    case UINT64:
    case INT64: FILL(uint64_t, integer_of(value)); break;
    case FLOAT16: FILL(uint16_t, half_of_f8(value)); break;
    case FLOAT32: FILL(float, (float)value); break;
    default: FILL(double, value);
    }
}

bool arena_reset(struct arena *arena, size_t size) {
    arena->used = 0;
    if (size <= arena->size) return true;
    free(arena->memory);
    size = arena_bytes(size);
    arena->memory = aligned_alloc(ALIGNMENT, size);
    arena->size = arena->memory ? size : 0;
    return arena->memory != NULL;
}

void *arena_take(struct arena *arena, size_t bytes) {
    void *p = arena->memory + arena->used;
    arena->used += arena_bytes(bytes);
    return p;
}

struct call *call_part(const struct call *call, struct arena *arena, int axis, int64_t from, int64_t count) {
    struct call *part = arena_take(arena, sizeof *part);
    memcpy(part, call, offsetof(struct call, view) + sizeof(struct view) * (size_t)call->views);
    part->shape[axis] = count;
    for (int v = 0; v < part->views; v++) part->view[v].base += from * part->view[v].stride[axis];
    return part;
}
