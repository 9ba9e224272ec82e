/* A library: two tables, one of them with a column of every kind that looks its own way. For tests of what is shown. */
#ifndef TEST_LIBRARY_H
#define TEST_LIBRARY_H

#include "core/writer_json.h"

/* The cells of a book: its key, then its shown attributes, which are its columns in their order. */
enum { KEY, ID, TITLE, AUTHOR, PRICE, IN_PRINT, BORN, ADDED, EXTRA, WORDS, COVER, HOME, WRITE_TO, BOOK_CELLS };

extern apr_pool_t *pool;
extern site_api_t *api;
extern const site_resource_t *books, *authors;
extern const site_urls_t urls;

/* Makes it, in `pool`; a group's set-up. */
int make_library(void **state);

site_cell_t cell_of(const char *text);
site_cell_t *book_cells(void);

site_sink_t *new_sink(void);
const char *text_of(site_sink_t *sink);

/* What a page has to hold, and must not. */
void has(const char *page, const char *part);
void has_not(const char *page, const char *part);

#endif
