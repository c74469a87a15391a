// Element-wise kernels over the vector machine.
#include "kernels.h"
#include "machine.h"
#include "threads.h"

struct map_job {
    struct context *context;
    const struct kernel *kernel;
    const struct call *call;
    int64_t tasks;
};

static void map_task(void *data, int64_t task, int worker) {
    const struct map_job *job = data;
    struct arena *arena = &job->context->arenas[worker];
    arena->used = 0;
    struct machine machine;
    machine_open(&machine, &job->kernel->program, job->call, 0, arena);
    const int64_t tiles = machine_count(&machine);
    machine_tiles(&machine, task * tiles / job->tasks, (task + 1) * tiles / job->tasks);
}

enum status run_map(struct context *context, const struct kernel *kernel, struct call *call) {
    const int64_t size = count_elements(call->shape, 0, call->rank);
    if (size == 0) return DONE;
    collapse(call);
    struct map_job job = {context, kernel, call, 1};
    if (size >= PARALLEL_ELEMENTS) job.tasks = context->workers;
    for (int w = 0; w < (job.tasks > 1 ? context->workers : 1); w++)
        if (!arena_reset(&context->arenas[w], machine_bytes(&kernel->program))) return NO_MEMORY;
    parallel(job.tasks, context->workers, map_task, &job);
    return DONE;
}
