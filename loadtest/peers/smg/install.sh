#!/bin/sh
# Installs the Shepherd Model Gateway from PyPI.
name=smg
version=1.13.0
. "$(dirname "$0")/../lib.sh"

python_peer
