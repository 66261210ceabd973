#!/bin/bash
# TAP: bank freeze, bank open-leaf, audit leaf and draw seed --commitment on the sample bank, beside a second implementation in Python.
. "$BV_SOURCE/tests/cli/tap.sh"
sha() { sha256sum "$1" | cut -d' ' -f1; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bp=$BV_SOURCE/engine/sample/vn-basic-40.xml
exits 0 'the sample bank is imported' "$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample"
freeze() { "$bv" bank freeze --bank bank.db --blueprint "${bp_file:-$bp}" --out "$@"; }
exits 0 'freeze' freeze frozen
says 'publish now            frozen/commitment.json'
says 'R_bank'
[ "$(stat -c %a frozen/secret.json frozen/pool.json frozen/commitment.json | xargs)" = '600 600 644' ]
ok $? 'the secret and the pool are for their owner alone'
for word in IU01- qti-prompt A; do ! grep -qF "\"$word" frozen/commitment.json || break; done
ok $? 'the commitment names no item'
grep -qF "\"pool\":\"$(sha frozen/pool.json)\"" frozen/commitment.json
ok $? 'but the hash of the pool file'
"$bv" draw --bank bank.db --blueprint "$bp" --seed "$(sha "$bp")" --ticket T --pool-out pool.json --json >form.json
cmp -s pool.json frozen/pool.json
ok $? 'which is the pool that draw takes'
exits 2 'a second freeze into the same folder' freeze frozen
says 'frozen/secret.json'
exits 0 'another freeze' freeze other --json
! cmp -s frozen/commitment.json other/commitment.json
ok $? 'has another root'

out=$(python3 - frozen <<'P' 2>&1
import hashlib, hmac, json, sys
d = sys.argv[1]
c, p, s = (json.load(open(f'{d}/{n}.json')) for n in ('commitment', 'pool', 'secret'))
H = lambda b: hashlib.sha256(b).digest()
T = lambda t: len(t.encode()).to_bytes(4, 'big') + t.encode()
N = lambda n: n.to_bytes(8, 'big')
X = bytes.fromhex
def mth(leaves):
    if not leaves: return H(b'')
    if len(leaves) == 1: return leaves[0]
    k = 1
    while k * 2 < len(leaves): k *= 2
    return H(b'\1' + mth(leaves[:k]) + mth(leaves[k:]))
key = X(s['saltKey'])
top = [H(b'\0BV-BANK-1\0' + X(c['blueprint']['hash']) + X(c['pool']) + T(c['blueprint']['id']) + T(c['language']))]
for stratum, told in zip(p['strata'], c['strata']):
    leaves = []
    for i in stratum['items']:
        salt = hmac.new(key, b'BV-SALT-1\0' + T(i['identifier']) + N(i['version']) + T(stratum['id']), hashlib.sha256).digest()
        leaves.append(H(b'\0' + salt + T(i['identifier']) + N(i['version']) + T(stratum['id']) + X(i['hash'])))
    assert told == {'count': len(leaves), 'id': stratum['id'], 'root': mth(leaves).hex()}, told
    top.append(H(b'\0BV-STRATUM-1\0' + T(stratum['id']) + N(len(leaves)) + mth(leaves)))
assert len(p['strata']) == len(c['strata']) == 12
assert c['bankRoot'] == s['bankRoot'] == mth(top).hex(), mth(top).hex()
P
)
ok $? 'a second implementation has the same roots'

id=$(grep -o '"identifier":"[^"]*"' frozen/pool.json | sed -n 7p | cut -d'"' -f4)
item=$(grep -rl "identifier=\"$id\"" "$BV_SOURCE/itembank/sample" | xargs grep -l 'xml:lang="vi"' | head -1)
"$bv" bank open-leaf --frozen frozen "$id" >proof.json
ok $? 'open-leaf'
mkdir public && cp frozen/commitment.json public
audit() { "$bv" audit leaf --commitment public/commitment.json "$@"; }
exits 0 'the proof holds, without the bank' audit proof.json
says "yes: item $id version 1 was frozen as number 6 of stratum"
exits 0 'and the file is the item' audit proof.json --item "$item"
says 'this file is its text'
exits 0 'as JSON' audit proof.json --json
json 'd["verdict"] is True and d["index"] == 6'
sed 's/ / /; $a <!-- -->' "$item" >changed.xml
exits 1 'another file is not' audit proof.json --item changed.xml
says 'no: hash: changed.xml is not the item that was frozen'
exits 2 'a file that is not there' audit proof.json --item none.xml
sed 's/"index":6/"index":5/' proof.json >forged.json
exits 1 'another number' audit forged.json
says "no: item '$id' is not number 5"
sed 's/"version":1/"version":2/' proof.json >forged.json
exits 1 'another version' audit forged.json --json
json 'd["verdict"] is False and d["difference"].startswith("item")'
sed 's/{"alg"/{ "alg"/' proof.json >forged.json
exits 2 'another spelling' audit forged.json
says 'forged.json:1: the proof is not in its canonical form'
exits 1 'a proof of another freeze' "$bv" audit leaf --commitment other/commitment.json proof.json
says 'no: bankRoot: the proof is for another commitment'
sed 's/"count":16/"count":17/' public/commitment.json >forged.json
exits 1 'a commitment that was changed' "$bv" audit leaf --commitment forged.json proof.json
says "forged.json: the commitment's bankRoot is not the root"
exits 2 'an item that was not frozen' "$bv" bank open-leaf --frozen frozen NOBODY
says "item 'NOBODY' was not frozen"
cp other/secret.json stolen.json && mkdir mixed && cp frozen/*.json mixed && cp other/secret.json mixed
exits 1 'the secret of another freeze' "$bv" bank open-leaf --frozen mixed "$id"
says 'mixed/secret.json: the secret belongs to another commitment'
cp frozen/secret.json mixed && sed -E '0,/"version":1/s//"version":2/' frozen/pool.json >mixed/pool.json
exits 1 'another pool' "$bv" bank open-leaf --frozen mixed "$id"
says 'the pool is not the one of the commitment'
exits 2 'a folder without a freeze' "$bv" bank open-leaf --frozen . "$id"
says './commitment.json'

roster=$(printf roster | sha256sum | cut -d' ' -f1)
root=$(grep -o '"bankRoot":"[^"]*"' frozen/commitment.json | cut -d'"' -f4)
seed() { "$bv" draw seed --roster-root "$roster" --blueprint "${bp_file:-$bp}" --beacon 00ff "$@"; }
exits 0 'the seed of a session from the commitment' seed --commitment frozen/commitment.json
[ "$out" = "$(seed --bank-root "$root")" ]
ok $? 'is that of its R_bank'
exits 64 'commitment and root' seed --commitment frozen/commitment.json --bank-root "$root"
exits 64 'neither' seed
sed 's/45/46/' "$bp" >other.xml
bp_file=other.xml exits 1 'the commitment of another blueprint' seed --commitment frozen/commitment.json
says 'the commitment is of another blueprint'
exits 2 'a commitment that is none' seed --commitment form.json
says 'form.json: '

form() { "$bv" audit draw --form form.json --blueprint "$bp" --pool "$1" --seed "$(sha "$bp")" --commitment "$2"; }
exits 0 'a form audited with the commitment' form frozen/pool.json frozen/commitment.json
says 'yes: the form of ticket T'
sed 's/45/46/' "$bp" >later.xml
bp_file=later.xml freeze later >/dev/null
exits 1 'with one of another blueprint' form frozen/pool.json later/commitment.json
says 'no: commitment: it is of another blueprint'
sed -E '0,/"version":1/s//"version":2/' frozen/pool.json >forged-pool.json
exits 1 'with a pool that was not frozen' form forged-pool.json frozen/commitment.json
says 'no: commitment: the pool is not the one that was frozen'
exits 2 'with a commitment that is none' form frozen/pool.json form.json

sed -E 's/(id="IU02-lt".*)count="4"/\1count="24"/' "$bp" >greedy.xml
bp_file=greedy.xml exits 2 'a blueprint that the bank cannot satisfy' freeze short
says "stratum 'IU02-lt' is short by"
[ ! -e short ]
ok $? 'nothing is written'
bp_file=form.json exits 2 'a blueprint that is none' freeze short
exits 2 'a bank that is none' "$bv" bank freeze --bank none.db --blueprint "$bp" --out short
finish
