/* session: users by a browser's cookie, and what keeps other sites from using it (CSRF).
 *
 * The cookie holds 256 random bits, the database only their hash. A browser sends it along whoever made it ask, so a
 * request that changes something also has to show a token that other sites cannot know: the HMAC of the session's id,
 * which is in a cookie that scripts of this site can read, and in its forms. Names are Django's, so that its clients go on.
 */
#ifndef SITE_HTTPD_SESSION_H
#define SITE_HTTPD_SESSION_H

#include "httpd/access.h"

#define SITE_SESSION_COOKIE "sessionid"
#define SITE_CSRF_COOKIE "csrftoken"
#define SITE_CSRF_HEADER "X-CSRFToken"
#define SITE_CSRF_FIELD "csrfmiddlewaretoken"

int site_session_wanted(const request_rec *r, const site_access_t *access);

/* Fills the identity when the cookie is a session's. An error only when it is, and another site could have made the
 * request. A form may show the token in its body, which is not read here: identity->unshown is what it has to show. */
site_error_t *site_session_identify(request_rec *r, const site_access_t *access, site_identity_t *identity);

/* Makes a session and sets both cookies. A session that the request came with ends. */
site_error_t *site_session_begin(request_rec *r, const site_access_t *access, const char *user);

/* Ends the request's session and takes the cookies back. */
site_error_t *site_session_end(request_rec *r, const site_access_t *access);

/* The token that a form of this page has to send: the session's; without one, one of the browser's own, set now. It is masked
 * (site_key_mask), so that each page shows another one. NULL: there is no randomness. */
const char *site_csrf_token(request_rec *r, const site_access_t *access);

/* Whether a form that sent `token` is ours. Returns NULL, or the 403. */
site_error_t *site_csrf_check(request_rec *r, const site_access_t *access, const char *token);

/* Whether `shown` is that token, masked or not. Returns NULL, or the 403. */
site_error_t *site_csrf_compare(request_rec *r, const char *shown, const char *token);

/* Whether the browser says that another site made it ask: for users whom a browser brings along by itself. */
site_error_t *site_csrf_check_origin(request_rec *r);

#endif
