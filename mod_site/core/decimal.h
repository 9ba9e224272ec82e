/* decimal: numbers as Python's decimal.Decimal reads them, as plain decimal text that PostgreSQL compares the same.
 */
#ifndef SITE_CORE_DECIMAL_H
#define SITE_CORE_DECIMAL_H

#include <apr_pools.h>

typedef enum site_decimal_t {
    SITE_DECIMAL_OK,
    SITE_DECIMAL_INVALID,   /* not a number, or NaN or an infinity */
    SITE_DECIMAL_TOO_LARGE, /* above 1e50, the limit of django-filter's NumberFilter */
    SITE_DECIMAL_TOO_SMALL  /* about -1e1000: no such limit in Django, but nobody gets a megabyte for eight bytes */
} site_decimal_t;

enum {
    SITE_DECIMAL_MAX_WHOLE = 1000,   /* the largest power of ten that an exponent may ask for */
    SITE_DECIMAL_MAX_FRACTION = 1100 /* digits behind it: more than numeric(p,s) or a float8 can have */
};

/* Reads the `length` bytes of UTF-8 at `text`, already stripped. *result is [-]digits[.digits] in `pool`: no exponent,
 * no leading zeros, trailing zeros of the fraction kept (text lookups see them). A fraction longer than
 * SITE_DECIMAL_MAX_FRACTION is cut, and a digit 1 appended for what was cut away unless that was zero: the result
 * compares with every number of fewer digits as the original does. */
site_decimal_t site_decimal_read(apr_pool_t *pool, const char *text, apr_size_t length, const char **result);

/* The same number as str(Decimal(text)) shows it, which text lookups match with: 1e2 is "1E+2". `text` is what was read, `number` the result. */
const char *site_decimal_shown(apr_pool_t *pool, const char *text, apr_size_t length, const char *number);

/* The same number as a float8 sees it: "-Infinity" and "0" where PostgreSQL's input would report a number out of
 * range and Python's float() would not; else `number` itself. */
const char *site_decimal_for_float(const char *number);

#endif
