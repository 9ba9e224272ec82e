/* Which values can be followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/link.h"

#include <string.h>

static int is_web(const char *text) {
    return site_link_is_web(text, strlen(text));
}

static void addresses_of_the_web_are_links(void **state) {
    static const char *const good[] = {
        "http://example.org",
        "HTTPS://example.org/",
        "https://example.org:8443/a/b;c=1?d=e&f=(g)&h='i'#j?k/l",
        "http://127.0.0.1/",
        "http://[2001:db8::1]:80/",
        "https://example.org/%C3%A9?q=100%25",
        "https://m\xc3\xbcller.example/\xe6\x97\xa5\xe6\x9c\xac?\xc3\xa9#\xf0\x9f\x8c\x8c",
        "http://localhost?x",
        "http://x#",
        "http://a_b.c-d/@me"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        if (!is_web(good[i]))
            fail_msg("%s is an address", good[i]);
    }
}

static void anything_else_is_text(void **state) {
    static const char *const bad[] = {"",
                                      "http://",
                                      "https:///x",
                                      "http:/x",
                                      "https:x",
                                      "//x/",
                                      "/x",
                                      "javascript:alert(1)",
                                      "javascript://example.org/%0aalert(1)",
                                      "\x01http://x/",
                                      " http://x/",
                                      "http://x/ ",
                                      "http://x/a b",
                                      "http://x/<b>",
                                      "http://x/\"onclick=\"x",
                                      "http://x/\\y",
                                      "http:\\\\x\\",
                                      "http://x/`y`",
                                      "http://x/{y}|^z",
                                      "http://x/[y]",
                                      "http://x/%",
                                      "http://x/%2",
                                      "http://x/%zz",
                                      "http://x/#a#b",
                                      "http://user@x/",
                                      "http://user:pw@x/",
                                      "http://x:port/",
                                      "http://x:/",
                                      "http://x:123456/",
                                      "http://[x]/",
                                      "http://[::1/",
                                      "http://[]/",
                                      "http://x\ny/",
                                      "http://x/\x7f",
                                      "http://x/\xff",
                                      "http://x/\xc2\xa0",
                                      "http://x/\xe2\x80\xaegpj.exe", /* the other way round */
                                      "http://x\xe2\x80\xa8/",
                                      "http://x/\xef\xbf\xbe"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (is_web(bad[i]))
            fail_msg("%s is none", bad[i]);
    }
    assert_false(site_link_is_web("http://x/\0y", 11));
    assert_true(site_link_is_web("http://x/<", 9));
}

static void plain_mail_addresses_are_links(void **state) {
    static const char *const bad[] = {"",         "@",     "a@",      "@b",    "a",      "a@b@c",
                                      "a@b?cc=d", "a b@c", "\"a\"@b", "a@b\"", "a@b%0a", "a@<b>"};
    size_t i;

    (void)state;
    assert_true(site_link_is_mail("first.last+tag@example.org", 26));
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (site_link_is_mail(bad[i], strlen(bad[i])))
            fail_msg("%s is none", bad[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_web_are_links),
        cmocka_unit_test(anything_else_is_text),
        cmocka_unit_test(plain_mail_addresses_are_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
