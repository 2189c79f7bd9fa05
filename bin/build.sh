#!/bin/sh
# bin/build.sh FINGERPRINT: compiles the product into .tributary/builds/FINGERPRINT, unless it is there.
#
# The build keeps a copy of the classes of every module, so that neither a later build nor the tests
# change them under a running JVM, and `java.args`, what the JVM is started with. Libraries stay in
# Maven's local repository.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
fingerprint=$1
builds=$root/.tributary/builds
target=$builds/$fingerprint
log=$root/.tributary/build.log
. "$root/bin/bootstrap.sh"

compile() {
  cd "$root"
  rm -f jobs/target/classpath.txt "$builds/failed"
  {
    mvn -B -ntp -pl jobs -am -Dspotless.check.skip=true compile 2>&1 || : >"$builds/failed"
  } | tee "$log" | show_progress
  if [ -e "$builds/failed" ] || [ ! -s jobs/target/classpath.txt ]; then
    tail -n 25 "$log" >&2
    fail "the build failed; all of it is in $log"
  fi
}

# One line: the module that Maven is at, where there is a terminal to show it on.
show_progress() {
  while IFS= read -r line; do
    case $line in
      '[INFO] Building '*']')
        module=${line#*Building }
        [ ! -t 2 ] || printf '\r\033[Ktributary: building %s [%s' "${module%% *}" "${line##*[}" >&2
        ;;
    esac
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

# The classpath with our own modules taken from the copy, one entry a line.
collect() {
  tr ':' '\n' <"$root/jobs/target/classpath.txt" | while read -r entry; do
    case $entry in
      "$root"/*)
        module=${entry#"$root"/}
        copy_classes "${module%%/*}" "$entry"
        ;;
      *) echo "$entry" ;;
    esac
  done
}

copy_classes() {
  if [ -e "$2" ]; then
    cp -R "$2" "$new/$1"
    echo "$target/$1"
  fi
}

quoted() {
  printf '"%s"\n' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

write_java_args() {
  sed -n 's:.*<test.add-opens>\(.*\)</test.add-opens>.*:\1:p' "$root/pom.xml" | tr ' ' '\n'
  echo -cp
  quoted "$(paste -s -d : "$new/classpath.txt")"
}

! is_complete "$target" || exit 0
require_jdk
require_maven
mkdir -p "$builds"
say "building (log: $log; the first build fetches libraries and takes some minutes)"
compile
new=$builds/new
rm -rf "$new"
mkdir "$new"
copy_classes jobs "$root/jobs/target/classes" >"$new/classpath.txt"
collect >>"$new/classpath.txt"
write_java_args >"$new/java.args"
find "$builds" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
rm -rf "$target"
mv "$new" "$target"
