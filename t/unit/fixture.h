/* fixture: a catalogue made by hand, and the API over it, for the tests of what lies between a query and its SQL.
 *
 *   shelf      id int4 PK, code text UNIQUE, title text, opened date, parent_id -> shelf
 *   author     id int4 PK, name text NOT NULL, born date, email citext
 *   book       id int8 PK, isbn text UNIQUE, title text NOT NULL, pages int2, price numeric(8,2), weight float4, sold
 *              timestamptz NOT NULL, printed date, opens time, loan interval, uid uuid UNIQUE, lent boolean, mood enum, marks
 *              text[], extra jsonb, cover bytea, origin inet, cost money, shelf_id -> shelf, author_id -> author
 *   book_topic book_id -> book, topic_id -> topic, PK of both
 *   topic      id int4 PK, slug text UNIQUE
 *   edition    maker char(2), number int4, PK of both
 *   copy       id int4 PK, maker + number -> edition
 *   note       words text, no key
 */
#ifndef SITE_UNIT_FIXTURE_H
#define SITE_UNIT_FIXTURE_H

#include "core/filter.h"
#include "core/resolve.h"
#include "core/sql.h"

/* One API in `pool`, every table exposed. Problems abort. */
const site_api_t *fixture_api(apr_pool_t *pool);

/* Another one, of two tables: `item` with a text key, and `note` without a key. */
const site_api_t *fixture_keys(apr_pool_t *pool);

/* The same API as fixture_api(), whose resources hide rows (SiteWhere): shelves have `title=open`, topics `slug__gt=m`; authors have `book__lent=true`
 * and books `author__name=ada`, each of which asks the other. The functions below then use it. */
void fixture_guard(apr_pool_t *pool);

/* The same with one condition: the resource of the join table has `topic__in=7,8`. */
void fixture_guard_join(apr_pool_t *pool);

/* The catalogue alone, for a specification of the test's own. */
site_catalog_t *fixture_catalog(apr_pool_t *pool);

const site_resource_t *fixture_resource(const char *name);

/* Complete default settings. */
void fixture_settings(site_settings_t *settings);

/* The condition that a query makes of a resource, as SQL over t0, followed by " | value | value ..."; or, when the query is refused, the
 * errors as JSON. Pending errors are left out. */
const char *fixture_where(apr_pool_t *pool, const char *resource, const char *query);

/* The same of whole statements: the rows, or the count, of a query. */
const char *fixture_rows(apr_pool_t *pool, const char *resource, const char *query);

/* Errors as the JSON body that a client would get; "" for none. */
const char *fixture_errors(apr_pool_t *pool, const site_error_t *errors);

/* Text and its values in one string. */
const char *fixture_show(apr_pool_t *pool, const site_sql_t *sql);

/* Starts APR and makes the pool and the API that the others use. For cmocka_run_group_tests. */
int fixture_setup(void **state);
extern apr_pool_t *fixture_pool;

#endif
