/* sky: places in the sky -> places on a map of all of it, in Hammer's projection: equal areas, the whole sphere in an ellipse twice as wide as
 * high.
 *
 * As seen from within: right ascension grows to the left. In the middle is the vernal equinox (0 h), 12 h is at both ends.
 */
#ifndef SITE_CORE_SKY_H
#define SITE_CORE_SKY_H

typedef struct site_sky_place_t {
    double x; /* -1 (left) to 1 */
    double y; /* -1 (top, the north pole) to 1 */
} site_sky_place_t;

/* Right ascension and declination in degrees; the former may turn round as often as it likes. */
site_sky_place_t site_sky_project(double ra, double dec);

/* Whether they are a place in the sky at all. */
int site_sky_has(double ra, double dec);

/* Right ascension from -180 to 180, as far from the middle as it is drawn. */
double site_sky_turn(double ra);

/* A point of the ecliptic (the Sun's way) or of the galactic equator (the middle of the Milky Way), `along` degrees from its beginning. */
void site_sky_ecliptic(double along, double *ra, double *dec);
void site_sky_galactic(double along, double *ra, double *dec);

#endif
