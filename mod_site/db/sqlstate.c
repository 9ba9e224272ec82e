#include "db/sqlstate.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* Rows are tried in order and compared by prefix: a whole code stands before its class. */
typedef struct meaning_t {
    const char *prefix;
    int status;
    const char *code;
    const char *message;
    int retry_after;
} meaning_t;

#define UNAVAILABLE "The database is not available. Try again later."

static const meaning_t meanings[] = {
    /* The connection, the server, or the way to it. 28* and 3D000 come from connecting again: the password was
     * changed, the database is being replaced. */
    {"08", 503, "database_unavailable", UNAVAILABLE, 5},
    {"57P", 503, "database_unavailable", UNAVAILABLE, 5},
    {"25006", 503, "read_only", "The database can only be read at the moment. Try again later.", 5},
    {"25P03", 503, "database_unavailable", UNAVAILABLE, 5},
    {"28", 503, "database_unavailable", UNAVAILABLE, 5},
    {"3D000", 503, "database_unavailable", UNAVAILABLE, 5},
    {"53", 503, "database_busy", "The database is busy. Try again later.", 5},
    {"40", 503, "database_busy", "The database is busy. Try again later.", 1},
    {"55P03", 503, "database_busy", "The database is busy. Try again later.", 1},

    /* Asking again at once would only cost as much again: no Retry-After. */
    {"57014", 503, "query_timeout", "The query took too long. Ask for less, or filter on indexed attributes.", 0},

    /* The schema is no longer the one that the statement was written for; the next snapshot will know it. */
    {"42P01", 503, "stale_catalog", "The database is being changed. Try again later.", 1},
    {"42703", 503, "stale_catalog", "The database is being changed. Try again later.", 1},
    {"42704", 503, "stale_catalog", "The database is being changed. Try again later.", 1},
    {"42883", 503, "stale_catalog", "The database is being changed. Try again later.", 1},
    {"3F000", 503, "stale_catalog", "The database is being changed. Try again later.", 1},

    /* Not PostgreSQL's but ours (connection.c): it does not take the settings that a session shall have. */
    {"F0000", 503, "misconfigured", "This resource is not available: its configuration does not fit the database.", 0},

    {"42501", 403, "permission_denied", "You do not have permission to perform this action.", 0},

    /* A view that divides by zero is not the client's fault: no parameter of ours is a divisor. */
    {"22012", 500, "error", "A server error occurred.", 0},
    {"2201B", 400, "invalid", "Enter a valid regular expression.", 0},
    {"22003", 400, "invalid", "A value is out of range.", 0},
    {"22008", 400, "invalid", "A date or time is out of range.", 0},
    {"22015", 400, "invalid", "A value is out of range.", 0},
    {"22021", 400, "invalid", "Null characters are not allowed.", 0},
    {"22", 400, "invalid", "Enter a valid value.", 0},

    /* Statement, pattern or nesting beyond what the server takes. */
    {"54", 400, "too_complex", "The query is too complex.", 0},
};

site_error_t *site_sqlstate_error(apr_pool_t *pool, const char *sqlstate) {
    apr_size_t i;

    if (site_sqlstate_is_lost(sqlstate))
        sqlstate = "08006";
    for (i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        const meaning_t *meaning = &meanings[i];

        if (strncmp(sqlstate, meaning->prefix, strlen(meaning->prefix)) == 0) {
            site_error_t *error = site_error_make(pool, meaning->status, meaning->code, NULL, "%s", meaning->message);

            error->retry_after = meaning->retry_after;
            return error;
        }
    }
    return site_error_make(pool, 500, "error", NULL, "A server error occurred.");
}

/* Statuses that a function may choose: those that are about what was asked. The others are a part of the protocol, or Apache's to give. */
static int status_raised(const char *sqlstate) {
    static const int statuses[] = {400, 402, 403, 404, 409, 410, 412, 422, 423, 424, 429, 451, 503};
    int status = strncmp(sqlstate, "PT", 2) == 0 ? atoi(sqlstate + 2) : 0;
    apr_size_t i;

    for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (status == statuses[i])
            return status;
    }
    return 0;
}

site_error_t *site_sqlstate_raised(apr_pool_t *pool, const char *sqlstate, const char *message) {
    int status = status_raised(sqlstate);
    site_error_t *error;

    if (status && message)
        return site_error_make(pool, status, "raised", NULL, "%s", message);
    error = site_sqlstate_error(pool, sqlstate);
    return strcmp(error->code, "stale_catalog") == 0
               ? site_error_make(pool, 503, "broken_function", NULL,
                                 "This resource is not available: a function of the database does not work.")
               : error;
}

int site_sqlstate_is_lost(const char *sqlstate) {
    return sqlstate[0] == '\0' || strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0 ||
           strcmp(sqlstate, "25P03") == 0;
}

int site_sqlstate_is_stale(const char *sqlstate, const char *message) {
    if (strcmp(sqlstate, "26000") == 0)
        return 1;
    /* 0A000 is any unsupported feature, and PostgreSQL tells this one apart by its words only. A server that speaks
     * another language is not recognised; then the request fails once, and the caller drops the statement anyway. */
    return strcmp(sqlstate, "0A000") == 0 && message && strstr(message, "cached plan") != NULL;
}
