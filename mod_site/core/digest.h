/* digest: a short name for many bytes: SipHash-2-4 with 128 bits (Aumasson, Bernstein) and a key that is no secret, so that all replicas
 * give the same bytes the same name. Several times as quick as SHA-1, which is what one row's answer has time for. It is for telling
 * versions of a thing apart, and no proof against somebody who makes two things with one name on purpose.
 */
#ifndef SITE_CORE_DIGEST_H
#define SITE_CORE_DIGEST_H

#include <apr_pools.h>

enum { SITE_DIGEST_SIZE = 16 };

/* The digest itself, in SITE_DIGEST_SIZE bytes. `key` has as many. */
void site_digest_bytes(unsigned char *digest, const unsigned char *key, const char *data, apr_size_t length);

/* In 32 hexadecimal digits, by the key that all share. */
const char *site_digest(apr_pool_t *pool, const char *data, apr_size_t length);

#endif
