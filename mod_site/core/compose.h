/* compose: a JSON document, written member by member into a sink. Commas take care of themselves; nothing is built in memory.
 *
 * What is the same in every document is written as JSON with ' for ", which keeps it readable in C: such a text has no apostrophes.
 */
#ifndef SITE_CORE_COMPOSE_H
#define SITE_CORE_COMPOSE_H

#include "core/sink.h"

typedef struct site_compose_t {
    site_sink_t *sink;
    int follows; /* something stands in front: a comma is due */
} site_compose_t;

void site_compose_init(site_compose_t *compose, site_sink_t *sink);

/* `bracket`: '{' or '[', and the one that closes it. */
void site_compose_open(site_compose_t *compose, char bracket);
void site_compose_close(site_compose_t *compose, char bracket);

/* The name of the next member of an object; NULL: inside of a list. All others begin with it. */
void site_compose_name(site_compose_t *compose, const char *name);

void site_compose_string(site_compose_t *compose, const char *name, const char *text);
void site_compose_number(site_compose_t *compose, const char *name, apr_int64_t number);

/* JSON with ' for ". */
void site_compose_json(site_compose_t *compose, const char *name, const char *json);

/* name: { or name: [ */
void site_compose_object(site_compose_t *compose, const char *name);
void site_compose_list(site_compose_t *compose, const char *name);

#endif
