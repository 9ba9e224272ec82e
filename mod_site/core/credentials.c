#include "core/credentials.h"

#include "core/value.h"

#include <apr_strings.h>
#include <openssl/crypto.h>
#include <string.h>

#define STATUS_UNAUTHORIZED 401

/* What separates words, for Python's bytes.split(). */
static const char blanks[] = " \t\n\r\v\f";

static site_error_t *failed(apr_pool_t *pool, const char *message) {
    return site_error_make(pool, STATUS_UNAUTHORIZED, "authentication_failed", NULL, "%s", message);
}

site_error_t *site_credentials_refused(apr_pool_t *pool) {
    return failed(pool, "Invalid username/password.");
}

int site_credentials_is(const char *header, const char *scheme) {
    apr_size_t length;

    if (!header)
        return 0;
    header += strspn(header, blanks);
    length = strcspn(header, blanks);
    return length == strlen(scheme) && strncasecmp(header, scheme, length) == 0;
}

/* The one word that follows the scheme; NULL: *error says what is wrong. `name` is what the message calls the header, `word_name` the
 * word. */
static char *only_word(apr_pool_t *pool, const char *header, const char *name, const char *word_name,
                       site_error_t **error) {
    apr_size_t length;

    header += strspn(header, blanks);
    header += strcspn(header, blanks);
    header += strspn(header, blanks);
    length = strcspn(header, blanks);
    *error = NULL;
    if (!length)
        *error = site_error_make(pool, STATUS_UNAUTHORIZED, "authentication_failed", NULL,
                                 "Invalid %s header. No credentials provided.", name);
    else if (header[length + strspn(header + length, blanks)])
        *error = site_error_make(pool, STATUS_UNAUTHORIZED, "authentication_failed", NULL,
                                 "Invalid %s header. %s should not contain spaces.", name, word_name);
    return *error ? NULL : apr_pstrmemdup(pool, header, length);
}

site_error_t *site_credentials_token(apr_pool_t *pool, const char *header, const char **token) {
    site_error_t *error;
    const char *word = only_word(pool, header, "token", "Token string", &error);

    *token = word;
    if (word && !site_value_utf8(word, strlen(word)))
        error = failed(pool, "Invalid token header. Token string should not contain invalid characters.");
    return error;
}

static int digit_of(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Python's base64.b64decode(): what is no digit is skipped, what follows the padding is not looked at, and missing
 * padding is an error. Returns the number of bytes, or -1. */
static int decode(const char *text, unsigned char *bytes) {
    int place = 0, pads = 0, rest = 0, used = 0;

    for (; *text; text++) {
        int digit = digit_of(*text);

        if (*text == '=') {
            if (place >= 2 && place + ++pads >= 4)
                return used;
            continue;
        }
        if (digit < 0)
            continue;
        pads = 0;
        if (place == 0)
            rest = digit;
        else {
            int bits = 6 - 2 * place; /* that stay behind: 4, 2, 0 */

            bytes[used++] = (unsigned char)(rest << (2 * place) | digit >> bits);
            rest = digit & ((1 << bits) - 1);
        }
        place = (place + 1) % 4;
    }
    return place == 0 ? used : -1;
}

static char *from_latin1(apr_pool_t *pool, const unsigned char *bytes, int length) {
    char *text = apr_palloc(pool, 2 * (apr_size_t)length + 1), *to = text;
    int i;

    for (i = 0; i < length; i++) {
        if (bytes[i] < 0x80)
            *to++ = (char)bytes[i];
        else {
            *to++ = (char)(0xC0 | bytes[i] >> 6);
            *to++ = (char)(0x80 | (bytes[i] & 0x3F));
        }
    }
    *to = '\0';
    return text;
}

/* In memory of its own. */
static char *as_utf8(apr_pool_t *pool, const unsigned char *bytes, int length) {
    return site_value_utf8((const char *)bytes, (apr_size_t)length)
               ? apr_pstrmemdup(pool, (const char *)bytes, (apr_size_t)length)
               : from_latin1(pool, bytes, length);
}

const char *site_credentials_name(apr_pool_t *pool, const char *name) {
    return as_utf8(pool, (const unsigned char *)name, (int)strlen(name));
}

site_error_t *site_credentials_basic(apr_pool_t *pool, const char *header, const char **user, char **password) {
    site_error_t *error;
    char *word = only_word(pool, header, "basic", "Credentials string", &error), *text, *colon;
    unsigned char *bytes;
    apr_size_t size;
    int length;

    if (!word)
        return error;
    size = strlen(word) + 1;
    bytes = apr_pcalloc(pool, size);
    length = decode(word, bytes);
    OPENSSL_cleanse(word, size);
    if (length < 0)
        error = failed(pool, "Invalid basic header. Credentials not correctly base64 encoded.");
    /* Whoever compares would stop there and take the rest for granted. */
    else if (memchr(bytes, 0, (apr_size_t)length))
        error = site_credentials_refused(pool);
    if (error) {
        OPENSSL_cleanse(bytes, size);
        return error;
    }
    text = as_utf8(pool, bytes, length);
    OPENSSL_cleanse(bytes, size);
    colon = strchr(text, ':');
    *password = text + strlen(text);
    if (colon) {
        *colon = '\0';
        *password = colon + 1;
    }
    *user = text;
    return NULL;
}
