#!/bin/bash
# TAP: a sitting whose forms a design assembles (BV-FLY-1), from the bank to the audits, and what was changed on the way is found. Argument: sit_exam.
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
design=$BV_SOURCE/assembly/sample/each-40.json
blueprint() { # DESIGN ATTRIBUTES OUT
	sed "0,/<part/s//<assembly design=\"$(sha "$1")\" parameters=\"$(sha parameters.json)\" $2\/><part/" "$BV_SOURCE/engine/sample/vn-basic-40.xml" >"$3"
}

# From the bank to a blueprint.
exits 0 'the parameter set of the bank' "$bv" assemble items --bank bank.db --out parameters.json
says "$(sha parameters.json)  parameters.json"
exits 2 'is not written over' "$bv" assemble items --bank bank.db --out parameters.json
blueprint "$design" 'exposure="0.8" overlap="26"' form.xml
inputs=(--design "$design" --parameters parameters.json)
printf 'T-1\nT-2\nT-3\nT-4\n' >order.txt
draw() { "$bv" draw --bank bank.db --blueprint form.xml --seed "$seed" --draw-key "$key" --ticket "$@"; }
exits 0 'a form, before any sitting' draw T-3 "${inputs[@]}" --tickets order.txt --json
cp <(printf %s "$out") three.json
json 'd["alg"] == "BV-FLY-1" and d["relaxed"] == [] and len(d["items"]) == 40'
audit() { "$bv" audit draw --form "$1" --bank bank.db --blueprint "${b:-form.xml}" --seed "${s:-$seed}" --draw-key "$key" "${inputs[@]}" --tickets "${o:-order.txt}"; }
exits 0 'is audited' audit three.json
says 'yes: the form of ticket T-3 is what BV-FLY-1 draws, 40 items'
sed -E '0,/IU01-0[0-9]{2}/s//IU01-099/' three.json >forged.json
exits 1 'not with another item' audit forged.json
says "no: position 1: identifier: expected 'IU01-"
sed 's/"relaxed":\[\]/"relaxed":["overlap"]/' three.json >forged.json
exits 1 'nor with a cap that it held' audit forged.json
says "no: relaxed: expected '', the form has 'overlap'"
sed 's/"relaxed":\[\]/"relaxed":["all"]/' three.json >forged.json
exits 2 'a word that is none' audit forged.json
sed 's/BV-FLY-1/BV-DRAW-1/; s/"relaxed":\[\],//' three.json >forged.json
exits 1 'nor as a form that was drawn' audit forged.json
says "no: alg: expected 'BV-FLY-1', the form has 'BV-DRAW-1'"
s=$key exits 1 'nor by another seed' audit three.json
echo T-9 >other.txt
o=other.txt exits 2 'nor without its turn' audit three.json
says "ticket 'T-3' is not in the order of the tickets"
exits 2 'without the documents' draw T-3
says "give the design with the SHA-256 $(sha "$design")"
exits 2 'without an order' draw T-3 "${inputs[@]}"
says 'the order of the tickets is needed'
exits 1 'with another parameter set' draw T-3 --design "$design" --parameters "$design" --tickets order.txt
says "the blueprint asks for the parameter set with the SHA-256 $(sha parameters.json)"

# What cannot be held is named before the sitting.
new() { # NAME BLUEPRINT ARGUMENT…
	local name=$1 blueprint=$2
	shift 2
	"$bv" sitting new --db sqlite:hall.db --name "$name" --key hall/key.pem --bank bank.db --blueprint "$blueprint" --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" \
		--rules "$BV_SOURCE/rules/vn-17-2016.xml" --opens 2020-01-01T08:00:00+07:00 --closes 2099-01-01T11:00:00+07:00 --release 2099-01-01T11:00:00+07:00 \
		--seed "$seed" --draw-key "$key" "$@"
}
sed 's/"max": 2700/"max": 1200/' "$design" >short.json
blueprint short.json '' short.xml
exits 2 'too little time' new kho short.xml --design short.json --parameters parameters.json
says "'thời gian' cannot hold with 40 items"
sed 's/"min": 7.9/"min": 9.9/' "$design" >sharp.json
blueprint sharp.json '' sharp.xml
exits 2 'two constraints against each other' new kho sharp.xml --design sharp.json --parameters parameters.json
says "2 constraints cannot hold together: 'điểm kỳ vọng ở 0', 'thông tin ở 0'"
blueprint "$design" 'exposure="0.2"' worn.xml
exits 2 'a stratum that is too small for the cap' new kho worn.xml "${inputs[@]}"
says "no item stays under the exposure of 200/1000"
sed 's/"length": 40/"length": 39/' "$design" >other.json
blueprint other.json '' other.xml
exits 2 'a design of another length' new kho other.xml --design other.json --parameters parameters.json
says 'the design is for forms of 39 items, the blueprint for 40'
cp parameters.json whole.json
python3 -c 'import json; d = json.load(open("whole.json")); d["items"] = [i for i in d["items"] if i["id"] != "IU03-010"]; json.dump(d, open("parameters.json", "w"))'
blueprint "$design" '' poor.xml
exits 2 'an item that was never calibrated' new kho poor.xml "${inputs[@]}"
says "item 'IU03-010' of stratum 'IU03-lt' is not in the parameter set"
mv whole.json parameters.json
exits 2 'a design that the blueprint does not ask for' new kho "$BV_SOURCE/engine/sample/vn-basic-40.xml" "${inputs[@]}"
says 'belong to a blueprint with <assembly>'
exits 2 'seen items that are none' new kho form.xml "${inputs[@]}" --seen order.txt
says 'seen.json'

# A sitting: T-2 has met the first items of the bank before; T-4 comes late, when the others have their papers.
seen=$(python3 -c 'import json; print(json.dumps(["IU01-%03d" % i for i in range(1, 6)] + ["IU04-001", "nowhere"]))')
echo "{\"format\":\"bv-seen-1\",\"seen\":{\"T-2\":$seen}}" >seen.json
exits 0 'a sitting' new sang form.xml "${inputs[@]}" --seen seen.json
on() { # VERB ARGUMENT…
	local verb=$1
	shift
	"$bv" sitting "$verb" --db sqlite:hall.db --name sang --key hall/key.pem "$@"
}
prepare() { "$bv" sitting prepare --db "sqlite:${1:-hall.db}" --name sang --bank bank.db; }
printf 'ticket,room,seat\nT-1,P1,1\nT-2,P1,2\nT-3,P1,3\n' >roster.csv
exits 0 'a roster' on roster roster.csv
exits 0 'papers ahead' prepare
says '3 papers made and kept'
says '3 forms assembled; relaxed: overlap in 0, exposure in 0, seen before in 0'
printf 'ticket,room,seat\nT-1,P1,1\nT-2,P1,2\nT-3,P1,3\nT-4,P1,4\n' >roster.csv
exits 0 'one more' on roster roster.csv
exits 0 'has a paper' prepare
says '1 papers made and kept'
says '4 forms assembled'
exits 0 'they sit' "$sit" sqlite:hall.db hall/key.pem bank.db sang 0 1000 2000 0 3000
says 'T-4: 40 answers'
exits 0 'are scored' on score --bank bank.db --out evidence
says '4 scored'
exits 0 'everything follows from the log' "$bv" audit scores --db sqlite:hall.db --name sang --bank bank.db
says 'yes: 4 attempts'
# Who comes again: what he met then is kept from him.
printf 'before,ticket\r\nT-1,N-7\r\nT-3,N-8\r\nT-9,N-9\r\n' >pairs.csv
exits 0 'what they met' "$bv" sitting seen --db sqlite:hall.db --before sang --out again.json pairs.csv
says '2 of 3 started then: 2 tickets with 80 items that they met'
out=$(python3 -c 'import json; print(json.dumps([json.load(open("again.json")), [i["identifier"] for i in json.load(open("evidence/candidates/T-1/form.json"))["items"]]]))')
json 'd[0]["format"] == "bv-seen-1" and sorted(d[0]["seen"]) == ["N-7", "N-8"] and sorted(d[0]["seen"]["N-7"]) == sorted(d[1])'
printf 'ticket;before;sitting\nN-7;T-1;sang\nN-7;T-2;sang\n' >twice.csv
exits 0 'two tickets of one person' "$bv" sitting seen --db sqlite:hall.db --before sang --out both.json twice.csv
out=$(cat both.json)
json 'list(d["seen"]) == ["N-7"] and len(set(d["seen"]["N-7"])) == len(d["seen"]["N-7"]) > 40'
printf 'N-7\n' >tickets.txt
exits 0 'his next form' draw N-7 "${inputs[@]}" --tickets tickets.txt --seen again.json --json
out=$(printf %s "$out" | python3 -c 'import json, sys; print(json.dumps([json.load(sys.stdin), json.load(open("again.json"))]))')
json 'not {i["identifier"] for i in d[0]["items"]} & set(d[1]["seen"]["N-7"]) or d[0]["relaxed"] == ["seen"]'
exits 2 'an earlier sitting that is not there' "$bv" sitting seen --db sqlite:hall.db --before keine --out none.json pairs.csv
says "there is no sitting 'keine'"
printf 'before,ticket\nT-1,N-1\nT-1,N-2\n' >pairs.csv
exits 2 'one ticket of two persons' "$bv" sitting seen --db sqlite:hall.db --before sang --out none.json pairs.csv
says "ticket 'T-1' of the earlier sitting is there twice"
printf 'before\nT-1\n' >pairs.csv
exits 2 'no tickets of now' "$bv" sitting seen --db sqlite:hall.db --before sang --out none.json pairs.csv
says 'the first row names the columns before'
[ ! -e none.json ]
ok $? 'nothing was written'
exits 0 'and from the evidence' "$bv" audit exam evidence
exits 0 'of which each form' "$bv" audit draw --form evidence/candidates/T-2/form.json --pool evidence/pool.json --blueprint evidence/blueprint.xml --seed "$seed" --draw-key "$key" \
	--design evidence/design.json --parameters evidence/parameters.json --seen evidence/seen.json --tickets evidence/tickets.json
out=$(cat evidence/tickets.json)
json 'd["tickets"] == ["T-1", "T-2", "T-3", "T-4"]'
out=$(cat evidence/candidates/T-2/form.json)
json "not {i['identifier'] for i in d['items']} & set($seen)"
exits 1 'who has not seen anything has another' "$bv" audit draw --form evidence/candidates/T-2/form.json --pool evidence/pool.json --blueprint evidence/blueprint.xml --seed "$seed" \
	--draw-key "$key" "${inputs[@]}" --tickets evidence/tickets.json
says 'identifier: expected'

# Changed twins.
twin() { rm -f twin.db*; cp hall.db twin.db; python3 -c 'import sqlite3, sys; d = sqlite3.connect("twin.db"); d.execute(sys.argv[1]); d.commit()' "$1"; }
answers() { "$bv" audit answers --db sqlite:twin.db --name sang --bank bank.db; }
twin "UPDATE exam_document SET bytes = replace(CAST(bytes AS TEXT), '2700', '2800') WHERE document = 'design.json'"
exits 1 'another design' answers
says 'document design.json of sitting'
twin "UPDATE exam_document SET bytes = replace(CAST(bytes AS TEXT), '\"T-2\"', '\"T-3\"') WHERE document = 'seen.json'"
exits 1 'others that have met items' answers
says 'document seen.json of sitting'
twin "DELETE FROM exam_document WHERE document = 'parameters.json'"
exits 1 'no parameter set' answers
says 'document parameters.json of sitting'
twin "UPDATE paper SET (numbers, hash) = (SELECT p.numbers, p.hash FROM paper p WHERE p.attempt <> paper.attempt ORDER BY p.attempt LIMIT 1)"
exits 1 'papers exchanged' answers
says 'paper'
for document in design parameters tickets seen; do
	rm -rf other && cp -r evidence other && rm other/$document.json
	exits 1 "evidence without $document.json" "$bv" audit exam other
	says "$document.json"
done
rm -rf other && cp -r evidence other && sed -i 's/"T-1","T-2"/"T-2","T-1"/' other/tickets.json
exits 1 'another order of tickets' "$bv" audit exam other
says 'tickets.json was changed'

# Caps that the pool cannot hold stop nobody: who met too much has the least harm, and his form says so.
blueprint "$design" 'exposure="0.6" overlap="11"' tight.xml
python3 - <<'END'
import json
every = [i["id"] for i in json.load(open("parameters.json"))["items"]]
json.dump({"format": "bv-seen-1", "seen": {"T-2": every}}, open("all.json", "w"))
END
exits 0 'a sitting under caps that are too narrow' new chieu tight.xml "${inputs[@]}" --seen all.json
exits 0 'a roster' "$bv" sitting roster --db sqlite:hall.db --name chieu --key hall/key.pem roster.csv
exits 0 'everybody has a paper' "$bv" sitting prepare --db sqlite:hall.db --name chieu --bank bank.db
says '4 papers made and kept'
says 'seen before in 1'
draw() { "$bv" draw --bank bank.db --blueprint tight.xml --seed "$seed" --draw-key "$key" "${inputs[@]}" --seen all.json --tickets order.txt --ticket "$@"; }
exits 0 'what was relaxed is said' draw T-2
says 'relaxed    '
exits 0 'and is in the form' draw T-2 --json
json '"seen" in d["relaxed"] and len({i["identifier"] for i in d["items"]}) == 40'

# Without a server: the same by one command.
echo '{"candidates":[{"ticket":"T-1","name":"A","abilityMilli":500},{"ticket":"T-2","name":"B","abilityMilli":2500},{"ticket":"T-3","name":"C","abilityMilli":0}]}' >roster.json
exits 0 'an exam from files' "$bv" exam run --bank bank.db --blueprint form.xml --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml" \
	--candidate roster.json --simulate --key hall/key.pem --out exam --seed "$seed" --draw-key "$key" "${inputs[@]}"
exits 0 'is audited' "$bv" audit exam exam
cmp -s exam/candidates/T-3/form.json <(printf %s "$(cat three.json)")
ok $? 'and has the form that the draw had'
finish
