#include "httpd/pace.h"

#include <stdatomic.h>
#include <stdint.h>

#define WINDOW APR_TIME_C(60000000)
#define FIRST APR_TIME_C(20000) /* before anything was measured */
#define MOST APR_TIME_C(500000) /* one that waited for something else is not taken for the rule */

/* The slowest of this window and of the one before. A race loses one measurement. */
static _Atomic int64_t begun, slowest, slowest_before;

void site_pace_compared(apr_time_t spent) {
    int64_t now = apr_time_now(), before = atomic_load(&begun);

    if (spent > MOST)
        spent = MOST;
    if (now - before > WINDOW && atomic_compare_exchange_strong(&begun, &before, now)) {
        atomic_store(&slowest_before, atomic_load(&slowest));
        atomic_store(&slowest, 0);
    }
    if (spent > atomic_load(&slowest))
        atomic_store(&slowest, spent);
}

void site_pace_refuse(apr_time_t started) {
    apr_time_t current = atomic_load(&slowest), previous = atomic_load(&slowest_before), left;
    apr_time_t pace = current > previous ? current : previous;

    left = started + (pace ? pace : FIRST) - apr_time_now();
    if (left > 0)
        apr_sleep(left);
}
