#include "core/spelling.h"

#include <string.h>

enum { LONGEST = 64 }; /* of the names that are compared; a longer one is no misspelling of ours */

static int least(int one, int two, int three) {
    int less = one < two ? one : two;

    return less < three ? less : three;
}

/* How many letters have to be added, dropped, changed, or swapped with their neighbour; with three rows of memory. */
static int distance(const char *one, const char *other) {
    int rows[3][LONGEST + 1] = {{0}}, *last = rows[0], *before = rows[1], *now = rows[2];
    int length = (int)strlen(other), i, j;

    if (length > LONGEST || strlen(one) > LONGEST)
        return LONGEST;
    for (j = 0; j <= length; j++)
        last[j] = j;
    for (i = 1; one[i - 1]; i++) {
        int *free_row = before;

        now[0] = i;
        for (j = 1; j <= length; j++) {
            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + (one[i - 1] != other[j - 1]));
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] &&
                before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        before = last;
        last = now;
        now = free_row;
    }
    return last[length];
}

void site_spelling_begin(site_spelling_t *spelling, const char *wanted) {
    spelling->wanted = wanted;
    spelling->best = NULL;
    spelling->distance = (int)strlen(wanted) / 3 + 1;
}

int site_spelling_try(site_spelling_t *spelling, const char *name) {
    int found = distance(spelling->wanted, name);

    if (found >= spelling->distance)
        return 0;
    spelling->distance = found;
    spelling->best = name;
    return 1;
}
