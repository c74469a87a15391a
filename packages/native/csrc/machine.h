// The vector machine: runs a program tile by tile over the elements of a call.
#ifndef ISOGRAD_MACHINE_H
#define ISOGRAD_MACHINE_H

#include "isograd.h"

/** How the elements of an operand come into a tile. */
enum access {
    /** They are read or written where they lie. */
    DIRECT,
    /** All are one number. */
    UNIFORM,
    /** They are gathered from, or scattered to, places with strides. */
    STRIDED,
};

struct operand {
    const struct view *view;
    size_t item;
    enum access access;
    /** Memory of a tile; what was gathered into it last, and how much. */
    char *tile;
    const char *cached;
    int64_t cached_count;
};

/**
 * A program over a space of axes: a tile covers all axes behind `lead`, and up to `span` steps of `lead` itself.
 * Machines over one program may run at once.
 */
struct machine {
    const struct program *program;
    struct slot *slots;
    int rank, lead;
    const int64_t *shape;
    /** Elements of one step of `lead`. */
    int64_t inner, span;
    struct operand *operands;
    /** Memory for a value to reduce that is one number. */
    char *spread;
};

/** Bytes of arena that a machine takes. */
size_t machine_bytes(const struct program *program);

/**
 * Sets a machine up over the axes and operands (outputs, inputs; the first view of a reduction is not its business) of a call.
 * Axes before `least` stay outside of tiles; with -1 a tile may be all of what is reduced where it lies.
 */
void machine_open(struct machine *machine, const struct program *program, const struct call *call, int least, struct arena *arena);

/** Runs the program on one tile: `index` of the axes up to `lead`, `count` steps of `lead`. Gives where the value to reduce lies, if any. */
const char *machine_tile(struct machine *machine, const int64_t *index, int64_t count);

/** Runs a map on tiles `first` to `last`, which are numbered in C order. */
void machine_tiles(struct machine *machine, int64_t first, int64_t last);
/** Number of tiles of a map. */
int64_t machine_count(const struct machine *machine);

#endif
