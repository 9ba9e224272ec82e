/* introspect_sql: the one statement that reads the system catalogues; for introspect.c alone.
 *
 * One statement, so that all of it is one snapshot without a transaction block (which poolers and implicit
 * transactions would make complicated): a table dropped meanwhile is there as a whole or not at all. The helper
 * functions (has_..., pg_get_...) look at the newest state instead: for what is gone since they give NULL or, some of
 * them, an internal error, upon which introspect.c asks again.
 *
 * Its rows are facts of several sorts under the same columns: section, three numbers to sort by, ten texts. What the
 * texts are is said at each part of the UNION, in the order of enum section_t in introspect.c.
 *
 * $1: the schemas, as text[]. $2: roles beside the one that asks. $3, $4, $5: schema, table and column ('' for all of it) of
 * what is left out.
 */
#ifndef SITE_DB_INTROSPECT_SQL_H
#define SITE_DB_INTROSPECT_SQL_H

/* Who reads. A name that is no role's is no reader. */
#define SQL_READERS                                                                                                    \
    " reader(oid, name, own) AS MATERIALIZED (SELECT oid, rolname, rolname = current_user FROM pg_roles"               \
    " WHERE rolname = current_user OR rolname = ANY ($2::text[])),"                                                    \
    " omission(nspname, relname, attname) AS MATERIALIZED ("                                                           \
    " SELECT * FROM unnest($3::text[], $4::text[], $5::text[])),"

/* What they may read, given pg_class as c and its pg_namespace as n. What mod_site itself keeps is no part of any catalogue, and so
 * can be exposed by no directive. */
#define SQL_READABLE                                                                                                   \
    " c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition"                                                 \
    " AND n.nspname <> 'mod_site'"                                                                                     \
    " AND NOT EXISTS (SELECT FROM omission o WHERE o.nspname = n.nspname AND o.relname = c.relname"                    \
    " AND o.attname = '')"                                                                                             \
    " AND EXISTS (SELECT FROM reader u WHERE has_schema_privilege(u.oid, n.oid, 'USAGE')"                              \
    " AND (has_table_privilege(u.oid, c.oid, 'SELECT') OR has_any_column_privilege(u.oid, c.oid, 'SELECT')))"

/* The type of the bounds of t, a range or multirange. PostgreSQL 13 has no multiranges, and no column that names them. */
#define SQL_BOUND                                                                                                      \
    "(SELECT g.rngsubtype FROM pg_range g WHERE t.typtype IN ('r', 'm')"                                               \
    " AND (g.rngtypid = t.oid OR (to_jsonb(g) ->> 'rngmultitypid')::oid = t.oid))"

/* conparentid: PostgreSQL repeats a foreign key for every partition; the repetitions are no keys of their own. */
#define SQL_SCOPE                                                                                                      \
    "WITH RECURSIVE" SQL_READERS " reached(oid) AS ("                                                                  \
    " SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"                                      \
    " WHERE n.nspname = ANY ($1::text[]) AND" SQL_READABLE " UNION"                                                    \
    " SELECT c.oid FROM reached r"                                                                                     \
    " JOIN pg_constraint f ON f.conrelid = r.oid AND f.contype = 'f' AND f.conparentid = 0"                            \
    " JOIN pg_class c ON c.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace"                            \
    " WHERE" SQL_READABLE "),"                                                                                         \
    " relation AS MATERIALIZED ("                                                                                      \
    " SELECT c.oid, c.relname, n.nspname, c.relkind, c.reltuples, c.relrowsecurity, n.oid AS nspoid,"                  \
    " EXISTS (SELECT FROM reader u WHERE has_table_privilege(u.oid, c.oid, 'SELECT')) AS whole"                        \
    " FROM reached r JOIN pg_class c ON c.oid = r.oid JOIN pg_namespace n ON n.oid = c.relnamespace"                   \
    " WHERE has_table_privilege(c.oid, 'SELECT') IS NOT NULL),"                                                        \
    " attribute AS MATERIALIZED ("                                                                                     \
    " SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef, a.attidentity,"      \
    " a.attgenerated, a.attndims, a.attcollation FROM relation r"                                                      \
    " JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped"                               \
    " WHERE (r.whole OR EXISTS (SELECT FROM reader u WHERE has_column_privilege(u.oid, a.attrelid, a.attnum,"          \
    " 'SELECT'))) AND NOT EXISTS (SELECT FROM omission o WHERE o.nspname = r.nspname AND o.relname = r.relname"        \
    " AND o.attname = a.attname)),"                                                                                    \
    " used(oid) AS ("                                                                                                  \
    " SELECT atttypid FROM attribute"                                                                                  \
    " UNION"                                                                                                           \
    " SELECT v.oid FROM used u JOIN pg_type t ON t.oid = u.oid,"                                                       \
    " LATERAL (VALUES (t.typbasetype), (t.typelem), (" SQL_BOUND ")) v(oid) WHERE v.oid <> 0),"

/* Tables take every change, materialised views none; only views and foreign tables need a look, for which the function
 * must lock them, and wait while somebody alters them. Bits: 4 update, 8 insert, 16 delete. */
#define SQL_RELATIONS /* schema, name, kind, comment, updatable, policies */                                           \
    " SELECT 1, r.oid::int8, 0::int8, 0::int8, r.nspname::text, r.relname::text, r.relkind::text, d.description,"      \
    " (CASE r.relkind WHEN 'r' THEN 28 WHEN 'p' THEN 28 WHEN 'm' THEN 0"                                               \
    " ELSE pg_relation_is_updatable(r.oid, true) END)::text, r.relrowsecurity::text, NULL, NULL, NULL, NULL"           \
    " FROM relation r LEFT JOIN pg_description d"                                                                      \
    " ON d.objoid = r.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0"

/* format_type with -1 says bpchar and "bit" where without it says character and bit, which mean a length of 1. */
#define SQL_TYPES /* name, SQL name, typtype, base, element of a true array, typmod, NOT NULL, default, category, bound */ \
    " UNION ALL SELECT 2, t.oid::int8, 0, 0, t.typname::text,"                                                             \
    " CASE WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, -1)"                                                      \
    " ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END, t.typtype::text, t.typbasetype::text,"             \
    " CASE WHEN e.typarray = t.oid THEN e.oid ELSE 0 END::text, t.typtypmod::text, t.typnotnull::text,"                    \
    " CASE WHEN t.typtype = 'd' THEN t.typdefault END, t.typcategory::text, " SQL_BOUND "::text"                           \
    " FROM used u JOIN pg_type t ON t.oid = u.oid JOIN pg_namespace n ON n.oid = t.typnamespace"                           \
    " LEFT JOIN pg_type e ON e.oid = t.typelem"

#define SQL_LABELS /* label */                                                                                         \
    " UNION ALL SELECT 3, l.enumtypid::int8, row_number() OVER (PARTITION BY l.enumtypid ORDER BY l.enumsortorder),"   \
    " 0, l.enumlabel::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"                                      \
    " FROM used u JOIN pg_enum l ON l.enumtypid = u.oid"

/* The last number: whether the collation is nondeterministic. */
#define SQL_COLUMNS /* name, type, typmod, NOT NULL, has default, identity, generated, default, comment, dimensions */ \
    " UNION ALL SELECT 5, a.attrelid::int8, a.attnum::int8,"                                                           \
    " (SELECT count(*) FROM pg_collation l WHERE l.oid = a.attcollation AND NOT l.collisdeterministic),"               \
    " a.attname::text, a.atttypid::text,"                                                                              \
    " a.atttypmod::text, a.attnotnull::text, a.atthasdef::text, a.attidentity::text, a.attgenerated::text,"            \
    " CASE WHEN a.atthasdef AND a.attgenerated = '' THEN pg_get_expr(v.adbin, v.adrelid) END, d.description,"          \
    " a.attndims::text"                                                                                                \
    " FROM attribute a LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum"                        \
    " LEFT JOIN pg_description d"                                                                                      \
    " ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum"

#define SQL_KEYS /* name, primary, column; sorted by index and place in it */                                          \
    " UNION ALL SELECT 6, i.indrelid::int8, i.indexrelid::int8, k.place, c.relname::text, i.indisprimary::text,"       \
    " k.number::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL"                                                        \
    " FROM relation r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid,"                  \
    " LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place)"                                               \
    " WHERE i.indisunique AND i.indisvalid AND i.indislive AND i.indpred IS NULL AND i.indexprs IS NULL"               \
    " AND k.place <= i.indnkeyatts"

#define SQL_FOREIGN_KEYS /* name, target, column, target column, ON DELETE; sorted by constraint and place in it */    \
    " UNION ALL SELECT 7, f.conrelid::int8, f.oid::int8, k.place, f.conname::text, f.confrelid::text,"                 \
    " k.number::text, k.target::text, f.confdeltype::text, NULL, NULL, NULL, NULL, NULL"                               \
    " FROM relation r JOIN pg_constraint f ON f.conrelid = r.oid AND f.contype = 'f' AND f.conparentid = 0,"           \
    " LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY k(number, target, place)"

/* A CHECK that is not valid may be broken by what is stored already: left out. */
#define SQL_DOMAIN_CHECKS /* definition; sorted by domain */                                                           \
    " UNION ALL SELECT 4, k.contypid::int8, k.oid::int8, 0, pg_get_constraintdef(k.oid),"                              \
    " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"                                                            \
    " FROM used u JOIN pg_constraint k ON k.contypid = u.oid WHERE k.contype = 'c' AND k.convalidated"

#define SQL_CHECKS /* definition; sorted by table and column */                                                        \
    " UNION ALL SELECT 8, k.conrelid::int8, k.conkey[1], k.oid::int8, pg_get_constraintdef(k.oid),"                    \
    " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"                                                            \
    " FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid"                                                      \
    " WHERE k.contype = 'c' AND k.convalidated AND cardinality(k.conkey) = 1"

/* Letters as in an ACL, for all of the table or some of its columns; where only for some, which. */
#define SQL_RIGHTS /* role, the site's own, rights, columns to insert, to update, to select */                         \
    " UNION ALL SELECT 9, r.oid::int8, u.oid::int8, 0, u.name::text, u.own::text,"                                     \
    " CASE WHEN has_schema_privilege(u.oid, r.nspoid, 'USAGE') THEN"                                                   \
    " CASE WHEN has_any_column_privilege(u.oid, r.oid, 'SELECT') THEN 'r' ELSE '' END"                                 \
    " || CASE WHEN has_any_column_privilege(u.oid, r.oid, 'INSERT') THEN 'a' ELSE '' END"                              \
    " || CASE WHEN has_any_column_privilege(u.oid, r.oid, 'UPDATE') THEN 'w' ELSE '' END"                              \
    " || CASE WHEN has_table_privilege(u.oid, r.oid, 'DELETE') THEN 'd' ELSE '' END END,"                              \
    " CASE WHEN NOT has_table_privilege(u.oid, r.oid, 'INSERT') THEN" SQL_COLUMNS_WITH(                                \
        "INSERT") " END,"                                                                                              \
                  " CASE WHEN NOT has_table_privilege(u.oid, r.oid, 'UPDATE') THEN" SQL_COLUMNS_WITH(                  \
                      "UPDATE") " END,"                                                                                \
                                " CASE WHEN NOT has_table_privilege(u.oid, r.oid, 'SELECT') THEN" SQL_COLUMNS_WITH(    \
                                    "SELECT") " END,"                                                                  \
                                              " NULL, NULL, NULL, NULL FROM relation r CROSS JOIN reader u"

#define SQL_COLUMNS_WITH(right)                                                                                        \
    " (SELECT coalesce(string_agg(a.attnum::text, ' ' ORDER BY a.attnum), '') FROM attribute a"                        \
    " WHERE a.attrelid = r.oid AND has_column_privilege(u.oid, a.attrelid, a.attnum, '" right "'))"

#define SQL_TEXT_CONFIGS /* schema, name */                                                                            \
    " UNION ALL SELECT 12, c.oid::int8, 0, 0, n.nspname::text, c.cfgname::text, NULL, NULL, NULL, NULL, NULL, NULL,"   \
    " NULL, NULL FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace"                                    \
    " WHERE has_schema_privilege(n.oid, 'USAGE')"

#define SQL_FACTS                                                                                                      \
    SQL_SCOPE                                                                                                          \
    " fact(section, a, b, c, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9) AS MATERIALIZED (" SQL_RELATIONS SQL_TYPES        \
        SQL_LABELS SQL_DOMAIN_CHECKS SQL_COLUMNS SQL_KEYS SQL_FOREIGN_KEYS SQL_CHECKS SQL_RIGHTS SQL_TEXT_CONFIGS ")"

/* Of the facts themselves: nothing that is read can be forgotten here. A sum needs no order. */
#define SQL_FINGERPRINT " count(*)::text || '-' || coalesce(sum(hashtextextended(fact::text, 0)), 0)::text"

/* The planner's estimates change with every ANALYZE, and are no part of the fingerprint. */
#define SQL_INTROSPECT                                                                                                 \
    SQL_FACTS                                                                                                          \
    " SELECT * FROM fact"                                                                                              \
    " UNION ALL SELECT 10, oid::int8, 0, 0, reltuples::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"          \
    " NULL FROM relation"                                                                                              \
    " UNION ALL SELECT 11, 0, 0, 0," SQL_FINGERPRINT ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"               \
    " NULL FROM fact"                                                                                                  \
    " ORDER BY 1, 2, 3, 4"

#define SQL_INTROSPECT_FINGERPRINT SQL_FACTS " SELECT" SQL_FINGERPRINT " FROM fact"

#endif
