#include "core/withheld.h"

#include <apr_lib.h>
#include <string.h>
#include <strings.h>

static int starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

int site_withheld_table(const site_table_t *table) {
    static const char *const names[] = {"auth_user",
                                        "auth_user_groups",
                                        "auth_user_user_permissions",
                                        "auth_group",
                                        "auth_group_permissions",
                                        "auth_permission",
                                        "authtoken_token",
                                        "account_emailaddress",
                                        "account_emailconfirmation",
                                        NULL};
    static const char *const prefixes[] = {"django_",        "knox_",    "oauth2_provider_", "social_auth_",
                                           "socialaccount_", "otp_totp", "otp_static",       "token_blacklist_",
                                           "axes_",          NULL};
    int i;

    for (i = 0; names[i]; i++) {
        if (strcmp(table->name, names[i]) == 0)
            return 1;
    }
    for (i = 0; prefixes[i]; i++) {
        if (starts_with(table->name, prefixes[i]))
            return 1;
    }
    return 0;
}

/* Values that a secret can be. */
static int can_be_secret(const site_type_t *type) {
    while (type->kind == SITE_KIND_ARRAY && type->element)
        type = type->element;
    switch (type->kind) {
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
    case SITE_KIND_BYTEA:
    case SITE_KIND_UUID:
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
        return 1;
    default:
        return 0;
    }
}

/* The length of the word at the start of `name`: `user_passwordHash2` has user, password and Hash. */
static size_t word_length(const char *name) {
    size_t length = 0;

    while (apr_isalpha(name[length]) && !(length && apr_isupper(name[length]) && !apr_isupper(name[length - 1])))
        length++;
    return length;
}

static int is_word(const char *word, size_t length, const char *known) {
    return strlen(known) == length && strncasecmp(word, known, length) == 0;
}

/* Words without a separator: accesstoken, passwordhash, clientsecret. */
static int begins_or_ends(const char *word, size_t length, const char *known) {
    size_t part = strlen(known);

    return length >= part &&
           (strncasecmp(word, known, part) == 0 || strncasecmp(word + length - part, known, part) == 0);
}

static int is_secret_word(const char *word, size_t length) {
    static const char *const words[] = {"pwd",  "passwds", "passphrase", "passcode",    "hash",       "hashes",
                                        "salt", "tokens",  "secrets",    "apikey",      "apikeys",    "privatekey",
                                        "otp",  "totp",    "credential", "credentials", "sessionkey", NULL};
    int i;

    for (i = 0; words[i]; i++) {
        if (is_word(word, length, words[i]))
            return 1;
    }
    return begins_or_ends(word, length, "password") || begins_or_ends(word, length, "passwd") ||
           begins_or_ends(word, length, "secret") || (length >= 5 && strncasecmp(word + length - 5, "token", 5) == 0);
}

/* Words that make a secret together with `key`: api_key, private_key. */
static int is_secret_pair(const char *first, size_t first_length, const char *word, size_t length) {
    static const char *const firsts[] = {"api", "private", "access", "session", "signing", "encryption", NULL};
    int i;

    if (!is_word(word, length, "key") && !is_word(word, length, "keys"))
        return 0;
    for (i = 0; firsts[i]; i++) {
        if (is_word(first, first_length, firsts[i]))
            return 1;
    }
    return 0;
}

int site_withheld_column(const site_column_t *column) {
    const char *at = column->name, *before = at;
    size_t length, before_length = 0;

    if (!can_be_secret(&column->type))
        return 0;
    while (*at) {
        length = word_length(at);
        if (length == 0) {
            at++;
            continue;
        }
        if (is_secret_word(at, length) || is_secret_pair(before, before_length, at, length))
            return 1;
        before = at;
        before_length = length;
        at += length;
    }
    return 0;
}
