#include "core/image.h"

#include <string.h>

/* The first bytes as hexadecimal digits, '?' for any: WHATWG's MIME Sniffing, 6.1. */
static const struct {
    const char *begins, *type;
} images[] = {
    {"89504e470d0a1a0a", "image/png"},
    {"ffd8ff", "image/jpeg"},
    {"474946383761", "image/gif"},
    {"474946383961", "image/gif"},
    {"52494646????????57454250", "image/webp"},
    {"424d", "image/bmp"},
    {"00000100", "image/x-icon"},
    {"????????6674797061766966", "image/avif"},
};

enum { SMALLEST = 24 }; /* bytes of the smallest picture there is: two letters alone are none */

static int begins_with(const char *digits, const char *pattern) {
    for (; *pattern; digits++, pattern++) {
        if (*pattern != '?' && *pattern != *digits)
            return 0;
    }
    return 1;
}

const char *site_image_type(const char *hex, apr_size_t length) {
    apr_size_t i;

    if (length < 2 + 2 * SMALLEST || hex[0] != '\\' || hex[1] != 'x')
        return NULL;
    for (i = 0; i < sizeof images / sizeof *images; i++) {
        if (begins_with(hex + 2, images[i].begins))
            return images[i].type;
    }
    return NULL;
}
