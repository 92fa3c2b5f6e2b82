# Finds a Java 25 or newer and exports JAVA_HOME. Sourced by mvnw, by the checkout's ./penstock and by the
# distribution's bin/penstock, so it is plain POSIX sh and has no effect but the functions it defines.
#
#   find_jdk TOOL     TOOL is what must lie in $JAVA_HOME/bin: javac to build, java to run
#
# Order: JAVA_HOME; the java on PATH; the usual places, the lowest fitting version first, since that is the one
# Penstock is tested with. PENSTOCK_JDK_PLACES (directories, separated by colons) replaces the usual places.

JDK_REQUIRED=25

# The major version of the Java at home $1, or nothing. The release file spares starting a JVM.
jdk_major() {
  jdk_version=
  if [ -r "$1/release" ]; then
    jdk_version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" 2>/dev/null | head -n 1)
  fi
  if [ -z "$jdk_version" ] && [ -x "$1/bin/java" ]; then
    jdk_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | head -n 1)
  fi
  echo "$jdk_version"
}

# Whether home $1 holds tool $2 and is new enough; leaves its version in jdk_found.
jdk_fits() {
  [ -x "$1/bin/$2" ] || return 1
  jdk_found=$(jdk_major "$1")
  [ -n "$jdk_found" ] && [ "$jdk_found" -ge "$JDK_REQUIRED" ]
}

# The home of the java on PATH, or nothing.
jdk_on_path() {
  jdk_java=$(command -v java 2>/dev/null) || return 0
  # macOS has a stub here which, without a JDK, opens a window: /usr/libexec/java_home answers instead.
  [ "$(uname -s)" = Darwin ] && [ "$jdk_java" = /usr/bin/java ] && return 0
  jdk_real=$(readlink -f "$jdk_java" 2>/dev/null || echo "$jdk_java")
  jdk_dir=$(dirname "$(dirname "$jdk_real")")
  if [ -r "$jdk_dir/release" ]; then
    echo "$jdk_dir"
  else
    # A shim (jenv, asdf, a wrapper script): only the JVM itself knows.
    "$jdk_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' | head -n 1
  fi
}

# Candidate homes, one a line.
jdk_candidates() {
  if [ -n "${PENSTOCK_JDK_PLACES+set}" ]; then
    echo "$PENSTOCK_JDK_PLACES" | tr ':' '\n'
    return
  fi
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$JDK_REQUIRED+" 2>/dev/null
  fi
  for jdk_place in /usr/lib/jvm /usr/lib64/jvm /usr/java /usr/local/java /usr/local/lib/jvm /opt /opt/java /opt/jdk /opt/hostedtoolcache/*/* \
    "${HOME:-/nonexistent}/.sdkman/candidates/java" "${HOME:-/nonexistent}/.jdks" "${HOME:-/nonexistent}/.asdf/installs/java" "${HOME:-/nonexistent}/.local/share/mise/installs/java" \
    "${HOME:-/nonexistent}/.jabba/jdk" "${HOME:-/nonexistent}/.gradle/jdks" "${HOME:-/nonexistent}/Library/Java/JavaVirtualMachines" /Library/Java/JavaVirtualMachines \
    /opt/homebrew/opt /usr/local/opt /home/linuxbrew/.linuxbrew/opt; do
    for jdk_dir in "$jdk_place"/* "$jdk_place"/*/Contents/Home "$jdk_place"/*/libexec/openjdk.jdk/Contents/Home "$jdk_place"/*/libexec; do
      [ -x "$jdk_dir/bin/java" ] && echo "$jdk_dir"
    done
  done
}

find_jdk() {
  jdk_tool=$1
  if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME" "$jdk_tool"; then
    export JAVA_HOME
    return 0
  fi
  jdk_home=$(jdk_on_path)
  if [ -n "$jdk_home" ] && jdk_fits "$jdk_home" "$jdk_tool"; then
    JAVA_HOME=$jdk_home
    export JAVA_HOME
    return 0
  fi
  jdk_best=
  jdk_best_version=
  jdk_list=$(jdk_candidates)
  jdk_ifs=$IFS
  IFS='
'
  for jdk_dir in $jdk_list; do
    if jdk_fits "$jdk_dir" "$jdk_tool" && { [ -z "$jdk_best" ] || [ "$jdk_found" -lt "$jdk_best_version" ]; }; then
      jdk_best=$jdk_dir
      jdk_best_version=$jdk_found
    fi
  done
  IFS=$jdk_ifs
  if [ -n "$jdk_best" ]; then
    JAVA_HOME=$jdk_best
    export JAVA_HOME
    return 0
  fi
  case $(uname -s) in
    Darwin) jdk_how="brew install --cask temurin@$JDK_REQUIRED" ;;
    *) jdk_how="apt install temurin-$JDK_REQUIRED-jdk, dnf install java-$JDK_REQUIRED-openjdk-devel, or sdk install java $JDK_REQUIRED-tem" ;;
  esac
  echo "penstock: no JDK $JDK_REQUIRED or newer found (JAVA_HOME, PATH, the usual places). Install one ($jdk_how; see https://adoptium.net) or set JAVA_HOME." >&2
  return 2
}
