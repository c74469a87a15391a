// Matrix product of one float type, included by gemm.c with T (type), S (suffix), LANES (elements of a vector) defined.
//
// Every element of the product is the same sum whatever the layout, the batch, the neighbours or the number of threads:
// k is walked in blocks of KC, each block summed in order by multiply-adds, the blocks added in order.

typedef T NAMED(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
typedef T NAMED(quad) __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));
#define V NAMED(vector)
#define Q NAMED(quad)
#define WIDTH (VECTORS * LANES)

/** A part of a product in registers: `a` (i, p) at i * a_row + p * a_column, `b` rows of vectors, `out` rows of vectors. */
struct NAMED(part) {
    int64_t k;
    const T *a;
    int64_t a_row, a_column;
    const T *b;
    int64_t b_row;
    T *out;
    int64_t out_row;
    bool add;
};

ALWAYS_INLINE void NAMED(micro)(const int rows, const int vectors, const struct NAMED(part) * part, const int64_t a_row,
                                const int64_t a_column) {
    V sum[ROWS][VECTORS];
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = (V){0};
    const T *a = part->a, *b = part->b;
    const int64_t b_row = part->b_row;
    for (int64_t p = part->k; p > 0; p--, a += a_column, b += b_row) {
        V right[VECTORS];
        UNROLL for (int j = 0; j < vectors; j++) right[j] = *(const V *)(b + j * LANES);
        UNROLL for (int i = 0; i < rows; i++) {
            const V left = a[i * a_row] - (V){0};
            UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
        }
    }
    T *out = part->out;
    const int64_t out_row = part->out_row;
    if (part->add)
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += *(const V *)(out + i * out_row + j * LANES);
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vectors; j++) *(V *)(out + i * out_row + j * LANES) = sum[i][j];
}

typedef void (*NAMED(micro_fn))(const struct NAMED(part) *);

// With operand a as it lies, and packed in panels of ROWS rows.
#define MICRO(rows, vectors)                                                                                           \
    static void NAMED(direct_##rows##_##vectors)(const struct NAMED(part) * part) {                                    \
        NAMED(micro)(rows, vectors, part, part->a_row, part->a_column);                                                \
    }
#define MICRO_PACKED(rows, vectors)                                                                                    \
    static void NAMED(packed_##rows##_##vectors)(const struct NAMED(part) * part) {                                    \
        NAMED(micro)(rows, vectors, part, 1, ROWS);                                                                    \
    }
#if VECTORS == 3
#define ALL_WIDTHS(MICRO, rows) MICRO(rows, 1) MICRO(rows, 2) MICRO(rows, 3)
#define WIDTHS(kind, rows) {NAMED(kind##_##rows##_1), NAMED(kind##_##rows##_2), NAMED(kind##_##rows##_3)}
#else
#define ALL_WIDTHS(MICRO, rows) MICRO(rows, 1) MICRO(rows, 2)
#define WIDTHS(kind, rows) {NAMED(kind##_##rows##_1), NAMED(kind##_##rows##_2)}
#endif
ALL_WIDTHS(MICRO, 1)
ALL_WIDTHS(MICRO, 2)
ALL_WIDTHS(MICRO, 4)
ALL_WIDTHS(MICRO_PACKED, 4)
#if ROWS >= 8
ALL_WIDTHS(MICRO, 8)
ALL_WIDTHS(MICRO_PACKED, 8)
#endif
#if ROWS >= 12
ALL_WIDTHS(MICRO, 12)
ALL_WIDTHS(MICRO_PACKED, 12)
#endif

/** Numbers of rows that direct micro-kernels exist for, largest first. */
static const int NAMED(direct_rows)[] = {
#if ROWS >= 12
    12,
#endif
#if ROWS >= 8
    8,
#endif
    4, 2, 1};
static const NAMED(micro_fn) NAMED(direct)[][VECTORS] = {
#if ROWS >= 12
    WIDTHS(direct, 12),
#endif
#if ROWS >= 8
    WIDTHS(direct, 8),
#endif
    WIDTHS(direct, 4), WIDTHS(direct, 2), WIDTHS(direct, 1)};
/** By rows / 4, rounded up, less 1. */
static const NAMED(micro_fn) NAMED(packed)[][VECTORS] = {
    WIDTHS(packed, 4),
#if ROWS >= 8
    WIDTHS(packed, 8),
#endif
#if ROWS >= 12
    WIDTHS(packed, 12),
#endif
};

ALWAYS_INLINE void NAMED(transpose)(const T *from, int64_t from_row, T *to, int64_t to_row) {
    Q a = *(const Q *)from, b = *(const Q *)(from + from_row), c = *(const Q *)(from + 2 * from_row), d = *(const Q *)(from + 3 * from_row);
    Q ab = SHUFFLE(a, b, 0, 4, 1, 5), cd = SHUFFLE(c, d, 0, 4, 1, 5);
    *(Q *)to = SHUFFLE(ab, cd, 0, 1, 4, 5);
    *(Q *)(to + to_row) = SHUFFLE(ab, cd, 2, 3, 6, 7);
    ab = SHUFFLE(a, b, 2, 6, 3, 7), cd = SHUFFLE(c, d, 2, 6, 3, 7);
    *(Q *)(to + 2 * to_row) = SHUFFLE(ab, cd, 0, 1, 4, 5);
    *(Q *)(to + 3 * to_row) = SHUFFLE(ab, cd, 2, 3, 6, 7);
}

/** Copies (x, p) for x < used, p < k from x * across + p * along to p * width + x; up to the next multiple of 4, or width, zeros. */
static void NAMED(pack)(T *to, int64_t width, int64_t used, const T *from, int64_t across, int64_t along, int64_t k) {
    int64_t done = 0;
    if (along == 1 && across != 1) {
        for (; done + 4 <= used; done += 4) {
            const T *rows = from + done * across;
            int64_t p = 0;
            for (; p + 4 <= k; p += 4) NAMED(transpose)(rows + p, across, to + p * width + done, width);
            for (; p < k; p++)
                for (int i = 0; i < 4; i++) to[p * width + done + i] = rows[i * across + p];
        }
    } else if (across == 1 && used == width && width % LANES == 0) {
        for (int64_t p = 0; p < k; p++)
            for (int64_t x = 0; x < width; x += LANES) *(V *)(to + p * width + x) = *(const V *)(from + p * along + x);
        return;
    } else if (across == 1 && used == width && width == ROWS) {
        for (int64_t p = 0; p < k; p++)
            UNROLL for (int64_t x = 0; x < ROWS; x += 4) *(Q *)(to + p * ROWS + x) = *(const Q *)(from + p * along + x);
        return;
    }
    for (int64_t p = 0; p < k; p++) {
        for (int64_t x = done; x < used; x++) to[p * width + x] = from[x * across + p * along];
        for (int64_t x = used; x < width; x++) to[p * width + x] = 0;
    }
}

/** One panel of b against all rows of a part of a. */
struct NAMED(panel) {
    const struct product *product;
    /** Part of k. */
    int64_t from, k;
    const T *b;
    int64_t b_row;
    /** First column and number of columns. */
    int64_t column, columns;
};

/** Adds a part to the result by way of a tile, where the result has no room for whole vectors. */
static void NAMED(through_tile)(struct NAMED(part) * part, NAMED(micro_fn) micro, T *out, const struct product *product, int64_t rows, int64_t columns) {
    T tile[ROWS * WIDTH] __attribute__((aligned(ALIGNMENT)));
    const bool add = part->add;
    part->out = tile;
    part->out_row = WIDTH;
    part->add = false;
    micro(part);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            T *to = out + i * product->out.row + j * product->out.column;
            *to = add ? *to + tile[i * WIDTH + j] : tile[i * WIDTH + j];
        }
    part->add = add;
}

/** Rows `first` to `last` of a panel; `packed` holds panels of a from `first` on, or is NULL when a is read as it lies. */
static void NAMED(panel)(const struct NAMED(panel) * panel, int64_t first, int64_t last, const T *packed) {
    const struct product *product = panel->product;
    const int vectors = (int)((panel->columns + LANES - 1) / LANES) - 1;
    const bool whole = product->out.column == 1 && panel->columns == (vectors + 1) * LANES;
    struct NAMED(part) part = {.k = panel->k, .b = panel->b, .b_row = panel->b_row, .add = panel->from > 0};
    part.a_row = product->a.row;
    part.a_column = product->a.column;
    for (int64_t i = first; i < last;) {
        int64_t rows = last - i < ROWS ? last - i : ROWS;
        NAMED(micro_fn) micro;
        bool full = true;
        if (packed) {
            micro = NAMED(packed)[(rows + 3) / 4 - 1][vectors];
            part.a = packed + (i - first) * panel->k;
            full = rows % 4 == 0;
        } else {
            int choice = 0;
            while (NAMED(direct_rows)[choice] > rows) choice++;
            rows = NAMED(direct_rows)[choice];
            micro = NAMED(direct)[choice][vectors];
            part.a = (const T *)product->a.p + i * product->a.row + panel->from * product->a.column;
        }
        T *out = (T *)product->out.p + i * product->out.row + panel->column * product->out.column;
        if (whole && full) {
            part.out = out;
            part.out_row = product->out.row;
            micro(&part);
        } else NAMED(through_tile)(&part, micro, out, product, rows, panel->columns);
        i += rows;
    }
}

static void NAMED(zero)(const struct product *product) {
    for (int64_t i = 0; i < product->m; i++)
        for (int64_t j = 0; j < product->n; j++) ((T *)product->out.p)[i * product->out.row + j * product->out.column] = 0;
}

/** Packs panels of rows `first` to `last` of a. */
static void NAMED(pack_rows)(T *to, const struct product *product, int64_t first, int64_t last, int64_t from, int64_t k) {
    const struct matrix *a = &product->a;
    for (int64_t i = first; i < last; i += ROWS) {
        const int64_t rows = last - i < ROWS ? last - i : ROWS;
        NAMED(pack)(to + (i - first) * k, ROWS, rows, (const T *)a->p + i * a->row + from * a->column, a->row, a->column, k);
    }
}

/** Columns `first` to `last` over a part of k: b in panels, a in blocks of MC rows. */
static void NAMED(block)(const struct product *product, int64_t first, int64_t last, int64_t from, char *scratch) {
    const struct matrix *b = &product->b;
    const int64_t k = product->k - from < KC ? product->k - from : KC;
    T *packed_a = (T *)scratch, *packed_b = packed_a + MC * KC;
    // A panel that is walked once is read where it lies, or that fits the first-level cache as it does; and so are rows that few panels
    // meet, or that lie close together.
    const bool in_place = b->column == 1 && (product->m <= ROWS || k * b->row * (int64_t)sizeof(T) <= FIRST_LEVEL);
    const bool rows_in_place = last - first <= 2 * WIDTH || (product->a.column == 1 && product->a.row <= KC);
    for (int64_t i = 0; i < product->m; i += MC) {
        const int64_t end = product->m - i < MC ? product->m : i + MC;
        if (!rows_in_place) NAMED(pack_rows)(packed_a, product, i, end, from, k);
        for (int64_t j = first; j < last; j += WIDTH) {
            struct NAMED(panel) panel = {.product = product, .from = from, .k = k, .column = j};
            panel.columns = last - j < WIDTH ? last - j : WIDTH;
            const T *lying = (const T *)b->p + from * b->row + j * b->column;
            if (in_place && panel.columns % LANES == 0) {
                panel.b = lying;
                panel.b_row = b->row;
            } else {
                T *to = packed_b + (j - first) * k;
                panel.b = to;
                panel.b_row = (panel.columns + LANES - 1) / LANES * LANES;
                if (i == 0) NAMED(pack)(to, panel.b_row, panel.columns, lying, b->column, b->row, k);
            }
            NAMED(panel)(&panel, i, end, rows_in_place ? NULL : packed_a);
        }
    }
}

static void NAMED(run)(const struct product *given, char *scratch) {
    struct product product = *given;
    // The vectors lie along the columns: a single column, or columns one after the other in memory, become rows.
    if (product.n == 1 || (product.out.column != 1 && product.out.row == 1)) {
        product.m = given->n;
        product.n = given->m;
        product.out = (struct matrix){given->out.p, given->out.column, given->out.row};
        product.a = (struct matrix){given->b.p, given->b.column, given->b.row};
        product.b = (struct matrix){given->a.p, given->a.column, given->a.row};
    }
    if (product.k == 0) NAMED(zero)(&product);
    for (int64_t j = 0; j < product.n; j += NC)
        for (int64_t p = 0; p < product.k; p += KC) NAMED(block)(&product, j, product.n - j < NC ? product.n : j + NC, p, scratch);
}

#undef V
#undef Q
#undef WIDTH
#undef MICRO
#undef MICRO_PACKED
#undef ALL_WIDTHS
#undef WIDTHS
