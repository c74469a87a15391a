// Pooling: the largest elements of windows, and sparse matrices along an axis.
#ifndef ISOGRAD_POOL_H
#define ISOGRAD_POOL_H

#include "isograd.h"

/** Most windows that are looked at side by side. */
#define POOL_LANES 64

/** Windows of one shape whose elements lie equally far apart; distances in bytes. */
struct pool_lanes {
    int n;
    /** The first element of the first window, and from window to window. */
    const char *in;
    int64_t lane;
    /** Elements of a window along each axis, and from one to the next. */
    int64_t count[3], step[3];
    /** The same as places in the plane. */
    int64_t place, place_lane, place_step[3];
    char *values, *places;
    int64_t value_lane, index_lane;
};

/** Rows of a sparse matrix times a block of `inner` columns; distances in bytes. */
struct taps {
    int64_t rows, inner;
    const int32_t *starts, *at;
    const double *weights;
    char *out;
    const char *in;
    int64_t out_row, out_step, in_row, in_step;
};

/** Pooling of one float dtype. */
struct pool {
    void (*largest)(const struct pool_lanes *lanes);
    void (*taps)(const struct taps *taps);
};

#endif
