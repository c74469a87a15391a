// Fork and join: the caller works too, helpers spin briefly and then sleep.
#ifndef ISOGRAD_THREADS_H
#define ISOGRAD_THREADS_H

#include <stdint.h>

/** One task; `worker` is below the number of workers, 0 is the caller. */
typedef void (*task_fn)(void *data, int64_t task, int worker);

/** Starts helpers, or takes part in those that run already; gives how many workers there are with the caller, `workers` at most. */
int threads_open(int workers);
/** Ends the helpers when nobody takes part any more. Once for each {@link threads_open}. */
void threads_close(void);

/**
 * Runs tasks 0 to `tasks` - 1 in any order on up to `workers` workers and returns when all are done. What a task computes
 * must not depend on the worker. Runs all on the caller while another caller has the helpers.
 */
void parallel(int64_t tasks, int workers, task_fn run, void *data);

#endif
