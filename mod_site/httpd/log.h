/* log: what every file of this folder that logs includes.
 *
 * Messages carry a tag of our own, SITE0042, that is never used for anything else and never changes: AH numbers belong
 * to httpd's own modules. 0001-0029 configuration and start, 0030-0049 password, 0050-0069 connections, 0070-0099
 * catalogue. ERR: the operator must act; WARNING: something is worse than it should be; NOTICE and INFO: life cycle;
 * DEBUG: per request. Values of parameters are logged at TRACE only, the password never.
 */
#ifndef SITE_HTTPD_LOG_H
#define SITE_HTTPD_LOG_H

#include <httpd.h>

#include <http_config.h>
#include <http_log.h>

APLOG_USE_MODULE(site);

#endif
