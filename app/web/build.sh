#!/bin/sh
# Builds the map of the start page with the Node and npm on PATH (Node 20.19 or newer).
#
#   app/web/build.sh [OUT [is-built]]
#
# With "is-built" it only answers, by its exit code, whether there is nothing to do.
# OUT is where start.js and start.css go; app/web/dist where it is left out. A stamp
# of the sources stands beside them, so that a second call does nothing. In a checkout
# that cannot be written to, the build works in a copy beside OUT.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-"$here/dist"}
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)

stamp=$(cd "$here" && cat package-lock.json package.json tsconfig.json vite.config.ts src/* | cksum)
if [ -f "$out/start.js" ] && [ "$(cat "$out/.stamp" 2>/dev/null || true)" = "$stamp" ]; then
    exit 0
fi
if [ "${2:-}" = is-built ]; then exit 1; fi

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "app/web/build.sh: Node with npm is needed on PATH (20.19 or newer)." >&2
    exit 3
fi
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
    echo "app/web/build.sh: Node $(node --version) is too old; 20.19 or newer is needed." >&2
    exit 3
fi

work=$here
scratch=
if [ ! -w "$here" ]; then
    scratch=$(mktemp -d "$out.build.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    (cd "$here" && cp -R .npmrc package.json package-lock.json tsconfig.json vite.config.ts src "$scratch/")
    chmod -R u+w "$scratch"
    work=$scratch
fi

if [ ! -w "${HOME:-/nonexistent}" ]; then
    npm_config_cache=$out/.npm
    export npm_config_cache
fi

cd "$work"
NODE_USE_SYSTEM_CA=1 npm ci --no-progress --loglevel=error --no-update-notifier
npm run --silent build -- --outDir "$out" --logLevel warn
rm -rf "$out/.npm"
echo "$stamp" >"$out/.stamp"
