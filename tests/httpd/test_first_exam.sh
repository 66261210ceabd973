# TAP: doc/first-exam.md, each of its blocks after the other in one shell, with a bank and a key as tools/demo makes them.
. "$BV_SOURCE/tests/cli/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
for name in engine itembank standards rules; do ln -s "$BV_SOURCE/$name" $name; done
export PATH=$BV_BUILD/tools/cli:$BV_BUILD/tools/httpd:$BV_BUILD/tools/verify:$PATH
command -v curl >/dev/null || { echo '1..0 # SKIP curl is not here'; exit 0; }
mkdir demo
bangvang bank import --bank demo/bank.db itembank/sample >/dev/null 2>&1
bangvang key new --did did:web:demo.bangvang.example --out demo/issuer >/dev/null
# A port that stays this test's own while no server listens on it.
exec 3< <(cd "$BV_SOURCE/tests/httpd" && exec python3 -c 'import ports, signal; print(ports.reserve(), flush=True); signal.pause()')
trap "kill $!; rm -rf '$work'" EXIT
read -r port <&3
{
	echo "set -em; trap 'kill \$(jobs -p) 2>/dev/null || true' EXIT"
	sed -n '/^```bash$/,/^```$/{/^```/d;p}' "$BV_SOURCE/doc/first-exam.md" | sed "s/:8088/:$port/"
} >blocks
[ "$(grep -c . blocks)" -gt 50 ]
ok $? 'the document has blocks'
exits 0 'all of them run' timeout 400 bash blocks
says 'receipt: VALID'
says '1 scored'
says 'yes: 4 attempts, 1 answers, 1 scores'
says 'everything follows from the evidence'
says 'is in the log'
says 'are restored'
says 'it has everything that archive says'
finish
