// Geometry of calls, memory that is used again, and blocks of one number.
#include "isograd.h"

#include <stdlib.h>
#include <string.h>
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

void fill_block(void *block, double value, enum dtype dtype) {
    switch (dtype) {
    case BOOL: FILL(uint8_t, value != 0); break;
    case UINT8: FILL(uint8_t, (uint8_t)(int64_t)value); break;
    case INT32: FILL(int32_t, (int32_t)(int64_t)value); break;
    // The only float64 that is out of range but allowed is 2^63, which wraps.
    case INT64: FILL(int64_t, value >= 0x1p63 ? INT64_MIN : (int64_t)value); break;
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
