/* sql_file: a query that a site's author wrote, with named placeholders -> a statement with numbered parameters.
 *
 *     SELECT title, pages FROM public.book WHERE isbn = :isbn   ->   ... WHERE isbn = $1
 *
 * A placeholder is a colon and a name, wherever PostgreSQL would read an operator: not in strings, quoted identifiers,
 * comments or dollar quotes, and not in `::` casts. Only a placeholder becomes part of the statement; values are bound.
 * The text is read as PostgreSQL's own lexer would, with standard_conforming_strings on. What this cannot be sure of is
 * refused.
 */
#ifndef SITE_CORE_SQL_FILE_H
#define SITE_CORE_SQL_FILE_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct site_sql_file_t {
    const char *path;          /* for messages */
    const char *text;          /* the statement: at most so many rows of the author's query */
    const char *probe;         /* the same without rows: whether PostgreSQL understands it */
    apr_array_header_t *names; /* const char *: names[i] is what $i+1 is bound to */
    apr_array_header_t *lines; /* int: where each was first named */
} site_sql_file_t;

/* Reads the text of a file. NULL: *complaint is "path:line: what is wrong". Everything in `pool`. */
site_sql_file_t *site_sql_file_read(apr_pool_t *pool, const char *path, const char *text, apr_size_t length, int rows,
                                    const char **complaint);

/* The line of the file that PostgreSQL complains of: `position` counts the statement's characters from 1; 0: the first
 * line that says something. */
int site_sql_file_line(const site_sql_file_t *file, int position);

#endif
