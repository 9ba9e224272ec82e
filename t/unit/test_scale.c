/* Round numbers and round moments: what they cover, how they are written; places in the sky. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/datetime.h"
#include "core/scale.h"
#include "core/sky.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static apr_pool_t *pool;

enum { DAY = 86400 };

/* "a b c": the texts of all marks, or their labels. */
static const char *texts(const site_mark_t *marks, int count, int labels) {
    const char *all = "";
    int i;

    for (i = 0; i <= count; i++)
        all = apr_pstrcat(pool, all, i ? "|" : "", labels ? marks[i].label : marks[i].text, NULL);
    return all;
}

static const char *cover(double low, double high, int most, int whole) {
    site_scale_t scale;

    site_scale_cover(&scale, low, high, most, whole);
    return texts(site_scale_marks(pool, &scale), scale.count, 0);
}

static const char *within(double low, double high, int most) {
    site_scale_t scale;

    site_scale_within(&scale, low, high, most, NULL);
    return texts(site_scale_marks(pool, &scale), scale.count, 0);
}

static void steps_are_round(void **state) {
    (void)state;
    assert_string_equal(cover(0, 10, 5, 0), "0|2|4|6|8|10");
    assert_string_equal(cover(0.1, 0.3, 5, 0), "0.10|0.15|0.20|0.25|0.30");
    assert_string_equal(cover(-1.44, 1.2, 6, 0), "-1.5|-1.0|-0.5|0|0.5|1.0|1.5");
    assert_string_equal(cover(0.3, 0.7, 4, 0), "0.3|0.4|0.5|0.6|0.7");
    assert_string_equal(cover(1, 4, 40, 1), "1|2|3|4");
    assert_string_equal(cover(-3, 1003, 4, 1), "-500|0|500|1000|1500");
    assert_string_equal(within(0.3, 0.7, 4), "0.4|0.6");
    assert_string_equal(within(-95, 95, 9), "-80|-60|-40|-20|0|20|40|60|80");
    assert_string_equal(within(0.21, 0.29, 1), "0.25");
}

static void one_value_is_covered(void **state) {
    (void)state;
    assert_string_equal(cover(5, 5, 40, 1), "5|6");
    assert_string_equal(cover(0, 0, 40, 0), "0|1");
    assert_string_equal(cover(4.2, 4.2, 40, 0), "4.0|4.5");
    assert_string_equal(cover(-4.2, -4.2, 40, 0), "-4.5|-4.0");
}

static void any_size_of_number_is_covered(void **state) {
    static const double ranges[][2] = {
        {-1e300, 1e300},        {1e299, 1e300},   {1e-300, 2e-300},    {-5e-324, 5e-324},  {0, 5e-324},
        {9e18, 9.2e18},         {1e15, 1e15 + 3}, {1e18, 1e18 + 256},  {0.1, 0.1 + 1e-16}, {-273.15, 1.4e32},
        {1.7e9, 1.7e9 + 0.001}, {-1, -0.9999999}, {123456, 123457.25}, {-7e-9, 3e-9},      {0, 1e300}};
    site_scale_t scale;
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        double low = ranges[i][0], high = ranges[i][1];

        site_scale_cover(&scale, low, high, 40, 0);
        assert_in_range(scale.count, 1, 40);
        assert_true(site_scale_at(&scale, 0) <= low);
        assert_true(site_scale_at(&scale, 1) > low);
        assert_true(site_scale_at(&scale, scale.count) >= high);
        assert_true(scale.count == 1 || site_scale_at(&scale, scale.count - 1) < high);
        site_scale_within(&scale, low, high, 8, NULL);
        assert_true(scale.count < 8);
        assert_true(scale.count < 0 || (site_scale_at(&scale, 0) >= low && site_scale_at(&scale, scale.count) <= high));
    }
}

/* What a bar's filter says and where the bar stands are one number, whatever the range. */
static void texts_are_the_marks_exactly(void **state) {
    unsigned seed = 7;
    int i, j;

    (void)state;
    for (i = 0; i < 400; i++) {
        double low = (rand_r(&seed) - RAND_MAX / 2) * pow(10, rand_r(&seed) % 30 - 20);
        double high = low + rand_r(&seed) * pow(10, rand_r(&seed) % 30 - 20);
        site_scale_t scale;
        site_mark_t *marks;

        site_scale_cover(&scale, low, high, 40, 0);
        marks = site_scale_marks(pool, &scale);
        assert_in_range(scale.count, 1, 40);
        assert_true(marks[0].at <= low && marks[scale.count].at >= high);
        for (j = 0; j <= scale.count; j++) {
            assert_true(strtod(marks[j].text, NULL) == marks[j].at);
            assert_true(j == 0 || marks[j].at > marks[j - 1].at);
        }
    }
}

static void ticks_stand_between_bars(void **state) {
    site_scale_t bars, ticks;
    unsigned seed = 3;
    int i, j, k;

    (void)state;
    for (i = 0; i < 200; i++) {
        double low = rand_r(&seed) % 1000 / 7.0, high = low + rand_r(&seed) % 5000 / 3.0 + 0.01;

        site_scale_cover(&bars, low, high, 40, 0);
        site_scale_within(&ticks, site_scale_at(&bars, 0), site_scale_at(&bars, bars.count), 8, &bars);
        for (j = 0; j <= ticks.count; j++) {
            for (k = 0; k <= bars.count && site_scale_at(&bars, k) != site_scale_at(&ticks, j); k++)
                ;
            assert_true(k <= bars.count);
        }
    }
}

static void numbers_are_written_for_people(void **state) {
    site_scale_t scale;

    (void)state;
    assert_string_equal(site_scale_decimal(pool, "2024"), "2024");
    assert_string_equal(site_scale_decimal(pool, "-12345.678"), "\xe2\x88\x92"
                                                                "12,345.678");
    assert_string_equal(site_scale_decimal(pool, "1234567"), "1,234,567");
    assert_string_equal(site_scale_number(pool, 0), "0");
    assert_string_equal(site_scale_number(pool, -0.0), "0");
    assert_string_equal(site_scale_number(pool, 101.288535), "101.289");
    assert_string_equal(site_scale_number(pool, -1.44), "\xe2\x88\x92"
                                                        "1.44");
    assert_string_equal(site_scale_number(pool, 100), "100");
    assert_string_equal(site_scale_number(pool, 123456789), "123,456,789");
    assert_string_equal(site_scale_number(pool, 1.5e300), "1.5e300");
    assert_string_equal(site_scale_number(pool, 5e-324), "4.94066e\xe2\x88\x92"
                                                         "324");
    assert_string_equal(site_scale_number(pool, -1.7976931348623157e308), "\xe2\x88\x92"
                                                                          "1.79769e308");
    assert_string_equal(site_scale_number(pool, -2e-9), "\xe2\x88\x92"
                                                        "2e\xe2\x88\x92"
                                                        "9");
    assert_string_equal(site_scale_number(pool, 9.9999999e20), "1e21");
    site_scale_cover(&scale, 0, 4e20, 4, 0);
    assert_string_equal(texts(site_scale_marks(pool, &scale), scale.count, 1), "0|1e20|2e20|3e20|4e20");
    site_scale_cover(&scale, -4000, 8000, 4, 0);
    assert_string_equal(texts(site_scale_marks(pool, &scale), scale.count, 1), "\xe2\x88\x92"
                                                                               "5000|0|5000|10,000");
}

/* --- time --- */

static double moment(int year, int month, int day, int seconds) {
    return (double)site_days_from_date(year, month, day) * DAY + seconds;
}

static const char *cover_time(double low, double high, int most, int days, int labels) {
    site_calendar_t calendar;

    site_calendar_cover(&calendar, low, high, most, days);
    return texts(site_calendar_marks(pool, &calendar), calendar.count, labels);
}

static const char *ticks_of(double low, double high, int most) {
    site_calendar_t calendar;

    site_calendar_within(&calendar, low, high, most, 0);
    return texts(site_calendar_marks(pool, &calendar), calendar.count, 1);
}

static void moments_are_round(void **state) {
    (void)state;
    assert_string_equal(cover_time(moment(2024, 2, 11, 3), moment(2024, 5, 1, 0), 10, 1, 0),
                        "2024-02-01|2024-03-01|2024-04-01|2024-05-01|2024-06-01");
    assert_string_equal(cover_time(moment(2024, 2, 28, 0), moment(2024, 3, 1, 5), 10, 1, 0),
                        "2024-02-28|2024-02-29|2024-03-01|2024-03-02");
    assert_string_equal(cover_time(moment(1999, 12, 31, 86399), moment(1999, 12, 31, 86399), 10, 0, 0),
                        "1999-12-31 23:59:59|2000-01-01 00:00:00");
    assert_string_equal(cover_time(moment(1969, 12, 31, 1), moment(1970, 1, 1, 5 * 3600), 10, 0, 0),
                        "1969-12-31 00:00:00|1969-12-31 03:00:00|1969-12-31 06:00:00|1969-12-31 09:00:00|"
                        "1969-12-31 12:00:00|1969-12-31 15:00:00|1969-12-31 18:00:00|1969-12-31 21:00:00|"
                        "1970-01-01 00:00:00|1970-01-01 03:00:00|1970-01-01 06:00:00");
    /* A Monday. */
    assert_string_equal(cover_time(moment(2024, 6, 1, 0), moment(2024, 7, 9, 0), 10, 1, 0),
                        "2024-05-27|2024-06-03|2024-06-10|2024-06-17|2024-06-24|2024-07-01|2024-07-08|2024-07-15");
}

static void years_before_christ_are_years(void **state) {
    (void)state;
    assert_string_equal(cover_time(moment(-43, 3, 15, 0), moment(1, 1, 1, 0), 11, 1, 0),
                        "0046-01-01 BC|0041-01-01 BC|0036-01-01 BC|0031-01-01 BC|0026-01-01 BC|0021-01-01 BC|"
                        "0016-01-01 BC|0011-01-01 BC|0006-01-01 BC|0001-01-01 BC|0005-01-01");
    assert_string_equal(ticks_of(moment(-43, 3, 15, 0), moment(12, 1, 1, 0), 6), "41 BC|31 BC|21 BC|11 BC|1 BC|10");
    assert_string_equal(site_calendar_label(pool, moment(-43, 3, 15, 0), 0), "15 Mar 44 BC");
    assert_string_equal(cover_time(moment(-4712, 1, 1, 0), moment(5874897, 12, 31, 0), 10, 1, 1),
                        "1000001 BC|1 BC|1000000|2000000|3000000|4000000|5000000|6000000");
}

static void ticks_say_what_changes(void **state) {
    (void)state;
    assert_string_equal(ticks_of(moment(2023, 10, 2, 0), moment(2024, 3, 20, 0), 8), "Nov 2023|Dec|Jan 2024|Feb|Mar");
    assert_string_equal(ticks_of(moment(2024, 1, 1, 7 * 3600), moment(2024, 1, 2, 9 * 3600), 5),
                        "12:00|18:00|2 Jan|06:00");
    assert_string_equal(ticks_of(moment(1990, 5, 1, 0), moment(2024, 1, 1, 0), 8), "1995|2000|2005|2010|2015|2020");
    assert_string_equal(ticks_of(moment(2024, 1, 1, 30), moment(2024, 1, 1, 34), 8),
                        "00:00:30|00:00:31|00:00:32|00:00:33|00:00:34");
}

static const char *span(double low, double high, int most, int days, int i) {
    site_calendar_t calendar;

    site_calendar_cover(&calendar, low, high, most, days);
    return site_calendar_span(pool, &calendar, i);
}

static void spans_have_names(void **state) {
    (void)state;
    assert_string_equal(span(moment(2024, 2, 3, 0), moment(2024, 9, 3, 0), 10, 1, 0), "Feb 2024");
    assert_string_equal(span(moment(2022, 2, 3, 0), moment(2024, 2, 3, 0), 10, 1, 1), "Apr to Jun 2022");
    assert_string_equal(span(moment(2020, 2, 3, 0), moment(2026, 2, 3, 0), 10, 1, 0), "2020");
    assert_string_equal(span(moment(1988, 2, 3, 0), moment(2026, 2, 3, 0), 10, 1, 0), "1985 to 1989");
    assert_string_equal(span(moment(2024, 2, 3, 0), moment(2024, 2, 9, 0), 10, 1, 0), "3 Feb 2024");
    assert_string_equal(span(moment(2024, 6, 1, 0), moment(2024, 7, 9, 0), 10, 1, 0), "week from 27 May 2024");
    assert_string_equal(span(moment(2024, 6, 1, 0), moment(2024, 6, 1, 82000), 10, 0, 7), "1 Jun 2024, 21:00 to 24:00");
}

static void every_span_of_time_is_covered(void **state) {
    unsigned seed = 11;
    int i, j;

    (void)state;
    for (i = 0; i < 400; i++) {
        double low = (rand_r(&seed) - RAND_MAX / 2) * pow(10, rand_r(&seed) % 5);
        double high = low + rand_r(&seed) * pow(10, rand_r(&seed) % 14 - 9);
        site_calendar_t calendar;

        site_calendar_cover(&calendar, low, high, 80, i % 2);
        assert_in_range(calendar.count, 1, 80);
        assert_true(site_calendar_at(&calendar, 0) <= low && site_calendar_at(&calendar, 1) > low);
        assert_true(site_calendar_at(&calendar, calendar.count) > high);
        assert_true(site_calendar_at(&calendar, calendar.count - 1) <= high);
        for (j = 0; j < calendar.count; j++)
            assert_true(site_calendar_at(&calendar, j) < site_calendar_at(&calendar, j + 1));
        site_calendar_within(&calendar, low, high, 8, i % 2);
        assert_true(calendar.count < 8);
        assert_true(calendar.count < 0 ||
                    (site_calendar_at(&calendar, 0) >= low && site_calendar_at(&calendar, calendar.count) <= high));
    }
}

/* --- the sky --- */

static void is_at(double ra, double dec, double x, double y) {
    site_sky_place_t place = site_sky_project(ra, dec);

    if (fabs(place.x - x) > 1e-6 || fabs(place.y - y) > 1e-6)
        fail_msg("%g, %g is at %g, %g", ra, dec, place.x, place.y);
}

static void the_sky_is_seen_from_within(void **state) {
    (void)state;
    is_at(0, 0, 0, 0);
    is_at(360, 0, 0, 0);
    is_at(-720, 0, 0, 0);
    is_at(0, 90, 0, -1);
    is_at(123, 90, 0, -1);
    is_at(0, -90, 0, 1);
    is_at(180, 0, -1, 0);
    is_at(-180, 0, 1, 0);
    /* Six hours are to the left of the middle, eighteen to its right. */
    is_at(90, 0, -sqrt(0.5) / sqrt(1 + sqrt(0.5)), 0);
    is_at(270, 0, sqrt(0.5) / sqrt(1 + sqrt(0.5)), 0);
    is_at(540, 0, -1, 0);
}

/* Equal areas: so many places as there are in an area, evenly spread, wherever it lies. */
static void areas_are_equal(void **state) {
    const double small = 0.01;
    double areas[3];
    int i;
    static const double places[3][2] = {{0, 0}, {100, 40}, {300, -70}};

    (void)state;
    for (i = 0; i < 3; i++) {
        double ra = places[i][0], dec = places[i][1];
        site_sky_place_t here = site_sky_project(ra, dec), east = site_sky_project(ra + small, dec),
                         north = site_sky_project(ra, dec + small);
        double area = fabs((east.x - here.x) * (north.y - here.y) - (east.y - here.y) * (north.x - here.x));

        areas[i] = area / cos(dec * M_PI / 180);
    }
    assert_true(fabs(areas[1] / areas[0] - 1) < 1e-3 && fabs(areas[2] / areas[0] - 1) < 1e-3);
}

static void everything_is_within_the_ellipse(void **state) {
    int ra, dec;

    (void)state;
    for (ra = -400; ra <= 800; ra += 7) {
        for (dec = -90; dec <= 90; dec += 5) {
            site_sky_place_t place = site_sky_project(ra, dec);

            assert_true(place.x * place.x + place.y * place.y <= 1 + 1e-9);
        }
    }
    assert_true(site_sky_has(1e9, 90));
    assert_false(site_sky_has(0, 90.001));
    assert_false(site_sky_has(NAN, 0));
    assert_false(site_sky_has(0, NAN));
    assert_false(site_sky_has(INFINITY, 0));
}

static void great_circles_are_where_they_are(void **state) {
    double ra, dec;

    (void)state;
    site_sky_ecliptic(90, &ra, &dec);
    assert_true(fabs(ra - 90) < 1e-6 && fabs(dec - 23.4392911) < 1e-6);
    /* The middle of the galaxy, in Sagittarius; and where the Milky Way crosses Cygnus. */
    site_sky_galactic(0, &ra, &dec);
    assert_true(fabs(ra + 360 - 266.40499) < 1e-3 && fabs(dec + 28.93617) < 1e-3);
    site_sky_galactic(90, &ra, &dec);
    assert_true(fabs(ra + 360 - 318.00438) < 1e-3 && fabs(dec - 48.32964) < 1e-3);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) == APR_SUCCESS ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_round),
        cmocka_unit_test(one_value_is_covered),
        cmocka_unit_test(any_size_of_number_is_covered),
        cmocka_unit_test(texts_are_the_marks_exactly),
        cmocka_unit_test(ticks_stand_between_bars),
        cmocka_unit_test(numbers_are_written_for_people),
        cmocka_unit_test(moments_are_round),
        cmocka_unit_test(years_before_christ_are_years),
        cmocka_unit_test(ticks_say_what_changes),
        cmocka_unit_test(spans_have_names),
        cmocka_unit_test(every_span_of_time_is_covered),
        cmocka_unit_test(the_sky_is_seen_from_within),
        cmocka_unit_test(areas_are_equal),
        cmocka_unit_test(everything_is_within_the_ellipse),
        cmocka_unit_test(great_circles_are_where_they_are),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
