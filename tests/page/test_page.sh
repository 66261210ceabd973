#!/bin/sh
# A test of the verification page in Node.js: test_page.sh FILE.mjs ARGUMENT… Skips, and says so, where there is none.
if ! command -v node >/dev/null; then
	echo '1..0 # SKIP node is not here (apt-get install nodejs)'
elif [ "$(node -p 'parseInt(process.versions.node)')" -lt 18 ]; then
	echo "1..0 # SKIP node $(node --version) is older than 18"
else
	exec node --no-warnings "$@"
fi
