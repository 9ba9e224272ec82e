#include "core/base64.h"

#include <string.h>

long site_base64_decode(const char *text, apr_size_t length, unsigned char *bytes) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned held = 0;
    int place = 0, pads = 0;
    long count = 0;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        const char *found;

        if (text[i] == '=') {
            if (place >= 2 && place + ++pads >= 4)
                return count;
            continue;
        }
        found = text[i] ? strchr(alphabet, text[i]) : NULL;
        if (!found)
            continue;
        pads = 0;
        held = (held << 6 | (unsigned)(found - alphabet)) & 0xffff;
        if (place)
            bytes[count++] = (unsigned char)(held >> (6 - 2 * place));
        place = (place + 1) % 4;
    }
    return place ? -1 : count;
}
