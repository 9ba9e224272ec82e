/* builtin: the files that are a part of the module: mod_site/templates and mod_site/assets.
 *
 * The tables are made by CMake. A file ends with a NUL that is not counted.
 */
#ifndef SITE_CORE_BUILTIN_H
#define SITE_CORE_BUILTIN_H

#include <apr.h>

typedef struct site_builtin_t {
    const char *name; /* relative to the folder; NULL: the end of the table */
    const char *data, *end;
    const char *fingerprint; /* the first ten hexadecimal digits of its SHA-256 */
    const char *br, *br_end; /* packed, where that was worth it; else NULL */
    const char *gz, *gz_end;
} site_builtin_t;

extern const site_builtin_t site_builtin_templates[], site_builtin_assets[];

/* The file of this name; NULL: there is none. */
const site_builtin_t *site_builtin_find(const site_builtin_t *table, const char *name);

static inline apr_size_t site_builtin_size(const site_builtin_t *file) {
    return (apr_size_t)(file->end - file->data);
}

#endif
