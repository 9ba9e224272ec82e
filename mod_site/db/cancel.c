#include "db/cancel.h"
#include "db/wait.h"

#include <apr_strings.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    MOST = 16,        /* threads at a time */
    LAST_WAIT = 1000, /* milliseconds, at the end of the process */
    PAUSE = 10        /* milliseconds between two looks at whether they have ended */
};

typedef struct task_t {
    PGcancel *request;
    int ended; /* an eventfd that can be read once the thread has ended */
    int sent;
    char why[256];
    _Atomic int holders; /* the thread and the caller; the last one frees it */
} task_t;

static _Atomic int running;

static void free_task(task_t *task) {
    PQfreeCancel(task->request);
    if (task->ended >= 0)
        close(task->ended);
    free(task);
}

static void release(task_t *task) {
    if (atomic_fetch_sub(&task->holders, 1) == 1)
        free_task(task);
}

static void *send_request(void *data) {
    task_t *task = data;

    task->sent = PQcancel(task->request, task->why, sizeof task->why);
    eventfd_write(task->ended, 1);
    release(task);
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static task_t *make_task(PGconn *native) {
    task_t *task = calloc(1, sizeof *task);

    if (!task)
        return NULL;
    task->holders = 2;
    task->request = PQgetCancel(native);
    task->ended = eventfd(0, EFD_CLOEXEC);
    if (task->request && task->ended >= 0)
        return task;
    free_task(task);
    return NULL;
}

/* Signals are for the threads of httpd, which expect them. */
static int start_thread(task_t *task) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;
    int failed;

    if (pthread_attr_init(&attributes) != 0)
        return 0;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&thread, &attributes, send_request, task);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return !failed;
}

site_cancel_t site_cancel(PGconn *native, apr_int64_t until, char *why, apr_size_t size) {
    site_cancel_t outcome = SITE_CANCEL_LATE;
    task_t *task = NULL;

    if (atomic_fetch_add(&running, 1) < MOST)
        task = make_task(native);
    if (!task || !start_thread(task)) {
        atomic_fetch_sub(&running, 1);
        if (task)
            free_task(task);
        return SITE_CANCEL_LATE;
    }
    if (site_wait(task->ended, NULL, until) == SITE_WAKE_INPUT) {
        outcome = task->sent ? SITE_CANCEL_SENT : SITE_CANCEL_FAILED;
        apr_cpystrn(why, task->why, size);
    }
    release(task);
    return outcome;
}

void site_cancel_end(void) {
    apr_int64_t until = site_clock_in(LAST_WAIT);

    while (atomic_load(&running) && site_clock() < until)
        usleep(PAUSE * 1000);
}
