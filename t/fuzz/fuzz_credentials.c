/* The Authorization header: whatever stands in it, what is read is UTF-8 text or an error with a message. */
#include "core/credentials.h"
#include "core/rate.h"
#include "core/value.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int initialized;
    const char *user = NULL, *word = NULL;
    char *password = NULL;
    site_error_t *error;
    site_rate_t rate;
    apr_pool_t *pool;
    char *text;

    if (!initialized++)
        apr_initialize();
    apr_pool_create(&pool, NULL);
    text = apr_pstrmemdup(pool, (const char *)data, size);
    (void)site_credentials_is(text, "Basic");
    error = site_credentials_basic(pool, text, &user, &password);
    require(error ? error->message != NULL : user && password);
    if (!error)
        require(site_value_utf8(user, strlen(user)) && site_value_utf8(password, strlen(password)));
    error = site_credentials_token(pool, text, &word);
    require(error ? error->message != NULL : word && *word && !strpbrk(word, " \t\r\n"));
    if (site_rate_read(text, &rate))
        require(rate.limit > 0 && rate.limit <= SITE_RATE_MOST && rate.period > 0);
    apr_pool_destroy(pool);
    return 0;
}
