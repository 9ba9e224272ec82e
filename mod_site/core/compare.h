/* compare: one lookup on one column -> an SQL expression. The other half of the lookup table. Used by core/sql only. */
#ifndef SITE_CORE_COMPARE_H
#define SITE_CORE_COMPARE_H

#include "core/filter.h"
#include "core/sql_writer.h"

/* Writes the test of a SITE_CONDITION_TEST against the row of `alias`. */
void site_compare_write(site_sql_writer_t *writer, int alias, const site_condition_t *test);

/* Writes how well that row matches a test of full text, a `real`. NULL counts as an empty text. */
void site_compare_rank(site_sql_writer_t *writer, int alias, const site_condition_t *test);

#endif
