#!/bin/bash
# TAP: draw, draw seed and audit draw on the sample bank: the same inputs give the same form, every changed one is found.
. "$BV_SOURCE/tests/cli/tap.sh"
sha() { sha256sum "$1" | cut -d' ' -f1; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bp=$BV_SOURCE/engine/sample/vn-basic-40.xml
seed=$(printf 'seed' | sha256sum | cut -d' ' -f1)
key=$(printf 'draw key' | sha256sum | cut -d' ' -f1)
exits 0 'the sample bank is imported' "$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample"

exits 0 'a practice draw' "$bv" draw --bank bank.db --blueprint "$bp" --seed "$seed" --ticket T-0001
says '40 items, 45 minutes, 100.00 marks, for ticket T-0001'
says 'draw key   all zeros: a practice draw, which anyone can recompute at once'
[ "$(grep -oE '[0-9]+ IU0[1-6]-[0-9]{3}' <<<"$out" | sort -u | wc -l)" -eq 40 ]
ok $? 'names 40 items'
for i in 1:4 2:4 3:4 4:4 5:4 6:4; do
	grep -qE "^  IU0${i%:*}-lt +${i#*:} " <<<"$out" || break
done
ok $? 'four of each module in the first part'

draw() { "$bv" draw --bank bank.db --blueprint "$bp" --seed "$seed" --draw-key "$key" "$@"; }
exits 0 'a draw with a key' draw --ticket T-0001
says "draw key   $(printf "%b" "$(sed 's/../\\x&/g' <<<"$key")" | sha256sum | cut -d' ' -f1)"
draw --ticket T-0001 --json --pool-out pool.json >form.json
ok $? 'as JSON, with the public pool'
draw --ticket T-0001 --json | cmp -s - form.json
ok $? 'the same again'
grep -qF "\"pool\":\"$(sha pool.json)\"" form.json
ok $? "the form names the pool file's SHA-256"
grep -qF "\"blueprint\":{\"hash\":\"$(sha "$bp")\",\"id\":\"vn-basic-40\"}" form.json
ok $? "and the blueprint's"
"$bv" draw --pool pool.json --blueprint "$bp" --seed "$seed" --draw-key "$key" --ticket T-0001 --json | cmp -s - form.json
ok $? 'the pool file gives the same form as the bank'
! draw --ticket T-0002 --json | cmp -s - form.json
ok $? 'another ticket gives another'
for word in 'Trắc nghiệm' qti-prompt IU01.1; do ! grep -qF "$word" pool.json || break; done
ok $? 'the pool file holds no text'

audit() { "$bv" audit draw --form "${form:-form.json}" --blueprint "$bp" --seed "${s:-$seed}" --draw-key "${k:-$key}" "$@"; }
exits 0 'audit from the public pool' audit --pool pool.json
says 'yes: the form of ticket T-0001 is what BV-DRAW-1 draws, 40 items'
exits 0 'audit from the bank' audit --bank bank.db
exits 0 'audit as JSON' audit --pool pool.json --json
json 'd == {"ticket": "T-0001", "verdict": "same"}'
flip() { if [ "${1:0:1}" = 0 ]; then echo "1${1:1}"; else echo "0${1:1}"; fi; }
s=$(flip "$seed") exits 1 'another seed' audit --pool pool.json
says 'no: seed: expected'
k=$(flip "$key") exits 1 'another draw key' audit --pool pool.json
says 'no: drawKeyHash: expected'
sed -E 's/"identifier":"(IU0[1-6])-0[0-9]{2}"/"identifier":"\1-099"/' form.json >forged.json
form=forged.json exits 1 'another item' audit --pool pool.json
says "no: position 1: identifier: expected 'IU01-"
says "the form has 'IU01-099'"
form=forged.json exits 1 'the same as JSON' audit --pool pool.json --json
json 'd["verdict"] == "differs" and d["difference"].startswith("position 1: identifier:")'
sed 's/"marks":250/"marks":350/5' form.json >forged.json
form=forged.json exits 1 'other marks' audit --pool pool.json
says 'no: position 5: marks: expected 250, the form has 350'
sed 's/{"alg"/{ "alg"/' form.json >forged.json
form=forged.json exits 2 'a form in another spelling' audit --pool pool.json
says 'forged.json:1: the form is not in its canonical form'
sed -E '0,/"version":1/s//"version":2/' pool.json >other.json
exits 1 'another pool' audit --pool other.json
says 'no: pool hash: expected'
sed 's/45/46/' "$bp" >other.xml
exits 1 'a pool of another blueprint' "$bv" audit draw --form form.json --blueprint other.xml --pool pool.json --seed "$seed" --draw-key "$key"
says 'the pool was frozen for the blueprint'
form=none.json exits 2 'a form that is not there' audit --pool pool.json
says 'none.json'

sed -E 's/(id="IU02-lt".*)count="4"/\1count="24"/; s/(id="IU05-vd".*)count="2"/\1count="12"/' "$bp" >greedy.xml
exits 2 'a blueprint that the bank cannot satisfy' "$bv" draw --bank bank.db --blueprint greedy.xml --seed "$seed" --ticket T
says "stratum 'IU02-lt' is short by"
says "stratum 'IU05-vd' is short by"
says 'greedy.xml:12: '
says '10 to levels'
[ "$(wc -l <<<"$out")" -eq 2 ]
ok $? 'one line for each short stratum'
exits 2 'a blueprint that is none' "$bv" draw --bank bank.db --blueprint form.json --seed "$seed" --ticket T
says 'form.json:1: '
exits 2 'a bank that is none' "$bv" draw --bank none.db --blueprint "$bp" --seed "$seed" --ticket T
exits 64 'bank and pool' "$bv" draw --bank bank.db --pool pool.json --blueprint "$bp" --seed "$seed" --ticket T
exits 64 'neither' "$bv" draw --blueprint "$bp" --seed "$seed" --ticket T
exits 64 'a seed of 63 digits' "$bv" draw --bank bank.db --blueprint "$bp" --seed "${seed:1}" --ticket T
says '--seed'
exits 64 'a ticket with a space' draw --ticket 'T 1'
says '--ticket: a ticket is'

zero=$(printf '00%.0s' {1..32})
exits 0 'the seed of a session' "$bv" draw seed --bank-root "$zero" --roster-root "$zero" --blueprint "$bp" --beacon 00ff --beacon 01
want=$(python3 - "$bp" <<'P'
import hashlib, hmac, sys
h = lambda k, m: hmac.new(k, m, hashlib.sha256).digest()
b = hashlib.sha256(open(sys.argv[1], 'rb').read()).digest()
print(h(h(bytes(32), b'\0\0\0\2\0\xff\0\0\0\1\1'), b'BV-SEED-1\0' + bytes(32) + b + b'\1').hex())
P
)
[ "$out" = "$want" ]
ok $? 'is HKDF of the beacons, as Python has it'
exits 64 'half a byte of beacon' "$bv" draw seed --bank-root "$zero" --roster-root "$zero" --blueprint "$bp" --beacon 00f
says 'an even number'
finish
