#include "core/share.h"

int site_share_allows(const site_share_t *share, int size, int own, int others) {
    int most = share->number;

    if (share->percent)
        most = ((size - others) * share->percent + 99) / 100;
    else if (!share->number)
        return 1;
    return own < (most > 1 ? most : 1);
}
