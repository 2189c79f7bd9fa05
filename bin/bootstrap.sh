# Finds a JDK 17 and Maven 3.8 or newer, or installs them with the system's package manager, and sees that the
# system has what a JVM and Flink need.
# Sourced by ./tributary, ./test and bin/build.sh, which set $root to the repository's folder.
# POSIX sh; needs nothing that a fresh Debian lacks.

# A JVM decodes its arguments and file names as the locale says; everywhere but on Linux that is UTF-8.
if [ "$(uname)" = Linux ]; then
  LC_ALL=C.UTF-8
  export LC_ALL
fi

say() {
  printf 'tributary: %s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 3
}

# Sets JAVA_HOME to the first of the given folders that holds a JDK 17.
use_jdk() {
  for home in "$@"; do
    if [ -x "$home/bin/javac" ] && grep -q '^JAVA_VERSION="17[."]' "$home/release" 2>/dev/null; then
      JAVA_HOME=$home
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

jdk_on_path() {
  java=$(command -v java) && java=$(readlink -f "$java" 2>/dev/null) && dirname "$(dirname "$java")"
}

find_jdk() {
  use_jdk "${JAVA_HOME:-}" || use_jdk "$(jdk_on_path)" || use_jdk /usr/lib/jvm/*17* \
    /opt/homebrew/opt/openjdk@17/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk@17/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*17*/Contents/Home
}

# Is Maven there, and new enough? Maven itself needs JAVA_HOME to say so.
find_maven() {
  version=$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  [ -n "$version" ] && [ "${version% *}" -ge 3 ] &&
    { [ "${version% *}" -gt 3 ] || [ "${version#* }" -ge 8 ]; }
}

# install_packages [jdk] [maven], under the names that the system at hand has for them.
install_packages() {
  packages=$*
  if command -v apt-get >/dev/null; then
    packages=$(echo "$packages" | sed 's/jdk/openjdk-17-jdk-headless/')
    as_root sh -c "apt-get update && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends $packages"
  elif command -v dnf >/dev/null; then
    packages=$(echo "$packages" | sed 's/jdk/java-17-openjdk-devel/')
    as_root sh -c "dnf install -y $packages"
  elif command -v apk >/dev/null; then
    packages=$(echo "$packages" | sed 's/jdk/openjdk17-jdk/')
    as_root sh -c "apk add --no-cache $packages"
  elif command -v brew >/dev/null; then
    packages=$(echo "$packages" | sed 's/jdk/openjdk@17/')
    logged sh -c "brew install $packages"
  else
    packages="a JDK 17 and Maven 3.8 or newer"
    return 1
  fi
}

logged() {
  say "installing $packages (log: $root/.tributary/bootstrap.log)"
  mkdir -p "$root/.tributary"
  "$@" </dev/null >"$root/.tributary/bootstrap.log" 2>&1 || {
    packages="$packages ($root/.tributary/bootstrap.log says why that failed)"
    return 1
  }
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    logged "$@"
  elif command -v sudo >/dev/null; then
    logged sudo "$@"
  else
    return 1
  fi
}

# Without /proc neither can Debian install a JDK nor a JDK start.
require_proc() {
  [ -e /proc/self ] || fail "needs /proc; please mount it: mount -t proc proc /proc"
}

# Flink asks for the address of this machine's name. A chroot may have no /etc/hosts that knows it.
require_names() {
  for name in localhost "$(uname -n)"; do
    if ! getent hosts "$name" >/dev/null; then
      say "the name $name has no address; adding it to /etc/hosts"
      line="127.0.0.1 $name"
      if [ "$(id -u)" -eq 0 ]; then
        echo "$line" >>/etc/hosts
      elif command -v sudo >/dev/null; then
        echo "$line" | sudo tee -a /etc/hosts >/dev/null
      else
        false
      fi || fail "cannot add it; please add the line '$line' to /etc/hosts"
    fi
  done
}

require_system() {
  if [ "$(uname)" = Linux ]; then
    require_proc
    require_names
  fi
}

require_jdk() {
  find_jdk || { install_packages jdk maven && find_jdk; } ||
    fail "needs a JDK 17, by JAVA_HOME or on the PATH; please install $packages"
}

require_maven() {
  find_maven || { install_packages maven && find_maven; } ||
    fail "needs Maven 3.8 or newer, as mvn on the PATH; please install $packages"
}

# Is there a build in folder $1, with every library that it was made with?
is_complete() {
  [ -e "$1/java.args" ] || return 1
  while read -r entry; do
    [ -e "$entry" ] || return 1
  done <"$1/classpath.txt"
}
