/* The map of the sky. */
#include "core/chart_draw.h"
#include "core/sky.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDE = 700, /* half of the ellipse */
    HIGH = 350,
    MIDDLE = SITE_DRAW_WIDTH / 2,
    MARGIN = 20,
    NAMES = 12,     /* of the largest points */
    NAME_SIZE = 24, /* of their text, about: names go where texts must be larger */
    LONGEST_NAME = 18
};

void site_draw_sky_begin(site_draw_t *draw) {
    draw->left = MIDDLE - WIDE;
    draw->right = MIDDLE + WIDE;
    draw->top = MARGIN;
    draw->bottom = MARGIN + 2 * HIGH;
    draw->height = draw->bottom + MARGIN;
}

static double across(const site_draw_t *draw, double x) {
    return draw->left + WIDE + x * WIDE;
}

static double down(const site_draw_t *draw, double y) {
    return draw->top + HIGH + y * HIGH;
}

int site_draw_in_sky(const site_draw_t *draw, const site_chart_point_t *point, double *x, double *y) {
    site_sky_place_t place = site_sky_project(point->x, point->y);

    *x = across(draw, place.x);
    *y = down(draw, place.y);
    return site_sky_has(point->x, point->y);
}

/* --- lines --- */

typedef void (*line_fn)(double along, double fixed, double *ra, double *dec);

static void meridian(double along, double fixed, double *ra, double *dec) {
    *ra = fixed;
    *dec = along;
}

static void parallel(double along, double fixed, double *ra, double *dec) {
    *ra = along;
    *dec = fixed;
}

static void ecliptic(double along, double fixed, double *ra, double *dec) {
    (void)fixed;
    site_sky_ecliptic(along, ra, dec);
}

static void galactic(double along, double fixed, double *ra, double *dec) {
    (void)fixed;
    site_sky_galactic(along, ra, dec);
}

/* A line leaves the map at one end and comes in at the other: there it is lifted. */
static void write_line(site_sink_t *sink, const site_draw_t *draw, line_fn line, double fixed, int from, int to,
                       int step) {
    double before = NAN;
    int along;

    for (along = from; along <= to; along += step) {
        double ra, dec, turned;
        site_sky_place_t place;

        line(along, fixed, &ra, &dec);
        turned = ra == -180 ? ra : site_sky_turn(ra);
        place = site_sky_project(ra, dec);
        site_sink_printf(sink, "%c%ld %ld", fabs(turned - before) < 180 ? 'L' : 'M', lround(across(draw, place.x)),
                         lround(down(draw, place.y)));
        before = turned;
    }
}

static void write_graticule(site_sink_t *sink, const site_draw_t *draw) {
    int degrees;

    site_sink_puts(sink, "<path class=\"line\" d=\"");
    for (degrees = -150; degrees <= 150; degrees += 30)
        write_line(sink, draw, meridian, degrees, -90, 90, 10);
    for (degrees = -60; degrees <= 60; degrees += 30)
        write_line(sink, draw, parallel, degrees, -180, 180, 10);
    site_sink_puts(sink, "\"/><path class=\"ecliptic\" d=\"");
    write_line(sink, draw, ecliptic, 0, -180, 180, 6);
    site_sink_puts(sink, "\"/><path class=\"galactic\" d=\"");
    write_line(sink, draw, galactic, 0, 0, 360, 5);
    site_sink_puts(sink, "\"/>");
}

/* Hours stand below the equator, degrees outside, at the left ends of their lines. */
static void write_labels(site_sink_t *sink, const site_draw_t *draw) {
    apr_pool_t *pool = draw->data->pool;
    int hour, degrees;

    for (hour = -10; hour <= 10; hour += 2) {
        double x = across(draw, site_sky_project(hour * 15, 0).x);

        site_draw_text(sink, hour % 4 ? "tick mid alt" : "tick mid", x, down(draw, 0) + 6, " dy=\".9em\"",
                       apr_psprintf(pool, "%dh", (hour + 24) % 24));
    }
    for (degrees = -60; degrees <= 60; degrees += 30) {
        site_sky_place_t place = site_sky_project(180, degrees);

        if (degrees)
            site_draw_text(sink, "tick end outside", across(draw, place.x) - 10, down(draw, place.y),
                           degrees > 0 ? " dy=\".2em\"" : " dy=\".6em\"",
                           apr_psprintf(pool, "%s%d\xc2\xb0", degrees > 0 ? "+" : "\xe2\x88\x92", abs(degrees)));
    }
}

static void write_line_names(site_sink_t *sink, const site_draw_t *draw) {
    double ra, dec;
    site_sky_place_t place;

    site_sky_ecliptic(-57, &ra, &dec);
    place = site_sky_project(ra, dec);
    site_draw_text(sink, "name mid alt sun", across(draw, place.x), down(draw, place.y) + 34, NULL, "ecliptic");
    site_sky_galactic(123, &ra, &dec);
    place = site_sky_project(ra, dec);
    site_draw_text(sink, "name mid alt", across(draw, place.x), down(draw, place.y) + 34, NULL, "galactic equator");
}

/* --- names of the largest --- */

typedef struct box_t {
    double left, top, right, bottom;
} box_t;

static int overlaps(const box_t *one, const box_t *other) {
    return one->left < other->right && other->left < one->right && one->top < other->bottom && other->top < one->bottom;
}

static double text_width(const char *text) {
    double letters = 0;

    for (; *text; text++)
        letters += ((unsigned char)*text & 0xc0) != 0x80;
    return letters * NAME_SIZE * .56;
}

/* A name stands right of its point, and left of those near the right end. */
static void write_names(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    box_t boxes[NAMES], *box = boxes;
    int i, j;

    for (i = 0; i < data->points->nelts && i < 2 * NAMES && box < boxes + NAMES; i++) {
        const site_chart_point_t *point = &APR_ARRAY_IDX(data->points, i, site_chart_point_t);
        double x, y, width;
        int is_left;

        if (!point->caption || strlen(point->caption) > LONGEST_NAME || !site_draw_in_sky(draw, point, &x, &y))
            continue;
        width = text_width(point->caption);
        is_left = x > MIDDLE + WIDE * .7;
        box->left = is_left ? x - 20 - width : x + 20;
        box->right = box->left + width;
        box->top = y - NAME_SIZE / 2.0;
        box->bottom = y + NAME_SIZE / 2.0;
        for (j = 0; boxes + j < box && !overlaps(&boxes[j], box); j++)
            ;
        if (boxes + j < box)
            continue;
        site_draw_text(sink, is_left ? "short end alt" : "short alt", is_left ? x - 20 : x + 20, y, " dy=\".35em\"",
                       point->caption);
        box++;
    }
}

void site_draw_sky(site_sink_t *sink, const site_draw_t *draw) {
    site_sink_printf(sink, "<ellipse class=\"ground\" cx=\"%d\" cy=\"%d\" rx=\"%d\" ry=\"%d\"/>", MIDDLE,
                     draw->top + HIGH, WIDE, HIGH);
    write_graticule(sink, draw);
    site_draw_points(sink, draw, site_draw_in_sky);
    write_labels(sink, draw);
    write_line_names(sink, draw);
    if (draw->data->chart->size.attribute)
        write_names(sink, draw);
}
