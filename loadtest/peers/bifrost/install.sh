#!/bin/sh
# Builds Bifrost's HTTP gateway from the Go module proxy.
name=bifrost
version=1.6.6
. "$(dirname "$0")/../lib.sh"

need go 1.26 'go version'
begin
module=github.com/maximhq/bifrost/transports
mkdir "$dir/src"
told=$(cd "$dir/src" && GO111MODULE=on go mod download -json "$module@v$version") || true
source=$(echo "$told" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
if [ -z "$source" ]; then
  echo "$told" | sed -n 's/^[[:space:]]*"Error": "\(.*\)",*$/\1/p' >&2
  rm -rf "$dir"
  fail "the Go module proxy did not give $module@v$version"
fi
cp -R "$source/." "$dir/src"
chmod -R u+w "$dir/src"
# It embeds its web interface, which its releases build first and its module does not hold; none is needed here.
mkdir -p "$dir/src/bifrost-http/ui"
[ -e "$dir/src/bifrost-http/ui/index.html" ] || echo '<!doctype html>' >"$dir/src/bifrost-http/ui/index.html"
(cd "$dir/src" && GOFLAGS=-mod=mod go build -trimpath -ldflags "-X main.Version=v$version" -o "$dir/bin/bifrost-http" ./bifrost-http)
rm -rf "$dir/src"
finish
