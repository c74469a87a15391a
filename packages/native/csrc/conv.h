// Convolutions as sums of products along a window that moves over a padded copy of an array.
//
// The copy (the grid) holds each channel with zeros around it, and with strides in phases, so that neighbouring positions of
// the window are neighbours in memory whatever stride, dilation and layout: a step of the window's sum is one place in the
// grid, the same for all positions. Positions run on through the zeros between rows; what is computed there is not stored.
#ifndef ISOGRAD_CONV_H
#define ISOGRAD_CONV_H

#include "isograd.h"

/** One spatial axis of the array under the window: place `q` of phase `f` holds element `q * step + f - origin`. */
struct conv_axis {
    int64_t length, step, origin;
    int64_t phases;
    const int64_t *phase;
    /** Places of a phase. */
    int64_t grid;
    /** Bytes from element to element. */
    int64_t stride;
};

/** The array under the window, one group of one image; strides in bytes. */
struct conv_source {
    const char *base;
    int64_t channels, channel;
    struct conv_axis axis[3];
};

/** Elements of one channel in the grid. */
static inline int64_t conv_channel(const struct conv_source *source) {
    int64_t size = 1;
    for (int d = 0; d < 3; d++) size *= source->axis[d].phases * source->axis[d].grid;
    return size;
}

/** What moves: positions along each axis, and their distances in the grid. */
struct conv_window {
    int64_t count[3], plane, line;
    /** Steps of a sum, or sums of a gradient: places in the grid for position 0. */
    int64_t steps;
    const int64_t *offset;
};

/** Sums at every position: rows of weights against the window. Strides of the result in bytes. */
struct conv_pass {
    struct conv_window window;
    int64_t rows;
    /** Weights as `panels` packs them. */
    const char *panels;
    char *out;
    int64_t out_row, out_step[3];
    /** What sums start from, one number a row; NULL for nothing. */
    const char *bias;
    int64_t bias_step;
};

/** The weights of a pass: row and step at a number of bytes. */
struct conv_weights {
    const char *base;
    int64_t row;
    const int64_t *step;
};

/** Products of the grid with an array that has one number for each position and row, summed over positions. */
struct conv_gradient {
    struct conv_window window;
    int64_t rows;
    /** The array; strides in bytes. */
    const char *base;
    int64_t row, step[3];
    /** Memory of `turned_bytes` bytes, and sums of `sums_bytes` bytes, to which is added. */
    char *turned, *sums;
};

/** Convolutions of one float dtype. */
struct conv {
    void (*fill)(const struct conv_source *source, char *grid);
    void (*panels)(const struct conv_weights *weights, int64_t rows, int64_t steps, char *panels);
    /** `tile` has `tile_bytes` bytes. */
    void (*correlate)(const struct conv_pass *pass, const char *grid, char *tile);
    void (*accumulate)(const struct conv_gradient *gradient, const char *grid);
    /** Reads the sum of a step of the window and a row. */
    double (*sum)(const struct conv_gradient *gradient, int64_t step, int64_t row);
    /** Columns of a tile, which may be read past the end of the grid; rows and columns of a tile of a gradient. */
    int64_t columns, gradient_steps, gradient_rows;
};

#endif
