#!/bin/bash
# TAP: a pool dealt into disjoint ones (BV-DEAL-1): dealt again by a second implementation, by anybody who audits, and a hall's sitting is made of one.
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
blueprint=$BV_SOURCE/engine/sample/vn-basic-40.xml
seed=$(printf 'seed' | sha256sum | cut -d' ' -f1)
"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null 2>&1
"$bv" bank freeze --bank bank.db --blueprint "$blueprint" --out frozen >/dev/null 2>&1
"$bv" assemble items --bank bank.db --out parameters.json >/dev/null
"$bv" key new --did did:web:thi.example.vn --out key >/dev/null
deal() { "$bv" bank deal --pool frozen/pool.json --blueprint "$blueprint" --pools "$1" --seed "${s:-$seed}" --out "${@:2}"; }
audit() { "$bv" audit deal --pool frozen/pool.json --blueprint "$blueprint" --pools "$1" --seed "${s:-$seed}" --dir "${@:2}"; }

exits 0 'dealt into two' deal 2 two --json
json 'len(d["pools"]) == 2 and all(p["disjointForms"] >= 1 for p in d["pools"])'
exits 0 'and again' audit 2 two
says 'yes: the 2 pools are those that BV-DEAL-1 deals'
s=${seed//[0-9]/7} exits 1 'not by another seed' audit 2 two
says "no: two/pool-01.json: stratum 'IU01-lt', item 1: expected"
exits 1 'nor with another rule of order' audit 2 two --parameters parameters.json
exits 2 'no folder is replaced' deal 2 two
mkdir there
exits 2 'nor one that has none of them' deal 2 there
exits 0 'and nothing is left in it' rmdir there
exits 2 'more pools than a stratum has items for' deal 3 three
says "stratum 'IU01-vd' has 6 items: of 3 pools one has 2 of them, and a form needs 3; 2 pools can be made of it"
exits 64 'one pool' deal 1 one
exits 64 'too many' deal 101 many
exits 64 'together without a set' deal 2 some --together enemies
exits 2 'an attribute that is none' deal 2 some --together nobody --parameters parameters.json
says "the parameter set has no attribute 'nobody'"
exits 2 'no pool' "$bv" bank deal --pool "$blueprint" --blueprint "$blueprint" --pools 2 --seed "$seed" --out none
cp -r two forged
python3 - <<'END'
import json
a, b = (json.load(open(f'forged/pool-0{k}.json')) for k in (1, 2))
x, y = a['strata'][0]['items'], b['strata'][0]['items']
x[0], y[0] = y[0], x[0]
for k, d in ((1, a), (2, b)):
    d['strata'][0]['items'].sort(key=lambda i: i['identifier'])
    json.dump(d, open(f'forged/pool-0{k}.json', 'w'), sort_keys=True, separators=(',', ':'), ensure_ascii=False)
END
exits 1 'two items exchanged' audit 2 forged
says 'no: forged/pool-02.json'
echo '{}' >forged/pool-01.json
exits 1 'no pool at all' audit 2 forged
rm forged/pool-01.json
exits 2 'a file that is not there says nothing of those who dealt' audit 2 forged
says 'forged/pool-01.json'

# A second implementation, and what holds of every deal. A blueprint of few items deals into more pools.
sed -E 's/count="[234]"/count="1"/' "$blueprint" >few.xml
blueprint=few.xml
rm -rf frozen && "$bv" bank freeze --bank bank.db --blueprint few.xml --out frozen >/dev/null 2>&1
for of in 2 3 5; do
	exits 0 "dealt into $of" deal $of "plain-$of"
	exits 0 "dealt into $of by difficulty" deal $of "even-$of" --parameters parameters.json
	exits 0 "dealt into $of, areas together" deal $of "group-$of" --parameters parameters.json --together enemies
	exits 0 "which is $of again" audit $of "group-$of" --parameters parameters.json --together enemies
done
exits 0 'by a second implementation' python3 - "$BV_SOURCE" "$seed" <<'END'
import hashlib, hmac, json, math, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1] + '/tests/vectors/engine')
import make_draw_vectors as peer

whole = json.load(open('frozen/pool.json'))
known = {i['id']: i for i in json.load(open('parameters.json'))['items']}
pool_hash = hashlib.sha256(open('frozen/pool.json', 'rb').read()).digest()
flat = [(s, i['identifier']) for s, stratum in enumerate(whole['strata']) for i in stratum['items']]


def peak(item):
    def information(theta):
        p = 1 / (1 + math.exp(-item['a'] * (theta - item['b'])))
        return item['a'] ** 2 * p * (1 - p)
    return max(range(121), key=lambda k: (information(-6 + 0.1 * k), -k))


def deal(n, by_difficulty, together):
    key = hmac.new(bytes.fromhex(sys.argv[2]), b'BV-DEAL-1\0' + pool_hash + n.to_bytes(4, 'big'), 'sha256').digest()
    stream = peer.Stream(key)
    group = list(range(len(flat)))

    def root(i):
        while group[i] != i:
            i = group[i]
        return i
    if together:
        first = {}
        for i, (_, name) in enumerate(flat):
            for word in str(known[name].get('enemies', '')).split():
                if word != '0':
                    a, b = sorted((root(i), root(first.setdefault(word, i))))
                    group[b] = a
    units = {}
    for i in range(len(flat)):
        units.setdefault(root(i), []).append(i)
    order = sorted(units.values(), key=lambda u: (-len(u), flat[u[0]][0], peak(known[flat[u[0]][1]]) if by_difficulty and len(u) == 1 else 0, u[0]))
    count = [[0] * len(whole['strata']) for _ in range(n)]
    to = {}
    for unit in order:
        cost = [sum(c[flat[i][0]] for i in unit) for c in count]
        places = [k for k in range(n) if cost[k] == min(cost)]
        k = places[stream.below(len(places)) if len(places) > 1 else 0]
        for i in unit:
            to[flat[i][1]] = k
            count[k][flat[i][0]] += 1
    return to


bad = 0
for n in (2, 3, 5):
    for kind, arguments in (('plain', (False, False)), ('even', (True, False)), ('group', (True, True))):
        pools = [json.load(open(f'{kind}-{n}/pool-{k + 1:02}.json')) for k in range(n)]
        found = {i['identifier']: k for k, p in enumerate(pools) for s in p['strata'] for i in s['items']}
        sizes = [[len(s['items']) for s in p['strata']] for p in pools]
        bad += found != deal(n, *arguments) or len(found) != len(flat)
        bad += kind != 'group' and any(max(column) - min(column) > 1 for column in zip(*sizes))
        if kind == 'even':  # easy and hard ones are in every pool: difficulties of a stratum differ little on average
            means = [sum(known[i]['b'] for i, k in found.items() if k == p) / sum(k == p for k in found.values()) for p in range(n)]
            bad += max(means) - min(means) > 0.25
            print(n, means)
        if kind == 'group':
            words = {}
            for name, k in found.items():
                for word in str(known[name].get('enemies', '')).split():
                    words.setdefault(word, set()).add(k)
            bad += any(len(k) > 1 for w, k in words.items() if w != '0')
            print(n, len(words), 'words')
sys.exit(bad)
END

# By lot: an item is in each pool as often as in any other.
exits 0 '60 seeds' bash -c 'for i in $(seq 60); do s=$(printf "seed %d" $i | sha256sum | cut -d" " -f1)
	"$0" bank deal --pool frozen/pool.json --blueprint few.xml --pools 3 --seed "$s" --out "lot-$i" >/dev/null || exit 1; done' "$bv"
out=$(python3 -c 'import json
first = [0, 0, 0]
for i in range(1, 61):
    for k in range(3):
        first[k] += sum(len(s["items"]) for s in json.load(open(f"lot-{i}/pool-0{k+1}.json"))["strata"])
print(json.dumps(first))')
json 'max(d) - min(d) < 300'

# Halls: each has a sitting of its own, and no item is in two of them.
for k in 1 2; do
	exits 0 "a sitting of hall $k" "$bv" sitting new --db sqlite:hall$k.db --name hall-$k --key key/key.pem --bank bank.db --blueprint few.xml --pool plain-2/pool-0$k.json \
		--standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml" --opens 2020-01-01T08:00:00+07:00 --closes 2099-01-01T11:00:00+07:00 \
		--seed "$seed" --draw-key "$seed"
	printf 'ticket,room,seat\nT-1,P1,1\nT-2,P1,2\n' >roster.csv
	"$bv" sitting roster --db sqlite:hall$k.db --name hall-$k --key key/key.pem roster.csv >/dev/null
	exits 0 "its papers" "$bv" sitting prepare --db sqlite:hall$k.db --name hall-$k --bank bank.db
	says '2 papers made and kept'
	"$bv" draw --pool plain-2/pool-0$k.json --blueprint few.xml --seed "$seed" --draw-key "$seed" --ticket T-1 --json >form-$k.json
done
out=$(python3 -c 'import json; print(json.dumps([[i["identifier"] for i in json.load(open(f"form-{k}.json"))["items"]] for k in (1, 2)]))')
json 'len(d[0]) == len(d[1]) == 12 and not set(d[0]) & set(d[1])'
exits 1 'a pool of another blueprint' "$bv" sitting new --db sqlite:hall3.db --name hall-3 --key key/key.pem --bank bank.db --blueprint "$BV_SOURCE/engine/sample/vn-basic-40.xml" \
	--pool plain-2/pool-01.json --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml" --opens 2020-01-01T08:00:00+07:00 \
	--closes 2099-01-01T11:00:00+07:00 --seed "$seed" --draw-key "$seed"
finish
