#include "core/scale.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONGEST_PLAIN = 15, /* digits of a number that is written out */
    SMALLEST_PLAIN = -6 /* powers of ten below are written as such */
};

/* Beyond, neighbouring steps would be one and the same float8. */
static const double resolution = 1.0 / ((apr_int64_t)1 << 50);

/* strtod() rounds properly, and without a decimal point no locale changes it. */
static double value_of(apr_int64_t number, int exponent) {
    char text[64];

    apr_snprintf(text, sizeof text, "%" APR_INT64_T_FMT "e%d", number, exponent);
    return strtod(text, NULL);
}

double site_scale_at(const site_scale_t *scale, int i) {
    return value_of((scale->first + i) * scale->mantissa, scale->exponent);
}

static double step_of(const site_scale_t *scale) {
    return value_of(scale->mantissa, scale->exponent);
}

static void next_step(site_scale_t *scale) {
    if (scale->mantissa == 5) {
        scale->mantissa = 1;
        scale->exponent++;
        return;
    }
    scale->mantissa = scale->mantissa == 1 ? 2 : 5;
}

/* The smallest round step that is no smaller than `step`, a positive number. */
static void round_up(site_scale_t *scale, double step) {
    scale->mantissa = 1;
    scale->exponent = (int)floor(log10(step)) - 1;
    while (step_of(scale) < step)
        next_step(scale);
}

/* The least step that tells the numbers of a range apart. */
static double least_step(double low, double high, int most, int whole) {
    double size = fmax(fabs(low), fabs(high)), step = high / most - low / most;

    if (!(step > 0))
        step = size > 0 ? size / 10 : 1;
    step = fmax(step, size * resolution);
    if (!(step > 1e-300))
        step = 1e-300;
    return whole && step < 1 ? 1 : step;
}

/* Divisions are rounded: what they say is set right by the marks themselves. */
static void find_floor(site_scale_t *scale, double low) {
    scale->first = (apr_int64_t)floor(low / step_of(scale));
    while (site_scale_at(scale, 0) > low)
        scale->first--;
    while (site_scale_at(scale, 1) <= low)
        scale->first++;
}

void site_scale_cover(site_scale_t *scale, double low, double high, int most, int whole) {
    round_up(scale, least_step(low, high, most, whole));
    for (;; next_step(scale)) {
        find_floor(scale, low);
        for (scale->count = 1; scale->count <= most && site_scale_at(scale, scale->count) < high; scale->count++)
            ;
        if (scale->count <= most)
            return;
    }
}

/* Whether each step of `scale` is a whole number of those of `fine`. */
static int is_multiple(const site_scale_t *scale, const site_scale_t *fine) {
    int mantissa = scale->mantissa, tens = scale->exponent - fine->exponent;

    for (; tens > 0 && mantissa % fine->mantissa; tens--)
        mantissa *= 10;
    return tens >= 0 && mantissa % fine->mantissa == 0;
}

void site_scale_within(site_scale_t *scale, double low, double high, int most, const site_scale_t *fine) {
    round_up(scale, least_step(low, high, most + 1, 0));
    for (;; next_step(scale)) {
        if (fine && !is_multiple(scale, fine))
            continue;
        find_floor(scale, low);
        if (site_scale_at(scale, 0) < low)
            scale->first++;
        for (scale->count = -1; scale->count < most && site_scale_at(scale, scale->count + 1) <= high; scale->count++)
            ;
        if (scale->count < most)
            return;
    }
}

/* --- texts --- */

/* number x 10^exponent, with every digit. */
static const char *plain_text(apr_pool_t *pool, apr_int64_t number, int exponent) {
    const char *digits = apr_psprintf(pool, "%" APR_INT64_T_FMT, number < 0 ? -number : number);
    const char *sign = number < 0 ? "-" : "";
    int length = (int)strlen(digits), missing = -exponent - length + 1, whole;
    char *zeros;

    if (number == 0)
        return "0";
    if (exponent >= 0) {
        zeros = apr_palloc(pool, (apr_size_t)exponent + 1);
        memset(zeros, '0', (size_t)exponent);
        zeros[exponent] = '\0';
        return apr_pstrcat(pool, sign, digits, zeros, NULL);
    }
    if (missing > 0) {
        zeros = apr_palloc(pool, (apr_size_t)missing + 1);
        memset(zeros, '0', (size_t)missing);
        zeros[missing] = '\0';
        digits = apr_pstrcat(pool, zeros, digits, NULL);
        length += missing;
    }
    whole = length + exponent;
    return apr_pstrcat(pool, sign, apr_pstrmemdup(pool, digits, (apr_size_t)whole), ".", digits + whole, NULL);
}

const char *site_scale_decimal(apr_pool_t *pool, const char *text) {
    const char *digits = text + (*text == '-');
    apr_size_t whole = strspn(digits, "0123456789"), i;
    char *label = apr_palloc(pool, strlen(text) * 2 + 8), *to = label;

    if (*text == '-') {
        memcpy(to, "\xe2\x88\x92", 3);
        to += 3;
    }
    for (i = 0; i < whole; i++) {
        if (i && whole > 4 && (whole - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    memcpy(to, digits + whole, strlen(digits + whole) + 1);
    return label;
}

/* digits x 10^exponent as "1.5e300". */
static const char *scientific(apr_pool_t *pool, apr_int64_t number, int exponent) {
    char digits[32];
    int length, kept;

    apr_snprintf(digits, sizeof digits, "%" APR_INT64_T_FMT, number < 0 ? -number : number);
    length = kept = (int)strlen(digits);
    while (kept > 1 && digits[kept - 1] == '0')
        kept--;
    digits[kept] = '\0';
    return apr_psprintf(pool, "%s%c%s%se%s%d", number < 0 ? "\xe2\x88\x92" : "", digits[0], digits[1] ? "." : "",
                        digits + 1, exponent + length < 1 ? "\xe2\x88\x92" : "", abs(exponent + length - 1));
}

static const char *label_of(apr_pool_t *pool, const site_scale_t *scale, apr_int64_t number) {
    apr_int64_t last = (scale->first + scale->count) * scale->mantissa, first = scale->first * scale->mantissa;
    apr_int64_t most = llabs(last) > llabs(first) ? llabs(last) : llabs(first);
    int digits = 1;

    for (; most >= 10; most /= 10)
        digits++;
    /* All marks of a scale are written in one way. */
    if (number && (digits + scale->exponent > LONGEST_PLAIN || scale->exponent < SMALLEST_PLAIN))
        return scientific(pool, number, scale->exponent);
    return site_scale_decimal(pool, plain_text(pool, number, scale->exponent));
}

site_mark_t *site_scale_marks(apr_pool_t *pool, const site_scale_t *scale) {
    site_mark_t *marks = apr_palloc(pool, ((apr_size_t)scale->count + 2) * sizeof *marks);
    int i;

    for (i = 0; i <= scale->count; i++) {
        apr_int64_t number = (scale->first + i) * scale->mantissa;

        marks[i].at = site_scale_at(scale, i);
        marks[i].text = plain_text(pool, number, scale->exponent);
        marks[i].label = label_of(pool, scale, number);
    }
    return marks;
}

const char *site_scale_number(apr_pool_t *pool, double number) {
    char text[64], *end;
    int exponent = number != 0 ? (int)floor(log10(fabs(number))) : 0;

    if (exponent >= LONGEST_PLAIN || exponent < SMALLEST_PLAIN) {
        /* The smallest powers of ten are no float8. */
        double scaled =
            exponent < -300 ? number * 1e300 / value_of(1, exponent - 5 + 300) : number / value_of(1, exponent - 5);

        return scientific(pool, (apr_int64_t)llround(scaled), exponent - 5);
    }
    apr_snprintf(text, sizeof text, "%.*f", exponent >= 5 ? 0 : 5 - exponent, number);
    end = text + strlen(text);
    while (strchr(text, '.') && (end[-1] == '0' || end[-1] == '.')) {
        int dot = *--end == '.';

        *end = '\0';
        if (dot)
            break;
    }
    return site_scale_decimal(pool, strcmp(text, "-0") == 0 ? "0" : text);
}
