#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#define MAX_HELPERS 63
/** Looks at the ticket before a helper sleeps: about 20 us. */
#define SPINS 1000
/** Number in a ticket of a job that is being written. */
#define CLOSED 0xffffffffu

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() (void)0
#endif

/** The helpers of this process and the job they work on. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t threads[MAX_HELPERS];
    int helpers, users;
    atomic_flag taken;
    atomic_bool stop;
    atomic_int sleepers;
    /** Number of the job in the upper half, the next task in the lower: claimed by compare-and-swap, so that a claim is of the job that was read. */
    _Atomic uint64_t ticket;
    _Atomic int64_t done;
    // Written while the ticket is closed.
    _Atomic(task_fn) run;
    _Atomic(void *) data;
    _Atomic int64_t tasks;
    atomic_int workers;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .taken = ATOMIC_FLAG_INIT, .ticket = CLOSED};

/** Does tasks of the current job until none is left. */
static void work(int worker) {
    for (;;) {
        uint64_t ticket = atomic_load(&pool.ticket);
        const task_fn run = atomic_load(&pool.run);
        void *data = atomic_load(&pool.data);
        const uint32_t task = (uint32_t)ticket;
        if (task == CLOSED || task >= atomic_load(&pool.tasks) || worker >= atomic_load(&pool.workers)) return;
        if (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket + 1)) continue;
        run(data, task, worker);
        atomic_fetch_add(&pool.done, 1);
    }
}

static void *helper(void *argument) {
    const int worker = (int)(intptr_t)argument;
    uint32_t seen = 0;
    while (!atomic_load(&pool.stop)) {
        uint32_t job = seen;
        for (int i = 0; i < SPINS && job == seen; i++) {
            PAUSE();
            job = (uint32_t)(atomic_load(&pool.ticket) >> 32);
        }
        if (job == seen) {
            pthread_mutex_lock(&pool.lock);
            atomic_fetch_add(&pool.sleepers, 1);
            while ((uint32_t)(atomic_load(&pool.ticket) >> 32) == seen && !atomic_load(&pool.stop)) pthread_cond_wait(&pool.wake, &pool.lock);
            atomic_fetch_sub(&pool.sleepers, 1);
            pthread_mutex_unlock(&pool.lock);
            continue;
        }
        seen = job;
        work(worker);
    }
    return NULL;
}

int threads_open(int workers) {
    pthread_mutex_lock(&pool.lock);
    if (pool.users++ == 0) {
        atomic_store(&pool.stop, false);
        pool.helpers = 0;
        while (pool.helpers < workers - 1 && pool.helpers < MAX_HELPERS) {
            if (pthread_create(&pool.threads[pool.helpers], NULL, helper, (void *)(intptr_t)(pool.helpers + 1)) != 0) break;
            pool.helpers++;
        }
    }
    const int all = pool.helpers + 1;
    pthread_mutex_unlock(&pool.lock);
    return all < workers ? all : workers;
}

void threads_close(void) {
    pthread_mutex_lock(&pool.lock);
    const int ending = --pool.users == 0 ? pool.helpers : 0;
    if (ending) {
        atomic_store(&pool.stop, true);
        pthread_cond_broadcast(&pool.wake);
    }
    pthread_mutex_unlock(&pool.lock);
    for (int i = 0; i < ending; i++) pthread_join(pool.threads[i], NULL);
}

void parallel(int64_t tasks, int workers, task_fn run, void *data) {
    if (tasks <= 1 || workers <= 1 || tasks >= CLOSED || atomic_flag_test_and_set(&pool.taken)) {
        for (int64_t task = 0; task < tasks; task++) run(data, task, 0);
        return;
    }
    const uint64_t job = (atomic_load(&pool.ticket) >> 32) + 1;
    atomic_store(&pool.ticket, job << 32 | CLOSED);
    atomic_store(&pool.run, run);
    atomic_store(&pool.data, data);
    atomic_store(&pool.tasks, tasks);
    atomic_store(&pool.workers, workers);
    atomic_store(&pool.done, 0);
    atomic_store(&pool.ticket, (job + 1) << 32);
    if (atomic_load(&pool.sleepers) > 0) {
        pthread_mutex_lock(&pool.lock);
        pthread_cond_broadcast(&pool.wake);
        pthread_mutex_unlock(&pool.lock);
    }
    work(0);
    for (int spins = 0; atomic_load(&pool.done) < tasks; spins++) {
        if (spins < SPINS) PAUSE();
        else sched_yield();
    }
    atomic_flag_clear(&pool.taken);
}
