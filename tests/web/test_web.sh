#!/bin/sh
# A test of pages in a browser: test_web.sh FILE.mjs ARGUMENT… Skips, and says why, where something is missing that is no part of the project.
here=$(dirname "$(realpath "$0")")
said=$("$here/../../tools/npm" "$here" 2>&1) || { echo "1..0 # SKIP $(echo "$said" | grep -m 1 '^tools/npm:')"; exit 0; }
[ -x "${BANGVANG_CHROMIUM:-/usr/bin/chromium}" ] || { echo '1..0 # SKIP chromium is not here (apt-get install chromium)'; exit 0; }
exec node --no-warnings "$@"
