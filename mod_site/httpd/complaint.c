#include "httpd/complaint.h"

#include "httpd/log.h"

#include <apr_strings.h>

void site_complain(site_complaints_t *complaints, const site_place_t *place, const char *format, ...) {
    va_list arguments;
    const char *message;

    va_start(arguments, format);
    message = apr_pvsprintf(complaints->pool, format, arguments);
    va_end(arguments);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, complaints->main, "SITE0001: %s:%d: %s", place->file,
                 place->line, message);
    complaints->count++;
}
