#include "httpd/secret.h"

#include "httpd/keep.h"
#include "httpd/log.h"

#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <http_core.h>
#include <mpm_common.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST = 4096, ATTEMPTS = 10 };

#define PAUSE APR_TIME_C(50000) /* between attempts */
#define KEPT "password"

/* Of this process; the parent sets both before there are threads, a child only in its child_init. */
static int reserved = -1;
static char *password;

static apr_status_t close_reserved(void *unused) {
    (void)unused;
    if (reserved >= 0)
        close(reserved);
    reserved = -1;
    unsetenv("SITE_PASSFILE");
    return APR_SUCCESS;
}

static apr_status_t forget_password(void *unused) {
    (void)unused;
    if (password)
        explicit_bzero(password, LONGEST);
    password = NULL;
    return APR_SUCCESS;
}

void site_secret_reserve(apr_pool_t *pconf) {
    reserved = memfd_create("mod_site-password", MFD_CLOEXEC);
    if (reserved < 0)
        return; /* said when it is needed: site_secret_read */
    setenv("SITE_PASSFILE", apr_psprintf(pconf, "/proc/self/fd/%d", reserved), 1);
    apr_pool_cleanup_register(pconf, NULL, close_reserved, apr_pool_cleanup_null);
}

/* What is wrong with the file, in words; NULL when `buffer` holds all of it, *length bytes. */
static const char *read_file(apr_pool_t *pool, const char *file, char *buffer, size_t *length) {
    /* Not blocking: a fifo in the secret's place must not hold up the start. */
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status, after;
    ssize_t got;
    int whole;

    *length = 0;
    if (descriptor < 0) {
        int error = errno;
        const struct passwd *user = getpwuid(geteuid());
        char reason[128];

        apr_strerror(error, reason, sizeof reason);
        if (error != EACCES || geteuid() == 0)
            return apr_pstrdup(pool, reason);
        return apr_psprintf(pool,
                            "%s. The server is being started by user %s, who must be able to read it; root can "
                            "start it, too",
                            reason, user ? user->pw_name : apr_psprintf(pool, "%ld", (long)geteuid()));
    }
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(descriptor);
        return "it is no regular file";
    }
    while (*length < LONGEST && (got = read(descriptor, buffer + *length, LONGEST - *length)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            close(descriptor);
            return "it cannot be read";
        }
        *length += (size_t)got;
    }
    whole = fstat(descriptor, &after) == 0 && after.st_size == (off_t)*length && after.st_size == status.st_size &&
            after.st_mtim.tv_sec == status.st_mtim.tv_sec && after.st_mtim.tv_nsec == status.st_mtim.tv_nsec;
    close(descriptor);
    if (*length == LONGEST)
        return "it is too long to be a password";
    return whole ? NULL : "it is being written";
}

/* Takes one line end off and judges the rest. */
static const char *judge(char *buffer, size_t length) {
    if (length && buffer[length - 1] == '\n')
        length--;
    if (length && buffer[length - 1] == '\r')
        length--;
    buffer[length] = '\0';
    if (length == 0)
        return "it is empty";
    if (strlen(buffer) != length || strpbrk(buffer, "\r\n"))
        return "it must hold the password alone, in one line";
    return NULL;
}

static const char *read_password(apr_pool_t *pool, const char *file, char *buffer) {
    const char *problem;
    size_t length;

    if (reserved < 0)
        return "this system has no anonymous memory files (memfd_create)";
    problem = read_file(pool, file, buffer, &length);
    return problem ? problem : judge(buffer, length);
}

/* For the children that follow. */
static void take(apr_pool_t *pconf, const char *secret) {
    password = apr_pcalloc(pconf, LONGEST);
    apr_cpystrn(password, secret, LONGEST);
    apr_pool_cleanup_register(pconf, NULL, forget_password, apr_pool_cleanup_null);
}

/* A restart without a password would end a server that serves. */
static void go_on(apr_pool_t *pconf, server_rec *s, const char *file, const char *problem) {
    apr_size_t length;
    const char *kept = site_kept(s->process, KEPT, &length);

    ap_log_error(
        APLOG_MARK, APLOG_ERR, 0, s,
        "SITE0175: the database's password cannot be had from %s: %s. %s. Restart gracefully when the file is right",
        file, problem, kept ? "It stays as it was before this restart" : "There is none until then");
    if (kept)
        take(pconf, kept);
}

int site_secret_read(apr_pool_t *pconf, server_rec *s, const char *file, int keep) {
    int restarting = ap_state_query(AP_SQ_CONFIG_GEN) > 1, i;
    const char *problem;
    char buffer[LONGEST + 1];

    if (!file || !*file)
        return OK;
    problem = read_password(pconf, file, buffer);
    /* It may be written just now. */
    for (i = 1; problem && restarting && i < ATTEMPTS; i++) {
        apr_sleep(PAUSE);
        problem = read_password(pconf, file, buffer);
    }
    if (!problem && keep) {
        take(pconf, buffer);
        site_keep(s->process, KEPT, buffer, strlen(buffer));
    }
    explicit_bzero(buffer, sizeof buffer);
    if (problem && restarting)
        go_on(pconf, s, file, problem);
    else if (problem)
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, s,
                     "SITE0030: the database's password cannot be had from %s: %s. SitePasswordFile names the file; "
                     "`SitePasswordFile none` where no password is needed",
                     file, problem);
    return problem && !restarting ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

/* One line of libpq's password file, for any server, port, database and user. Returns its length. */
static size_t write_line(char *line, const char *secret) {
    static const char any[] = "*:*:*:*:";
    char *to = line;

    memcpy(to, any, sizeof any - 1);
    to += sizeof any - 1;
    for (; *secret; secret++) {
        if (*secret == ':' || *secret == '\\')
            *to++ = '\\';
        *to++ = *secret;
    }
    *to++ = '\n';
    return (size_t)(to - line);
}

static int make_file(void) {
    char line[2 * LONGEST + 16];
    size_t length = write_line(line, password);
    int file = memfd_create("mod_site-password", MFD_CLOEXEC);
    int done;

    done = file >= 0 && fchmod(file, S_IRUSR | S_IWUSR) == 0 && write(file, line, length) == (ssize_t)length &&
           dup3(file, reserved, O_CLOEXEC) == reserved;
    explicit_bzero(line, sizeof line);
    if (file >= 0)
        close(file);
    return done;
}

void site_secret_hand_over(server_rec *s) {
    int done;

    site_keep_forget(s->process, KEPT); /* the parent's copy */
    if (!password)
        return;
    done = make_file();
    if (!done)
        ap_log_error(APLOG_MARK, APLOG_CRIT, errno, s, "SITE0031: the database's password cannot be handed to libpq");
    forget_password(NULL);
    if (!done)
        exit(APEXIT_CHILDFATAL);
}
