#!/bin/bash
# TAP: a sitting whose candidates share forms that a design assembled once (BV-PARALLEL-1), from the bank to the audits, and what was changed on the way is found.
# Argument: sit_exam.
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
design=$BV_SOURCE/assembly/sample/parallel-40.json
blueprint() { # DESIGN ATTRIBUTES OUT
	sed "0,/<part/s//<assembly design=\"$(sha "$1")\" parameters=\"$(sha parameters.json)\" $2\/><part/" "$BV_SOURCE/engine/sample/vn-basic-40.xml" >"$3"
}
blueprint "$design" '' form.xml
inputs=(--design "$design" --parameters parameters.json)

# One form before any sitting: by the seat, or by lot.
python3 - <<'END'
import json
seated = [{"centre": "", "room": "P1", "seat": str(i), "ticket": f"T-{i}"} for i in range(1, 8)]
json.dump({"format": "bv-tickets-1", "tickets": seated + ["T-8"]}, open("order.json", "w"), separators=(",", ":"))
END
draw() { "$bv" draw --bank bank.db --blueprint form.xml --seed "$seed" --draw-key "$key" "${inputs[@]}" --tickets order.json --ticket "$@"; }
audit() { "$bv" audit draw --form "$1" --bank bank.db --blueprint form.xml --seed "${s:-$seed}" --draw-key "$key" "${inputs[@]}" --tickets "${o:-order.json}"; }
exits 0 'a form' draw T-3 --json
cp <(printf %s "$out") three.json
json 'd["alg"] == "BV-PARALLEL-1" and 1 <= d["parallel"] <= 4 and d["relaxed"] == [] and len({i["identifier"] for i in d["items"]}) == 40'
exits 0 'for people' draw T-3
says 'of 4'
exits 0 'is audited' audit three.json
says 'yes: the form of ticket T-3 is what BV-PARALLEL-1 draws, 40 items'
sed -E '0,/IU01-0[0-9]{2}/s//IU01-099/' three.json >forged.json
exits 1 'not with another item' audit forged.json
says "identifier: expected 'IU01-"
number=$(sed -E 's/.*"parallel":([0-9]).*/\1/' three.json)
sed "s/\"parallel\":$number/\"parallel\":$((number % 4 + 1))/" three.json >forged.json
exits 1 'nor as another of the forms' audit forged.json
says "parallel: expected $number, the form has $((number % 4 + 1))"
sed 's/"parallel":[0-9]/"parallel":0/' three.json >forged.json
exits 2 'a form that is none' audit forged.json
says 'forms count from 1'
sed 's/"seat":"3"/"seat":"4"/' order.json >other.json
o=other.json exits 1 'nor on another seat' audit three.json
says 'parallel: expected'
s=$key exits 1 'nor by another seed' audit three.json

# What cannot be held is named before the sitting.
new() { # NAME BLUEPRINT ARGUMENT…
	local name=$1 blueprint=$2
	shift 2
	"$bv" sitting new --db sqlite:hall.db --name "$name" --key hall/key.pem --bank bank.db --blueprint "$blueprint" --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" \
		--rules "$BV_SOURCE/rules/vn-17-2016.xml" --opens 2020-01-01T08:00:00+07:00 --closes 2099-01-01T11:00:00+07:00 --release 2099-01-01T11:00:00+07:00 \
		--seed "$seed" --draw-key "$key" "$@"
}
refused() { # NAME SED-EXPRESSION ATTRIBUTES WORDS
	sed "$2" "$design" >bad.json
	blueprint bad.json "$3" bad.xml
	exits 2 "$1" new kho bad.xml --design bad.json --parameters parameters.json
	says "$4"
}
refused 'too little time' 's/"max": 2700/"max": 1200/' '' "'thời gian' cannot hold with 40 items"
refused 'more forms than the bank can carry' 's/"forms": 4/"forms": 9/' '' '9 forms with'
refused 'caps of forms of their own' 's/x/x/' 'overlap="20"' 'exposure and overlap are for forms of each candidate'
refused 'stimuli' 's/"enemies": "enemies"/"stimuli": {"attribute": "enemies", "max": 9}/' '' 'the design has stimuli'

# A sitting: T-2 has met what the form that would be his does not share with that of T-3; T-8 comes late.
draw T-2 --json >two.json
python3 - <<'END'
import json
two, three = ({i["identifier"] for i in json.load(open(f))["items"]} for f in ("two.json", "three.json"))
json.dump({"format": "bv-seen-1", "seen": {"T-2": sorted(two - three)}}, open("seen.json", "w"))
END
exits 0 'a sitting' new sang form.xml "${inputs[@]}" --seen seen.json
exits 0 'the same command again changes nothing' new sang form.xml "${inputs[@]}" --seen seen.json
says 'sitting sang: number 1'
on() { # VERB ARGUMENT…
	local verb=$1
	shift
	"$bv" sitting "$verb" --db sqlite:hall.db --name sang --key hall/key.pem "$@"
}
roster() { echo 'ticket,room,seat'; for i in $(seq "$1"); do echo "T-$i,P1,$i"; done; }
roster 7 >roster.csv
exits 0 'a roster' on roster roster.csv
exits 0 'papers ahead' "$bv" sitting prepare --db sqlite:hall.db --name sang --bank bank.db
says '7 papers made and kept'
says '7 candidates have one of 4 parallel forms; items seen before in 0'
roster 8 >roster.csv
exits 0 'one more' on roster roster.csv
exits 0 'has a paper' "$bv" sitting prepare --db sqlite:hall.db --name sang --bank bank.db
says '1 papers made and kept'
exits 0 'they sit' "$sit" sqlite:hall.db hall/key.pem bank.db sang 0 1000 2000 0 3000 0 1000 2000 0
says 'T-8: 40 answers'
exits 0 'are scored' on score --bank bank.db --out evidence
says '8 scored'
exits 0 'everything follows from the log' "$bv" audit scores --db sqlite:hall.db --name sang --bank bank.db
says 'yes: 8 attempts'
exits 0 'and from the evidence' "$bv" audit exam evidence
exits 0 'of which each form' "$bv" audit draw --form evidence/candidates/T-2/form.json --pool evidence/pool.json --blueprint evidence/blueprint.xml --seed "$seed" --draw-key "$key" \
	--design evidence/design.json --parameters evidence/parameters.json --seen evidence/seen.json --tickets evidence/tickets.json
out=$(python3 - <<'END'
import json
forms = [json.load(open(f"evidence/candidates/T-{i}/form.json")) for i in range(1, 9)]
of = [f["parallel"] for f in forms]
items = [frozenset(i["identifier"] for i in f["items"]) for f in forms]
seen = set(json.load(open("seen.json"))["seen"]["T-2"])
print(json.dumps({"of": of, "met": len(items[1] & seen), "sets": len(set(items)),
                  "orders": len({tuple(i["identifier"] for i in f["items"]) for f in forms}), "uses": max(sum(i in s for s in set(items)) for s in items for i in s),
                  "same": all((a == b) == (m == n) for a, m in zip(of, items) for b, n in zip(of, items)), "three": forms[2] == json.load(open("three.json"))}))
END
)
json 'd["met"] == 0 and 2 < d["sets"] <= 4 and d["orders"] == 8 and d["uses"] <= 2 and d["same"] and d["three"]'
json 'all(a != b for a, b in zip(d["of"][2:], d["of"][3:]))' # from the third seat on nobody had to be moved to another form

# Changed twins.
twin() { rm -f twin.db*; cp hall.db twin.db; python3 -c 'import sqlite3, sys; d = sqlite3.connect("twin.db"); d.execute(sys.argv[1]); d.commit()' "$1"; }
answers() { "$bv" audit answers --db sqlite:twin.db --name sang --bank bank.db; }
twin "UPDATE exam_document SET bytes = replace(CAST(bytes AS TEXT), '[[\"IU01-0', '[[\"IU01-9') WHERE document = 'parallel.json'"
exits 1 'another form' answers
says 'document parallel.json of sitting'
twin "UPDATE paper SET (numbers, hash) = (SELECT p.numbers, p.hash FROM paper p WHERE p.attempt <> paper.attempt ORDER BY p.attempt LIMIT 1)"
exits 1 'papers exchanged' answers
says 'paper'
twin "UPDATE seat SET seat = '99' WHERE ticket = 'T-3'"
exits 1 'a seat exchanged in the table' answers
says 'the seat of ticket'
rm -rf other && cp -r evidence other && sed -i 's/"seat":"1"/"seat":"2"/' other/tickets.json
exits 1 'another seat in the evidence' "$bv" audit exam other
says 'tickets.json was changed'

# Who has met every item of the bank still has a form, which says so.
python3 - <<'END'
import json
every = [i["id"] for i in json.load(open("parameters.json"))["items"]]
json.dump({"format": "bv-seen-1", "seen": {"T-2": every}}, open("all.json", "w"))
END
exits 0 'a form for who has met all' draw T-2 --seen all.json
says 'relaxed    seen'
finish
