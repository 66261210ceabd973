#!/bin/sh
# A few kills of each test run; tools/campaign/ledger-kill does thousands.
folder=$(mktemp -d "${TMPDIR:-/tmp}/bv-ledger-kill-XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$1" 12 20261125 "$folder"
