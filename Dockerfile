# The web container: mod_site, the configuration of apache-conf/ and the site of
# website/. PostgreSQL is another container; the password of the database's role
# is mounted as /secrets/password/password.
ARG BASE=debian:stable-slim

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        gcc cmake make pkg-config libc6-dev apache2-dev libpq-dev libjson-c-dev
COPY . /source
RUN cmake -S /source -B /build -DSITE_TESTS=OFF \
    && cmake --build /build \
    && DESTDIR=/image cmake --install /build --strip

FROM ${BASE}
# Debian's own configuration goes first: ours is the whole of it. The folders
# that apache2ctl would make and chown are made here, so that the container can
# do without CAP_CHOWN. envvars stays: apache2ctl reads it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        apache2 dumb-init libaprutil1-dbd-pgsql libjson-c5 libpq5 media-types \
    && rm -rf /var/lib/apt/lists/* /var/www/html \
    && find /etc/apache2 -mindepth 1 ! -name envvars ! -name magic -delete \
    && install -d -o www-data -g www-data /run/apache2 /run/apache2/socks /run/lock/apache2
COPY --from=build /image /

EXPOSE 8000
# apache2ctl leaves a shell as process 1, which would ignore TERM; dumb-init
# passes it on as WINCH, httpd's graceful stop: a slow download gets every byte.
ENTRYPOINT ["/usr/bin/dumb-init", "--rewrite", "15:28", "--"]
CMD ["/usr/sbin/apache2ctl","-DFOREGROUND","-kstart"]
