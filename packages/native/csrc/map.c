// Element-wise kernels over the vector machine.
#include "kernels.h"
#include "machine.h"
#include "threads.h"

#include <string.h>

/** Columns of a strip: a transposed operand is walked in strips, so that what a line of memory holds is used before the next one is. */
#define STRIP 64

struct map_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    /** Strips, or parts of the tiles where there is a single strip. */
    int64_t strips, tasks;
};

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

/** Whether an operand lies closer along the last but one axis than along the last, far enough to leave the first-level cache. */
static bool is_crossed(const struct call *call) {
    const int last = call->rank - 1;
    if (last < 1 || call->shape[last] < 2 * STRIP || call->shape[last - 1] < STRIP / 4) return false;
    for (int v = 0; v < call->views; v++) {
        const int64_t *stride = call->view[v].stride;
        if (stride[last] != 0 && stride[last - 1] != 0 && distance(stride[last - 1]) < distance(stride[last])) return true;
    }
    return false;
}

static void map_task(void *data, int64_t task, int worker) {
    const struct map_job *job = data;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    struct machine machine;
    if (job->strips == 1) {
        machine_open(&machine, &job->kernel->program, job->call, 0, arena);
        const int64_t tiles = machine_count(&machine);
        machine_tiles(&machine, task * tiles / job->tasks, (task + 1) * tiles / job->tasks);
        return;
    }
    const int last = job->call->rank - 1;
    const int64_t from = task * STRIP, left = job->call->shape[last] - from;
    struct call *part = call_part(job->call, arena, last, from, left < STRIP ? left : STRIP);
    machine_open(&machine, &job->kernel->program, part, 0, arena);
    machine_tiles(&machine, 0, machine_count(&machine));
}

/** Operands of a call that needs no machine. */
#define FEW 6

/** Runs one instruction on operands that lie in order or are one number: what most calls on small arrays are. */
static bool run_simple(const struct program *program, const struct call *call) {
    const int operands = program->outs + program->ins, slots = operands + program->scalars + program->consts;
    if (call->rank != 1 || program->instructions != 1 || program->outs != 1 || program->regs > 0 || slots > FEW) return false;
    _Alignas(ALIGNMENT) char blocks[FEW][BLOCK * 8];
    struct slot slot[FEW];
    for (int v = 0; v < slots; v++) {
        const enum dtype dtype = (enum dtype)program->dtypes[v];
        const int64_t item = (int64_t)item_size(dtype);
        if (v >= operands + program->scalars) {
            slot[v] = (struct slot){program->blocks + (v - operands - program->scalars) * BLOCK * 8, 0, 0};
        } else if (v >= operands) {
            fill_block(blocks[v], call->scalars[v - operands], dtype);
            slot[v] = (struct slot){blocks[v], 0, 0};
        } else if (call->view[v].stride[0] == item) {
            slot[v] = (struct slot){call->view[v].base, 1, 0};
        } else if (call->view[v].stride[0] == 0 && v > 0) {
            for (int i = 0; i < BLOCK; i++) memcpy(blocks[v] + i * item, call->view[v].base, (size_t)item);
            slot[v] = (struct slot){blocks[v], 0, 0};
        } else {
            return false;
        }
    }
    program->code[0].fn((size_t)call->shape[0], slot, program->code[0].r);
    return true;
}

enum status run_map(struct context *context, const struct kernel *kernel, struct call *call) {
    const int64_t size = count_elements(call->shape, 0, call->rank);
    if (size == 0) return DONE;
    collapse(call);
    if ((size < PARALLEL_ELEMENTS || context->workers == 1) && run_simple(&kernel->program, call)) return DONE;
    if (kernel->program.copies) return run_copy(context, kernel, call);
    struct map_job job = {context, kernel, call, 1, 1};
    const int workers = size >= PARALLEL_ELEMENTS ? context->workers : 1;
    if (is_crossed(call)) job.tasks = job.strips = (call->shape[call->rank - 1] + STRIP - 1) / STRIP;
    else job.tasks = workers;
    for (int w = 0; w < workers; w++)
        if (!arena_reset(&context->arenas[w], machine_bytes(&kernel->program) + part_bytes)) return NO_MEMORY;
    parallel(job.tasks, workers, map_task, &job);
    return DONE;
}
