# TAP for the tests of commands, which source this. meson sets BV_SOURCE and BV_BUILD.
set -u
bv=$BV_BUILD/tools/cli/bangvang
n=0
bad=0
out= # what the last command printed, both outputs
ok() { # STATUS NAME
	local name=${2//$'\n'/ } # TAP is one line a check
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $name"; else echo "not ok $n - $name"; bad=1; sed 's/^/# /' <<<"$out" | tail -n 20; fi
}
exits() { # STATUS NAME COMMAND…
	local want=$1 name=$2 got
	shift 2
	out=$("$@" 2>&1 </dev/null)
	got=$?
	[ $got -eq "$want" ]
	ok $? "$name (exit $got)"
}
says() { grep -qF -- "$1" <<<"$out"; ok $? "  and says: $1"; }
json() { # PYTHON-EXPRESSION over d: what was printed is one JSON document for which it is true
	out=$(python3 -IS -c 'import json,sys; d=json.loads(sys.argv[1]); sys.exit(0 if eval(sys.argv[2]) else 1)' "$out" "$1" 2>&1 && echo "$out")
	ok $? "  and its JSON has: $1"
}
skip() { n=$((n + 1)); echo "ok $n # SKIP $1"; }
finish() {
	echo "1..$n"
	exit $bad
}
