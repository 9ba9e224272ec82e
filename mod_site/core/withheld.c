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
                                        "mfa_authenticator",
                                        NULL};
    static const char *const prefixes[] = {"django_",    "knox_", "oauth2_provider_", "social_auth_",  "socialaccount_",
                                           "otp_",       "axes_", "token_blacklist_", "usersessions_", "two_factor_",
                                           "twofactor_", NULL};
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
    case SITE_KIND_BIT:
    case SITE_KIND_TSVECTOR:
    case SITE_KIND_OTHER:
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

/* Two words without a separator, of which one alone says too little: tokenhash, pwdhash, keydigest. */
static int is_compound(const char *word, size_t length) {
    static const char *const firsts[] = {"token", "pwd", "pass", "pw", "key", NULL};
    static const char *const lasts[] = {"hash", "digest", "salt", NULL};
    int i, j;

    for (i = 0; firsts[i]; i++) {
        size_t part = strlen(firsts[i]);

        for (j = 0; length > part && strncasecmp(word, firsts[i], part) == 0 && lasts[j]; j++) {
            if (is_word(word + part, length - part, lasts[j]))
                return 1;
        }
    }
    return is_word(word, length, "tokenvalue") || is_word(word, length, "userpass");
}

/* Words without a separator: accesstoken, passwordhash, clientsecret. */
static int begins_or_ends(const char *word, size_t length, const char *known) {
    size_t part = strlen(known);

    return length >= part &&
           (strncasecmp(word, known, part) == 0 || strncasecmp(word + length - part, known, part) == 0);
}

static int is_secret_word(const char *word, size_t length) {
    static const char *const words[] = {"pw",         "pwd",         "passwds",    "passphrase", "passcode",
                                        "hash",       "hashes",      "salt",       "tokens",     "secrets",
                                        "apikey",     "apikeys",     "privatekey", "otp",        "totp",
                                        "credential", "credentials", "sessionkey", NULL};
    int i;

    for (i = 0; words[i]; i++) {
        if (is_word(word, length, words[i]))
            return 1;
    }
    return is_compound(word, length) || begins_or_ends(word, length, "password") ||
           begins_or_ends(word, length, "passwd") || begins_or_ends(word, length, "secret") ||
           (length >= 5 && strncasecmp(word + length - 5, "token", 5) == 0);
}

/* Two words that make a secret together: api_key, user_pass, recovery_codes. */
static int is_secret_pair(const char *first, size_t first_length, const char *word, size_t length) {
    static const struct {
        const char *first, *word;
    } pairs[] = {{"api", "key"},        {"api", "keys"},     {"private", "key"},    {"private", "keys"},
                 {"access", "key"},     {"access", "keys"},  {"session", "key"},    {"session", "keys"},
                 {"signing", "key"},    {"signing", "keys"}, {"encryption", "key"}, {"encryption", "keys"},
                 {"user", "pass"},      {"db", "pass"},      {"login", "pass"},     {"recovery", "code"},
                 {"recovery", "codes"}, {"backup", "code"},  {"backup", "codes"}};
    size_t i;

    for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (is_word(first, first_length, pairs[i].first) && is_word(word, length, pairs[i].word))
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
