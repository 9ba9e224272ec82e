/* image: what kind of picture a value of type bytea is, by its first bytes. */
#ifndef SITE_CORE_IMAGE_H
#define SITE_CORE_IMAGE_H

#include <apr.h>

/* The media type of a picture that browsers show and no script can be in, from PostgreSQL's text of the value ("\x8950..."). NULL: anything
 * else. SVG is none: it can hold scripts. */
const char *site_image_type(const char *hex, apr_size_t length);

#endif
