#!/bin/sh
# bin/skipped-tests.sh [FOLDER [MARK]]: which tests of the modules below FOLDER (.) were skipped, and why.
#
# Reads what `SkippedTests` of test-support wrote; with MARK, only what is newer than that file. One line for each
# test or class and reason, with how often where that is more than once. Needs find, sort, uniq and sed.
set -eu

folder=${1:-.}
mark=${2:-}
[ -d "$folder" ] || {
  echo "skipped-tests: no folder $folder" >&2
  exit 2
}

written() {
  if [ -n "$mark" ]; then
    find "$folder" -path '*/target/skipped-tests/*.txt' -newer "$mark" -exec cat {} +
  else
    find "$folder" -path '*/target/skipped-tests/*.txt' -exec cat {} +
  fi
}

lines=$(written | LC_ALL=C sort | uniq -c | sed -e 's/^ *1 /  /' -e t -e 's/^ *\([0-9]\{1,\}\) \(.*\)/  \2 (\1 times)/')
if [ -n "$lines" ]; then
  printf 'skipped tests:\n%s\n' "$lines"
else
  echo 'skipped tests: none'
fi
