// Convolutions of one float type, included by conv.c with T (type), S (suffix), LANES (elements of a vector) defined.
//
// Every sum is taken in one order whatever the layout or the number of threads: steps in blocks of KC, each block summed in
// order by multiply-adds, the blocks added in order.

typedef T NAMED(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
#define V NAMED(vector)
#define WIDTH (VECTORS * LANES)
#define GRADIENT_WIDTH (GRADIENT_VECTORS * LANES)
#define ITEM ((int64_t)sizeof(T))

/** First place of a phase whose element is at least `element`. */
static int64_t NAMED(place)(const struct conv_axis *axis, int64_t phase, int64_t element) {
    const int64_t distance = element + axis->origin - phase;
    const int64_t q = distance <= 0 ? 0 : (distance + axis->step - 1) / axis->step;
    return q < axis->grid ? q : axis->grid;
}

/** Where the lines of one phase of the grid come from: places `from` up to `to` are elements, the others zeros. */
struct NAMED(lines) {
    int64_t fy, fz, from, to;
    /** The first of these elements in a line that starts at element 0. */
    const char *first;
};

/** Start of a line in the source; NULL for a line of zeros. */
static const char *NAMED(line_start)(const struct conv_source *source, const struct NAMED(lines) *lines, int64_t p, int64_t q) {
    const struct conv_axis *z = &source->axis[0], *y = &source->axis[1];
    const int64_t depth = p * z->step + lines->fz - z->origin, height = q * y->step + lines->fy - y->origin;
    const bool inside = depth >= 0 && depth < z->length && height >= 0 && height < y->length;
    return inside ? lines->first + depth * z->stride + height * y->stride : NULL;
}

/** Fills a line of one channel, `step` bytes from element to element; with `later` the zeros alone. */
ALWAYS_INLINE void NAMED(fill_line)(T *out, const char *in, const struct NAMED(lines) *lines, int64_t places, int64_t step, const bool later) {
    const int64_t from = in ? lines->from : places, to = in ? lines->to : places;
    int64_t q = 0;
    for (; q < from; q++) out[q] = 0;
    if (!later && step == ITEM) {
        for (; q + LANES <= to; q += LANES) *(V *)(out + q) = *(const V *)(in + (q - from) * ITEM);
        for (; q < to; q++) out[q] = *(const T *)(in + (q - from) * ITEM);
    } else if (!later)
        for (; q < to; q++) out[q] = *(const T *)(in + (q - from) * step);
    for (q = to; q < places; q++) out[q] = 0;
}

/** Fills the grid: channel by channel, as most arrays lie, or line by line where the channels of an element lie side by side. */
static void NAMED(fill)(const struct conv_source *source, char *grid) {
    const struct conv_axis *z = &source->axis[0], *y = &source->axis[1], *x = &source->axis[2];
    const int64_t channel = conv_channel(source), step = x->step * x->stride;
    const bool turned = source->channel == ITEM && step != ITEM;
    T *start = (T *)grid;
    for (int64_t phase = 0; phase < z->phases * y->phases * x->phases; phase++, start += z->grid * y->grid * x->grid) {
        const int64_t fx = x->phase[phase % x->phases];
        struct NAMED(lines) lines = {y->phase[phase / x->phases % y->phases], z->phase[phase / x->phases / y->phases], 0, 0, NULL};
        lines.from = NAMED(place)(x, fx, 0);
        lines.to = NAMED(place)(x, fx, x->length);
        lines.first = source->base + (lines.from * x->step + fx - x->origin) * x->stride;
        for (int64_t c = 0; c < source->channels; c++) {
            T *line = start + c * channel;
            for (int64_t p = 0; p < z->grid; p++)
                for (int64_t q = 0; q < y->grid; q++, line += x->grid) {
                    const char *in = NAMED(line_start)(source, &lines, p, q);
                    if (in) in += c * source->channel;
                    if (turned) NAMED(fill_line)(line, in, &lines, x->grid, step, true);
                    else if (step == ITEM) NAMED(fill_line)(line, in, &lines, x->grid, ITEM, false);
                    else NAMED(fill_line)(line, in, &lines, x->grid, step, false);
                }
        }
        for (int64_t p = 0; turned && p < z->grid; p++)
            for (int64_t q = 0; q < y->grid; q++) {
                const char *in = NAMED(line_start)(source, &lines, p, q);
                T *line = start + (p * y->grid + q) * x->grid + lines.from;
                if (in) ISA(transpose)(sizeof(T), (char *)line, channel * ITEM, in, step, source->channels, lines.to - lines.from);
            }
    }
}

ALWAYS_INLINE void NAMED(tile)(const int rows, const int vectors, int64_t steps, const T *a, const T *grid, const int64_t *offset, T *out, bool add) {
    V sum[ROWS][VECTORS];
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = (V){0};
    for (int64_t k = 0; k < steps; k++, a += rows) {
        const T *b = grid + offset[k];
        V right[VECTORS];
        UNROLL for (int j = 0; j < vectors; j++) right[j] = *(const V *)(b + j * LANES);
        UNROLL for (int i = 0; i < rows; i++) {
            const V left = a[i] - (V){0};
            UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
        }
    }
    if (add)
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += *(const V *)(out + i * WIDTH + j * LANES);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vectors; j++) *(V *)(out + i * WIDTH + j * LANES) = sum[i][j];
}

typedef void (*NAMED(tile_fn))(int64_t steps, const T *a, const T *grid, const int64_t *offset, T *out, bool add);
#define TILE(rows, vectors)                                                                                            \
    static void NAMED(tile_##rows##_##vectors)(int64_t steps, const T *a, const T *grid, const int64_t *offset, T *out, bool add) { \
        NAMED(tile)(rows, vectors, steps, a, grid, offset, out, add);                                                  \
    }
#if VECTORS == 3
#define TILES(rows) TILE(rows, 1) TILE(rows, 2) TILE(rows, 3)
#define TILE_ROW(rows) {NAMED(tile_##rows##_1), NAMED(tile_##rows##_2), NAMED(tile_##rows##_3)}
#else
#define TILES(rows) TILE(rows, 1) TILE(rows, 2)
#define TILE_ROW(rows) {NAMED(tile_##rows##_1), NAMED(tile_##rows##_2)}
#endif
TILES(1)
TILES(2)
TILES(4)
#if ROWS >= 8
TILES(8)
#endif
#if ROWS >= 12
TILES(12)
#endif
/** In the order of `tile_rows`. */
static const NAMED(tile_fn) NAMED(tiles)[][VECTORS] = {
#if ROWS >= 12
    TILE_ROW(12),
#endif
#if ROWS >= 8
    TILE_ROW(8),
#endif
    TILE_ROW(4), TILE_ROW(2), TILE_ROW(1)};

static void NAMED(panels)(const struct conv_weights *weights, int64_t rows, int64_t steps, char *panels) {
    T *to = (T *)panels;
    for (int64_t i = 0, height; i < rows; i += height) {
        height = tile_rows[tile_choice(rows - i)];
        for (int64_t k = 0; k < steps; k++)
            for (int64_t r = 0; r < height; r++) *to++ = *(const T *)(weights->base + (i + r) * weights->row + weights->step[k]);
    }
}

/** Adds the bias to rows of a tile. */
static void NAMED(add_bias)(const struct conv_pass *pass, T *tile, int64_t columns) {
    for (int64_t i = 0; i < pass->rows; i++) {
        const T bias = *(const T *)(pass->bias + i * pass->bias_step);
        for (int64_t j = 0; j < columns; j++) tile[i * WIDTH + j] += bias;
    }
}

/** Stores neighbouring columns of a tile. */
static void NAMED(store)(const struct conv_pass *pass, const T *tile, char *out, int64_t columns) {
    const int64_t step = pass->out_step[2];
    if (pass->out_row == ITEM && step != ITEM) {
        ISA(transpose)(sizeof(T), out, step, (const char *)tile, WIDTH * ITEM, columns, pass->rows);
        return;
    }
    for (int64_t i = 0; i < pass->rows; i++, tile += WIDTH, out += pass->out_row) {
        if (step != ITEM) {
            for (int64_t j = 0; j < columns; j++) *(T *)(out + j * step) = tile[j];
            continue;
        }
        int64_t j = 0;
        for (; j + LANES <= columns; j += LANES) *(V *)(out + j * ITEM) = *(const V *)(tile + j);
        for (; j < columns; j++) *(T *)(out + j * ITEM) = tile[j];
    }
}

/** Stores the columns of a tile that are positions of the window, from position `at` of plane `z` on. */
static void NAMED(scatter)(const struct conv_pass *pass, T *tile, int64_t z, int64_t at, int64_t columns) {
    const struct conv_window *window = &pass->window;
    if (pass->bias) NAMED(add_bias)(pass, tile, columns);
    for (int64_t j = 0; j < columns;) {
        const int64_t y = (at + j) / window->line, x = (at + j) % window->line;
        int64_t run = window->line - x < columns - j ? window->line - x : columns - j;
        const int64_t inside = window->count[2] - x < run ? window->count[2] - x : run;
        if (inside > 0) NAMED(store)(pass, tile + j, pass->out + z * pass->out_step[0] + y * pass->out_step[1] + x * pass->out_step[2], inside);
        j += run;
    }
}

static void NAMED(correlate)(const struct conv_pass *pass, const char *grid, char *memory) {
    const struct conv_window *window = &pass->window;
    const int64_t all = (window->count[1] - 1) * window->line + window->count[2];
    T *tile = (T *)memory;
    for (int64_t z = 0; z < window->count[0]; z++)
        for (int64_t p = 0; p < all; p += WIDTH) {
            const T *at = (const T *)grid + z * window->plane + p;
            const int64_t columns = all - p < WIDTH ? all - p : WIDTH;
            const int vectors = (int)((columns + LANES - 1) / LANES) - 1;
            int64_t k = 0;
            do {
                const int64_t steps = window->steps - k < KC ? window->steps - k : KC;
                const T *panel = (const T *)pass->panels;
                for (int64_t i = 0, rows; i < pass->rows; i += rows, panel += rows * window->steps) {
                    const int choice = tile_choice(pass->rows - i);
                    rows = tile_rows[choice];
                    NAMED(tiles)[choice][vectors](steps, panel + k * rows, at, window->offset + k, tile + i * WIDTH, k > 0);
                }
                k += KC;
            } while (k < window->steps);
            NAMED(scatter)(pass, tile, z, p, columns);
        }
}

/** Sums of a few steps of the window (each walks the grid) against vectors of rows, over all positions. */
ALWAYS_INLINE void NAMED(gradient_tile)(const int vectors, const struct conv_window *window, const T *const *places, const T *turned, T *sums, int64_t sums_row) {
    V sum[GRADIENT_STEPS][GRADIENT_VECTORS];
    UNROLL for (int i = 0; i < GRADIENT_STEPS; i++)
        UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = (V){0};
    const int64_t width = window->count[2];
    for (int64_t z = 0; z < window->count[0]; z++)
        for (int64_t y = 0; y < window->count[1]; y++) {
            const T *row[GRADIENT_STEPS];
            UNROLL for (int i = 0; i < GRADIENT_STEPS; i++) row[i] = places[i] + z * window->plane + y * window->line;
            for (int64_t x = 0; x < width; x++, turned += vectors * LANES) {
                V right[GRADIENT_VECTORS];
                UNROLL for (int j = 0; j < vectors; j++) right[j] = *(const V *)(turned + j * LANES);
                UNROLL for (int i = 0; i < GRADIENT_STEPS; i++) {
                    const V left = row[i][x] - (V){0};
                    UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
                }
            }
        }
    UNROLL for (int i = 0; i < GRADIENT_STEPS; i++)
        UNROLL for (int j = 0; j < vectors; j++) *(V *)(sums + i * sums_row + j * LANES) += sum[i][j];
}

/** Vectors of a panel of the turned array: as few panels as there can be, of equal width. */
static int NAMED(panel_vectors)(int64_t rows) {
    const int64_t vectors = (rows + LANES - 1) / LANES, panels = (vectors + GRADIENT_VECTORS - 1) / GRADIENT_VECTORS;
    return (int)((vectors + panels - 1) / panels);
}

/** Turns the array of rows at positions into panels of rows, position by position. */
static void NAMED(turn)(const struct conv_gradient *gradient, int64_t first, int64_t lanes, int64_t width, T *to) {
    const struct conv_window *window = &gradient->window;
    for (int64_t z = 0; z < window->count[0]; z++)
        for (int64_t y = 0; y < window->count[1]; y++) {
            const char *from = gradient->base + first * gradient->row + z * gradient->step[0] + y * gradient->step[1];
            const int64_t n = window->count[2], step = gradient->step[2];
            if (lanes < width) memset(to, 0, (size_t)(n * width * ITEM));
            if (step == ITEM && gradient->row != ITEM) ISA(transpose)(sizeof(T), (char *)to, width * ITEM, from, gradient->row, n, lanes);
            else if (gradient->row == ITEM)
                for (int64_t x = 0; x < n; x++) memcpy(to + x * width, from + x * step, (size_t)(lanes * ITEM));
            else
                for (int64_t x = 0; x < n; x++)
                    for (int64_t i = 0; i < lanes; i++) to[x * width + i] = *(const T *)(from + x * step + i * gradient->row);
            to += n * width;
        }
}

static void NAMED(accumulate)(const struct conv_gradient *gradient, const char *memory) {
    const struct conv_window *window = &gradient->window;
    const T *grid = (const T *)memory;
    const int vectors = NAMED(panel_vectors)(gradient->rows);
    const int64_t width = vectors * LANES, padded = (gradient->rows + width - 1) / width * width;
    for (int64_t first = 0; first < gradient->rows; first += width) {
        T *turned = (T *)gradient->turned;
        NAMED(turn)(gradient, first, gradient->rows - first < width ? gradient->rows - first : width, width, turned);
        for (int64_t k = 0; k < window->steps; k += GRADIENT_STEPS) {
            const T *places[GRADIENT_STEPS];
            // Beyond the last step it is taken again; what comes of it is not read.
            for (int i = 0; i < GRADIENT_STEPS; i++) places[i] = grid + window->offset[k + i < window->steps ? k + i : window->steps - 1];
            T *sums = (T *)gradient->sums + k * padded + first;
            switch (vectors) {
            case 1: NAMED(gradient_tile)(1, window, places, turned, sums, padded); break;
#if GRADIENT_VECTORS > 2
            case 3: NAMED(gradient_tile)(3, window, places, turned, sums, padded); break;
            case 4: NAMED(gradient_tile)(4, window, places, turned, sums, padded); break;
#endif
            default: NAMED(gradient_tile)(2, window, places, turned, sums, padded);
            }
        }
    }
}

static double NAMED(sum)(const struct conv_gradient *gradient, int64_t step, int64_t row) {
    const int64_t width = NAMED(panel_vectors)(gradient->rows) * LANES, padded = (gradient->rows + width - 1) / width * width;
    return (double)((const T *)gradient->sums)[step * padded + row];
}

#undef V
#undef WIDTH
#undef GRADIENT_WIDTH
#undef ITEM
#undef TILE
#undef TILES
#undef TILE_ROW
