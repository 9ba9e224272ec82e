#include "httpd/memo.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <string.h>

enum { SLOTS = 64, SECONDS = 30, MOST_BYTES = 32768 };

typedef struct slot_t {
    apr_pool_t *pool; /* NULL: free */
    apr_time_t made;
    const server_rec *server;
    const char *question;
    site_memo_rows_t answer;
} slot_t;

/* Of this child: the slots and what guards them. */
static slot_t *slots;
static apr_pool_t *parent;
static apr_thread_mutex_t *mutex;

static apr_status_t forget(void *unused) {
    (void)unused;
    slots = NULL;
    return APR_SUCCESS;
}

void site_memo_make(apr_pool_t *pchild) {
    if (apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS)
        return; /* nothing is remembered, then */
    parent = pchild;
    slots = apr_pcalloc(pchild, SLOTS * sizeof *slots);
    apr_pool_cleanup_register(pchild, NULL, forget, apr_pool_cleanup_null);
}

/* A statement with its values, each with its length in front: no two statements are one text. */
static const char *question_of(apr_pool_t *pool, const site_sql_t *sql) {
    const char *question = sql->text;
    int i;

    for (i = 0; i < sql->count; i++)
        question = sql->values[i] ? apr_psprintf(pool, "%s\n%" APR_SIZE_T_FMT ":%s", question, strlen(sql->values[i]),
                                                 sql->values[i])
                                  : apr_pstrcat(pool, question, "\n-", NULL);
    return question;
}

static apr_size_t size_of(const site_memo_rows_t *answer) {
    apr_size_t size = 0;
    int i, k;

    for (i = 0; i < answer->rows->nelts; i++) {
        for (k = 0; k < answer->width; k++)
            size += sizeof(site_cell_t) + APR_ARRAY_IDX(answer->rows, i, const site_cell_t *)[k].length;
    }
    return size;
}

static void copy(apr_pool_t *pool, const site_memo_rows_t *from, site_memo_rows_t *to) {
    int i, k;

    to->width = from->width;
    to->rows = apr_array_make(pool, from->rows->nelts, sizeof(site_cell_t *));
    for (i = 0; i < from->rows->nelts; i++) {
        site_cell_t *cells = apr_pmemdup(pool, APR_ARRAY_IDX(from->rows, i, const site_cell_t *),
                                         (apr_size_t)from->width * sizeof *cells);

        for (k = 0; k < from->width; k++)
            cells[k].text = cells[k].text ? apr_pstrmemdup(pool, cells[k].text, cells[k].length) : NULL;
        APR_ARRAY_PUSH(to->rows, site_cell_t *) = cells;
    }
}

/* The slot with this question; NULL: there is none. The mutex is held. */
static slot_t *find(const server_rec *server, const char *question) {
    int i;

    for (i = 0; i < SLOTS; i++) {
        if (slots[i].pool && slots[i].server == server && strcmp(slots[i].question, question) == 0)
            return &slots[i];
    }
    return NULL;
}

static slot_t *oldest(void) {
    slot_t *found = &slots[0];
    int i;

    for (i = 0; i < SLOTS && found->pool; i++) {
        if (!slots[i].pool || slots[i].made < found->made)
            found = &slots[i];
    }
    return found;
}

int site_memo_recall(apr_pool_t *pool, const server_rec *server, const site_sql_t *sql, site_memo_rows_t *rows) {
    const char *question = question_of(pool, sql);
    const slot_t *slot;
    int found;

    if (!slots)
        return 0;
    apr_thread_mutex_lock(mutex);
    slot = find(server, question);
    found = slot && apr_time_now() - slot->made < apr_time_from_sec(SECONDS);
    if (found)
        copy(pool, &slot->answer, rows);
    apr_thread_mutex_unlock(mutex);
    return found;
}

void site_memo_keep(const server_rec *server, const site_sql_t *sql, const site_memo_rows_t *rows) {
    apr_pool_t *pool;
    slot_t *slot;

    if (!slots || size_of(rows) > MOST_BYTES)
        return;
    apr_thread_mutex_lock(mutex);
    if (apr_pool_create(&pool, parent) == APR_SUCCESS) {
        const char *question = question_of(pool, sql);

        slot = find(server, question);
        slot = slot ? slot : oldest();
        if (slot->pool)
            apr_pool_destroy(slot->pool);
        slot->pool = pool;
        slot->made = apr_time_now();
        slot->server = server;
        slot->question = apr_pstrdup(pool, question);
        copy(pool, rows, &slot->answer);
    }
    apr_thread_mutex_unlock(mutex);
}
