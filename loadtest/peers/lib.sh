# What the installers of peers share. Sourced by them after they set name and version; sets dir, where the peer goes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
peers=${PENSTOCK_PEERS:-$(dirname "$here")/.installed}
dir=$peers/$name

fail() {
  echo "$name: $*" >&2
  exit 1
}

# need PROGRAM OLDEST HOW: its version, printed by HOW, is at least OLDEST (MAJOR.MINOR).
need() {
  command -v "$1" >/dev/null 2>&1 || fail "needs $1 $2 or newer on the PATH; there is none"
  found=$(eval "$3" 2>/dev/null | sed -n 's/[^0-9]*\([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  [ -n "$found" ] || fail "needs $1 $2 or newer; this one does not tell its version"
  if [ "${found%%.*}" -lt "${2%%.*}" ] || { [ "${found%%.*}" -eq "${2%%.*}" ] && [ "${found#*.}" -lt "${2#*.}" ]; }; then
    fail "needs $1 $2 or newer; this one is $found"
  fi
}

# Ends here when this version of just these pins is installed; else clears the place. VERSION is written last, so that
# what was cut off half-way is never taken for an installation.
begin() {
  pins=$(cat "$here"/* | cksum)
  if [ -e "$dir/VERSION" ] && [ "$(cat "$dir/VERSION")" = "$version" ] && [ "$(cat "$dir/PINS" 2>/dev/null)" = "$pins" ]; then
    echo "$name $version is installed in $dir"
    exit 0
  fi
  rm -rf "$dir"
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  echo "$name $version: installing into $dir"
}

finish() {
  echo "$pins" >"$dir/PINS"
  echo "$version" >"$dir/VERSION"
  echo "$name $version is installed in $dir"
}

# python_peer: the environment of requirements.txt, wheels only, so that no package's own code runs to install it.
python_peer() {
  need python3 3.11 'python3 --version'
  python3 -c 'import ensurepip, venv' 2>/dev/null || fail "needs python3's venv module (python3-venv in Debian)"
  begin
  python3 -m venv "$dir"
  "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$here/requirements.txt"
  finish
}
