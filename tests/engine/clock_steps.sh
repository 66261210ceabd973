#!/bin/bash
# TAP: the ledger's clock under real steps of the system's clocks: faketime (wall clock only) and time namespaces (boot and monotonic clock). $1 looks.
# Each look is at a copy of the same ledger, some seconds old: what is left must be two hours less those seconds, and never more.
. "$BV_SOURCE/tests/cli/tap.sh"
look=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
own=7200000

out=$("$look" "$dir/made.db" new)
begin=$(date +%s%N)
read -r left drift clock state <<<"$out"
[ "$left" -le $own ] && [ "$left" -gt $((own - 5000)) ] && [ "$clock" = runs ] && [ "$state" = started ]
ok $? "an attempt has two hours: $out"

fresh() { cp "$dir/made.db" "$dir/copy.db"; }
# LEAST MOST STATE CLOCK NAME: what is left, within real time that has passed (and a second)
is() {
	local passed=$((($(date +%s%N) - begin) / 1000000))
	read -r left drift clock state <<<"$out"
	[ "${left:-x}" != x ] && [ "$left" -le "$2" ] && [ "$left" -ge $(($1 - passed - 1000)) ] && [ "$clock" = "$4" ] && [ "$state" = "$3" ]
	ok $? "$5: $out"
}

fresh
out=$("$look" "$dir/copy.db" look)
is $own $own started runs 'another process in the same boot'

if command -v faketime >/dev/null; then
	for step in +3h -3h +400d -400d; do
		fresh
		out=$(DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "$step" "$look" "$dir/copy.db" look 2>&1)
		is $own $own started runs "the wall clock stepped by $step"
	done
else
	skip 'faketime is not installed'
fi

if unshare -T --fork true 2>/dev/null; then
	fresh
	out=$(unshare -T --boottime=3600 --monotonic=3600 --fork "$look" "$dir/copy.db" look 2>&1)
	is $((own - 3600000)) $((own - 3600000)) started runs 'an hour of boot time more has passed, and is taken'
	fresh
	out=$(unshare -T --boottime=86400 --monotonic=86400 --fork "$look" "$dir/copy.db" look 2>&1)
	is 0 0 expired runs 'a day more ends it'
	up=$(cut -d. -f1 /proc/uptime)
	back=$((up > 3700 ? 3600 : up - 60))
	fresh
	out=$(unshare -T --boottime=-$back --monotonic=-$back --fork "$look" "$dir/copy.db" look 2>&1)
	is $own $own started runs 'boot time set back gives nothing: the wall clock says what has passed'
	if command -v faketime >/dev/null; then
		fresh
		out=$(DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 unshare -T --boottime=-$back --monotonic=-$back --fork faketime -f -3h "$look" "$dir/copy.db" look 2>&1)
		is $own $own started held 'boot time and wall clock set back: nothing is known, a person is asked'
		fresh
		out=$(DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 unshare -T --boottime=-$back --monotonic=-$back --fork faketime -f +3h "$look" "$dir/copy.db" look 2>&1)
		is $own $own started held 'boot time set back, wall clock three hours ahead: the same'
	fi
else
	skip 'no time namespaces here'
fi
finish
