#include "core/chart_draw.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK = 10,     /* length of a tick */
    GAP = 12,      /* between a tick and its text */
    LEAST_GAP = 24 /* between two texts */
};

void site_draw_axis(site_draw_axis_t *axis, apr_pool_t *pool, const site_chart_axis_t *of, double low, double high,
                    int most, const site_scale_t *fine) {
    site_calendar_t calendar;
    site_scale_t scale;

    axis->low = low;
    axis->high = high;
    if (of && site_chart_is_time(of->attribute)) {
        site_calendar_within(&calendar, low, high, most, of->attribute->column->type.kind == SITE_KIND_DATE);
        axis->ticks = site_calendar_marks(pool, &calendar);
        axis->count = calendar.count + 1;
    }
    else {
        site_scale_within(&scale, low, high, most, fine);
        axis->ticks = site_scale_marks(pool, &scale);
        axis->count = scale.count + 1;
    }
}

double site_draw_place(const site_draw_axis_t *axis, double value) {
    /* Halves, for the difference of the two greatest numbers is none. */
    double share = (value / 2 - axis->low / 2) / (axis->high / 2 - axis->low / 2);

    return axis->begin + (axis->end - axis->begin) * share;
}

void site_draw_at(site_sink_t *sink, double coordinate) {
    site_sink_printf(sink, "%ld", lround(coordinate));
}

void site_draw_text(site_sink_t *sink, const char *class, double x, double y, const char *extra, const char *text) {
    site_sink_printf(sink, "<text class=\"%s\" x=\"%ld\" y=\"%ld\"%s>", class, lround(x), lround(y),
                     extra ? extra : "");
    site_html_puts(sink, text);
    site_sink_puts(sink, "</text>");
}

/* Characters, not bytes. */
static int letters(const char *text) {
    int count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

int site_draw_margin(const site_draw_axis_t *axis) {
    int longest = 1, i;

    for (i = 0; i < axis->count; i++) {
        int length = letters(axis->ticks[i].label);

        longest = length > longest ? length : longest;
    }
    return longest * SITE_DRAW_LETTER + GAP + TICK;
}

/* Texts that would run into the one before, where they are largest, can go. */
void site_draw_across(site_sink_t *sink, const site_draw_axis_t *axis, int top, int bottom, const char *name) {
    double free_from = -INFINITY;
    int i;

    site_sink_puts(sink, "<path class=\"grid\" d=\"");
    for (i = 0; i < axis->count; i++)
        site_sink_printf(sink, "M%ld %dV%d", lround(site_draw_place(axis, axis->ticks[i].at)), top, bottom + TICK);
    site_sink_puts(sink, "\"/>");
    for (i = 0; i < axis->count; i++) {
        const char *label = axis->ticks[i].label;
        double half = letters(label) * SITE_DRAW_LETTER / 2.0, at = site_draw_place(axis, axis->ticks[i].at);
        int is_alternate = at - half < free_from;

        site_draw_text(sink, is_alternate ? "tick mid alt" : "tick mid", at, bottom + TICK + GAP, " dy=\".8em\"",
                       label);
        if (!is_alternate)
            free_from = at + half + LEAST_GAP;
    }
    site_draw_text(sink, "name end", fmax(axis->begin, axis->end), bottom + TICK + GAP + SITE_DRAW_TEXT, " dy=\".9em\"",
                   name);
}

void site_draw_upward(site_sink_t *sink, const site_draw_axis_t *axis, int left, int right, const char *name) {
    int i;

    site_sink_puts(sink, "<path class=\"grid\" d=\"");
    for (i = 0; i < axis->count; i++)
        site_sink_printf(sink, "M%d %ldH%d", left, lround(site_draw_place(axis, axis->ticks[i].at)), right);
    site_sink_puts(sink, "\"/>");
    for (i = 0; i < axis->count; i++)
        site_draw_text(sink, "tick end", left - GAP, site_draw_place(axis, axis->ticks[i].at), " dy=\".35em\"",
                       axis->ticks[i].label);
    site_draw_text(sink, "name", 0, 0, " dy=\".9em\"", name);
}
