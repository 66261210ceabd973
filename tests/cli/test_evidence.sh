#!/bin/bash
# TAP: an insider who may write into the folder of an exam's evidence, but has not the issuer's key; and runs that are stopped on the way.
set -u
export PATH=$BV_BUILD/tools/cli:$BV_BUILD/tools/verify:$PATH
cd "$BV_SOURCE" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
bad=0
ok() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' "$dir/out" | tail -n 15; bad=1; fi
}
exits() { # STATUS NAME COMMAND…
	local want=$1 name=$2
	shift 2
	timeout 60 "$@" >"$dir/out" 2>&1 </dev/null
	local got=$?
	[ $got -eq "$want" ]
	ok $? "$name (exit $got)"
}
says() { grep -qF -- "$1" "$dir/out"; ok $? "  and says: $1"; }

seed=$(printf 'seed' | sha256sum | cut -c1-64)
exam() { # OUT MORE…
	local out=$1
	shift
	${by:-} bangvang exam run --bank "$dir/bank.db" --blueprint engine/sample/vn-basic-40.xml --standard standards/vn-tt03-2014.xml \
		--rules rules/vn-17-2016.xml --key "$dir/issuer/key.pem" --seed "$seed" --draw-key "$seed" --at 2026-11-21T02:00:00Z --out "$out" "$@"
}
audit() { bangvang audit exam "$1" --trust "$dir/issuer" --quiet; }
export -f exam audit
export dir seed

bangvang bank import --bank "$dir/bank.db" itembank/sample >"$dir/out" 2>&1 &&
	bangvang key new --did did:web:test.example --out "$dir/issuer" >"$dir/out" 2>&1 &&
	bangvang simulate --count 4 --mean 1.5 --sd 1 --seed "$seed" --out "$dir/roster.json" >"$dir/out" 2>&1 &&
	exam "$dir/a" --candidate "$dir/roster.json" --simulate >"$dir/out" 2>&1
ok $? 'four candidates sit an exam'
exits 0 'the audit agrees' bash -c 'audit "$dir/a"'
[ "$(stat -c %a "$dir/a")" = 700 ]
ok $? 'forms and names are for the owner of the folder only'

# attack NAME SAID COMMAND…: in a copy of the folder, where the command runs; the audit must say no and name what was touched.
attack() {
	local name=$1 said=$2
	shift 2
	rm -rf "$dir/w"
	cp -r "$dir/a" "$dir/w"
	(cd "$dir/w" && "$@") || { ok 1 "$name: the attack itself failed"; return; }
	exits 1 "$name" bash -c 'audit "$dir/w"'
	says "$said"
}
one=candidates/TS-0001
two=candidates/TS-0002
py() { python3 -c "import json,sys
def load(p): return json.load(open(p))
def save(p,d): open(p,'w').write(json.dumps(d,indent=2,ensure_ascii=False)+'\n')
$1"; }

attack 'two folders of candidates change names' "$one/" bash -c "mv $one x && mv $two $one && mv x $two"
attack 'two candidates change responses' "$one/responses.json" bash -c "mv $one/responses.json x && mv $two/responses.json $one/ && mv x $two/responses.json"
attack 'a rating is cut short' "$one/rating.json" truncate -s 1000 $one/rating.json
attack 'a rating is emptied' "$one/rating.json" truncate -s 0 $one/rating.json
attack 'a form is very large' "$one/form.json" truncate -s 20G $one/form.json
attack 'a link is added' "$one/x.json" ln -s /etc/passwd $one/x.json
attack 'a link to a folder is added' 'candidates/TS-0009' ln -s TS-0001 candidates/TS-0009
attack 'a form is a link to the same form' 'symbolic link' bash -c "mv $one/form.json .. && ln -s ../../../form.json $one/form.json"
attack 'a candidate is a link to his folder' 'symbolic link' bash -c "rm -rf ../TS && mv $one ../TS && ln -s ../../TS $one"
attack 'a form is a pipe' 'not a regular file' bash -c "rm $one/form.json && mkfifo $one/form.json"
attack 'an item is a folder' 'a folder' bash -c 'f=$(ls items/* | head -n 1) && rm $f && mkdir $f'
attack 'a pipe is added' 'pipe' mkfifo pipe
attack 'a name that is no text' 'not listed' touch "$(printf 'x\xff\033[31m')"
! grep -q "$(printf '\033')" "$dir/out"
ok $? '  and nothing steers the terminal'
timeout 60 bangvang audit exam "$dir/w" --json >"$dir/out" 2>&1 </dev/null
[ $? -eq 1 ] && python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["verdict"] == "differs"' "$dir/out"
ok $? '  and --json is JSON'
attack 'an item is replaced by another of its name' 'items/' bash -c 'a=$(ls items/* | head -n 1) && b=$(ls items/* | tail -n 1) && sed "s/identifier=\"$(basename $b .vi.1.xml)\"/identifier=\"$(basename $a .vi.1.xml)\"/" $b >x && mv x $a'
attack 'a member is there twice' 'candidate.json' sed -i 's/"ticket": "TS-0001",/&"ticket": "TS-0002",/' $one/candidate.json
attack 'a member has another case' 'candidate.json' sed -i 's/"ticket"/"Ticket"/' $one/candidate.json
attack 'a row is removed' 'results.sig' py "d=load('results.json');d['candidates'].pop();save('results.json',d)"
attack 'a row is added' 'TS-0001' py "d=load('results.json');d['candidates'].append(d['candidates'][0]);save('results.json',d)"
attack 'rows are reordered' 'results.sig' py "d=load('results.json');d['candidates'].reverse();save('results.json',d)"
attack 'a row says passed' 'results.json' py "d=load('results.json');d['candidates'][0]['marks']=9999;save('results.json',d)"
attack 'no rows' 'no candidates' py "d=load('results.json');d['candidates']=[];save('results.json',d)"
attack 'no files' 'not listed' py "d=load('results.json');d['files']={};save('results.json',d)"
attack 'files outside are listed' 'no name of a file' py "d=load('results.json');d['files']['../issuer/key.pem']='00';save('results.json',d)"
attack 'something else is in results.json' "'x' is not known" py "d=load('results.json');d['x']=1;save('results.json',d)"
attack 'the signature is taken away' 'results.sig' rm results.sig
attack 'the signature is of another exam' 'results.sig' bash -c 'k=$(cut -d" " -f1 results.sig) && echo "$k $(printf 0%.0s {1..128})" >results.sig'
attack 'a forged form and its hash in outcomes and results' "$one/form.json" py "
import hashlib
b=open('$one/form.json').read(); c=b.replace('\"A\",\"B\"','\"B\",\"A\"',1); assert b!=c
h=lambda s: hashlib.sha256(s.encode()).hexdigest()
open('$one/form.json','w').write(c)
o=open('$one/outcomes.json').read(); p=o.replace(h(b),h(c)); assert o!=p
open('$one/outcomes.json','w').write(p)
r=open('results.json').read().replace(h(b),h(c)).replace(h(o),h(p)); open('results.json','w').write(r)"
says 'results.sig'
attack 'another clock' 'exam.json' sed -i 's/2026-11-21T02/2026-11-20T02/' exam.json

# A second exam of the same issuer: what is genuine there is not genuine here.
exam "$dir/b" --candidate "$dir/roster.json" --simulate >"$dir/out" 2>&1
passed=$(cd "$dir/a" && ls candidates/*/credential.json | head -n 1)
attack 'a certificate of another exam' "$passed" cp "$dir/b/$passed" "$passed"
attack 'results and signature of another exam' 'credential.json was changed' bash -c 'cp ../b/results.* .'
cp "$dir/issuer/did.json" "$dir/did"
bangvang key new --did did:web:test.example --out "$dir/forger" >"$dir/out" 2>&1
attack 'a second key in did.json' 'issuer/did.json' py "
d=load('issuer/did.json');e=load('$dir/forger/did.json')
d['verificationMethod']+=e['verificationMethod'];d['assertionMethod']+=e['assertionMethod'];save('issuer/did.json',d)"
attack 'the did.json of somebody else' 'issuer/did.json' sed -i 's/did:web:test.example/did:web:evil.example/g' issuer/did.json

# The issuer himself lists what follows from nothing: a certificate for somebody who failed, and signs it.
failed=$(cd "$dir/a" && for c in candidates/*; do [ -e "$c/credential.json" ] || echo "$c"; done | head -n 1)
if [ "$failed" ]; then
	rm -rf "$dir/w"
	cp -r "$dir/a" "$dir/w"
	cp "$dir/w/$passed" "$dir/w/$failed/credential.json"
	python3 - "$dir" "$failed" <<'P'
import hashlib, json, subprocess, sys
d, failed = sys.argv[1:]
r = json.load(open(d + '/w/results.json'))
name = failed + '/credential.json'
r['files'][name] = hashlib.sha256(open(f'{d}/w/{name}', 'rb').read()).hexdigest()
text = (json.dumps(r, indent=2, ensure_ascii=False) + '\n').encode()
open(d + '/w/results.json', 'wb').write(text)
open(d + '/message', 'wb').write(b'BV-RESULTS-1\0\0' + hashlib.sha256(text).digest())
subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', d + '/issuer/key.pem', '-in', d + '/message', '-out', d + '/sig'], check=True)
key = open(d + '/w/results.sig').read().split()[0]
open(d + '/w/results.sig', 'w').write(key + ' ' + open(d + '/sig', 'rb').read().hex() + '\n')
P
	exits 1 'a certificate that the issuer signed for somebody who failed' bash -c 'audit "$dir/w"'
	says "$failed/credential.json is listed in results.json, but nothing in this exam calls for it"
fi

# ---- Rosters are refused before anything is written.
refused() { # NAME SAID JSON
	printf '%s' "$3" >"$dir/c.json"
	exits 2 "$1" bash -c 'exam "$dir/r" --candidate "$dir/c.json" --simulate'
	says "$2"
	[ ! -e "$dir/r" ]
	ok $? '  and nothing is written'
	rm -rf "$dir/r"
}
refused 'a ticket that is there twice' "candidates 1 and 3 have the same ticket 'A'" \
	'{"candidates":[{"ticket":"A","name":"x","abilityMilli":0},{"ticket":"B","name":"y","abilityMilli":0},{"ticket":"A","name":"z","abilityMilli":0}]}'
refused 'tickets that differ in case only' 'too much alike' \
	'{"candidates":[{"ticket":"TS-a","name":"x","abilityMilli":0},{"ticket":"TS-A","name":"y","abilityMilli":0}]}'
refused 'a ticket that is the folder of another' 'too much alike' \
	"{\"candidates\":[{\"ticket\":\"a/b\",\"name\":\"x\",\"abilityMilli\":0},{\"ticket\":\"$(printf a/b | sha256sum | cut -c1-64)\",\"name\":\"y\",\"abilityMilli\":0}]}"
refused 'an empty roster' 'nobody sits' '{"candidates":[]}'
refused 'a roster that is no list' 'an array expected' '{"candidates":{"a":1}}'
refused 'a list alone' 'is expected' '[]'
refused 'no ability' "candidate 1, A: --simulate needs 'abilityMilli'" '{"ticket":"A","name":"x"}'
refused 'an absurd ability' 'from -10000 to 10000' '{"ticket":"A","name":"x","abilityMilli":9223372036854775807}'
refused 'an ability that is a word' 'an integer expected' '{"ticket":"A","name":"x","abilityMilli":"high"}'
refused 'a member that is misspelt' "'carryover' is not known" '{"ticket":"A","name":"x","carryover":[],"abilityMilli":0}'
refused 'a name with an escape' 'control character' '{"ticket":"A","name":"x\u001b[31m","abilityMilli":0}'
refused 'a name with NUL' 'control character' '{"ticket":"A","name":"x\u0000y","abilityMilli":0}'
refused 'a name that turns the direction' 'turns the direction' '{"ticket":"A","name":"x\u202egnp","abilityMilli":0}'
refused 'no name' 'is empty' '{"ticket":"A","name":" ","abilityMilli":0}'
refused 'a ticket with NUL' 'printable ASCII' '{"ticket":"A\u0000","name":"x","abilityMilli":0}'
refused 'a fault in the second of a roster' 'candidate 2, B' \
	'{"candidates":[{"ticket":"A","name":"x","abilityMilli":0},{"ticket":"B","name":"","abilityMilli":0}]}'
refused 'a carried part that the rules do not know' 'no part' \
	'{"ticket":"A","name":"x","carryOver":[{"part":"nope","marksHundredths":1,"maxHundredths":2,"examDay":"2026-01-01"}],"abilityMilli":0}'
echo '{"ticket":"A","name":"x"}' >"$dir/c.json"
echo '{"responses":{"IU99-001":{}}}' >"$dir/answers.json"
exits 2 'a response to what is not on the form' bash -c 'exam "$dir/r" --candidate "$dir/c.json" --responses "$dir/answers.json"'
[ ! -e "$dir/r" ]
ok $? '  and nothing is written'
printf '{"ticket":"A..B","name":"Nguye\xcc\x82\xcc\x83n","abilityMilli":9000}' >"$dir/c.json"
exits 0 'a ticket with dots, a name in decomposed form' bash -c 'exam "$dir/r" --candidate "$dir/c.json" --simulate'
exits 0 '  can be audited' bash -c 'audit "$dir/r"'
grep -q '"Nguyễn"' "$dir"/r/candidates/A..B/candidate.json
ok $? '  and is composed'

# ---- Runs that are stopped.
bangvang simulate --count 3000 --seed "$seed" --out "$dir/many.json" >"$dir/out" 2>&1
(by=exec exam "$dir/k" --candidate "$dir/many.json" --simulate) >"$dir/out" 2>&1 &
run=$!
until [ -d "$dir/k/candidates/TS-0020" ] || ! kill -0 $run 2>/dev/null; do sleep 0.01; done
kill -KILL $run
wait $run 2>/dev/null
exits 1 'a run that was killed' bash -c 'audit "$dir/k"'
says 'never finished'
exits 2 'its folder is not used again' bash -c 'exam "$dir/k" --candidate "$dir/roster.json" --simulate'
says 'not empty'
mkdir "$dir/e"
for i in 1 2 3; do exam "$dir/e" --candidate "$dir/roster.json" --simulate >"$dir/out$i" 2>&1 & runs[$i]=$!; done
won=0
for i in 1 2 3; do wait ${runs[$i]} && won=$((won + 1)); done
[ $won -eq 1 ]
ok $? 'of three runs into one folder at once, one wins'
exits 0 '  and is whole' bash -c 'audit "$dir/e"'
exits 3 'standard output is full' bash -c 'exam "$dir/f" --candidate "$dir/roster.json" --simulate >/dev/full'
mkdir "$dir/small"
if mount -t tmpfs -o size=1m none "$dir/small" 2>/dev/null; then
	exits 3 'the disk is full' bash -c 'exam "$dir/small/x" --candidate "$dir/many.json" --simulate'
	says 'No space left on device'
	says 'is unfinished'
	umount "$dir/small"
fi
echo "1..$n"
exit $bad
