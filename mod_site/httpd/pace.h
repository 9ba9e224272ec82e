/* pace: a refusal takes as long for a user whom nobody knows as for a wrong password.
 *
 * Comparing a password takes time on purpose, and only happens for a user who exists. How much time, each provider and
 * each file of passwords has its own answer; so it is measured, and a refusal waits until it has taken as long as the
 * slowest comparison of the last minutes in this process.
 */
#ifndef SITE_HTTPD_PACE_H
#define SITE_HTTPD_PACE_H

#include <apr_time.h>

/* A password was compared, which took this long. */
void site_pace_compared(apr_time_t spent);

/* Waits before a refusal whose work began at `started`. */
void site_pace_refuse(apr_time_t started);

#endif
