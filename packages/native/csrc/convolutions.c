// Convolutions: geometry of the window, weights in panels, division among workers.
#include "conv.h"
#include "kernels.h"
#include "threads.h"

/** Which array is computed; the order is that of ROLE_CODES in src/kernels.ts. */
enum role { OUTPUT, INPUT, WEIGHT };

/** Axes of a call's shape: groups, batch, channels of output and input, then lengths of output, input and weight. */
enum { GROUPS, BATCH, OUTPUTS, INPUTS, OUTPUT_LENGTH, INPUT_LENGTH = 7, KERNEL = 10, AXES = 13 };

/** About so many bytes of the grid stay in the second-level cache; images that need more are computed in strips. */
#define STRIP_BYTES (256 << 10)
/** From so many multiply-adds on a convolution is divided among the workers. */
#define PARALLEL_PRODUCTS (1 << 19)

/** One axis: the window over the input, or for the role INPUT over the output, once for each rest of a place by the stride. */
struct axis {
    int64_t output, input, kernel, stride, dilation, pad;
    int64_t passes;
    /** Role INPUT: the lowest shift. */
    int64_t low;
    /** How far the window reaches beyond its positions. */
    int64_t reach;
    int64_t phases, *phase;
};

struct job {
    struct context *context;
    const struct conv *conv;
    const struct call *call;
    enum role role;
    int64_t item;
    struct axis axis[3];
    struct conv_source source;
    int64_t passes;
    struct conv_pass *pass;
    /** Bytes of the panels of a group. */
    int64_t panel_bytes;
    int64_t strip, strips;
    /** Role WEIGHT: parts of the channels. */
    int64_t parts;
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/** Position of an element of the kernel in a pass: its phase, and how many places on; false when no element of the pass meets it. */
static bool tap(const struct axis *axis, enum role role, int64_t pass, int64_t k, int64_t *phase, int64_t *shift) {
    const int64_t at = role == INPUT ? pass + axis->pad - k * axis->dilation : k * axis->dilation;
    const int64_t rest = (at % axis->stride + axis->stride) % axis->stride;
    if (role == INPUT && rest != 0) return false;
    *phase = role == INPUT ? 0 : rest;
    *shift = (at - rest) / axis->stride - axis->low;
    return true;
}

/** Positions of a pass. */
static int64_t positions(const struct axis *axis, enum role role, int64_t pass) {
    return role == INPUT ? (axis->input - pass + axis->stride - 1) / axis->stride : axis->output;
}

/** Finds phases and reach of an axis; `phase` has room for one for each element of the kernel. */
static void plan_axis(struct axis *axis, enum role role, int64_t *phase) {
    axis->passes = role == INPUT ? smaller(axis->stride, axis->input) : 1;
    axis->phase = phase;
    axis->phases = 0;
    axis->low = axis->reach = 0;
    int64_t low = INT64_MAX, high = INT64_MIN, at, shift;
    for (int64_t pass = 0; pass < axis->passes; pass++)
        for (int64_t k = 0; k < axis->kernel; k++) {
            if (!tap(axis, role, pass, k, &at, &shift)) continue;
            low = smaller(low, shift);
            high = shift > high ? shift : high;
            int64_t known = 0;
            while (known < axis->phases && phase[known] != at) known++;
            if (known == axis->phases) phase[axis->phases++] = at;
        }
    if (low > high) return;
    axis->low = role == INPUT ? low : 0;
    axis->reach = high - axis->low;
}

/** The array under the window: of the first group, of the first strip. */
static void plan_source(struct job *job) {
    const struct call *call = job->call;
    const struct view *view = &call->view[job->role == WEIGHT ? 2 : 1];
    struct conv_source *source = &job->source;
    source->base = view->base;
    source->channels = call->shape[job->role == INPUT ? OUTPUTS : INPUTS];
    source->channel = view->stride[2];
    for (int d = 0; d < 3; d++) {
        const struct axis *axis = &job->axis[d];
        const int64_t length = job->role == INPUT ? axis->output : axis->input, step = job->role == INPUT ? 1 : axis->stride;
        source->axis[d] = (struct conv_axis){length, step, job->role == INPUT ? -axis->low : axis->pad, axis->phases, axis->phase, 0, view->stride[3 + d]};
        source->axis[d].grid = positions(axis, job->role, 0) + axis->reach;
    }
    const int64_t rows = positions(&job->axis[1], job->role, 0), reach = job->axis[1].reach;
    source->axis[1].grid = 1;
    const int64_t row_bytes = source->channels * conv_channel(source) * job->item;
    const int64_t fitting = row_bytes > 0 ? STRIP_BYTES / row_bytes - reach : rows;
    // At least as many rows as are read twice, and strips of equal height.
    const int64_t least = reach > 0 ? reach : 1, height = fitting > least ? fitting : least;
    job->strips = rows > 0 ? (rows + height - 1) / height : 1;
    job->strip = (rows + job->strips - 1) / job->strips;
    source->axis[1].grid = job->strip + reach;
}

/** The steps of a pass: places in the grid and in the weight, channel by channel; gives their number. */
static int64_t plan_steps(const struct job *job, const int64_t *passes, int64_t *offset, int64_t *weight) {
    const struct view *view = &job->call->view[job->role == WEIGHT ? 0 : 2];
    const struct axis *z = &job->axis[0], *y = &job->axis[1], *x = &job->axis[2];
    const struct conv_axis *grid = job->source.axis;
    const int64_t channel = conv_channel(&job->source), channel_weight = view->stride[job->role == INPUT ? 1 : 2];
    int64_t steps = 0, phase[3], shift[3];
    for (int64_t c = 0; c < job->source.channels; c++)
        for (int64_t i = 0; i < z->kernel; i++)
            for (int64_t j = 0; j < y->kernel; j++)
                for (int64_t k = 0; k < x->kernel; k++) {
                    const int64_t at[] = {i, j, k};
                    bool meets = true;
                    int64_t place = 0;
                    for (int d = 0; d < 3 && meets; d++) {
                        meets = tap(&job->axis[d], job->role, passes[d], at[d], &phase[d], &shift[d]);
                        int64_t known = 0;
                        while (meets && grid[d].phase[known] != phase[d]) known++;
                        place = place * grid[d].phases + known;
                    }
                    if (!meets) continue;
                    for (int d = 0; d < 3; d++) place = place * grid[d].grid + shift[d];
                    offset[steps] = c * channel + place;
                    weight[steps++] = c * channel_weight + i * view->stride[3] + j * view->stride[4] + k * view->stride[5];
                }
    return steps;
}

static int64_t kernel_size(const struct job *job) { return job->axis[0].kernel * job->axis[1].kernel * job->axis[2].kernel; }

/** All passes over the window, with the weights of each group packed. */
static void plan_passes(struct job *job, int64_t *offset, int64_t *weight, char *panels) {
    const struct call *call = job->call;
    const struct view *out = &call->view[0], *weights = &call->view[2];
    const struct axis *axis = job->axis;
    const int64_t line = job->source.axis[2].grid, plane = line * job->source.axis[1].grid;
    const int64_t rows = call->shape[job->role == INPUT ? INPUTS : OUTPUTS], groups = call->shape[GROUPS];
    job->panel_bytes = rows * job->source.channels * kernel_size(job) * job->item;
    for (int64_t p = 0; p < job->passes; p++) {
        const int64_t passes[] = {p / axis[2].passes / axis[1].passes, p / axis[2].passes % axis[1].passes, p % axis[2].passes};
        struct conv_pass *pass = &job->pass[p];
        const int64_t steps = plan_steps(job, passes, offset, weight);
        *pass = (struct conv_pass){.window = {.plane = plane, .line = line, .steps = steps, .offset = offset}, .rows = rows, .panels = panels};
        pass->out = out->base;
        pass->out_row = out->stride[2];
        for (int d = 0; d < 3; d++) {
            pass->window.count[d] = positions(&axis[d], job->role, passes[d]);
            pass->out += passes[d] * out->stride[3 + d];
            pass->out_step[d] = out->stride[3 + d] * (job->role == INPUT ? axis[d].stride : 1);
        }
        for (int64_t g = 0; g < groups && job->role != WEIGHT; g++) {
            const struct conv_weights given = {weights->base + g * weights->stride[0], weights->stride[job->role == INPUT ? 2 : 1], weight};
            job->conv->panels(&given, rows, steps, panels + g * job->panel_bytes);
        }
        offset += steps;
        panels += rows * steps * job->item;
    }
}

/** The source of a strip of an image. */
static struct conv_source strip_of(const struct job *job, int64_t group, int64_t image, int64_t strip) {
    const struct view *view = &job->call->view[job->role == WEIGHT ? 2 : 1];
    struct conv_source source = job->source;
    source.base += group * view->stride[0] + image * view->stride[1];
    source.axis[1].origin -= strip * job->strip * source.axis[1].step;
    return source;
}

/** Cuts a window down to the rows of a strip. */
static void cut(struct conv_window *window, const struct job *job, int64_t strip) {
    const int64_t left = window->count[1] - strip * job->strip;
    window->count[1] = left < 0 ? 0 : smaller(left, job->strip);
}

static int64_t grid_bytes(const struct job *job) {
    return (int64_t)arena_bytes((size_t)((job->source.channels * conv_channel(&job->source) + job->conv->columns) * job->item));
}

/** One strip of one image of one group, all passes. */
static void window_task(void *data, int64_t task, int worker) {
    const struct job *job = data;
    const struct call *call = job->call;
    const int64_t strip = task % job->strips, image = task / job->strips % call->shape[BATCH], group = task / job->strips / call->shape[BATCH];
    char *grid = job->context->arenas[worker].memory, *tile = grid + grid_bytes(job);
    const struct conv_source source = strip_of(job, group, image, strip);
    job->conv->fill(&source, grid);
    for (int64_t p = 0; p < job->passes; p++) {
        struct conv_pass pass = job->pass[p];
        pass.panels += group * job->panel_bytes;
        pass.out += group * call->view[0].stride[0] + image * call->view[0].stride[1] + strip * job->strip * pass.out_step[1];
        if (call->views > 3) {
            pass.bias = call->view[3].base + group * call->view[3].stride[0];
            pass.bias_step = call->view[3].stride[1];
        }
        cut(&pass.window, job, strip);
        job->conv->correlate(&pass, grid, tile);
    }
}

static int64_t part_start(const struct job *job, int64_t part) { return job->source.channels * part / job->parts; }

/** Bytes of the sums of so many steps of a gradient, and of its array turned. */
static int64_t sums_bytes(const struct job *job, int64_t steps) {
    return (steps + job->conv->gradient_steps) * (job->call->shape[OUTPUTS] + job->conv->gradient_rows) * job->item;
}
static int64_t turned_bytes(const struct job *job) {
    const int64_t *count = job->pass->window.count;
    return (int64_t)arena_bytes((size_t)(count[0] * job->strip * count[2] * job->conv->gradient_rows * job->item));
}

static void write_number(char *to, double value, int64_t item) {
    if (item == 4) *(float *)to = (float)value;
    else *(double *)to = value;
}

/** The gradient of some channels of a group, image by image. */
static void gradient_task(void *data, int64_t task, int worker) {
    const struct job *job = data;
    const struct call *call = job->call;
    const struct view *out = &call->view[0], *output = &call->view[1];
    const int64_t group = task / job->parts, from = part_start(job, task % job->parts), to = part_start(job, task % job->parts + 1);
    const int64_t size = kernel_size(job), steps = (to - from) * size;
    char *grid = job->context->arenas[worker].memory, *turned = grid + grid_bytes(job), *sums = turned + turned_bytes(job);
    struct conv_gradient gradient = {.rows = call->shape[OUTPUTS], .row = output->stride[2], .turned = turned, .sums = sums};
    for (int d = 0; d < 3; d++) gradient.step[d] = output->stride[3 + d];
    for (int64_t i = 0; i < sums_bytes(job, steps); i++) sums[i] = 0;
    for (int64_t image = 0; image < call->shape[BATCH]; image++)
        for (int64_t strip = 0; strip < job->strips; strip++) {
            struct conv_source source = strip_of(job, group, image, strip);
            source.base += from * source.channel;
            source.channels = to - from;
            job->conv->fill(&source, grid);
            gradient.window = job->pass->window;
            gradient.window.steps = steps;
            cut(&gradient.window, job, strip);
            gradient.base = output->base + group * output->stride[0] + image * output->stride[1] + strip * job->strip * output->stride[4];
            job->conv->accumulate(&gradient, grid);
        }
    for (int64_t row = 0; row < gradient.rows; row++)
        for (int64_t c = from; c < to; c++)
            for (int64_t k = 0; k < size; k++) {
                const struct axis *y = &job->axis[1], *x = &job->axis[2];
                char *place = out->base + group * out->stride[0] + row * out->stride[1] + c * out->stride[2];
                place += k / x->kernel / y->kernel * out->stride[3] + k / x->kernel % y->kernel * out->stride[4] + k % x->kernel * out->stride[5];
                write_number(place, job->conv->sum(&gradient, (c - from) * size + k, row), job->item);
            }
}

static double read_number(const char *from, int64_t item) { return item == 4 ? *(const float *)from : *(const double *)from; }

/** Sum of the products that reach one element of an input's gradient: `out` and `weight` begin at channel 0 and element 0 of the kernel. */
static double exact_sum(const struct job *job, const int64_t *at, const char *out, const char *weight) {
    const struct view *y = &job->call->view[1], *w = &job->call->view[2];
    const struct axis *axis = job->axis;
    double sum = 0;
    for (int64_t o = 0; o < job->call->shape[OUTPUTS]; o++)
        for (int64_t k = 0; k < kernel_size(job); k++) {
            const int64_t step[] = {k / axis[2].kernel / axis[1].kernel, k / axis[2].kernel % axis[1].kernel, k % axis[2].kernel};
            const char *from = out + o * y->stride[2], *by = weight + o * w->stride[1];
            bool meets = true;
            for (int d = 0; d < 3; d++) {
                const int64_t place = at[d] + axis[d].pad - step[d] * axis[d].dilation, position = place / axis[d].stride;
                meets &= place >= 0 && place % axis[d].stride == 0 && position < axis[d].output;
                from += position * y->stride[3 + d];
                by += step[d] * w->stride[3 + d];
            }
            if (meets) sum += read_number(from, job->item) * read_number(by, job->item);
        }
    return sum;
}

/** The gradient of one channel of one image of an input, where zeros around the output must not meet weights that are not finite. */
static void exact_task(void *data, int64_t task, int worker) {
    (void)worker;
    const struct job *job = data;
    const struct call *call = job->call;
    const struct view *x = &call->view[0], *y = &call->view[1], *w = &call->view[2];
    const struct axis *axis = job->axis;
    const int64_t c = task % call->shape[INPUTS], image = task / call->shape[INPUTS] % call->shape[BATCH];
    const int64_t group = task / call->shape[INPUTS] / call->shape[BATCH];
    const char *out = y->base + group * y->stride[0] + image * y->stride[1], *weight = w->base + group * w->stride[0] + c * w->stride[2];
    char *in = x->base + group * x->stride[0] + image * x->stride[1] + c * x->stride[2];
    const double bias = call->views > 3 ? read_number(call->view[3].base + group * call->view[3].stride[0] + c * call->view[3].stride[1], job->item) : 0;
    for (int64_t i = 0; i < axis[0].input * axis[1].input * axis[2].input; i++) {
        const int64_t at[] = {i / axis[2].input / axis[1].input, i / axis[2].input % axis[1].input, i % axis[2].input};
        char *to = in + at[0] * x->stride[3] + at[1] * x->stride[4] + at[2] * x->stride[5];
        write_number(to, exact_sum(job, at, out, weight) + bias, job->item);
    }
}

/** Whether a weight is not finite, and so has met the zeros around the output: it reaches every sum of its channel in a pass. */
static bool met_padding(const struct job *job) {
    const struct view *out = &job->call->view[0], *weights = &job->call->view[2];
    const int64_t *shape = job->call->shape, rows = shape[GROUPS] * shape[INPUTS];
    bool reached = false;
    for (int64_t p = 0; p < job->passes; p++) {
        const struct conv_pass *pass = &job->pass[p];
        const bool empty = pass->window.count[0] < 1 || pass->window.count[1] < 1 || pass->window.count[2] < 1;
        for (int64_t r = 0; r < rows && !empty && !reached; r++)
            reached = 0 * read_number(pass->out + r / shape[INPUTS] * out->stride[0] + r % shape[INPUTS] * pass->out_row, job->item) != 0;
    }
    if (!reached) return false;
    for (int64_t i = 0; i < rows * shape[OUTPUTS] * kernel_size(job); i++) {
        const char *from = weights->base;
        int64_t rest = i;
        for (int d = 5; d >= 0; d--) {
            const int64_t lengths[] = {shape[GROUPS], shape[OUTPUTS], shape[INPUTS], shape[KERNEL], shape[KERNEL + 1], shape[KERNEL + 2]};
            from += rest % lengths[d] * weights->stride[d];
            rest /= lengths[d];
        }
        if (0 * read_number(from, job->item) != 0) return true;
    }
    return false;
}

static void run_tasks(struct job *job, int64_t tasks, int workers, task_fn task) {
    if (workers > 1) parallel(tasks, workers, task, job);
    else
        for (int64_t t = 0; t < tasks; t++) task(job, t, 0);
}

static enum status run_job(struct job *job) {
    const struct call *call = job->call;
    const int64_t *shape = call->shape;
    double work = 1;
    for (int d = 0; d <= OUTPUT_LENGTH + 2; d++) work *= (double)shape[d];
    work *= (double)kernel_size(job);
    const int workers = work >= PARALLEL_PRODUCTS ? job->context->workers : 1;
    int64_t tasks = shape[GROUPS] * shape[BATCH] * job->strips;
    int64_t bytes = grid_bytes(job) + shape[job->role == INPUT ? INPUTS : OUTPUTS] * job->conv->columns * job->item;
    if (job->role == WEIGHT) {
        if (shape[GROUPS] * shape[OUTPUTS] * shape[INPUTS] * kernel_size(job) == 0) return DONE;
        job->parts = workers == 1 || shape[GROUPS] >= workers ? 1 : smaller(workers, job->source.channels);
        tasks = shape[GROUPS] * job->parts;
        bytes = grid_bytes(job) + turned_bytes(job) + sums_bytes(job, (job->source.channels / job->parts + 1) * kernel_size(job));
    }
    for (int w = 0; w < workers; w++)
        if (!arena_reset(&job->context->arenas[w], (size_t)bytes)) return NO_MEMORY;
    run_tasks(job, tasks, workers, job->role == WEIGHT ? gradient_task : window_task);
    if (job->role == INPUT && shape[BATCH] > 0 && met_padding(job)) run_tasks(job, shape[GROUPS] * shape[BATCH] * shape[INPUTS], workers, exact_task);
    return DONE;
}

enum status run_conv(struct context *context, const struct kernel *kernel, struct call *call) {
    if (call->rank != AXES || kernel->dtype < FLOAT32) return BAD_CALL;
    struct job job = {.context = context, .conv = &context->isa->conv[kernel->dtype - FLOAT32], .call = call, .role = (enum role)kernel->op};
    job.item = (int64_t)item_size(kernel->dtype);
    const int64_t *shape = call->shape;
    job.passes = 1;
    for (int d = 0; d < 3; d++) {
        const double *scalars = call->scalars + d;
        job.axis[d] = (struct axis){shape[OUTPUT_LENGTH + d], shape[INPUT_LENGTH + d], shape[KERNEL + d], (int64_t)scalars[0], (int64_t)scalars[3], (int64_t)scalars[6], 0, 0, 0, 0, NULL};
        if (job.axis[d].stride < 1) return BAD_CALL;
        job.passes *= job.role == INPUT ? smaller(job.axis[d].stride, job.axis[d].input) : 1;
    }
    const int64_t steps = shape[job.role == INPUT ? OUTPUTS : INPUTS] * kernel_size(&job);
    const size_t phase_bytes = arena_bytes((size_t)(shape[KERNEL] + shape[KERNEL + 1] + shape[KERNEL + 2]) * 8);
    const size_t pass_bytes = arena_bytes((size_t)job.passes * sizeof(struct conv_pass)), step_bytes = arena_bytes((size_t)steps * 8);
    const size_t weight_bytes = arena_bytes((size_t)(shape[GROUPS] * shape[OUTPUTS] * shape[INPUTS] * kernel_size(&job) * job.item));
    struct arena *shared = &context->shared;
    if (!arena_reset(shared, phase_bytes + pass_bytes + 2 * step_bytes + weight_bytes + ALIGNMENT)) return NO_MEMORY;
    int64_t *phase = arena_take(shared, phase_bytes);
    job.pass = arena_take(shared, pass_bytes);
    int64_t *offset = arena_take(shared, step_bytes), *weight = arena_take(shared, step_bytes);
    for (int d = 0; d < 3; phase += shape[KERNEL + d++]) plan_axis(&job.axis[d], job.role, phase);
    plan_source(&job);
    plan_passes(&job, offset, weight, arena_take(shared, weight_bytes));
    return run_job(&job);
}
