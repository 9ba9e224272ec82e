#include "core/builtin.h"

#include <string.h>

const site_builtin_t *site_builtin_find(const site_builtin_t *table, const char *name) {
    for (; table->name; table++) {
        if (strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}
