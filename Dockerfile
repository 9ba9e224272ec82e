# The web container: mod_site, the configuration of apache-conf/ and the site of
# website/. PostgreSQL is another container; the password of the database's role
# is mounted as /secrets/password/password. docs/operations.md tells the rest.
ARG BASE=debian:stable-slim

FROM ${BASE} AS build
# apache2-dev and apache2 are only unpacked: of the one, the headers and apxs are
# wanted, of the other, apache2ctl. What the two depend on is larger than all the
# rest together.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        gcc g++ cmake make pkg-config libc6-dev libapr1-dev libaprutil1-dev libpq-dev libjson-c-dev libssl-dev \
        libctemplate-dev brotli \
    && cd /tmp \
    && apt-get download apache2 apache2-dev \
    && dpkg-deb --extract apache2-dev_*.deb / \
    && mkdir /image \
    && dpkg-deb --fsys-tarfile apache2_*.deb | tar -x -C /image ./usr/sbin/apache2ctl \
    && rm -rf /var/lib/apt/lists/* /tmp/*.deb
COPY . /source
RUN cmake -S /source -B /build -DSITE_TESTS=OFF \
    && cmake --build /build -j "$(nproc)" \
    && DESTDIR=/image cmake --install /build --strip \
    && bash /image/etc/apache2/pack /image/srv/site/static

FROM ${BASE}
LABEL org.opencontainers.image.title="mod_site" \
    org.opencontainers.image.description="A PostgreSQL database as website and filtered REST API, by Apache httpd" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.documentation="docs/operations.md"
# apache2-bin names every library that any of its modules uses. Those that serve
# only modules we do not load go again, and these modules with them (LDAP stays:
# libpq is linked with it). An image that adds packages begins with
# `apt-get update && apt-get install --fix-broken`.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Options::=--path-exclude=/usr/share/doc/* \
        -o DPkg::Options::=--path-include=/usr/share/doc/*/copyright \
        -o DPkg::Options::=--path-exclude=/usr/share/locale/* \
        -o DPkg::Options::=--path-exclude=/usr/share/man/* \
        apache2-bin dumb-init libaprutil1-dbd-pgsql libctemplate3 libjson-c5 libpq5 media-types \
    && dpkg-query -W -f '${binary:Package}\n' \
        | grep -E '^(perl|perl-modules-.*|libperl5.*|libicu.*|libxml2.*|libcurl4.*|liblua5.*|libaprutil1.*-(ldap|dbd-sqlite3)|libsqlite3-0.*)$' \
        | xargs dpkg --purge --force-depends \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb \
        /var/cache/debconf/*-old /var/cache/ldconfig/* /var/lib/dpkg/*-old /var/log/*.log /var/log/apt \
    && install -d -m 0775 /run/apache2
COPY --from=build /image /

EXPOSE 8000
# apache2ctl leaves a shell as process 1, which would ignore TERM; dumb-init
# passes it on as WINCH, httpd's graceful stop: a slow download gets every byte.
ENTRYPOINT ["/usr/bin/dumb-init", "--rewrite", "15:28", "--"]
CMD ["/usr/sbin/apache2ctl","-DFOREGROUND","-kstart"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["bash", "/etc/apache2/alive"]
