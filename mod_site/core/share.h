/* share: how many connections of a pool one client may hold, so that it cannot hold them all.
 *
 * A percentage counts the connections that no other client holds. At 50% one client gets 8 of 16, the next one 4 of the
 * other 8, then 2 and 1: clients that come later still find a connection.
 */
#ifndef SITE_CORE_SHARE_H
#define SITE_CORE_SHARE_H

typedef struct site_share_t {
    int percent; /* of what other clients leave; 0: see number */
    int number;  /* connections; 0, and percent 0: no limit */
} site_share_t;

/* Whether a client that holds `own` connections may take another one, where others hold `others` of `size`. Every
 * client may hold one. */
int site_share_allows(const site_share_t *share, int size, int own, int others);

#endif
