/* pace: how many passwords are looked at at the same time, and how long a refusal takes.
 *
 * Comparing a password takes time on purpose. So strangers could keep all processors busy with it, and all threads: in
 * each process only a few are compared at a time, and a few more wait for that. Whoever comes then is told to come later;
 * those who want no password compared do not notice.
 *
 * And it only happens for a user who exists. How much time it takes, each provider and each file of passwords has its own
 * answer; so it is measured, and a refusal waits until it has taken as long as the slowest comparison of the last minutes
 * in this process.
 */
#ifndef SITE_HTTPD_PACE_H
#define SITE_HTTPD_PACE_H

#include <apr_time.h>

/* Waits for a turn. Returns 0 when too many wait already, or it took too long; else it must be left. */
int site_pace_enter(void);

/* The turn is over. It began at `started`; `compared`: a password was; `refused`: it waits until that can be told. */
void site_pace_leave(apr_time_t started, int compared, int refused);

#endif
