#!/bin/bash
# TAP: the main job from the command line, and an attacker who changes one byte of its evidence.
. "$BV_SOURCE/tests/cli/tap.sh"
export PATH=$BV_BUILD/tools/cli:$BV_BUILD/tools/verify:$PATH
cd "$BV_SOURCE" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

seed=$(printf 'seed' | sha256sum | cut -c1-64)
exam() { # OUT MORE…
	local out=$1
	shift
	bangvang exam run --bank "$dir/bank.db" --blueprint engine/sample/vn-basic-40.xml --standard standards/vn-tt03-2014.xml \
		--rules rules/vn-17-2016.xml --key "$dir/issuer/key.pem" --seed "$seed" --draw-key "$seed" --at 2026-11-21T02:00:00Z --out "$out" "$@"
}

exits 0 'the sample bank is imported' bangvang bank import --bank "$dir/bank.db" itembank/sample
exits 0 'a key is made' bangvang key new --did did:web:test.example --out "$dir/issuer"
exits 0 'a roster is made' bangvang simulate --count 6 --mean 1.5 --sd 1 --seed "$seed" --out "$dir/roster.json"
exits 0 'six simulated candidates sit the exam' exam "$dir/a" --candidate "$dir/roster.json" --simulate
says '6 candidates'
exits 2 'evidence is never written over' exam "$dir/a" --candidate "$dir/roster.json" --simulate
says 'not empty'
exits 0 'the audit agrees' bangvang audit exam "$dir/a" --trust "$dir/issuer"
says 'byte for byte'
certificate=$(ls "$dir"/a/candidates/*/credential.json | head -n 1)
[ -n "$certificate" ]
ok $? 'somebody passed'
exits 0 'the certificate verifies' bangvang-verify "$certificate" --trust "$dir/issuer"
exits 0 'the same seed draws the same forms' exam "$dir/b" --candidate "$dir/roster.json" --simulate
for f in form responses outcomes rating; do
	cmp -s "$dir/a/candidates/TS-0001/$f.json" "$dir/b/candidates/TS-0001/$f.json"
	ok $? "  $f.json is the same"
done

# One candidate with a responses file.
cp "$dir/a/candidates/TS-0002/responses.json" "$dir/responses.json"
echo '{"ticket":"TS-0002","name":"Nguyễn Thị Thử"}' >"$dir/one.json"
out=$(exam "$dir/one" --candidate "$dir/one.json" --responses "$dir/responses.json" 2>&1)
[ $? -le 1 ]
ok $? 'one candidate with a file of responses'
cmp -s "$dir/one/candidates/TS-0002/rating.json" "$dir/a/candidates/TS-0002/rating.json"
ok $? '  gets the same rating'
echo '{"responses":{}}' >"$dir/empty.json"
exits 1 'who answers nothing does not pass' exam "$dir/none" --candidate "$dir/one.json" --responses "$dir/empty.json"
[ ! -e "$dir/none/candidates/TS-0002/credential.json" ]
ok $? '  and gets no certificate'
echo '{"responses":{"IU99-001":{"RESPONSE":{"base":{"identifier":"A"}}}}}' >"$dir/foreign.json"
exits 2 'a response to an item that is not on the form is refused' exam "$dir/x1" --candidate "$dir/one.json" --responses "$dir/foreign.json"
says 'IU99-001'
python3 - "$dir" <<'P'
import json, sys
d = sys.argv[1]
r = json.load(open(d + '/responses.json'))
item = next(iter(r['responses']))
r['responses'][item] = {'RESPONSE': {'base': {'identifier': 'NO_SUCH_CHOICE'}}}
json.dump(r, open(d + '/illegal.json', 'w'))
P
exits 2 'a response that its item cannot take is refused' exam "$dir/x2" --candidate "$dir/one.json" --responses "$dir/illegal.json"
exits 2 'broken JSON is refused' exam "$dir/x3" --candidate "$dir/one.json" --responses README.md
exits 64 'a seed that is none' bangvang exam run --bank "$dir/bank.db" --blueprint b --standard s --rules r --key k --candidate c --simulate --out o --seed 12
says '--seed'
exits 2 'a bank that is not there' bangvang exam run --bank "$dir/nowhere.db" --blueprint engine/sample/vn-basic-40.xml \
	--standard standards/vn-tt03-2014.xml --rules rules/vn-17-2016.xml --key "$dir/issuer/key.pem" --candidate "$dir/one.json" --simulate --out "$dir/x4"
echo '{"ticket":"../../../escape","name":"Kẻ xấu","abilityMilli":9000}' >"$dir/escape.json"
out=$(exam "$dir/x5" --candidate "$dir/escape.json" --simulate 2>&1)
[ -z "$(find "$dir" -maxdepth 2 -name 'escape*' -not -name escape.json)" ] && [ "$(ls "$dir/x5/candidates" | wc -l)" -eq 1 ]
ok $? 'a ticket with slashes stays in the folder'
exits 0 '  and can be audited' bangvang audit exam "$dir/x5" --trust "$dir/issuer"

# The attacker. flip FILE WHERE changes one byte; the audit must say no and name the file.
flip() {
	python3 - "$1" "$2" <<'P'
import sys
path, where = sys.argv[1], float(sys.argv[2])
b = bytearray(open(path, 'rb').read())
i = min(int(len(b) * where), len(b) - 1)
b[i] ^= 1
open(path, 'wb').write(b)
P
}
attack() { # FILE: three places in it
	local f=$1 where
	for where in 0.02 0.5 0.98; do
		cp "$dir/a/$f" "$dir/saved"
		flip "$dir/a/$f" $where
		out=$(bangvang audit exam "$dir/a" --trust "$dir/issuer" --quiet 2>&1)
		[ $? -eq 1 ] && grep -qF "$f" <<<"$out"
		ok $? "a byte changed at $where of $f is found and the file named"
		cat "$dir/saved" >"$dir/a/$f"
	done
}
passed=${certificate#"$dir/a/"}
for f in exam.json blueprint.xml standard.xml rules.xml pool.json items.json issuer/did.json results.json results.sig "$passed" \
	"$(cd "$dir/a" && ls items/*.xml | head -n 1)" candidates/TS-0003/{candidate,form,responses,outcomes,rating}.json; do
	attack "$f"
done
exits 0 'put back, everything is well' bangvang audit exam "$dir/a" --trust "$dir/issuer" --quiet
touch "$dir/a/candidates/TS-0003/extra.json"
exits 1 'a file that was added is found' bangvang audit exam "$dir/a" --trust "$dir/issuer" --quiet
says 'extra.json'
rm "$dir/a/candidates/TS-0003/extra.json"
mv "$dir/a/candidates/TS-0003/rating.json" "$dir/saved"
exits 1 'a file that was taken away is found' bangvang audit exam "$dir/a" --trust "$dir/issuer" --quiet
says 'candidates/TS-0003/rating.json'
mv "$dir/saved" "$dir/a/candidates/TS-0003/rating.json"

# A forger who has the program: changes responses, derives everything again, corrects every hash, and signs with a key of his own.
bangvang key new --did did:web:test.example --out "$dir/forger" >/dev/null
bangvang exam run --bank "$dir/bank.db" --blueprint engine/sample/vn-basic-40.xml --standard standards/vn-tt03-2014.xml \
	--rules rules/vn-17-2016.xml --key "$dir/forger/key.pem" --seed "$seed" --draw-key "$seed" --at 2026-11-21T02:00:00Z \
	--candidate "$dir/roster.json" --simulate --out "$dir/forged" >/dev/null 2>&1
exits 1 'evidence of a forger with a key of his own is found' bangvang audit exam "$dir/forged" --trust "$dir/issuer" --quiet
says 'results.sig'
forged=$(ls "$dir"/forged/candidates/*/credential.json | head -n 1)
exits 1 'and so is his certificate' bangvang-verify "$forged" --trust "$dir/issuer"
finish
