#!/bin/sh
# Installs gateways to compare Penstock with. See README.md beside this file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
known='portkey litellm smg vllm-router bifrost'

usage() {
  cat <<EOF
usage: loadtest/peers/install.sh NAME...|all

Installs other gateways, at the versions that are compared with, below loadtest/peers/.installed
(or the folder that PENSTOCK_PEERS names), and nowhere else. What is installed already stays.
Each comes from its registry: npm, PyPI or the Go module proxy.

names: $known
EOF
}

case ${1:-} in
  '') usage >&2; exit 2 ;;
  -h | --help | help) usage; exit 0 ;;
  all) [ $# -eq 1 ] || { usage >&2; exit 2; }; set -- $known ;;
esac
for peer in "$@"; do
  case " $known " in
    *" $peer "*) ;;
    *) echo "peer: $peer (expected: one of $known, or all)" >&2; exit 2 ;;
  esac
done

failed=
for peer in "$@"; do
  "$here/$peer/install.sh" || failed="$failed $peer"
done
[ -z "$failed" ] || { echo "not installed:$failed" >&2; exit 1; }
