#include "httpd/crawl.h"

#include "core/digest.h"
#include "httpd/assets.h"
#include "httpd/config.h"
#include "httpd/origin.h"
#include "httpd/pages.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

/* Of a collection only its plain address: filtered, sorted and paged it is other rows of the same without end. */
static int send_robots(request_rec *r) {
    const apr_array_header_t *apis = site_pages_apis(r);
    const char *text = "User-agent: *\n";
    int i, result;

    for (i = 0; i < apis->nelts; i++)
        text = apr_pstrcat(r->pool, text, "Disallow: ", site_origin_prefix(r),
                           APR_ARRAY_IDX(apis, i, const site_exposed_t *)->spec.path, "/*?\n", NULL);
    text = apr_pstrcat(r->pool, text, "Allow: /\n", NULL);
    if (site_sitemap_is_on(r))
        text = apr_pstrcat(r->pool, text, "\nSitemap: ", site_origin(r), "/sitemap.xml\n", NULL);
    ap_set_content_type(r, "text/plain; charset=utf-8");
    apr_table_setn(r->headers_out, "Cache-Control", "max-age=3600");
    apr_table_setn(r->headers_out, "ETag",
                   apr_pstrcat(r->pool, "\"", site_digest(r->pool, text, strlen(text)), "\"", NULL));
    result = ap_meets_conditions(r);
    if (result != OK)
        return result;
    ap_set_content_length(r, (apr_off_t)strlen(text));
    if (!r->header_only)
        ap_rputs(text, r);
    return OK;
}

/* Browsers that were told of no icon (a JSON document names none) ask for this one. */
static int send_icon(request_rec *r) {
    int result = site_assets_send(r, "favicon.ico");

    return result == DECLINED ? site_assets_send(r, "favicon.svg") : result;
}

static int not_allowed(request_rec *r) {
    apr_table_setn(r->err_headers_out, "Allow", "GET, HEAD");
    return site_pages_send_error(
        r, site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL, "This can only be read."));
}

int site_crawl(request_rec *r) {
    int robots = strcmp(r->uri, "/robots.txt") == 0, icon = strcmp(r->uri, "/favicon.ico") == 0, result;

    if (!robots && !icon)
        return strncmp(r->uri, "/sitemap", 8) == 0 ? site_sitemap(r) : DECLINED;
    if (r->method_number != M_GET)
        return not_allowed(r);
    if (icon)
        return send_icon(r);
    result = site_assets_send(r, "robots.txt");
    return result == DECLINED ? send_robots(r) : result;
}
