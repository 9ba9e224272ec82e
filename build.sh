#!/bin/bash
# One door for people and for CI: see `./build.sh help`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${SITE_STATE:-/var/tmp/mod_site-$UID}
build=${SITE_BUILD:-$root/build}
port=${SITE_PORT:-8000}

usage() {
    cat <<'HELP'
./build.sh              build the container image (IMAGE, BASE, ENGINE=docker|podman)
./build.sh up           build it and start it beside a PostgreSQL container with
                        the demo, on port 8000; ./build.sh down removes both
./build.sh run          build, then serve the demo on port 8000 until Ctrl-C
./build.sh test [WHAT]  every check; or of these: unit lint image t clock asan
                        laws laws-proof, or files (t/NAME.t,
                        t/unit/test_NAME.c)
./build.sh bench        compare its speed with pgbench and with Apache alone
./build.sh debug        httpd -X on a free port over a throw-away database
./build.sh format       format the C code (--check: only say what would change)
./build.sh deps [test]  install the Debian packages that run (or test) needs
./build.sh help         this text

Environment, for run:
  SITE_PORT           port, or address:port; also for up           (8000)
  SITE_DATABASE       an existing database, as a libpq connection string in
                      keyword=value form, without a password
                                                  (a private PostgreSQL)
  SITE_PASSWORD_FILE  file with its password
                      (with SITE_DATABASE /secrets/password/password,
                      else SITE_STATE/secrets/password/password, generated)
  SITE_USERS          folder with the files passwords and groups of those who
                      may write, as for the image         (SITE_STATE/users)
  SITE_EDITOR=NAME    adds this editor if there is none of that name, and
                      prints a generated password
  SITE_ROOT           folder of the site: its site.conf, static/, templates/
                                                  (./website, the demo's)
  SITE_STATE          where the private PostgreSQL and its password are kept
                                                  (/var/tmp/mod_site-UID)
  SITE_BUILD          where the build is kept                     (./build)
for test:
  SITE_SANITIZE=1     t/*.t with the module under AddressSanitizer and UBSan
  SITE_CLOCK=TIME     t/*.t and unit tests with clocks that start at this time,
                      as date(1) reads it; TZ is the zone
  SITE_LAWS_SEED=N    for laws: the first seed                           (1)
  SITE_LAWS_TIME=2h   for laws: how long to run; SITE_LAWS_SITES=N: how many sites
  SITE_LAWS_SHRINK=T  for laws: how long to make a site that fails smaller (60s)
  SITE_CLOCK_ALL=1    for clock: all of them, not just the quick ones
HELP
}

say() { printf '%s\n' "==> $*" >&2; }
die() { printf '%s\n' "build.sh: $*" >&2; exit 1; }

# --- packages -----------------------------------------------------------------

build_packages=(gcc g++ cmake ninja-build pkg-config libc6-dev apache2-dev libpq-dev
    libjson-c-dev libssl-dev libctemplate-dev)
run_packages=("${build_packages[@]}" apache2-bin libaprutil1-dbd-pgsql
    media-types postgresql)
test_packages=("${run_packages[@]}" libcmocka-dev libapache2-mod-perl2
    clang-format clang-tidy cppcheck shellcheck procps python3 openssl pgbouncer brotli faketime tzdata wrk)
bench_packages=("${run_packages[@]}" wrk)

# For t/browser.t and t/openapi.t, beside what is on the path already.
browser_packages() {
    printf '%s\n' chromium
    command -v java >/dev/null || printf '%s\n' default-jre-headless
    if ! command -v npm >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; then
        printf '%s\n' nodejs npm
    fi
}

as_root() {
    if ((UID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "packages are missing and this is neither root nor is sudo here: $*"
    fi
}

# Installs what is missing. When nothing is, apt is not called at all.
need() {
    local have missing=() package
    have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        [[ $'\n'$have$'\n' == *$'\ninstalled '"$package"$'\n'* ]] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "Installing ${missing[*]}"
    mkdir -p "$state"
    { as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends "${missing[@]}"; } \
        </dev/null >"$state/apt.log" 2>&1 ||
        { tail -20 "$state/apt.log" >&2; die "apt-get failed, see $state/apt.log"; }
}

# --- the state folder ---------------------------------------------------------

# Others may pass through it (Apache's and PostgreSQL's users must), not look.
# That is for a folder of our own: in no other are rights changed.
open_state() {
    [[ $state == /* && $state != *[\'\"\\]* ]] ||
        die "SITE_STATE must be an absolute path without quotes and backslashes: $state"
    mkdir -p "$state"
    [[ -O $state && ! -L $state ]] ||
        die "$state belongs to somebody else; name another folder by SITE_STATE"
    local known=(apt.log httpd image initdb.log loaded lock 'pgpass.*' postgres secrets site users) name other=()
    for name in "${known[@]}"; do
        other+=(! -name "$name")
    done
    name=$(find "$state" -mindepth 1 -maxdepth 1 "${other[@]}" -print -quit)
    [[ -z $name ]] || die "$state is in use for other things ($name); SITE_STATE wants a folder of its own"
    chmod 0711 "$state"
}

# One run at a time in one state folder.
lock_state() {
    exec 9>"$state/lock"
    flock -n 9 || die "another build.sh is using $state; name another folder by SITE_STATE"
}

# --- building -----------------------------------------------------------------

# build_into FOLDER [CMAKE OPTION...]
build_into() {
    local folder=$1
    shift
    mkdir -p "$folder"
    cmake -G Ninja -S "$root" -B "$folder" "$@" >"$folder/cmake.log" 2>&1 ||
        { cat "$folder/cmake.log" >&2; die "cmake failed"; }
    cmake --build "$folder" -- --quiet 9>&- >"$folder/build.log" ||
        { grep -v '^ninja: ' "$folder/build.log" >&2; die "the build failed"; }
}

build_module() {
    [[ -n ${said_building:-} ]] || say "Building mod_site.so"
    said_building=1
    build_into "$build" -DSITE_TESTS="${1:-OFF}"
}

# --- PostgreSQL ---------------------------------------------------------------

sockets=$state/postgres
data=$state/postgres/data

# The server refuses to run as root, so root runs it as postgres.
as_postgres() {
    if ((UID == 0)); then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

find_postgres() {
    pg_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
    [[ -x $pg_bin/postgres ]] || die "no PostgreSQL server below /usr/lib/postgresql"
}

# The private cluster's administrator, by the operating system's word (peer).
admin() { "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$sockets" -U postgres "$@" 9>&-; }

make_cluster() {
    local owner
    owner=$(id -un)
    say "Making a private PostgreSQL in $state/postgres"
    as_postgres rm -rf "$data.new"
    as_postgres "$pg_bin/initdb" -D "$data.new" -U postgres -E UTF8 --locale=C.UTF-8 \
        --no-instructions >"$state/initdb.log" 2>&1 ||
        { cat "$state/initdb.log" >&2; die "initdb failed"; }
    as_postgres tee "$data.new/pg_hba.conf" >/dev/null <<HBA
# The one who started build.sh is the administrator; all others show a password.
local all postgres peer map=owner
local all all scram-sha-256
HBA
    as_postgres tee "$data.new/pg_ident.conf" >/dev/null <<<"owner $owner postgres"
    as_postgres tee -a "$data.new/postgresql.conf" >/dev/null <<'CONF'
# Only the socket: no port to be taken, nothing to be reached from outside.
listen_addresses = ''
max_connections = 200
CONF
    as_postgres mv "$data.new" "$data"
}

start_cluster() {
    find_postgres
    ((${#sockets} < 90)) || die "SITE_STATE is too long a path for a socket: $state"
    mkdir -p "$sockets"
    chmod 0755 "$sockets"
    ((UID)) || chown postgres: "$sockets"
    [[ -d $data ]] || make_cluster
    local made
    made=$(as_postgres cat "$data/PG_VERSION")
    [[ $pg_bin == */"$made"/bin ]] ||
        die "$data was made by PostgreSQL $made, which is not here any more: remove $state/postgres"
    # We hold the lock, so a server that still runs here was left by a run that
    # was killed. It is stopped by the pid in its own pid file.
    if as_postgres "$pg_bin/pg_ctl" -D "$data" status >/dev/null; then
        say "Stopping the PostgreSQL that an earlier run left behind"
        stop_cluster
    fi
    say "Starting PostgreSQL"
    cluster_started=1
    as_postgres "$pg_bin/pg_ctl" -D "$data" -l "$sockets/log" -w -s \
        -o "-c unix_socket_directories='$sockets'" start 9>&- ||
        { as_postgres tail -5 "$sockets/log" >&2; die "PostgreSQL did not start"; }
}

stop_cluster() {
    as_postgres "$pg_bin/pg_ctl" -D "$data" -m fast -w -s stop 9>&-
}

# The password of the site's role, made once; root's own when root runs this.
make_password() {
    [[ -s $password_file ]] && return
    [[ -z ${SITE_PASSWORD_FILE:-} ]] || die "SITE_PASSWORD_FILE: $password_file is empty or cannot be read"
    say "Generating a password in $password_file"
    (umask 077 && mkdir -p "${password_file%/*}" &&
        head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$password_file.new" &&
        mv "$password_file.new" "$password_file")
}

find_users() {
    users=$(realpath -m "${SITE_USERS:-$state/users}")
    if [[ -n ${SITE_EDITOR:-} ]]; then
        "$root/apache-conf/add-editor" "$users" "$SITE_EDITOR" || exit
    elif [[ ! -f $users/passwords ]]; then
        say "There is no editor; SITE_EDITOR=name ./build.sh run adds one"
    fi
    local file as=()
    ((UID != 0)) || as=(setpriv --reuid=www-data --regid=www-data --clear-groups --)
    for file in "$users"/{passwords,groups}; do
        [[ ! -e $file ]] || (cd / && "${as[@]}" test -r "$file") ||
            die "SITE_USERS: $file cannot be read by the user that Apache runs as"
    done
}

# Loads the demo, once, and again when its files changed. A database appears
# under its name only when it is complete.
load_demo() {
    local stamp
    stamp=$(cd "$root/website/database" && cat ./*.sql ./*.csv | sha256sum)
    if [[ $(cat "$state/loaded" 2>/dev/null) != "$stamp" ]]; then
        say "Loading the demo database (100,000 rows, some seconds)"
        rm -f "$state/loaded"
        admin -d postgres -c 'SET client_min_messages = error' \
            -c 'DROP DATABASE IF EXISTS sky WITH (FORCE)' \
            -c 'DROP DATABASE IF EXISTS sky_loading WITH (FORCE)' \
            -c 'CREATE DATABASE sky_loading'
        PGOPTIONS='-c client_min_messages=warning' admin -d sky_loading \
            -v dir="$root/website/database" -f "$root/website/database/load.sql" >/dev/null
        admin -d postgres -c 'ALTER DATABASE sky_loading RENAME TO sky'
        printf '%s\n' "$stamp" >"$state/loaded"
    fi
    # Read by psql itself, so that it stands in no argument list.
    PASSWORD_FILE=$password_file admin -d postgres <<'SQL'
\set password `cat "$PASSWORD_FILE"`
ALTER ROLE site PASSWORD :'password';
SQL
}

# Says plainly why an existing database cannot be used, before anything starts.
check_database() {
    case $SITE_DATABASE in
    *://*) die "SITE_DATABASE: use the form 'host=... dbname=... user=...', not a URI" ;;
    *password=*) die "SITE_DATABASE must not hold a password: it would show in the process list. Use SITE_PASSWORD_FILE" ;;
    *[\"\\]*) die "SITE_DATABASE must not hold a double quote or a backslash" ;;
    esac
    [[ -r $password_file && -s $password_file ]] ||
        die "$password_file is missing, empty or cannot be read; SITE_PASSWORD_FILE names the file with the database's password"
    local pgpass error
    pgpass=$(mktemp "$state/pgpass.XXXXXX")
    sed -n '1{s/\r$//;s/[\\:]/\\&/g;s/^/*:*:*:*:/;p}' "$password_file" >"$pgpass"
    if ! error=$(PGPASSFILE=$pgpass "$pg_bin/psql" -X -w -At -c 'SELECT 1' \
        "$SITE_DATABASE connect_timeout=3" 2>&1 >/dev/null); then
        rm -f "$pgpass"
        die "the database of SITE_DATABASE cannot be used: $error"
    fi
    rm -f "$pgpass"
}

# --- Apache -------------------------------------------------------------------

# Fails when somebody listens there already (or it may not be used at all).
check_port() {
    perl -MIO::Socket::INET -e '
        my ($address, $port) = $ARGV[0] =~ /^(?:(.*):)?(\d{1,5})$/;
        die "it is no port, and no address:port\n" if !$port || $port > 65535;
        IO::Socket::INET->new(LocalAddr => $address // "0.0.0.0", LocalPort => $port,
            Proto => "tcp", Listen => 1, ReuseAddr => 1) or die lc "$!\n"' "$1" ||
        die "port $1 cannot be used; choose another one by SITE_PORT"
}

free_port() {
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
        LocalAddr => "127.0.0.1", Proto => "tcp", Listen => 1)->sockport'
}

# The site's files, where the user who serves can read them: the folder itself,
# or a copy when that user cannot enter it (a clone in /root).
find_site_root() {
    site_root=$(realpath -m "${SITE_ROOT:-$root/website}")
    [[ -r $site_root/site.conf ]] || die "SITE_ROOT: there is no $site_root/site.conf that can be read; an empty one will do"
    ((UID == 0)) || return 0
    [[ -n $(cd / && setpriv --reuid=www-data --regid=www-data --clear-groups -- \
        find "$site_root" ! -readable 2>&1) ]] || return 0
    say "Copying $site_root to $state/site, since www-data cannot read it there"
    rm -rf "$state/site"
    cp -R "$site_root" "$state/site"
    chmod -R u=rwX,go=rX "$state/site"
    site_root=$state/site
}

# The command line that starts httpd; what follows differs from the image's.
httpd_command() {
    local name
    mkdir -p "$state/httpd"
    local -A define=([SITE_CONF]=$root/apache-conf [SITE_ROOT]=$site_root
        [SITE_MODULE]=$build/mod_site.so [SITE_RUN]=$state/httpd [SITE_USERS]=$users
        [SITE_PORT]=$port [SITE_DATABASE]=$database
        [SITE_PASSWORD_FILE]=$password_file [SITE_LOG_LEVEL]='warn site:info')
    httpd=(/usr/sbin/apache2)
    for name in "${!define[@]}"; do
        httpd+=(-C "Define $name \"${define[$name]}\"")
    done
    httpd+=(-f "$root/apache-conf/apache2.conf")
}

stop_all() {
    trap '' INT TERM
    if [[ -n ${httpd_pid:-} ]] && kill -TERM "$httpd_pid" 2>/dev/null; then
        say "Stopping Apache"
        wait "$httpd_pid" || true
    fi
    if [[ -n ${cluster_started:-} ]]; then
        say "Stopping PostgreSQL"
        stop_cluster || true
    fi
    [[ -z ${throw_away:-} ]] || rm -rf "$throw_away"
}

# serve [HTTPD OPTION...]: everything that run and debug have in common.
serve() {
    check_port "$port"
    open_state
    need "${run_packages[@]}"
    lock_state
    find_postgres
    database=${SITE_DATABASE:-}
    if [[ -n $database ]]; then
        password_file=${SITE_PASSWORD_FILE:-/secrets/password/password}
        check_database
    else
        password_file=${SITE_PASSWORD_FILE:-$state/secrets/password/password}
        make_password
    fi
    build_module
    trap stop_all EXIT
    trap 'exit 0' INT TERM
    if [[ -z $database ]]; then
        database="host='$sockets' dbname=sky user=site"
        start_cluster
        load_demo
    fi
    find_site_root
    find_users
    httpd_command
    say "Starting Apache"
    # A session of its own, so that Ctrl-C reaches only us and we stop things in
    # order; a pipe of our own, because /dev/stderr may be somebody else's.
    setsid "${httpd[@]}" "$@" > >(trap '' INT && exec cat) 2> >(trap '' INT && exec cat >&2) 9>&- &
    httpd_pid=$!
    local url=http://127.0.0.1:${port##*:} i
    for ((i = 0; i < 100; i++)); do
        kill -0 "$httpd_pid" 2>/dev/null || break
        if (exec 3<>"/dev/tcp/127.0.0.1/${port##*:}") 2>/dev/null; then
            say "Serving $url/ and $url/api/ (process $httpd_pid; Ctrl-C stops)"
            break
        fi
        sleep 0.1
    done
    wait "$httpd_pid" && i=0 || i=$?
    httpd_pid=
    ((i == 0)) || die "Apache ended with status $i"
}

command_run() { serve -DFOREGROUND; }

command_debug() {
    throw_away=$(mktemp -d /var/tmp/mod_site-debug.XXXXXX)
    state=$throw_away sockets=$throw_away/postgres data=$throw_away/postgres/data
    port=127.0.0.1:$(free_port)
    serve -X
}

# --- checks -------------------------------------------------------------------

c_files() { find "$root/mod_site" "$root/t" -name '*.[ch]' -o -name '*.cc' | sort; }

command_format() {
    need clang-format
    case ${1:-} in
    --check)
        local wrong
        wrong=$(c_files | xargs -r clang-format --dry-run 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning: .*//p' | sort -u)
        [[ -z $wrong ]] || die "not formatted (./build.sh format does it):"$'\n'"$wrong"
        ;;
    '') c_files | xargs -r clang-format -i ;;
    *) die "format: what is $1?" ;;
    esac
}

# Runs what stops its servers when it is told to, and tells it when we end early.
stoppable() { setpriv --pdeathsig TERM -- "$@"; }

test_unit() {
    local folder folders=("$build")
    build_module ON
    if [[ -z ${SITE_CLOCK:-} ]]; then
        folders+=("$build/sanitized")
        build_into "$build/sanitized" -DSITE_SANITIZE=ON -DSITE_MODULE=OFF
    fi
    for folder in "${folders[@]}"; do
        say "Unit tests in $folder"
        UBSAN_OPTIONS=print_stacktrace=1 stoppable ${SITE_CLOCK:+"$root/t/with-clock" "$SITE_CLOCK"} "$root/t/with-postgres" \
            ctest --test-dir "$folder" --output-on-failure -R "${1:-.}"
    done
}

test_lint() {
    local failed=()
    build_module ON
    say "clang-format, shellcheck, cppcheck, clang-tidy"
    (command_format --check) || failed+=(clang-format)
    grep -rlIE '^#!/bin/(ba)?sh' "$root"/{build.sh,.ci,apache-conf,docs,t} | xargs shellcheck ||
        failed+=(shellcheck)
    cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability \
        --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
        -I "$root/mod_site" "$root/mod_site" "$root/t" || failed+=(cppcheck)
    c_files | grep -v "\.h$" | xargs -r -n 2 -P "$(nproc)" clang-tidy --quiet -p "$build" 2>"$build/clang-tidy.log" ||
        failed+=(clang-tidy)
    ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}

# What t/browser.t and t/openapi.t run with. The packages of npm are kept as t/browser/package-lock.json has them.
prepare_browser() {
    local packages
    mapfile -t packages < <(browser_packages)
    need "${packages[@]}"
    cmp -s "$root/t/browser/package-lock.json" "$build/npm/installed" && return
    say "Installing the packages of npm in $build/npm"
    rm -rf "$build/npm"
    mkdir -p "$build/npm"
    cp "$root"/t/browser/package{,-lock}.json "$build/npm"
    (cd "$build/npm" && npm ci --ignore-scripts --no-audit --no-fund --no-progress --prefer-offline) \
        </dev/null >"$build/npm.log" 2>&1 || { tail -5 "$build/npm.log" >&2; die "npm failed, see $build/npm.log"; }
    cp "$build/npm/package-lock.json" "$build/npm/installed"
}

test_t() {
    local folder=$build
    [[ -z ${SITE_SANITIZE:-} || -z ${SITE_CLOCK:-} ]] ||
        die "set SITE_CLOCK or SITE_SANITIZE, not both: AddressSanitizer hangs under faketime"
    if [[ -n ${SITE_SANITIZE:-} ]]; then
        folder=$build/asan
        say "Building mod_site.so with AddressSanitizer and UBSan"
        build_into "$folder" -DSITE_SANITIZE=ON -DSITE_TESTS=OFF
        # httpd itself knows no sanitizer, so it is started with theirs. What it
        # keeps until it ends is no leak.
        SITE_TEST_PRELOAD=$(gcc -print-file-name=libasan.so)
        export SITE_TEST_PRELOAD ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1
    else
        build_module ON
    fi
    # In a process of its own: a test that misses something says so itself.
    [[ $# != 0 && ! "$* " =~ /(browser|openapi)\.t\  ]] || (prepare_browser) || true
    say "t/*.t over Apache and PostgreSQL"
    SITE_BUILD=$folder stoppable ${SITE_CLOCK:+"$root/t/with-clock" "$SITE_CLOCK"} "$root/t/TEST" "$@"
}

# Lists zones and times (UTC) at which the quick tests run, because no test may depend on the date. The first run has the
# recorded writes too: their answers hold times. One time at least lies in the past.
clocks=(
    'UTC 2041-07-15 12:00'                  # another year, after 2038
    'America/New_York 2027-01-31 23:59:00'  # the last hour of a month; the next one begins during the tests
    'Asia/Tokyo 2024-02-29 23:30'           # 29 February, in the past and already over in this zone
    'Europe/Berlin 2027-03-28 00:59:00'     # clocks go forward at 01:00 UTC
    'Europe/Berlin 2027-10-31 00:59:00'     # clocks go back at 01:00 UTC
)
clock_tests=(unit/test_db.c {auth,clock,custom_pages,forms,session,settings,sitemap,static,templates,token,write}.t)

test_clock() {
    local clock tests=(conformance_writes.t) failed=()
    for clock in "${clocks[@]}"; do
        tests+=("${clock_tests[@]}")
        tests=("${tests[@]/#/$root/t/}")
        [[ -z ${SITE_CLOCK_ALL:-} ]] || tests=("$root"/t/{unit/test_*.c,*.t})
        say "Clocks at ${clock#* } UTC in ${clock%% *}"
        TZ=${clock%% *} SITE_CLOCK="${clock#* } UTC" SITE_SANITIZE='' stoppable bash "$root/build.sh" test "${tests[@]}" ||
            failed+=("$clock")
        tests=()
    done
    ((${#failed[@]} == 0)) || die "failed with clocks at: $(IFS=, && printf '%s' "${failed[*]}")"
}

# What strangers send is read by the module under sanitizers, too: a report of
# theirs is a line in the error log that no test expects.
test_asan() { SITE_CLOCK='' SITE_SANITIZE=1 test_t "$root"/t/{write,conformance_writes,forms}*.t; }

# Sites that nobody wrote; t/*.t runs a few, this as many as the environment says.
test_laws() { test_t "$root/t/laws.t"; }

# Whether they find defects that were mended.
test_laws_proof() { stoppable "$root/t/laws/proof"; }

# Skips itself where no engine can be had.
test_image() { stoppable "$root/t/image/TEST"; }

command_test() {
    local what kind=() files=() units=() failed=()
    for what in "$@"; do
        case $what in
        unit | lint | image | t | clock | asan | laws | laws-proof) kind+=("$what") ;;
        *.t) files+=("$(realpath "$what")") ;;
        */test_*.c | */fuzz_*.c) what=${what##*/} units+=("^${what%.c}\$") ;;
        *) die "test: what is $what?" ;;
        esac
    done
    ((${#kind[@]} + ${#files[@]} + ${#units[@]})) || kind=(unit lint image t clock asan)
    need "${test_packages[@]}"
    if ((${#kind[@]} == 1)); then
        "test_${kind[0]//-/_}"
    else
        # Each in a process of its own, so that all have their say.
        for what in "${kind[@]}"; do
            stoppable bash "$root/build.sh" test "$what" || failed+=("$what")
        done
    fi
    ((${#units[@]} == 0)) || test_unit "$(IFS='|' && printf '%s' "${units[*]}")"
    ((${#files[@]} == 0)) || test_t "${files[@]}"
    ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}

command_bench() {
    need "${bench_packages[@]}"
    build_module
    cmake --build "$build" --target mod_ok -- --quiet
    SITE_BUILD=$build stoppable "$root/t/bench/run" "$@"
}

# --- the image ----------------------------------------------------------------

find_engine() {
    engine=${ENGINE:-}
    [[ -n $engine ]] || for engine in docker podman ''; do
        [[ -n $engine ]] && command -v "$engine" >/dev/null && break
    done
    [[ -n $engine ]] && "$engine" version >/dev/null 2>&1
}

want_engine() {
    find_engine || die "no container engine answers: install and start docker or podman (ENGINE names it); './build.sh run' works without one"
}

command_image() {
    want_engine
    "$engine" build -t "${IMAGE:-mod_site}" --build-arg BASE="${BASE:-debian:stable-slim}" "$root"
}

# http_status PORT PATH: how this machine answers; nothing when it does not.
http_status() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3 &&
        read -r -t 5 _ status _ <&3 && printf '%s' "$status") 2>/dev/null || true
}

# What `up` makes is called so: two containers, a network, a volume.
up_name=${SITE_NAME:-mod_site}

# The secret is root's in both containers; here it is the user's own.
command_up() {
    local i name
    password_file=$state/secrets/password/password
    want_engine
    for name in "$up_name" "$up_name-database"; do
        ! "$engine" container inspect "$name" >/dev/null 2>&1 ||
            die "there is a container $name already; './build.sh down' removes it"
    done
    check_port "$port"
    open_state
    command_image
    "$engine" build -q -t "$up_name-database" --build-arg BASE="${BASE:-debian:stable-slim}" \
        "$root/docs/deploy/database" >/dev/null
    make_password
    "$engine" network inspect "$up_name" >/dev/null 2>&1 || "$engine" network create "$up_name" >/dev/null
    local rights=(--cap-drop ALL --cap-add SETUID --cap-add SETGID
        --security-opt no-new-privileges --read-only --restart unless-stopped
        --network "$up_name" -v "$state/secrets:/secrets:ro")
    # Engines run as root, and root without capabilities reads only its own.
    ((UID == 0)) || rights+=(--cap-add DAC_READ_SEARCH)
    say "Starting PostgreSQL and the site"
    "$engine" run -d --name "$up_name-database" "${rights[@]}" --network-alias db --tmpfs /tmp \
        -v "$up_name-data:/var/lib/postgresql/data" -v "$root/website/database:/demo:ro" \
        "$up_name-database" >/dev/null
    "$engine" run -d --name "$up_name" "${rights[@]}" -p "$port:8000" "${IMAGE:-mod_site}" >/dev/null
    for ((i = 0; i < 600; i++)); do
        if [[ $(http_status "${port##*:}" /api/) == 200 ]]; then
            say "Serving http://127.0.0.1:${port##*:}/ ('$engine logs $up_name'; './build.sh down' removes it)"
            return
        fi
        sleep 0.2
    done
    "$engine" logs "$up_name-database" >&2 || true
    "$engine" logs "$up_name" >&2 || true
    die "no answer; './build.sh down' removes what was started"
}

command_down() {
    want_engine
    "$engine" rm -f -v "$up_name" "$up_name-database" >/dev/null 2>&1 || true
    "$engine" volume rm "$up_name-data" >/dev/null 2>&1 || true
    "$engine" network rm "$up_name" >/dev/null 2>&1 || true
    say "Removed the containers, the network and the demo's data"
}

command_deps() {
    open_state
    case ${1:-run} in
    run) need "${run_packages[@]}" ;;
    test) need "${test_packages[@]}" ;;
    bench) need "${bench_packages[@]}" ;;
    *) die "deps: what is $1?" ;;
    esac
}

command=${1:-image}
(($# == 0)) || shift
case $command in
image | up | down | run | test | deps | bench | format | debug) "command_$command" "$@" ;;
help | -h | --help) usage ;;
*) usage >&2; exit 2 ;;
esac
