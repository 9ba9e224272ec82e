#include "core/sky.h"

#include <math.h>

#define RADIANS (M_PI / 180)

/* Of the year 2000. */
static const double obliquity = 23.4392911, pole_ra = 192.85948, pole_dec = 27.12825, node = 32.93192;

int site_sky_has(double ra, double dec) {
    return isfinite(ra) && dec >= -90 && dec <= 90;
}

double site_sky_turn(double ra) {
    double turned = fmod(ra, 360);

    if (turned > 180)
        turned -= 360;
    return turned <= -180 ? turned + 360 : turned;
}

static site_sky_place_t project(double longitude, double dec) {
    double half = longitude / 2 * RADIANS, latitude = dec * RADIANS, scale = sqrt(1 + cos(latitude) * cos(half));
    site_sky_place_t place;

    place.x = -cos(latitude) * sin(half) / scale;
    place.y = -sin(latitude) / scale;
    return place;
}

site_sky_place_t site_sky_project(double ra, double dec) {
    /* -180 is the other end of the map, and a line may want to begin there. */
    return project(ra == -180 ? ra : site_sky_turn(ra), dec);
}

void site_sky_ecliptic(double along, double *ra, double *dec) {
    double angle = along * RADIANS, tilt = obliquity * RADIANS;

    *ra = atan2(sin(angle) * cos(tilt), cos(angle)) / RADIANS;
    *dec = asin(sin(angle) * sin(tilt)) / RADIANS;
}

void site_sky_galactic(double along, double *ra, double *dec) {
    double angle = (along - node) * RADIANS, pole = pole_dec * RADIANS;

    *dec = asin(cos(pole) * sin(angle)) / RADIANS;
    *ra = site_sky_turn(pole_ra + 90 + atan2(sin(angle) * sin(pole), cos(angle)) / RADIANS);
}
