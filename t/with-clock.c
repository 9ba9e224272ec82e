/* Preloaded by t/with-clock before faketime, to replace two functions. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Waits without faketime's wrapper, under which a signal handler sees the real clock. PostgreSQL's handler of SIGALRM
 * would find that no time limit is over. */
int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
    return (int)syscall(SYS_epoll_pwait, epoll, events, most, timeout, NULL, 0);
}

/* Denies faketime its shared memory, which it needs only for clocks that run faster or slower. A process that is killed
 * leaves it behind, and a later one with the same process id then ends at its start. */
sem_t *sem_open(const char *name, int flags, ...) {
    sem_t *(*next)(const char *, int, ...) = (sem_t * (*)(const char *, int, ...)) dlsym(RTLD_NEXT, "sem_open");
    unsigned value;
    mode_t mode;
    va_list rest;

    if (!next || strncmp(name, "/faketime_sem_", 14) == 0) {
        errno = ENOSYS;
        return SEM_FAILED;
    }
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    value = va_arg(rest, unsigned);
    va_end(rest);
    return next(name, flags, mode, value);
}
