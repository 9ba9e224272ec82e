#include "db/introspect.h"
#include "core/rights.h"
#include "db/bounds.h"
#include "db/choices.h"
#include "db/introspect_sql.h"
#include "db/sqlstate.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

typedef enum section_t {
    SECTION_RELATION = 1,
    SECTION_TYPE,
    SECTION_LABEL,
    SECTION_DOMAIN_CHECK,
    SECTION_COLUMN,
    SECTION_KEY,
    SECTION_FOREIGN_KEY,
    SECTION_CHECK,
    SECTION_RIGHTS,
    SECTION_ROWS,
    SECTION_FINGERPRINT,
    SECTION_TEXT_CONFIG
} section_t;

/* Columns of the statement's rows. */
enum { COLUMN_SECTION, COLUMN_A, COLUMN_B, COLUMN_C, COLUMN_TEXT };

/* Bits of pg_relation_is_updatable: 1 << CmdType. */
enum { CAN_UPDATE = 4, CAN_INSERT = 8, CAN_DELETE = 16 };

enum { ATTEMPTS = 4 }; /* to read while others drop tables */

enum { TYPE_DEPTH = 32 }; /* of domains over domains; PostgreSQL cannot make circles of them */

/* A row of pg_type. */
typedef struct pg_type_t {
    unsigned oid, base, element, bound;
    const char *name, *sql_name, *default_sql;
    char kind, category;
    int modifier, not_null;
    apr_array_header_t *labels;
    apr_array_header_t *choices;  /* of a domain */
    const char *least, *greatest; /* of a domain, or NULL */
} pg_type_t;

typedef struct reading_t {
    apr_pool_t *pool;    /* of the catalogue */
    apr_pool_t *scratch; /* what is only needed while reading */
    const PGresult *rows;
    int row;
    site_catalog_t *catalog;
    apr_hash_t *tables;  /* OID -> site_table_t */
    apr_hash_t *types;   /* OID -> pg_type_t */
    apr_hash_t *columns; /* place_t -> site_column_t */
} reading_t;

/* A column by table and number, as a hash key. */
typedef struct place_t {
    unsigned table, number;
} place_t;

static int is_null(const reading_t *reading, int text) {
    return PQgetisnull(reading->rows, reading->row, COLUMN_TEXT + text);
}

/* The text of the current row, in the result's memory; "" when NULL. */
static const char *text_of(const reading_t *reading, int text) {
    return PQgetvalue(reading->rows, reading->row, COLUMN_TEXT + text);
}

/* A copy in the catalogue's pool, or NULL. */
static const char *copy_of(const reading_t *reading, int text) {
    return is_null(reading, text) ? NULL : apr_pstrdup(reading->pool, text_of(reading, text));
}

static int flag_of(const reading_t *reading, int text) {
    return text_of(reading, text)[0] == 't';
}

static unsigned number_at(const reading_t *reading, int column) {
    return (unsigned)strtoul(PQgetvalue(reading->rows, reading->row, column), NULL, 10);
}

static unsigned number_of(const reading_t *reading, int text) {
    return number_at(reading, COLUMN_TEXT + text);
}

static void *by_oid(apr_hash_t *hash, unsigned oid) {
    return apr_hash_get(hash, &oid, sizeof oid);
}

static void set_by_oid(const reading_t *reading, apr_hash_t *hash, unsigned oid, const void *value) {
    apr_hash_set(hash, apr_pmemdup(reading->scratch, &oid, sizeof oid), sizeof oid, value);
}

static site_column_t *column_at(const reading_t *reading, unsigned table, unsigned number) {
    place_t place = {table, number};

    return apr_hash_get(reading->columns, &place, sizeof place);
}

/* Types */

static const struct {
    unsigned oid;
    site_kind_t kind;
} kinds[] = {
    {16, SITE_KIND_BOOLEAN},       {17, SITE_KIND_BYTEA},      {18, SITE_KIND_TEXT}, /* "char" */
    {19, SITE_KIND_TEXT},                                                            /* name */
    {20, SITE_KIND_INT8},          {21, SITE_KIND_INT2},       {23, SITE_KIND_INT4},
    {25, SITE_KIND_TEXT},          {26, SITE_KIND_OID},        {114, SITE_KIND_JSON},
    {650, SITE_KIND_CIDR},         {700, SITE_KIND_FLOAT4},    {701, SITE_KIND_FLOAT8},
    {774, SITE_KIND_MACADDR}, /* macaddr8 */
    {790, SITE_KIND_MONEY},        {829, SITE_KIND_MACADDR},   {869, SITE_KIND_INET},
    {1042, SITE_KIND_CHAR},        {1043, SITE_KIND_TEXT}, /* varchar */
    {1082, SITE_KIND_DATE},        {1083, SITE_KIND_TIME},     {1114, SITE_KIND_TIMESTAMP},
    {1184, SITE_KIND_TIMESTAMPTZ}, {1186, SITE_KIND_INTERVAL}, {1266, SITE_KIND_TIMETZ},
    {1560, SITE_KIND_BIT},         {1562, SITE_KIND_BIT}, /* varbit */
    {1700, SITE_KIND_NUMERIC},     {2950, SITE_KIND_UUID},     {3614, SITE_KIND_TSVECTOR},
    {3802, SITE_KIND_JSONB},
};

static int is_citext(const pg_type_t *from) {
    return from->kind == 'b' && from->category == 'S' && strcmp(from->name, "citext") == 0;
}

static site_kind_t kind_of(const pg_type_t *from) {
    apr_size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].oid == from->oid)
            return kinds[i].kind;
    }
    if (from->element)
        return SITE_KIND_ARRAY;
    switch (from->kind) {
    case 'e':
        return SITE_KIND_ENUM;
    case 'r':
    case 'm':
        return SITE_KIND_RANGE;
    default:
        return is_citext(from) ? SITE_KIND_TEXT : SITE_KIND_OTHER;
    }
}

/* What a type modifier says, type by type. */
static void set_modifier(site_type_t *type, const pg_type_t *from, int modifier) {
    switch (from->oid) {
    case 18:
        type->max_length = 1;
        return;
    case 19:
        type->max_length = 63;
        return;
    default:
        break;
    }
    if (modifier < 0)
        return;
    switch (from->oid) {
    case 1042: /* the header of the value counts */
    case 1043:
        type->max_length = modifier - 4;
        break;
    case 1560:
    case 1562:
        type->max_length = modifier;
        break;
    case 1700:
        type->precision = ((modifier - 4) >> 16) & 0xffff;
        type->scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024; /* eleven bits with a sign */
        break;
    case 1083:
    case 1266:
    case 1114:
    case 1184:
        type->scale = modifier;
        break;
    case 1186:
        if ((modifier & 0xffff) != 0xffff)
            type->scale = modifier & 0xffff;
        break;
    default:
        break;
    }
}

/* The type `oid` with a modifier (-1: none) as the catalogue shows it: domains as what they are over. */
static void make_type(const reading_t *reading, unsigned oid, int modifier, site_type_t *type) {
    const pg_type_t *from = by_oid(reading->types, oid);
    int depth;

    memset(type, 0, sizeof *type);
    type->kind = SITE_KIND_OTHER;
    type->sql_name = "text";
    type->max_length = type->precision = type->scale = -1;

    for (depth = 0; from && from->kind == 'd' && depth < TYPE_DEPTH; depth++) {
        if (!type->domain)
            type->domain = from->sql_name;
        if (from->modifier >= 0)
            modifier = from->modifier;
        from = by_oid(reading->types, from->base);
    }
    if (!from)
        return;
    type->kind = kind_of(from);
    type->sql_name = from->sql_name;
    type->labels = from->labels;
    type->case_insensitive = is_citext(from);
    if (type->kind == SITE_KIND_ARRAY) {
        site_type_t *element = apr_palloc(reading->pool, sizeof *element);

        /* An array's modifier is its elements'. An array of a domain is not comparable with one of its base type. */
        make_type(reading, from->element, modifier, element);
        type->element = element;
        type->sql_name = apr_pstrcat(reading->pool, element->domain ? element->domain : element->sql_name, "[]", NULL);
    }
    else
        set_modifier(type, from, modifier);
    if (type->kind == SITE_KIND_RANGE && from->bound) {
        site_type_t *bound = apr_palloc(reading->pool, sizeof *bound);

        make_type(reading, from->bound, -1, bound);
        type->bound = bound;
        type->multirange = from->kind == 'm';
    }
}

static void read_type(reading_t *reading) {
    pg_type_t *type = apr_pcalloc(reading->scratch, sizeof *type);

    type->oid = number_at(reading, COLUMN_A);
    type->name = text_of(reading, 0);
    type->sql_name = copy_of(reading, 1);
    type->kind = text_of(reading, 2)[0];
    type->base = number_of(reading, 3);
    type->element = number_of(reading, 4);
    type->modifier = atoi(text_of(reading, 5));
    type->not_null = flag_of(reading, 6);
    type->default_sql = copy_of(reading, 7);
    type->category = text_of(reading, 8)[0];
    type->bound = number_of(reading, 9);
    set_by_oid(reading, reading->types, type->oid, type);
}

static void read_label(reading_t *reading) {
    pg_type_t *type = by_oid(reading->types, number_at(reading, COLUMN_A));

    if (!type)
        return;
    if (!type->labels)
        type->labels = apr_array_make(reading->pool, 8, sizeof(const char *));
    APR_ARRAY_PUSH(type->labels, const char *) = copy_of(reading, 0);
}

/* What both allow, in the order of `a`; NULL stands for everything. */
static apr_array_header_t *common_choices(apr_pool_t *pool, apr_array_header_t *a, apr_array_header_t *b) {
    apr_array_header_t *both;
    int i, k;

    if (!a || !b)
        return a ? a : b;
    both = apr_array_make(pool, a->nelts, sizeof(const char *));
    for (i = 0; i < a->nelts; i++) {
        for (k = 0; k < b->nelts; k++) {
            if (strcmp(APR_ARRAY_IDX(a, i, const char *), APR_ARRAY_IDX(b, k, const char *)) == 0) {
                APR_ARRAY_PUSH(both, const char *) = APR_ARRAY_IDX(a, i, const char *);
                break;
            }
        }
    }
    return both;
}

static void read_domain_check(reading_t *reading) {
    pg_type_t *domain = by_oid(reading->types, number_at(reading, COLUMN_A));

    if (!domain)
        return;
    domain->choices =
        common_choices(reading->pool, domain->choices, site_choices_read(reading->pool, text_of(reading, 0), NULL));
    site_bounds_read(reading->pool, text_of(reading, 0), NULL, &domain->least, &domain->greatest);
}

/* Tables and columns */

static void read_relation(reading_t *reading) {
    site_table_t *table =
        site_catalog_add_table(reading->catalog, text_of(reading, 0), text_of(reading, 1), text_of(reading, 2)[0]);
    int can = atoi(text_of(reading, 4));

    table->comment = copy_of(reading, 3);
    table->insertable = (can & CAN_INSERT) != 0;
    table->updatable = (can & CAN_UPDATE) != 0;
    table->deletable = (can & CAN_DELETE) != 0;
    table->has_policies = strcmp(text_of(reading, 5), "true") == 0;
    set_by_oid(reading, reading->tables, number_at(reading, COLUMN_A), table);
}

static int is_text(const site_column_t *column) {
    return column->type.kind == SITE_KIND_TEXT || column->type.kind == SITE_KIND_CHAR;
}

static int is_whole(const site_column_t *column) {
    return column->type.kind == SITE_KIND_INT2 || column->type.kind == SITE_KIND_INT4 ||
           column->type.kind == SITE_KIND_INT8;
}

/* The narrower of two bounds; NULL is none. */
static const char *narrower(const char *one, const char *other, int lower) {
    if (!one || !other)
        return one ? one : other;
    return (apr_atoi64(one) < apr_atoi64(other)) == lower ? other : one;
}

/* What a column has from its domain, and the domain's domain: the nearest default, any NOT NULL and any CHECK. */
static void inherit_domain(const reading_t *reading, site_column_t *column, unsigned oid) {
    const pg_type_t *type = by_oid(reading->types, oid);
    int depth;

    for (depth = 0; type && type->kind == 'd' && depth < TYPE_DEPTH; depth++) {
        if (type->not_null)
            column->not_null = 1;
        if (!column->has_default && !column->generated && type->default_sql) {
            column->has_default = 1;
            column->default_sql = type->default_sql;
        }
        if (is_text(column))
            column->choices = common_choices(reading->pool, column->choices, type->choices);
        if (is_whole(column)) {
            column->least = narrower(column->least, type->least, 1);
            column->greatest = narrower(column->greatest, type->greatest, 0);
        }
        type = by_oid(reading->types, type->base);
    }
}

static void read_column(reading_t *reading) {
    place_t place = {number_at(reading, COLUMN_A), number_at(reading, COLUMN_B)};
    site_table_t *table = by_oid(reading->tables, place.table);
    char identity = text_of(reading, 5)[0];
    unsigned oid = number_of(reading, 1);
    site_column_t *column;
    site_type_t type;

    if (!table)
        return;
    make_type(reading, oid, atoi(text_of(reading, 2)), &type);
    column = site_catalog_add_column(reading->catalog, table, text_of(reading, 0), (int)place.number, &type);
    column->not_null = flag_of(reading, 3);
    column->generated = text_of(reading, 6)[0] != '\0';
    column->identity = identity != '\0';
    column->identity_always = identity == 'a';
    column->has_default = column->identity || (flag_of(reading, 4) && !column->generated);
    column->default_sql = copy_of(reading, 7);
    column->nondeterministic = number_at(reading, COLUMN_C) != 0;
    column->comment = copy_of(reading, 8);
    column->dimensions = atoi(text_of(reading, 9));
    inherit_domain(reading, column, oid);
    apr_hash_set(reading->columns, apr_pmemdup(reading->scratch, &place, sizeof place), sizeof place, column);
}

/* Keys: one row for each column, those of one key in a row and in order. */

static int same_key(const reading_t *reading, int row, section_t section) {
    return row < PQntuples(reading->rows) && atoi(PQgetvalue(reading->rows, row, COLUMN_SECTION)) == (int)section &&
           strcmp(PQgetvalue(reading->rows, row, COLUMN_B), PQgetvalue(reading->rows, reading->row, COLUMN_B)) == 0;
}

/* The columns of the key that begins in the current row, by their numbers in `text` and their table. NULL when one is
 * not for this role to read (or none at all: a system column). *next: the row after the key. */
static apr_array_header_t *key_columns(const reading_t *reading, section_t section, unsigned table, int text,
                                       int *next) {
    apr_array_header_t *columns = apr_array_make(reading->pool, 2, sizeof(site_column_t *));
    int row, complete = 1;

    for (row = reading->row; same_key(reading, row, section); row++) {
        int number = atoi(PQgetvalue(reading->rows, row, COLUMN_TEXT + text));
        site_column_t *column = column_at(reading, table, (unsigned)number);

        if (column)
            APR_ARRAY_PUSH(columns, site_column_t *) = column;
        else
            complete = 0;
    }
    *next = row;
    return complete ? columns : NULL;
}

static void read_key(reading_t *reading) {
    unsigned oid = number_at(reading, COLUMN_A);
    site_table_t *table = by_oid(reading->tables, oid);
    int next;
    apr_array_header_t *columns = key_columns(reading, SECTION_KEY, oid, 2, &next);

    if (table && columns)
        site_catalog_add_key(reading->catalog, table, text_of(reading, 0), flag_of(reading, 1), columns);
    reading->row = next - 1;
}

static void read_foreign_key(reading_t *reading) {
    unsigned oid = number_at(reading, COLUMN_A), target_oid = number_of(reading, 1);
    site_table_t *table = by_oid(reading->tables, oid), *target = by_oid(reading->tables, target_oid);
    int next;
    apr_array_header_t *columns = key_columns(reading, SECTION_FOREIGN_KEY, oid, 2, &next);
    apr_array_header_t *target_columns = key_columns(reading, SECTION_FOREIGN_KEY, target_oid, 3, &next);

    if (table && target && columns && target_columns)
        site_catalog_add_foreign_key(reading->catalog, text_of(reading, 0), table, columns, target, target_columns)
            ->on_delete = *text_of(reading, 4) != 'a';
    reading->row = next - 1;
}

static void read_check(reading_t *reading) {
    site_column_t *column = column_at(reading, number_at(reading, COLUMN_A), number_at(reading, COLUMN_B));

    if (column && is_text(column))
        column->choices = common_choices(reading->pool, column->choices,
                                         site_choices_read(reading->pool, text_of(reading, 0), column->name));
    if (column && is_whole(column))
        site_bounds_read(reading->pool, text_of(reading, 0), column->name, &column->least, &column->greatest);
}

/* The columns whose numbers the text holds; NULL: all. */
static apr_array_header_t *numbered_columns(const reading_t *reading, unsigned table, int text) {
    apr_array_header_t *columns;
    char *at, *end;

    if (is_null(reading, text))
        return NULL;
    columns = apr_array_make(reading->pool, 4, sizeof(site_column_t *));
    at = apr_pstrdup(reading->scratch, text_of(reading, text));
    for (;; at = end) {
        unsigned number = (unsigned)strtoul(at, &end, 10);
        site_column_t *column = end > at ? column_at(reading, table, number) : NULL;

        if (end == at)
            return columns;
        if (column)
            APR_ARRAY_PUSH(columns, site_column_t *) = column;
    }
}

static void read_rights(reading_t *reading) {
    unsigned oid = number_at(reading, COLUMN_A);
    site_table_t *table = by_oid(reading->tables, oid);
    const char *letters = text_of(reading, 2);
    site_rights_t *rights;

    if (!table)
        return;
    rights = site_rights_add(reading->catalog, table, text_of(reading, 0), flag_of(reading, 1));
    rights->select = strchr(letters, 'r') != NULL;
    rights->insert = strchr(letters, 'a') != NULL;
    rights->update = strchr(letters, 'w') != NULL;
    rights->delete = strchr(letters, 'd') != NULL;
    rights->insertable = numbered_columns(reading, oid, 3);
    rights->updatable = numbered_columns(reading, oid, 4);
    rights->selectable = numbered_columns(reading, oid, 5);
}

static void read_rows(reading_t *reading) {
    site_table_t *table = by_oid(reading->tables, number_at(reading, COLUMN_A));

    /* A view has 0 there, which is no estimate. */
    if (table && table->kind != 'v')
        table->rows = strtod(text_of(reading, 0), NULL);
}

static void read_row(reading_t *reading) {
    switch ((section_t)number_at(reading, COLUMN_SECTION)) {
    case SECTION_RELATION:
        read_relation(reading);
        break;
    case SECTION_TYPE:
        read_type(reading);
        break;
    case SECTION_LABEL:
        read_label(reading);
        break;
    case SECTION_DOMAIN_CHECK:
        read_domain_check(reading);
        break;
    case SECTION_COLUMN:
        read_column(reading);
        break;
    case SECTION_KEY:
        read_key(reading);
        break;
    case SECTION_FOREIGN_KEY:
        read_foreign_key(reading);
        break;
    case SECTION_CHECK:
        read_check(reading);
        break;
    case SECTION_RIGHTS:
        read_rights(reading);
        break;
    case SECTION_ROWS:
        read_rows(reading);
        break;
    case SECTION_FINGERPRINT:
        reading->catalog->fingerprint = copy_of(reading, 0);
        break;
    case SECTION_TEXT_CONFIG:
        site_catalog_add_text_config(reading->catalog, text_of(reading, 0), text_of(reading, 1));
        break;
    }
}

static int by_schema_and_name(const void *a, const void *b) {
    const site_table_t *left = *(site_table_t *const *)a, *right = *(site_table_t *const *)b;
    int order = strcmp(left->schema, right->schema);

    return order ? order : strcmp(left->name, right->name);
}

/* The names as an array literal: every element quoted, and within quotes only two characters are special. */
static const char *array_literal(apr_pool_t *pool, const apr_array_header_t *names) {
    apr_size_t size = 3;
    char *literal, *to;
    int i;

    for (i = 0; i < names->nelts; i++)
        size += 2 * strlen(APR_ARRAY_IDX(names, i, const char *)) + 3;
    literal = to = apr_palloc(pool, size);
    *to++ = '{';
    for (i = 0; i < names->nelts; i++) {
        const char *from = APR_ARRAY_IDX(names, i, const char *);

        if (i > 0)
            *to++ = ',';
        *to++ = '"';
        for (; *from; from++) {
            if (*from == '"' || *from == '\\')
                *to++ = '\\';
            *to++ = *from;
        }
        *to++ = '"';
    }
    *to++ = '}';
    *to = '\0';
    return literal;
}

/* One of the three names of each omission, as an array literal. */
static const char *omitted(apr_pool_t *pool, const apr_array_header_t *omissions, apr_size_t member) {
    apr_array_header_t *names = apr_array_make(pool, 4, sizeof(const char *));
    int i;

    for (i = 0; omissions && i < omissions->nelts; i++) {
        const site_omission_t *omission = &APR_ARRAY_IDX(omissions, i, const site_omission_t);
        const char *const all[] = {omission->schema, omission->table, omission->column ? omission->column : ""};

        APR_ARRAY_PUSH(names, const char *) = all[member];
    }
    return array_literal(pool, names);
}

static site_error_t *ask(apr_pool_t *pool, site_connection_t *connection, const char *text, const site_scope_t *scope,
                         PGresult **result, site_diagnosis_t *diagnosis) {
    const char *values[] = {array_literal(pool, scope->schemas),
                            scope->roles ? array_literal(pool, scope->roles) : "{}", omitted(pool, scope->omissions, 0),
                            omitted(pool, scope->omissions, 1), omitted(pool, scope->omissions, 2)};
    const site_statement_t statement = {.text = text, .count = 5, .values = values};
    site_diagnosis_t own;
    site_error_t *error;
    int attempt = 0;

    if (!diagnosis)
        diagnosis = &own;
    /* XX000 "could not open relation with OID": a table was dropped under one of the helper functions. */
    do
        error = site_execute_batch(pool, connection, &statement, 1, result, diagnosis);
    while (error && strcmp(diagnosis->sqlstate, "XX000") == 0 && ++attempt < ATTEMPTS);
    return error;
}

site_error_t *site_introspect(apr_pool_t *pool, apr_pool_t *scratch, site_connection_t *connection,
                              const site_scope_t *scope, site_catalog_t **catalog, site_diagnosis_t *diagnosis) {
    reading_t reading = {.pool = pool, .scratch = scratch};
    PGresult *result;
    site_error_t *error = ask(scratch, connection, SQL_INTROSPECT, scope, &result, diagnosis);

    *catalog = NULL;
    if (error)
        return error;
    reading.rows = result;
    reading.catalog = site_catalog_make(pool);
    reading.catalog->server_version = PQserverVersion(site_connection_native(connection));
    reading.tables = apr_hash_make(scratch);
    reading.types = apr_hash_make(scratch);
    reading.columns = apr_hash_make(scratch);
    for (reading.row = 0; reading.row < PQntuples(result); reading.row++)
        read_row(&reading);
    qsort(reading.catalog->tables->elts, (size_t)reading.catalog->tables->nelts, sizeof(site_table_t *),
          by_schema_and_name);
    *catalog = reading.catalog;
    return NULL;
}

site_error_t *site_introspect_fingerprint(apr_pool_t *pool, site_connection_t *connection, const site_scope_t *scope,
                                          const char **fingerprint, site_diagnosis_t *diagnosis) {
    PGresult *result;
    site_error_t *error = ask(pool, connection, SQL_INTROSPECT_FINGERPRINT, scope, &result, diagnosis);

    *fingerprint = error || PQntuples(result) != 1 ? NULL : apr_pstrdup(pool, PQgetvalue(result, 0, 0));
    return error;
}
