#!/bin/sh
# Installs Portkey's gateway from the npm registry.
name=portkey
version=1.15.2
. "$(dirname "$0")/../lib.sh"

need node 20.0 'node --version'
need npm 9.0 'npm --version'
begin
cp "$here/package.json" "$here/package-lock.json" "$dir"
# Without scripts: those of its dependencies are not needed, and none is then run.
(cd "$dir" && npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error)
finish
