#include "httpd/gate.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PAUSE APR_TIME_C(500000) /* after a first failure; doubled after each further one */
#define LONGEST_PAUSE APR_TIME_C(2000000)

struct site_gate_t {
    server_rec *server;
    site_gate_t *same;          /* the gate that stands for this one, once both are known to lead to one pool */
    const dbd_cfg_t *pool;      /* mod_dbd's; NULL until it has connected once */
    int limit;                  /* DBDMax; 0: none known */
    int out;                    /* passes */
    int connecting;             /* a pass holds the right to connect */
    int failures;               /* to connect, in a row */
    apr_time_t pause;           /* nothing connects before this time */
    apr_interval_time_t expiry; /* DBDExptime */
    apr_time_t *idle;           /* when each connection that lies in the pool was put there, the last one on top, as
                                   in mod_dbd's own list; 0: it is broken */
    int idle_count;
};

/* A thread that waits. Each has a semaphore of its own, because a connection that comes back may be of use to one of
 * them only: the others may be held up by their client's share. */
typedef struct waiter_t {
    site_pass_t *pass;
    sem_t called;
    struct waiter_t *next;
} waiter_t;

/* Of this child: made before it has threads. One mutex for all gates, since they may become one. */
static struct {
    apr_thread_mutex_t *mutex;
    site_gate_t *gates;
    int count;
    site_pass_t *passes; /* that are out, of all gates */
    waiter_t *waiters;   /* the longest waiting one first, of all gates */
} child;

/* The pass with which this thread is inside mod_dbd just now. */
static __thread site_pass_t *inside;

void site_gates_make(apr_pool_t *pchild, server_rec *main) {
    server_rec *s;
    int count = 0;

    for (s = main; s; s = s->next)
        count++;
    child.gates = apr_pcalloc(pchild, (apr_size_t)count * sizeof *child.gates);
    child.count = count;
    child.passes = NULL;
    child.waiters = NULL;
    apr_thread_mutex_create(&child.mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
    for (s = main, count = 0; s; s = s->next, count++)
        child.gates[count].server = s;
}

static site_gate_t *standing(site_gate_t *gate) {
    while (gate->same)
        gate = gate->same;
    return gate;
}

static site_gate_t *gate_of(const server_rec *server) {
    int i;

    for (i = 0; i < child.count; i++) {
        if (child.gates[i].server == server)
            return standing(&child.gates[i]);
    }
    return standing(&child.gates[0]);
}

/* All who wait look again. */
static void tell(const site_gate_t *gate) {
    waiter_t *waiter;

    for (waiter = child.waiters; waiter; waiter = waiter->next) {
        if (standing(waiter->pass->gate) == gate)
            sem_post(&waiter->called);
    }
}

/* Whether the client's share leaves it another connection. While no more connections can be made, the share is one of
 * those that there are. */
static int may_hold(const site_gate_t *gate, const site_claim_t *claim) {
    int size = gate->failures ? gate->out + gate->idle_count : gate->limit, own = 0;
    const site_pass_t *pass;

    if (!claim || !gate->limit)
        return 1;
    for (pass = child.passes; pass; pass = pass->next) {
        if (pass->claim && standing(pass->gate) == gate && strcmp(pass->claim->client, claim->client) == 0)
            own++;
    }
    return site_share_allows(&claim->share, size, own, gate->out - own);
}

/* Wakes the thread that has waited longest among those that there is room for. One that comes in wakes the next. */
static void tell_next(const site_gate_t *gate) {
    waiter_t *waiter;

    if (gate->limit && gate->out >= gate->limit)
        return;
    for (waiter = child.waiters; waiter; waiter = waiter->next) {
        if (standing(waiter->pass->gate) == gate && may_hold(gate, waiter->pass->claim)) {
            sem_post(&waiter->called);
            return;
        }
    }
}

/* Whether the connection that mod_dbd would hand out now is one that works, as far as can be known. Drops from our list
 * what mod_dbd will drop from its own. */
static int has_idle(site_gate_t *gate) {
    apr_time_t freed;

    if (gate->idle_count == 0)
        return 0;
    freed = gate->idle[gate->idle_count - 1];
    if (freed == 0)
        return 0;
    if (gate->expiry && apr_time_now() - freed >= gate->expiry)
        gate->idle_count = 0; /* those below are older still */
    return gate->idle_count > 0;
}

/* Whether a broken connection lies on top of one that works: mod_dbd hands out the broken one first. */
static int hides_idle(const site_gate_t *gate) {
    apr_time_t now = apr_time_now();
    int i;

    for (i = 0; i + 1 < gate->idle_count; i++) {
        if (gate->idle[i] && (!gate->expiry || now - gate->idle[i] < gate->expiry))
            return 1;
    }
    return 0;
}

/* A failure pauses connecting, not the use of what is connected. So a broken connection is tried during the pause too
 * when it hides one that works: mod_dbd drops it from its pool if it stays broken. */
static int may_connect(const site_gate_t *gate) {
    return !gate->connecting && (!gate->failures || apr_time_now() >= gate->pause || hides_idle(gate));
}

/* *wait: whether it is worth asking again when the gate has changed. */
static site_entry_t try_entry(site_gate_t *gate, site_pass_t *pass, int *wait) {
    int full = gate->limit && gate->out >= gate->limit, idle = !full && has_idle(gate);
    int lent = gate->limit ? gate->out - gate->connecting : 0; /* these come back to the pool */

    if (!may_hold(gate, pass->claim)) {
        *wait = 1; /* for one of its own */
        return SITE_ENTRY_SHARE;
    }
    if (full || (!idle && !may_connect(gate))) {
        *wait = lent > 0 || !gate->failures;
        return lent > 0 ? SITE_ENTRY_FULL : SITE_ENTRY_DOWN;
    }
    pass->connecting = !idle;
    if (!idle)
        gate->connecting = 1;
    if (gate->idle_count)
        gate->idle_count--;
    gate->out++;
    pass->next = child.passes;
    child.passes = pass;
    return SITE_ENTRY_OPEN;
}

static void begin_waiting(waiter_t *waiter, site_pass_t *pass) {
    waiter_t **last = &child.waiters;

    while (*last)
        last = &(*last)->next;
    waiter->pass = pass;
    waiter->next = NULL;
    sem_init(&waiter->called, 0, 0);
    *last = waiter;
}

static void end_waiting(waiter_t *waiter) {
    waiter_t **link = &child.waiters;

    while (*link != waiter)
        link = &(*link)->next;
    *link = waiter->next;
    sem_destroy(&waiter->called);
}

/* Returns when the waiter is called, or at `wake`. The mutex is held before and after. */
static void wait_for_call(waiter_t *waiter, apr_time_t wake) {
    struct timespec end = {.tv_sec = apr_time_sec(wake), .tv_nsec = apr_time_usec(wake) * 1000};

    apr_thread_mutex_unlock(child.mutex);
    while (sem_timedwait(&waiter->called, &end) != 0 && errno == EINTR)
        ;
    apr_thread_mutex_lock(child.mutex);
}

site_entry_t site_gate_enter(server_rec *server, const site_claim_t *claim, site_pass_t *pass, apr_time_t until) {
    waiter_t waiter;
    site_entry_t entry;
    int wait, waiting = 0;

    pass->claim = claim;
    pass->connecting = 0;
    apr_thread_mutex_lock(child.mutex);
    for (;;) {
        site_gate_t *gate = gate_of(server);
        apr_time_t now = apr_time_now(), wake = now < gate->pause && gate->pause < until ? gate->pause : until;

        pass->gate = gate;
        entry = try_entry(gate, pass, &wait);
        if (entry == SITE_ENTRY_OPEN || !wait || now >= until)
            break;
        if (!waiting++)
            begin_waiting(&waiter, pass);
        wait_for_call(&waiter, wake);
    }
    if (waiting)
        end_waiting(&waiter);
    tell_next(pass->gate);
    apr_thread_mutex_unlock(child.mutex);
    return entry;
}

ap_dbd_t *site_gate_open(site_pass_t *pass, apr_pool_t *pool, server_rec *server,
                         ap_dbd_t *(*open)(apr_pool_t *, server_rec *)) {
    ap_dbd_t *connection;

    inside = pass;
    connection = open(pool, server);
    inside = NULL;
    return connection;
}

/* Makes `gate` one with that of another server whose connections come from the same pool. What is under way for it (one
 * pass at most: before the first connection only one goes in) is counted there from now on. */
static site_gate_t *unite(site_gate_t *gate, const dbd_cfg_t *config) {
    int i;

    for (i = 0; i < child.count; i++) {
        site_gate_t *other = standing(&child.gates[i]);

        if (other != gate && other->pool == config) {
            gate->same = other;
            other->out += gate->out;
            tell(other);
            return other;
        }
    }
    return gate;
}

apr_status_t site_gate_connected(apr_pool_t *pool, dbd_cfg_t *config, ap_dbd_t *connection) {
    site_gate_t *gate;

    (void)pool;
    (void)connection;
    if (!inside)
        return APR_SUCCESS;
    apr_thread_mutex_lock(child.mutex);
    gate = standing(inside->gate);
    if (!gate->pool)
        gate = unite(gate, config);
    if (!gate->pool) {
        gate->pool = config;
        /* DBDPersist Off: every request connects for itself, and no pool sets a limit. */
        gate->limit = config->persist ? config->nmax : 0;
        gate->expiry = config->persist ? apr_time_from_sec(config->exptime) : 0;
        gate->idle = gate->limit > 0 ? calloc((size_t)gate->limit, sizeof *gate->idle) : NULL;
        if (!gate->idle)
            gate->limit = 0;
    }
    /* mod_dbd connects only when nothing lies in its pool. */
    gate->idle_count = 0;
    apr_thread_mutex_unlock(child.mutex);
    return APR_SUCCESS;
}

/* With the mutex held. */
static void stop_connecting(site_pass_t *pass) {
    if (pass->connecting)
        pass->gate->connecting = 0;
    pass->connecting = 0;
}

void site_gate_succeeded(site_pass_t *pass) {
    site_gate_t *gate;

    if (!pass->connecting)
        return; /* a connection that was there says nothing about new ones */
    apr_thread_mutex_lock(child.mutex);
    stop_connecting(pass);
    gate = standing(pass->gate);
    gate->failures = 0;
    tell(gate);
    apr_thread_mutex_unlock(child.mutex);
}

void site_gate_failed(site_pass_t *pass) {
    site_gate_t *gate;
    apr_interval_time_t pause = FIRST_PAUSE;
    int i;

    apr_thread_mutex_lock(child.mutex);
    stop_connecting(pass);
    gate = standing(pass->gate);
    for (i = 0; i < gate->failures && pause < LONGEST_PAUSE; i++)
        pause *= 2;
    gate->failures++;
    gate->pause = apr_time_now() + pause;
    tell(gate);
    apr_thread_mutex_unlock(child.mutex);
}

void site_gate_leave(site_pass_t *pass, site_return_t what) {
    site_gate_t *gate;
    site_pass_t **link;

    apr_thread_mutex_lock(child.mutex);
    stop_connecting(pass);
    gate = standing(pass->gate);
    gate->out--;
    for (link = &child.passes; *link != pass; link = &(*link)->next)
        ;
    *link = pass->next;
    if (what != SITE_RETURN_NONE && gate->idle_count < gate->limit)
        gate->idle[gate->idle_count++] = what == SITE_RETURN_IDLE ? apr_time_now() : 0;
    tell_next(gate);
    apr_thread_mutex_unlock(child.mutex);
}

int site_gate_patience(server_rec *server) {
    apr_interval_time_t left;

    apr_thread_mutex_lock(child.mutex);
    left = gate_of(server)->pause - apr_time_now();
    apr_thread_mutex_unlock(child.mutex);
    return left > 0 ? (int)apr_time_sec(left) + 1 : 1;
}
