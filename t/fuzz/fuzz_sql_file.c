/* Files of SQL: whatever is in one, it is refused with a reason, or all of its names are names and stand as $1, $2 ...
 * in a text that is otherwise the same. */
#include "core/sql_file.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static apr_pool_t *global;
    const char *complaint = NULL;
    const site_sql_file_t *file;
    apr_pool_t *pool;
    char *text;
    int i;

    if (!global) {
        apr_initialize();
        apr_pool_create(&global, NULL);
    }
    text = malloc(size ? size : 1); /* without a NUL behind it */
    require(text != NULL);
    memcpy(text, data, size);
    apr_pool_create(&pool, global);
    file = site_sql_file_read(pool, "q.sql", text, size, 10, &complaint);
    require(file ? !complaint : complaint != NULL);
    if (file) {
        require(strncmp(file->text, "SELECT * FROM (", 15) == 0);
        require(strlen(file->text) <= size + 64 + 8 * (size_t)file->names->nelts * size);
        for (i = 0; i < file->names->nelts; i++) {
            require(*APR_ARRAY_IDX(file->names, i, const char *) != '\0');
            require(APR_ARRAY_IDX(file->lines, i, int) >= 1);
        }
        for (i = 0; i < 40; i++)
            require(site_sql_file_line(file, i) >= 1);
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
