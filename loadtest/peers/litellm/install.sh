#!/bin/sh
# Installs LiteLLM's proxy from PyPI.
name=litellm
version=1.108.7
. "$(dirname "$0")/../lib.sh"

case $version in
  1.82.7 | 1.82.8) fail "never $version: that release carried a backdoor" ;;
esac
python_peer
