#!/bin/sh
# The compiler's opinion of all TypeScript: strict, keys of words among it.
web=$BV_SOURCE/tools/httpd/web
said=$("$BV_SOURCE/tools/npm" "$web" 2>&1) || { echo "1..0 # SKIP $(echo "$said" | grep -m 1 '^tools/npm:')"; exit 0; }
said=$("$web/node_modules/.bin/tsc" --noEmit -p "$web" 2>&1) && echo 'ok 1 - the types are right' || { echo 'not ok 1 - the types are right'; echo "$said" | sed 's/^/# /'; }
echo 1..1
