/* catalog: the read-only model of a database: schemas' tables, their columns, types, keys and comments.
 *
 * It is filled once, from PostgreSQL's system catalogues (db/introspect) or by hand in unit tests, and never
 * changed afterwards: any number of threads may read it. Everything lives in the pool it was made with.
 * Arrays hold pointers: `APR_ARRAY_IDX(table->columns, i, site_column_t *)`.
 */
#ifndef SITE_CORE_CATALOG_H
#define SITE_CORE_CATALOG_H

#include <apr_pools.h>
#include <apr_tables.h>

/* What a value is, as far as reading, comparing and writing it goes. A domain counts as its base type. */
typedef enum site_kind_t {
    SITE_KIND_BOOLEAN,
    SITE_KIND_INT2,
    SITE_KIND_INT4,
    SITE_KIND_INT8,
    SITE_KIND_FLOAT4,
    SITE_KIND_FLOAT8,
    SITE_KIND_NUMERIC,
    SITE_KIND_MONEY,
    SITE_KIND_TEXT, /* text, varchar, name, citext, xml-free text of any length */
    SITE_KIND_CHAR, /* blank-padded char(n) */
    SITE_KIND_ENUM,
    SITE_KIND_DATE,
    SITE_KIND_TIME, /* without time zone */
    SITE_KIND_TIMETZ,
    SITE_KIND_TIMESTAMP, /* without time zone */
    SITE_KIND_TIMESTAMPTZ,
    SITE_KIND_INTERVAL,
    SITE_KIND_UUID,
    SITE_KIND_JSON,
    SITE_KIND_JSONB,
    SITE_KIND_BYTEA,
    SITE_KIND_INET,
    SITE_KIND_CIDR,
    SITE_KIND_MACADDR, /* macaddr and macaddr8 */
    SITE_KIND_BIT,     /* bit and bit varying */
    SITE_KIND_OID,
    SITE_KIND_RANGE, /* range and multirange */
    SITE_KIND_ARRAY, /* of `element` */
    SITE_KIND_TSVECTOR,
    SITE_KIND_OTHER, /* composite, geometric, xml, hstore, extensions: shown as PostgreSQL's text */
    SITE_KIND_COUNT
} site_kind_t;

typedef struct site_type_t site_type_t;
typedef struct site_column_t site_column_t;
typedef struct site_key_t site_key_t;
typedef struct site_foreign_key_t site_foreign_key_t;
typedef struct site_table_t site_table_t;
typedef struct site_catalog_t site_catalog_t;

struct site_type_t {
    site_kind_t kind;
    const char *sql_name;       /* as it may stand after `::`, quoted and schema-qualified where needed, without
                                     type modifier: `integer`, `character varying`, `public."Mood"`, `text[]` */
    const char *domain;         /* the domain's name as sql_name would spell it, or NULL */
    int max_length;             /* characters, of varchar(n), char(n), bit(n); -1: none */
    int precision;              /* of numeric(p,s); -1: none */
    int scale;                  /* of numeric(p,s); fractional digits of time types; -1: none */
    int case_insensitive;       /* citext */
    apr_array_header_t *labels; /* of an enum, in its order: const char *; else NULL */
    const site_type_t *element; /* of an array; else NULL */
    const site_type_t *bound;   /* of a range or multirange, the type of its bounds; else NULL */
    int multirange;
};

static inline int site_type_is_whole(const site_type_t *type) {
    return type->kind == SITE_KIND_INT2 || type->kind == SITE_KIND_INT4 || type->kind == SITE_KIND_INT8;
}

static inline int site_type_is_number(const site_type_t *type) {
    return site_type_is_whole(type) || type->kind == SITE_KIND_FLOAT4 || type->kind == SITE_KIND_FLOAT8 ||
           type->kind == SITE_KIND_NUMERIC;
}

struct site_column_t {
    const char *name;
    int number; /* attnum, from 1, with gaps */
    site_type_t type;
    unsigned not_null : 1;    /* by NOT NULL, also by its domain; primary key columns are */
    unsigned has_default : 1; /* a DEFAULT expression or an identity */
    unsigned identity : 1;
    unsigned identity_always : 1;  /* GENERATED ALWAYS AS IDENTITY */
    unsigned generated : 1;        /* GENERATED ALWAYS AS (...) STORED */
    unsigned nondeterministic : 1; /* its collation takes different texts for equal */
    const char *default_sql;       /* the DEFAULT's text as pg_get_expr shows it, or NULL */
    const char *comment;           /* or NULL */
    int distinct;   /* the planner's estimate of how many values there are, where they are few; 0: unknown */
    int dimensions; /* of an array, as it was declared; 0: nothing was said */
    apr_array_header_t *choices;  /* const char *, from CHECK (col IN (...)) on a text column; else NULL */
    const char *least, *greatest; /* what CHECK constraints allow of whole numbers, as text; or NULL */
    const site_table_t *table;
};

/* A primary key or a unique constraint/index (valid, non-partial, on plain columns only). */
struct site_key_t {
    const char *name;
    apr_array_header_t *columns; /* site_column_t *, in the key's order */
    unsigned primary : 1;
};

struct site_foreign_key_t {
    const char *name;
    const site_table_t *table;   /* the referencing table */
    apr_array_header_t *columns; /* site_column_t * of `table` */
    const site_table_t *target;
    apr_array_header_t *target_columns; /* site_column_t * of `target`, in the same order */
    unsigned
        on_delete : 1; /* the database decides what becomes of rows whose target goes: CASCADE, RESTRICT, SET ... */
};

struct site_table_t {
    const char *schema;
    const char *name;
    char kind;                        /* pg_class.relkind: r table, p partitioned, v view, m materialised, f foreign */
    const char *comment;              /* or NULL */
    apr_array_header_t *columns;      /* site_column_t *, in their order, dropped ones left out */
    site_key_t *primary_key;          /* or NULL */
    apr_array_header_t *keys;         /* site_key_t *, the primary key first */
    apr_array_header_t *foreign_keys; /* site_foreign_key_t * that leave this table */
    apr_array_header_t *referenced;   /* site_foreign_key_t * that arrive here, from tables in this catalogue */
    apr_array_header_t *rights;       /* site_rights_t * (core/rights.h); NULL: none is known */
    double rows;                      /* the planner's estimate; < 0: never analysed */
    unsigned insertable : 1;          /* as pg_relation_is_updatable says */
    unsigned updatable : 1;
    unsigned deletable : 1;
    unsigned has_policies : 1; /* row-level security is on: rows may be hidden from some callers */
};

/* A text search configuration. */
typedef struct site_text_config_t {
    const char *schema, *name;
} site_text_config_t;

struct site_catalog_t {
    apr_pool_t *pool;
    apr_array_header_t *tables;       /* site_table_t *, by schema and name */
    apr_array_header_t *text_configs; /* site_text_config_t, of all schemas */
    int server_version;               /* PQserverVersion: 150018 */
    const char *fingerprint;          /* changes whenever anything above does (for polling); or NULL */
};

/* An empty catalogue in `pool`. */
site_catalog_t *site_catalog_make(apr_pool_t *pool);

/* Adds a table without columns; the strings are copied. */
site_table_t *site_catalog_add_table(site_catalog_t *catalog, const char *schema, const char *name, char kind);

/* Adds a column; `type` is copied shallowly: its strings and arrays must live in the catalogue's pool. */
site_column_t *site_catalog_add_column(site_catalog_t *catalog, site_table_t *table, const char *name, int number,
                                       const site_type_t *type);

/* Adds a key over `columns` (site_column_t *). A primary key is put first and makes its columns NOT NULL. */
site_key_t *site_catalog_add_key(site_catalog_t *catalog, site_table_t *table, const char *name, int primary,
                                 apr_array_header_t *columns);

/* Adds a text search configuration; the strings are copied. */
void site_catalog_add_text_config(site_catalog_t *catalog, const char *schema, const char *name);

/* Adds a foreign key to both tables. The arrays hold site_column_t *, pairwise. */
site_foreign_key_t *site_catalog_add_foreign_key(site_catalog_t *catalog, const char *name, site_table_t *table,
                                                 apr_array_header_t *columns, site_table_t *target,
                                                 apr_array_header_t *target_columns);

/* Finds a table; NULL when there is none. Names are compared exactly, as PostgreSQL stores them. */
site_table_t *site_catalog_table(const site_catalog_t *catalog, const char *schema, const char *name);

/* Finds a column by name; NULL when there is none. */
site_column_t *site_table_column(const site_table_t *table, const char *name);

/* Whether some key of the table consists of exactly this column. */
int site_column_is_unique(const site_column_t *column);

/* `name` as an SQL identifier, always quoted, inner quotes doubled: an identifier from the catalogue can stand in a
 * statement whatever it holds. */
const char *site_identifier(apr_pool_t *pool, const char *name);

#endif
