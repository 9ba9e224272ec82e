/* key: secrets that a client is handed out once and shows again: tokens, session ids. Only their hash is ever kept. */
#ifndef SITE_CORE_KEY_H
#define SITE_CORE_KEY_H

#include <apr_pools.h>

/* `bytes` random bytes as hexadecimal digits, in `pool`. NULL when there is no randomness. */
const char *site_key_make(apr_pool_t *pool, int bytes);

/* SHA-256 of a key as PostgreSQL writes a bytea: "\x...". A key is random, so it needs no salt and no stretching. */
const char *site_key_hash(apr_pool_t *pool, const char *key);

/* HMAC-SHA-256 of `text` as hexadecimal digits: what only somebody who knows the key can have made. */
const char *site_key_sign(apr_pool_t *pool, const char *key, const char *text);

/* Another spelling of a key of site_key_make() or site_key_sign(), new with each call: random bytes and the key XORed with
 * them, twice the key's length. Compression of a page that shows it cannot tell the key (BREACH). NULL: there is no
 * randomness, or it is no such key. */
const char *site_key_mask(apr_pool_t *pool, const char *key);

/* The key of `length` characters behind one of its spellings, which may be the key itself. NULL: it is none. */
const char *site_key_unmask(apr_pool_t *pool, const char *shown, apr_size_t length);

/* Whether both are the same, in a time that does not tell where they differ. Either may be NULL: not the same. */
int site_key_same(const char *one, const char *other);

/* Overwrites a secret that nobody reads again, in memory that somebody else gets next. */
void site_key_wipe(const char *text, apr_size_t length);

#endif
