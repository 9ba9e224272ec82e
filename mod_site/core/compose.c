#include "core/compose.h"
#include "core/format.h"

void site_compose_init(site_compose_t *compose, site_sink_t *sink) {
    compose->sink = sink;
    compose->follows = 0;
}

static void separate(site_compose_t *compose) {
    if (compose->follows)
        site_sink_char(compose->sink, ',');
    compose->follows = 1;
}

void site_compose_open(site_compose_t *compose, char bracket) {
    separate(compose);
    site_sink_char(compose->sink, bracket);
    compose->follows = 0;
}

void site_compose_close(site_compose_t *compose, char bracket) {
    site_sink_char(compose->sink, bracket);
    compose->follows = 1;
}

void site_compose_name(site_compose_t *compose, const char *name) {
    if (!name)
        return;
    separate(compose);
    site_format_string(compose->sink, name, strlen(name));
    site_sink_char(compose->sink, ':');
    compose->follows = 0;
}

void site_compose_string(site_compose_t *compose, const char *name, const char *text) {
    site_compose_name(compose, name);
    separate(compose);
    site_format_string(compose->sink, text, strlen(text));
}

void site_compose_number(site_compose_t *compose, const char *name, apr_int64_t number) {
    site_compose_name(compose, name);
    separate(compose);
    site_sink_printf(compose->sink, "%" APR_INT64_T_FMT, number);
}

void site_compose_json(site_compose_t *compose, const char *name, const char *json) {
    site_compose_name(compose, name);
    separate(compose);
    for (; *json; json++)
        site_sink_char(compose->sink, *json == '\'' ? '"' : *json);
}

void site_compose_object(site_compose_t *compose, const char *name) {
    site_compose_name(compose, name);
    site_compose_open(compose, '{');
}

void site_compose_list(site_compose_t *compose, const char *name) {
    site_compose_name(compose, name);
    site_compose_open(compose, '[');
}
