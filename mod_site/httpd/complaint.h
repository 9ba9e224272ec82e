/* complaint: what is wrong with a line of the configuration, found after all of it was read. */
#ifndef SITE_HTTPD_COMPLAINT_H
#define SITE_HTTPD_COMPLAINT_H

#include "core/spec.h"

#include <httpd.h>

typedef struct site_complaints_t {
    apr_pool_t *pool; /* for the texts */
    server_rec *main;
    int count;
} site_complaints_t;

/* Logs `format` as printf has it, behind the file and line of `place`, as SITE0001. */
void site_complain(site_complaints_t *complaints, const site_place_t *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
