/* site-password: a password -> what a table of users (SiteUserTable) keeps of it, in Django's own form.
 *
 * On a terminal the password is asked for, twice, and not shown; else it is the first line of the standard input. It is in no argument
 * list and in no environment.
 */
#include "core/key.h"
#include "core/password.h"

#include <apr_general.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LONGEST = 4096 };

static int fail(const char *message) {
    fprintf(stderr, "site-password: %s\n", message);
    return 1;
}

/* One line, without its end. Returns 0 when there is none, or it is too long. */
static int read_line(char *line, size_t size) {
    size_t length;

    if (!fgets(line, (int)size, stdin))
        return 0;
    length = strcspn(line, "\r\n");
    if (!line[length] && length + 1 == size)
        return 0;
    line[length] = '\0';
    return 1;
}

static int ask(const char *question, char *line, size_t size) {
    struct termios shown, hidden;
    int got;

    fputs(question, stderr);
    if (tcgetattr(STDIN_FILENO, &shown))
        return 0;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    got = read_line(line, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return got;
}

static int print_hash(const char *password) {
    const char *hash;
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    hash = site_password_make(pool, password);
    if (hash)
        puts(hash);
    apr_pool_destroy(pool);
    return hash ? 0 : fail("no random numbers can be had");
}

int main(int count, char **arguments) {
    char password[LONGEST], again[LONGEST];
    int status;

    (void)arguments;
    if (count > 1)
        return fail("it takes no arguments: the password is asked for, or the first line of the standard input");
    if (isatty(STDIN_FILENO)) {
        if (!ask("Password: ", password, sizeof password) || !ask("Again: ", again, sizeof again))
            return fail("no password");
        if (strcmp(password, again) != 0)
            return fail("these are two different ones");
        site_key_wipe(again, sizeof again);
    }
    else if (!read_line(password, sizeof password))
        return fail("no password");
    if (!*password)
        return fail("an empty password is none");
    apr_initialize();
    status = print_hash(password);
    apr_terminate();
    site_key_wipe(password, sizeof password);
    return status;
}
