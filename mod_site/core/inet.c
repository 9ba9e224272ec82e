#include "core/inet.h"

#include <arpa/inet.h>
#include <string.h>

/* One address taken apart. */
typedef struct address_t {
    unsigned char bytes[16];
    int size;   /* bytes: 4 or 16 */
    int given;  /* numbers of an IPv4 address that were written */
    int prefix; /* bits, or -1 */
} address_t;

/* A decimal number up to `limit`; *at is moved behind it. Returns -1 when there is none. */
static int read_number(const char **at, int limit) {
    int value = 0;

    if (**at < '0' || **at > '9')
        return -1;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10 + (**at - '0');
        if (value > limit)
            return -1;
    }
    return value;
}

static int read_ipv4(const char **at, address_t *address) {
    address->size = 4;
    for (;;) {
        int number = read_number(at, 255);

        if (number < 0)
            return 0;
        address->bytes[address->given++] = (unsigned char)number;
        if (**at != '.' || address->given == 4)
            return 1;
        (*at)++;
    }
}

static int read_ipv6(const char **at, address_t *address) {
    char text[INET6_ADDRSTRLEN];
    size_t length = strcspn(*at, "/");

    if (length >= sizeof text)
        return 0;
    memcpy(text, *at, length);
    text[length] = '\0';
    *at += length;
    address->size = 16;
    return inet_pton(AF_INET6, text, address->bytes) == 1;
}

static int read_address(const char *at, address_t *address) {
    memset(address, 0, sizeof *address);
    address->prefix = -1;
    if (!(strchr(at, ':') ? read_ipv6(&at, address) : read_ipv4(&at, address)))
        return 0;
    if (*at == '/') {
        at++;
        if (address->size == 16 && *at == '0' && at[1])
            return 0; /* PostgreSQL takes leading zeros of IPv4 only */
        address->prefix = read_number(&at, address->size * 8);
        if (address->prefix < 0)
            return 0;
    }
    return *at == '\0';
}

int site_inet_valid(const char *text) {
    address_t address;

    return read_address(text, &address) &&
           (address.size == 16 || address.given == 4 || (address.prefix >= 0 && address.prefix <= address.given * 8));
}

int site_cidr_valid(const char *text) {
    address_t address;
    int i;

    if (!read_address(text, &address))
        return 0;
    for (i = address.prefix; i >= 0 && i < address.size * 8; i++) {
        if (address.bytes[i / 8] & (0x80 >> i % 8))
            return 0;
    }
    return 1;
}
