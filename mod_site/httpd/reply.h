/* reply: an answer -> status, headers, bytes. */
#ifndef SITE_HTTPD_REPLY_H
#define SITE_HTTPD_REPLY_H

#include "core/labels.h"
#include "core/view.h"
#include "httpd/exchange.h"

/* How many bytes the answer may have (SiteAnswerLimit). */
apr_size_t site_reply_limit(const site_exchange_t *exchange);

/* A body that grows up to SiteAnswerLimit; `expected` in bytes. One that grew beyond it is sent as an error. */
void site_reply_body(const site_exchange_t *exchange, apr_size_t expected, site_sink_t *body);

/* The error of a body that cannot be sent; NULL: it can. */
site_error_t *site_reply_body_error(const site_exchange_t *exchange, const site_sink_t *body);

/* Sends a complete JSON document with this status, indented where the client asked for it. Returns OK. */
int site_reply_json(site_exchange_t *exchange, int status, site_sink_t *body);

/* Sends a complete HTML document. Returns OK. */
int site_reply_html(site_exchange_t *exchange, int status, site_sink_t *body);

/* The view of a page of the API: the frame, the way to it, the way to the same as JSON. */
site_view_t *site_reply_view(site_exchange_t *exchange, const char *page, const char *title);

/* Expands a page's template, the resource's own one where there is one, and sends it. */
int site_reply_page(site_exchange_t *exchange, int status, const char *file, site_view_t *view);

/* One row as a page, not sent yet; NULL: its template could not be expanded. `labels` and `neighbours` may be NULL. */
site_sink_t *site_reply_item_page(site_exchange_t *exchange, const site_resource_t *resource, const site_cell_t *cells,
                                  const site_labels_t *labels, apr_array_header_t *neighbours);

/* Sends an error, as JSON or as a page. Returns OK. */
int site_reply_error(site_exchange_t *exchange, const site_error_t *error);

/* Sets the headers that every answer of the API carries: Allow and Vary. */
void site_reply_headers(site_exchange_t *exchange);

/* The Allow header of a route where these methods (SITE_METHOD_*) are to be had: "GET, POST, HEAD, OPTIONS". In `pool`. */
const char *site_reply_allow(apr_pool_t *pool, const site_route_t *route, int methods);

/* A sink that passes its chunks on to the client as they fill: for answers that are not kept. `idle`: milliseconds that the
 * client may take nothing; 0: Apache's Timeout. `whole`: milliseconds from now that all of it may take; 0: any. */
void site_reply_stream(request_rec *r, const char *type, int idle, int whole, site_sink_t *sink);

/* Whether the client has been sent anything: then no error can be told any more. */
int site_reply_stream_begun(const site_sink_t *sink);

/* Ends one of which nothing has been sent: another answer takes its place. */
void site_reply_stream_forget(site_sink_t *sink);

/* Ends a stream. `cut`: one word for the log that says why the rest is missing; NULL: nothing is. A stream that is cut ends
 * without the last chunk and closes its connection, so that no client takes what it has for the whole; the word is the note
 * "site-cut". Where the sink itself failed that is the reason: "idle", "time", or "client". Returns what the handler returns. */
int site_reply_stream_end(request_rec *r, site_sink_t *sink, const char *cut);

#endif
