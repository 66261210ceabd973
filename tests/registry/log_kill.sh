#!/bin/sh
# A few kills of each test run; tools/campaign/kill-log does thousands.
folder=$(mktemp -d "${TMPDIR:-/tmp}/bv-log-kill-XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$1" 12 20261122 "$folder"
