#!/bin/sh
# bin/skipped-tests.sh [FOLDER [MARK]]: which tests of the reports below FOLDER (.) were skipped, and why.
#
# Reads what Surefire and Failsafe wrote; with MARK, only reports that are newer than that file. One line for
# each class and reason, with the number of its tests. Needs find, awk and sort.
set -eu

folder=${1:-.}
mark=${2:-}
[ -d "$folder" ] || {
  echo "skipped-tests: no folder $folder" >&2
  exit 2
}

reports() {
  if [ -n "$mark" ]; then
    find "$folder" -path '*/target/*-reports/TEST-*.xml' -newer "$mark" "$@"
  else
    find "$folder" -path '*/target/*-reports/TEST-*.xml' "$@"
  fi
}

# Elements of the report itself stand at these indents; what a test printed may look like them elsewhere.
skipped() {
  reports -exec cat {} + | awk '
    function attribute(line, name) {
      if (!match(line, " " name "=\"[^\"]*\"")) return ""
      return substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    function plain(text) {
      gsub(/&#(10|13|9);/, " ", text)
      gsub(/&quot;/, "\"", text)
      gsub(/&apos;/, "\047", text)
      gsub(/&lt;/, "<", text)
      gsub(/&gt;/, ">", text)
      gsub(/&amp;/, "\\&", text)
      sub(/^Assumption failed: /, "", text)
      gsub(/[[:space:]]+/, " ", text)
      return text
    }
    /^  <testcase / {
      class = attribute($0, "classname")
      sub(/.*\./, "", class)
    }
    /^    <skipped/ {
      reason = plain(attribute($0, "message"))
      count[class ": " (reason == "" ? "no reason is given" : reason)]++
      all++
    }
    END {
      for (why in count) printf "1  %s (%d)\n", why, count[why]
      printf "0skipped tests: %d\n", all
    }' | LC_ALL=C sort | cut -c2-
}

skipped
