/* spelling: of the names that there are, the one that was probably meant. */
#ifndef SITE_CORE_SPELLING_H
#define SITE_CORE_SPELLING_H

typedef struct site_spelling_t {
    const char *wanted;
    const char *best; /* the nearest so far; NULL: none is near enough */
    int distance;     /* only names nearer than this one count */
} site_spelling_t;

void site_spelling_begin(site_spelling_t *spelling, const char *wanted);

/* Considers a name, which is not copied. Returns whether it is the best so far. */
int site_spelling_try(site_spelling_t *spelling, const char *name);

#endif
