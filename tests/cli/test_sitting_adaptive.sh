#!/bin/bash
# TAP: an adaptive sitting (BV-CAT-1), from the bank to the audits, and what was changed on the way is found. Argument: sit_exam.
. "$BV_SOURCE/tests/cli/tap.sh"
sit=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
sha() { sha256sum "$1" | cut -d' ' -f1; }
seed=$(printf 'seed' | sha256sum | cut -d' ' -f1)
key=$(printf 'draw key' | sha256sum | cut -d' ' -f1)
"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null 2>&1
"$bv" key new --did did:web:thi.example.vn --out hall >/dev/null
"$bv" assemble items --bank bank.db --out parameters.json >/dev/null
design=$BV_SOURCE/assembly/sample/adaptive-20.json
rules=$BV_SOURCE/rules/vn-03-bands.xml
blueprint() { # ATTRIBUTES OUT: 20 items of the sample's strata
	sed -E "s/count=\"4\"/count=\"2\"/; /IU0[12]-vd/s/count=\"3\"/count=\"2\"/; /-vd/s/count=\"[23]\" marks=\"2.50\"\/>\$/count=\"1\" marks=\"2.50\"\/>/
		/IU0[12]-vd/s/count=\"1\"/count=\"2\"/; s/vn-17-2016/vn-03-bands/
		0,/<part/s//<adaptive design=\"$(sha "$design")\" parameters=\"$(sha parameters.json)\" $1\/><part/" "$BV_SOURCE/engine/sample/vn-basic-40.xml" >"$2"
}
inputs=(--design "$design" --parameters parameters.json)
new() { # NAME BLUEPRINT ARGUMENT…
	local name=$1 blueprint=$2
	shift 2
	"$bv" sitting new --db sqlite:hall.db --name "$name" --key hall/key.pem --bank bank.db --blueprint "$blueprint" --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" \
		--rules "$rules" --opens 2020-01-01T08:00:00+07:00 --closes 2099-01-01T11:00:00+07:00 --release 2099-01-01T11:00:00+07:00 --seed "$seed" --draw-key "$key" "$@"
}

# What cannot be is named before the sitting.
blueprint 'least="6" se="0.5"' form.xml
exits 2 'without the documents' new sang form.xml
says "give the design with the SHA-256 $(sha "$design")"
exits 2 'chances that the blueprint does not ask for' new sang form.xml "${inputs[@]}" --chances parameters.json
says 'does not ask for chances'
blueprint 'least="21"' late.xml
exits 2 'more items at least than there are' new sang late.xml "${inputs[@]}"
says 'least="21"'
blueprint 'cut="0.5"' half.xml
exits 2 'a cut without a confidence' new sang half.xml "${inputs[@]}"
says 'cut and confidence, or neither'
sed 's/<part id="ly-thuyet">/<part id="ly-thuyet" minutes="10">/' form.xml >timed.xml
exits 2 'parts with minutes of their own' new sang timed.xml "${inputs[@]}"
says 'parts have minutes'
sed 's/vn-03-bands/vn-17-2016/' form.xml >marks.xml
rules=$BV_SOURCE/rules/vn-17-2016.xml exits 2 'rules that decide by marks' new sang marks.xml "${inputs[@]}"
says 'a pack that decides by ability is needed'
exits 2 'there is no form to draw' "$bv" draw --bank bank.db --blueprint form.xml --seed "$seed" --draw-key "$key" --ticket T-1 "${inputs[@]}"
says 'each item follows from the answers before it'

sed 's/"max": 1500/"max": 300/' "$design" >short.json
sed "s/$(sha "$design")/$(sha short.json)/" form.xml >short.xml
exits 2 'too little time' new sang short.xml --design short.json --parameters parameters.json
says "'thời gian' cannot hold"

exits 0 'a sitting' new sang form.xml "${inputs[@]}"
on() { # VERB ARGUMENT…
	local verb=$1
	shift
	"$bv" sitting "$verb" --db sqlite:hall.db --name sang --key hall/key.pem "$@"
}
printf 'ticket,room,seat\nT-1,P1,1\nT-2,P1,2\nT-3,P1,3\nT-4,P1,4\nT-5,P1,5\n' >roster.csv
exits 0 'a roster' on roster roster.csv
exits 0 'made ready' "$bv" sitting prepare --db sqlite:hall.db --name sang --bank bank.db
says 'all items of the pool can be shown'
exits 0 'they sit' "$sit" sqlite:hall.db hall/key.pem bank.db sang 0 -2500 0 1000 2500
says 'T-4: '
exits 0 'are scored' on score --bank bank.db --out evidence
says '4 scored'
exits 0 'every item follows from the log' "$bv" audit scores --db sqlite:hall.db --name sang --bank bank.db
says 'yes: 5 attempts'
exits 0 'and from the evidence' "$bv" audit exam evidence
says 'yes: everything follows'
out=$(python3 -c 'import json
of = lambda t, f: json.load(open(f"evidence/candidates/{t}/{f}.json"))
print(json.dumps([[of(f"T-{i}", f) for f in ("form", "responses", "rating")] for i in range(1, 5)]))')
json 'all(f["alg"] == "BV-CAT-1" and r["given"] == len(f["items"]) == len(r["responses"]) and 6 <= r["given"] <= 20 for f, r, a in d)'
json 'len({f["items"][0]["identifier"] for f, r, a in d}) == 1 and len({tuple(i["identifier"] for i in f["items"]) for f, r, a in d}) == 4'
json 'all(a["ability"]["seE4"] <= 5100 or len(f["items"]) == 20 for f, r, a in d) and d[0][2]["ability"]["thetaE4"] < d[3][2]["ability"]["thetaE4"]'

# The marks, as psychometric commands read them.
marks() { "$bv" sitting marks --db sqlite:hall.db --name sang --bank bank.db "$@"; }
exits 0 'a sheet of marks' marks --out marks.csv --hall --group room
says '4 persons, '
exits 2 'is not written over' marks --out marks.csv
says 'what is there is not replaced'
out=$(python3 -c 'import csv, json
rows = {r["id"]: r for r in csv.DictReader(open("marks.csv"))}
good = 0
for t in ("T-1", "T-2", "T-3", "T-4"):
    outcomes = json.load(open(f"evidence/candidates/{t}/outcomes.json"))["items"]
    score = {o["identifier"]: next(iter(o["outcomes"]["SCORE"]["value"]["base"].values())) if isinstance(o["outcomes"]["SCORE"].get("value"), dict) else 0 for o in outcomes}
    good += {k: float(v) for k, v in rows[t].items() if v != "" and k not in ("id", "hall", "group")} == {k: float(v) for k, v in score.items()}
print(json.dumps([good, sorted(rows), [rows["T-1"]["hall"], rows["T-1"]["group"]], list(rows["T-1"])[:3]]))')
json 'd == [4, ["T-1", "T-2", "T-3", "T-4"], ["P1", "P1"], ["id", "hall", "group"]]'
exits 0 'they answered all that they met' marks --omitted-blank --hall --group room --out blank.csv
cmp -s marks.csv blank.csv
ok $? 'so that nothing is blank that was 0'
exits 0 'to calibrate, from a pipe' bash -c '"$1" sitting marks --db sqlite:hall.db --name sang --bank bank.db 2>/dev/null | "$1" calibrate --model rasch -' _ "$bv"
says 'log likelihood'
exits 64 'a group that is none' marks --group person
exits 2 'a sitting that is none' "$bv" sitting marks --db sqlite:hall.db --name keine --bank bank.db

# Who comes again does not meet them.
printf 'before,ticket\nT-2,N-1\nT-3,N-2\nT-9,N-3\n' >pairs.csv
exits 2 'what they met takes the bank' "$bv" sitting seen --db sqlite:hall.db --before sang --out seen.json pairs.csv
says '--bank names the bank'
exits 0 'what they met' "$bv" sitting seen --db sqlite:hall.db --before sang --bank bank.db --out seen.json pairs.csv
says '2 of 3 started then: 2 tickets with'
out=$(python3 -c 'import json; print(json.dumps([json.load(open("seen.json"))["seen"]["N-1"], [i["identifier"] for i in json.load(open("evidence/candidates/T-2/form.json"))["items"]]]))')
json 'sorted(d[0]) == sorted(d[1])'
exits 0 'is kept from them' new chieu form.xml "${inputs[@]}" --seen seen.json

# Exposure by chances.
exits 0 'chances for a bank' "$bv" simulate sessions --items parameters.json --length 20 --exposure 0.5 --candidates 300 --rounds 8 --write-chances chances.json
blueprint "least=\"6\" se=\"0.5\" chances=\"$(sha chances.json)\"" chance.xml
exits 2 'a blueprint that asks for them' new toi chance.xml "${inputs[@]}"
says "give the chances of exposure with the SHA-256 $(sha chances.json)"
exits 1 'others' new toi chance.xml "${inputs[@]}" --chances parameters.json
exits 0 'a sitting with them' new toi chance.xml "${inputs[@]}" --chances chances.json

# The same exam at once, with simulated candidates.
printf '{"candidates":[%s]}' "$(for i in 1 2 3; do printf '%s{"ticket":"S-%d","name":"Nguyễn Văn %d","abilityMilli":%d}' "$([ $i = 1 ] || echo ,)" $i $i $((i * 1000 - 2000)); done)" >roster.json
exam() { "$bv" exam run --blueprint "$1" --bank bank.db --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$rules" --candidate roster.json --simulate --seed "$seed" \
	--draw-key "$key" --at 2026-11-25T01:00:00Z --key hall/key.pem --out "$2" "${@:3}"; }
exits 0 'simulated candidates' exam form.xml run "${inputs[@]}"
exits 0 'whose evidence follows' "$bv" audit exam run
says 'yes: everything follows'
changed() { rm -rf other && cp -r run other && python3 - "$1" "$2" <<'END'
import json, sys
path, change = sys.argv[1:]
d = json.load(open(path))
exec(change)
json.dump(d, open(path, 'w'))
END
}
changed other/candidates/S-2/responses.json 'd["given"] -= 1'
exits 1 'fewer items than were given' "$bv" audit exam other
changed other/candidates/S-2/responses.json 'd["given"] += 1'
exits 1 'or more' "$bv" audit exam other
changed other/candidates/S-2/responses.json 'd["responses"].pop(next(iter(d["responses"])))'
exits 1 'an answer less' "$bv" audit exam other
exits 0 'with chances' exam chance.xml chances "${inputs[@]}" --chances chances.json
exits 0 'which are in the evidence' "$bv" audit exam chances
rm chances/chances.json
exits 1 'and missed there' "$bv" audit exam chances
for document in design parameters; do
	rm -rf other && cp -r run other && rm other/$document.json
	exits 1 "without $document.json" "$bv" audit exam other
	says "$document.json"
done

# Changed twins of the log.
twin() { rm -f twin.db*; cp hall.db twin.db; python3 -c 'import sqlite3, sys; d = sqlite3.connect("twin.db"); d.execute(sys.argv[1]); d.commit()' "$1"; }
answers() { "$bv" audit answers --db sqlite:twin.db --name sang --bank bank.db; }
twin "DELETE FROM event WHERE n = (SELECT max(n) FROM event WHERE kind = 17)"
exits 1 'an item that was not left' answers
twin "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '\"after\":', '\"after\":1') AS BLOB) WHERE n = (SELECT min(n) FROM event WHERE kind = 17)"
exits 1 'chosen by another answer' answers
twin "UPDATE exam_document SET bytes = replace(CAST(bytes AS TEXT), '1500', '1600') WHERE document = 'design.json'"
exits 1 'another design' answers
says 'document design.json of sitting'
finish
