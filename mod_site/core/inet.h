/* inet: whether PostgreSQL's inet and cidr would take a text, known before the database is asked. */
#ifndef SITE_CORE_INET_H
#define SITE_CORE_INET_H

/* An IPv4 or IPv6 address, with or without /prefix; with one, IPv4 may leave out trailing numbers ("10.1/16"). */
int site_inet_valid(const char *text);

/* A network: IPv4 may leave out trailing numbers; no bit to the right of the prefix may be set. */
int site_cidr_valid(const char *text);

#endif
