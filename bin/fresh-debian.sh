#!/bin/sh
# bin/fresh-debian.sh [OPTIONS] DIR: do the two commands of the README pass on a fresh Debian?
#
# Makes a Debian with git and ca-certificates and nothing more (debootstrap), clones what is committed here into
# it, and runs `./tributary demo`, until its page shows costs, and `./test` there. Twice: in a plain chroot, whose
# root is no mount point, and in one whose root is a mount point. Needs root; installs debootstrap if absent.
#
#   --kind chroot|mount     only one of the two; both by default
#   --only demo|test        only one of the two commands
#   --part ARGUMENTS        arguments of ./test, in one word: only a part of the tests
#   --port N                port of the demo, where its own is taken (8080)
#   --suite NAME            release of Debian (bookworm)
#   --apt-mirror URL        where packages come from (debootstrap's own mirror)
#   --ca FILE               PEM file of authorities that the Debian is to trust too
#   --maven-settings FILE   becomes ~/.m2/settings.xml
#   --m2 DIR                is copied to ~/.m2/repository; without it every library is fetched
#   --keep                  keep the Debian when both commands have passed
#
# http_proxy, https_proxy, no_proxy, MAVEN_OPTS and MAVEN_ARGS are passed on. A plain chroot has /proc, which the
# JDK cannot be installed without; one that is a mount has /sys as well. All mounts are made in a namespace of
# this script and go with it, however it ends. Nothing outside DIR is written or removed.
#
# Exits 0 (both commands pass), 1 (one fails), 2 (bad options) or 3 (no Debian could be made).
set -eu

self=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)/$(basename -- "$0")
root=$(dirname -- "$(dirname -- "$self")")

stop() {
  status=$1
  shift
  printf 'fresh-debian: %s\n' "$*" >&2
  exit "$status"
}

kinds="chroot mount"
commands="demo test"
part=
port=
suite=bookworm
mirror=
ca=
settings=
m2=
keep=

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --keep) keep=yes ;;
      --help)
        sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$self"
        exit 0
        ;;
      --kind | --only | --part | --port | --suite | --apt-mirror | --ca | --maven-settings | --m2)
        [ $# -ge 2 ] || stop 2 "$1 needs a value"
        take "$1" "$2"
        shift
        ;;
      -*) stop 2 "unknown option $1; --help lists them" ;;
      *)
        [ -z "${directory:-}" ] || stop 2 "one folder, not two: $directory, $1"
        directory=$1
        ;;
    esac
    shift
  done
  [ -n "${directory:-}" ] || stop 2 "give the folder in which the Debian is made; --help says more"
}

take() {
  case $1=$2 in
    --kind=chroot | --kind=mount) kinds=$2 ;;
    --only=demo | --only=test) commands=$2 ;;
    --kind=* | --only=*) stop 2 "$1 knows no $2; --help lists what it knows" ;;
    --part=*) part=$2 ;;
    --port=*) port=$2 ;;
    --suite=*) suite=$2 ;;
    --apt-mirror=*) mirror=$2 ;;
    --ca=*) ca=$(existing "$2") ;;
    --maven-settings=*) settings=$(existing "$2") ;;
    --m2=*) m2=$(existing "$2") ;;
  esac
}

existing() {
  [ -r "$1" ] || stop 2 "cannot read $1"
  readlink -f "$1"
}

seconds() {
  date +%s
}

# Says one line of the result, with the seconds since $began.
say() {
  printf '%-7s %5s s  %s\n' "$kind" "$(($(seconds) - began))" "$*"
}

make_debian() {
  began=$(seconds)
  mkdir "$debian"
  debootstrap --variant=minbase --include=git,ca-certificates "$suite" "$debian" ${mirror:+"$mirror"} \
    >"$logs/debootstrap.log" 2>&1 || stop 3 "debootstrap failed; $logs/debootstrap.log says why"
  trust
  mkdir -p "$debian/root/.m2"
  [ -z "$settings" ] || cp "$settings" "$debian/root/.m2/settings.xml"
  [ -z "$m2" ] || cp -R "$m2" "$debian/root/.m2/repository"
  [ "$kind" = chroot ] || mount --bind "$debian" "$debian"
  mount -t proc proc "$debian/proc"
  [ "$kind" = chroot ] || mount -t sysfs sysfs "$debian/sys"
  git clone -q "$root" "$debian/root/tributary"
  say "Debian $(cat "$debian/etc/debian_version"), $(inside sh -c 'dpkg -l | grep -c ^ii') packages;" \
    "its root is $([ "$kind" = chroot ] && echo "a plain folder" || echo "a mount point")"
}

# One certificate a file, which is what update-ca-certificates reads.
trust() {
  [ -n "$ca" ] || return 0
  awk -v folder="$debian/usr/local/share/ca-certificates" '
    /-BEGIN CERTIFICATE-/ { file = folder "/given-" ++n ".crt" }
    file { print > file }
    /-END CERTIFICATE-/ { close(file); file = "" }' "$ca"
  chroot "$debian" update-ca-certificates >"$logs/ca.log" 2>&1 || stop 3 "$logs/ca.log says why no trust was set up"
}

# Becomes a command of a user who has just logged in. A shell has its background commands ignore SIGINT.
inside() {
  exec chroot "$debian" env -i --default-signal=INT --chdir=/root/tributary \
    HOME=/root USER=root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
    ${no_proxy:+"no_proxy=$no_proxy"} ${MAVEN_OPTS:+"MAVEN_OPTS=$MAVEN_OPTS"} \
    ${MAVEN_ARGS:+"MAVEN_ARGS=$MAVEN_ARGS"} "$@"
}

# Starts the demo, waits for its page and for costs on it, and ends it by signal $1.
demo() {
  log=$logs/demo-$1.log
  : >"$log"
  began=$(seconds)
  # shellcheck disable=SC2086 # an option and its value
  inside ./tributary demo ${port:+--port $port} >"$log" 2>&1 &
  demo=$!
  until_demo 3600 'grep -q "^dashboard " "$log"' "the demo did not start" || return 0
  address=$(sed -n 's/^dashboard *//p' "$log")
  until_demo 120 'fetch "" | grep -q "<title>Tributary</title>"' "no page at $address" || return 0
  say "./tributary demo: page at $address"
  until_demo 300 has_costs "no costs at $address" || return 0
  say "./tributary demo: the page shows costs of $tenant"
  end_demo "$1"
}

has_costs() {
  tenant=$(fetch api/v1/tenants | sed -n 's/.*"tenants":\["\([^"]*\)".*/\1/p')
  [ -n "$tenant" ] && fetch "api/v1/cost?tenant=$tenant&by=Team" | grep -q '"cost":"[0-9.]*[1-9]'
}

end_demo() {
  began=$(seconds)
  kill -s "$1" "$demo"
  ended=0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.5
    ! kill -0 "$demo" 2>/dev/null || continue
    ended=1
    break
  done
  code=0
  [ "$ended" = 1 ] || kill -s KILL "$demo"
  wait "$demo" || code=$?
  if [ "$ended" = 1 ]; then
    say "./tributary demo: ended by SIG$1 with exit code $code"
  else
    wrong "./tributary demo: still there 5 s after SIG$1"
  fi
  demo=
}

# until_demo SECONDS CONDITION COMPLAINT
until_demo() {
  deadline=$(($(seconds) + $1))
  until eval "$2"; do
    if ! kill -0 "$demo" 2>/dev/null || [ "$(seconds)" -gt "$deadline" ]; then
      wrong "./tributary demo: $3; $log says more"
      kill -s KILL "$demo" 2>/dev/null || :
      demo=
      return 1
    fi
    sleep 1
  done
}

fetch() {
  wget -q -O - "$address$1" 2>/dev/null || :
}

wrong() {
  say "$*"
  failed=1
}

run_tests() {
  log=$logs/test.log
  began=$(seconds)
  code=0
  # shellcheck disable=SC2086 # several arguments
  (inside ./test $part) >"$log" 2>&1 || code=$?
  say "./test${part:+ $part}: exit code $code"
  grep -E '^\[(INFO|ERROR|WARNING)\] Tests run:.*[0-9]$' "$log" | sed 's/^\[[A-Z]*\] /                 /' || :
  sed -n '/^skipped tests: /,$s/^/                 /p' "$log"
  [ "$code" = 0 ] || failed=1
}

# Every process of the Debian was started by this script.
left_behind() {
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/root" 2>/dev/null)" != "$debian" ] || echo "${process#/proc/}"
  done
}

end_processes() {
  left=$(left_behind)
  [ -n "$left" ] || return 0
  began=$(seconds)
  for process in $left; do
    wrong "left running: $(tr '\0' ' ' <"/proc/$process/cmdline" 2>/dev/null | cut -c 1-100)"
    kill -s KILL "$process" 2>/dev/null || :
  done
}

remove_debian() {
  umount "$debian/proc"
  if [ "$kind" = mount ]; then
    umount "$debian/sys"
    umount "$debian"
  fi
  ! grep -q " $debian" /proc/self/mounts || stop 3 "$debian still has mounts and is kept"
  rm -rf --one-file-system "$debian"
}

finish() {
  trap - EXIT
  [ -z "${demo:-}" ] || kill -s KILL "$demo" 2>/dev/null || :
  [ -z "${debian:-}" ] || for process in $(left_behind); do kill -s KILL "$process" 2>/dev/null || :; done
}

try() {
  kind=$1
  debian=$directory/$kind
  logs=$directory/$kind-logs
  mkdir "$logs"
  make_debian
  case $commands in
    *demo*)
      demo INT
      demo TERM
      ;;
  esac
  case $commands in *test*) run_tests ;; esac
  end_processes
  [ "$failed" = 1 ] || [ -n "$keep" ] || remove_debian
}

read_options "$@"
[ "$(id -u)" -eq 0 ] || stop 2 "only root can make a Debian"
if [ "${TRIBUTARY_FRESH_DEBIAN:-}" != "in a namespace" ]; then
  mkdir -p "$directory"
  [ -z "$(ls -A "$directory")" ] || stop 2 "$directory is not empty"
  command -v debootstrap >/dev/null || apt-get install -y -q debootstrap >/dev/null ||
    stop 3 "no debootstrap: apt-get update, then try again"
  TRIBUTARY_FRESH_DEBIAN="in a namespace" exec unshare --mount --propagation private "$self" "$@"
fi
directory=$(CDPATH= cd -- "$directory" && pwd -P)
trap finish EXIT
trap 'exit 130' HUP INT TERM
failed=0
echo "$(date -u +%F), $(git -C "$root" rev-parse --short HEAD), $(nproc) cores"
for kind in $kinds; do
  try "$kind"
done
exit "$failed"
