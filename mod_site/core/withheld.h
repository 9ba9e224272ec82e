/* withheld: what a database holds for its own software only, told by name: tables of Django and its common packages, and
 * columns that look like secrets. They are not exposed until a directive names them.
 */
#ifndef SITE_CORE_WITHHELD_H
#define SITE_CORE_WITHHELD_H

#include "core/catalog.h"

/* Whether the table is one of Django's (auth_user, django_session ...) or of the packages that sign users in (authtoken,
 * knox, allauth, oauth2_provider ...), in any schema. */
int site_withheld_table(const site_table_t *table);

/* Whether the column looks like a secret: one of its name's words is password, token, secret, hash or the like, and it holds
 * text, bytes, a UUID or JSON, or an array of such. `password_changed` (a time) and `token_count` (a number) do not. */
int site_withheld_column(const site_column_t *column);

#endif
