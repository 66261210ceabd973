#!/bin/bash
# TAP: the life cycle of items by the command line: begin, submit, return, approve, pretest, release, retire, withdraw, revise, history.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/bank.db
cp -r "$BV_SOURCE/tests/vectors/itembank/bank" "$dir/five"
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); r = c.execute(sys.argv[2]).fetchall(); c.commit(); [print(*x) for x in r]' "$1" "$2"; }
bank() { # SUBCOMMAND ARGUMENT…
	local what=$1
	shift
	"$bv" bank "$what" --bank "$db" "$@"
}
by() { # NAME SUBCOMMAND ARGUMENT…
	local who=$1 what=$2
	shift 2
	"$bv" bank "$what" --bank "$db" --as "$who" "$@"
}

# A bank without a life cycle is what it was.
exits 0 'import without a name' bank import "$dir/five"
exits 0 'no life cycle' bank lifecycle
says 'keeps no life cycle: exams draw the current version of every item'
exits 0 'as JSON' bank lifecycle --json
json 'd == {"lifeCycle": False, "reviewers": 0, "pretest": ""}'
exits 2 'to submit there' by 'Nguyễn An' submit iu01-001/vi
says "'bangvang bank lifecycle' begins one"
exits 2 'a list by state there' bank list --state draft
says 'keeps no life cycle'
exits 2 'a history there' bank history
says 'keeps no life cycle'
exits 2 'a bank that is not there is not made' "$bv" bank submit --bank "$dir/none.db" --as A x
says 'no such database'
[ ! -e "$dir/none.db" ]
ok $? 'no file'
sed -i 's/Ổ SSD/Ổ thể rắn/' "$dir/five/items/iu01-001.vi.xml"
exits 0 'a second version before it begins' bank import "$dir/five"

# It begins once.
exits 64 'to begin without a name' bank lifecycle --adopt draft
says '--as NAME'
exits 2 'to begin without saying what becomes of the items' by 'Lê Chủ Trì' lifecycle
says 'draft, approved or operational'
exits 2 'to adopt them as retired' by 'Lê Chủ Trì' lifecycle --adopt retired
exits 64 'to adopt them as what there is not' by 'Lê Chủ Trì' lifecycle --adopt good
exits 64 'with no reviewer' by 'Lê Chủ Trì' lifecycle --adopt draft --reviewers 0
exits 64 'with eleven' by 'Lê Chủ Trì' lifecycle --adopt draft --reviewers 11
exits 64 'with a pretest that may be' by 'Lê Chủ Trì' lifecycle --adopt draft --pretest maybe
exits 2 'by nobody' by ' ' lifecycle --adopt draft
says 'at least one letter'
exits 0 'a dry run' by 'Lê Chủ Trì' lifecycle --adopt operational --dry-run
says '6 versions that were there are adopted'
exits 0 'has done nothing' bank lifecycle
says 'keeps no life cycle'
exits 0 'it begins' by 'Lê  Chủ Trì' lifecycle --adopt operational --reason 'đang dùng'
says 'the current ones as operational'
says 'keeps a life cycle: 1 reviewer, pretest required'
exits 2 'and does not begin again' by 'Lê Chủ Trì' lifecycle --adopt draft
says 'keeps a life cycle already'
exits 2 'nor with the same rule' by 'Lê Chủ Trì' lifecycle --pretest required
says 'the rule of the bank already'
exits 0 'what was there' bank list --state operational --count
[ "$out" = 5 ]
ok $? 'is in use'
exits 0 'an item with an older version' bank show iu01-001 --language vi --json
json '[v["state"] for v in d["versions"]] == ["superseded", "operational"] and d["operationalVersion"] == 2 and d["versions"][0]["by"] == "Lê Chủ Trì"'

# A change makes a draft; what is in use stays.
exits 2 'an import by nobody' bank import "$dir/five"
says '--as NAME'
sed -i 's/Ổ thể rắn/Ổ SSD M.2/' "$dir/five/items/iu01-001.vi.xml"
exits 0 'a changed item' by 'Nguyễn An' import "$dir/five"
says '1 new versions, 4 unchanged'
exits 0 'is a draft' bank list --state draft --json
json '[(i["identifier"], i["version"], i["state"]) for i in d["items"]] == [("iu01-001", 3, "draft")]'
exits 0 'what is in use' bank list --state operational --json
json '[i["version"] for i in d["items"] if i["identifier"] == "iu01-001" and i["language"] == "vi"] == [2]'
exits 0 'the current version of all' bank list
says 'v3'

# What leaves the bank is in use, unless something else is asked for.
exits 0 'an export' bank export --out "$dir/out-used"
says '5 items written'
grep -rq 'Ổ thể rắn' "$dir/out-used" && ! grep -rq 'M\.2' "$dir/out-used"; ok $? 'has what is in use'
exits 0 'of drafts' bank export --state draft --out "$dir/out-drafts.zip"
says '1 items written'
python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(not any("M.2" in z.read(n).decode() for n in z.namelist()))' "$dir/out-drafts.zip"
ok $? 'has the draft'
for out_current in out-current out-current.zip; do
	exits 0 'of current versions' bank export --current --out "$dir/$out_current"
	says '5 items written'
done
grep -rq 'M\.2' "$dir/out-current" && ! grep -rq 'Ổ thể rắn' "$dir/out-current"; ok $? 'has the draft in place of what is in use'
python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(not any("M.2" in z.read(n).decode() for n in z.namelist()))' "$dir/out-current.zip"
ok $? '  in the archive too'
exits 2 'of what is approved' bank export --state approved --out "$dir/out-none"
says 'no item of the bank matches'
exits 64 'of drafts and current versions' bank export --state draft --current --out "$dir/out-none"
says 'leave out --state'
"$bv" bank import --bank "$dir/drafts.db" "$BV_SOURCE/tests/vectors/itembank/bank" >/dev/null
exits 0 'without a life cycle' "$bv" bank export --bank "$dir/drafts.db" --current --out "$dir/out-plain"
says '5 items written'
"$bv" bank lifecycle --bank "$dir/drafts.db" --as A --adopt draft >/dev/null
exits 2 'where nothing is in use' "$bv" bank export --bank "$dir/drafts.db" --out "$dir/out-none"
says 'that is operational'
exits 0 'but drafts' "$bv" bank export --bank "$dir/drafts.db" --current --out "$dir/out-drafts"
[ ! -e "$dir/out-none" ]; ok $? 'nothing is written that is refused'
says 'draft'
exits 0 'by type' bank list --state operational --type order --count
[ "$out" = 1 ]
ok $? 'one'
exits 0 'by scoring' bank list --state operational --machine-scorable --competence IU01 --count
[ "$out" = 3 ]
ok $? 'three'
exits 2 'superseded' bank list --state superseded
says 'bank show'
exits 64 'a state that there is not' bank list --state Draft

# Four eyes.
exits 1 'a draft is not approved' by 'Trần Bình' approve iu01-001/vi
says 'iu01-001/vi: version 3 is in state draft, from which approve is not allowed: allowed is submit, withdraw'
exits 2 'an item in two languages' by 'Nguyễn An' submit iu01-001
says 'en, vi'
exits 0 'the language said once' by 'Nguyễn An' submit iu01-001 --language vi
says 'iu01-001/vi@3: draft -> review'
exits 1 'who wrote it' by 'NGUYỄN AN' approve iu01-001/vi
says 'a reviewer is never the author'
exits 1 'whom the manifest names' by 'trần thị  mẫu' approve iu01-001/vi
says 'the metadata name this person'
exits 1 'the same in another Unicode form' by "$(python3 -c 'import unicodedata; print(unicodedata.normalize("NFD", "Nguyễn An"))')" approve iu01-001/vi
says 'never the author'
exits 2 'a return without a reason' by 'Trần Bình' return iu01-001/vi
says '--reason'
exits 0 'a return' by 'Trần Bình' return iu01-001/vi --reason 'phương án B mơ hồ'
exits 0 'submitted again' by 'Nguyễn An' submit --state draft
says '1 version'
exits 0 'approved' by 'Trần Bình' approve iu01-001/vi@3
says 'review -> approved'
exits 1 'not released without a pretest' by 'Trần Bình' release iu01-001/vi
says 'was not pretested'
exits 0 'the rule changes' by 'Lê Chủ Trì' lifecycle --pretest optional --reviewers 2
says '2 reviewers, pretest optional'
exits 0 'a dry run' by 'Trần Bình' release iu01-001/vi@3 --dry-run
says 'nothing was changed'
exits 0 'released' by 'Trần Bình' release iu01-001/vi
says 'approved -> operational'
exits 0 'takes the place' bank show iu01-001 --language vi --json
json '[v["state"] for v in d["versions"]] == ["superseded", "superseded", "operational"] and d["versions"][1]["by"] == "Trần Bình"'

# All or nothing, and each refusal is told.
exits 0 'a changed item' bash -c 'sed -i "s/RAM/DRAM/" "$2/five/items/iu02-001.vi.xml" "$2/five/items/iu01-004.vi.xml"; echo "<!-- 2 -->" >>"$2/five/items/iu02-001.vi.xml"; echo "<!-- 2 -->" >>"$2/five/items/iu01-004.vi.xml"; "$1" bank import --bank "$2/bank.db" --as "Nguyễn An" "$2/five"' - "$bv" "$dir"
says '2 new versions'
exits 1 'one of three' by 'Nguyễn An' submit iu01-004 iu02-001 iu03-001
says 'iu03-001: version 1 is in state operational, from which submit is not allowed: allowed is retire'
says '1 of 3 refused: nothing was done'
exits 2 'one that is not there' by 'Nguyễn An' submit iu01-004 nobody iu02-001 --json
says 'nobody: there is no item'
exits 0 'none was submitted' bank list --state draft --count
[ "$out" = 2 ]
ok $? 'two drafts'
exits 64 'names and a filter' by 'Nguyễn An' submit iu01-004 --competence IU01
exits 64 'neither' by 'Nguyễn An' submit
exits 64 'a version that is no number' by 'Nguyễn An' submit iu01-004@x
exits 2 'a version that is not there' by 'Nguyễn An' submit iu01-004@7
says 'no version 7'
exits 2 'withdraw goes from several states' by 'Nguyễn An' withdraw --competence IU01 --reason x
says '--state'
exits 1 'and not from every one' by 'Nguyễn An' withdraw --state operational --reason x
exits 0 'both' by 'Nguyễn An' submit iu01-004 iu02-001 --json
json '[x["to"] for x in d["done"]] == ["review", "review"] and not d["dryRun"]'
exits 0 'the first of two reviewers' by 'Trần Bình' approve --state review
says 'still in review, approved by 1'
exits 1 'does not count twice' by 'trần bình' approve --state review
says 'another reviewer is needed'
exits 0 'the second' by 'Phạm Dung' approve iu02-001
says 'review -> approved'
exits 0 'a changed item in review' bash -c 'echo "<!-- 3 -->" >>"$2/five/items/iu01-004.vi.xml"; "$1" bank import --bank "$2/bank.db" --as "Nguyễn An" "$2/five"' - "$bv" "$dir"
exits 0 'supersedes it' bank show iu01-004 --json
json '[v["state"] for v in d["versions"]] == ["operational", "superseded", "draft"]'
exits 0 'pretest' by 'Trần Bình' pretest iu02-001
exits 0 'withdrawn' by 'Trần Bình' withdraw iu02-001 --reason 'độ phân biệt thấp'
exits 1 'nothing is left to revise' by 'Nguyễn An' revise iu03-001
says 'nothing to go back to'
exits 0 'retired' by 'Lê Chủ Trì' retire iu03-001 --reason 'lỗi thời'
exits 0 'revised' by 'Nguyễn An' revise iu03-001
says 'iu03-001/vi@2: new, draft'
exits 0 'its document' bank show iu03-001 --xml
printf '%s\n' "$out" | cmp -s - "$dir/five/items/iu03-001.vi.xml"
ok $? 'is the one of the first version'
exits 0 'an import of the same' by 'Nguyễn An' import "$dir/five/items/iu03-001.vi.xml"
says '1 unchanged'

# What exams draw, and what is looked at.
exits 0 'the statistics' "$bv" bank stats --bank "$db" --json
json 'd["items"] == 4'

# Metadata are events too.
sed -i 's/<value>easy</<value>difficult</' "$dir/five/imsmanifest.xml"
exits 0 'new metadata' by 'Nguyễn An' import "$dir/five"
says ' unchanged'
exits 0 'the history of the bank' bank history --json
json 'd["events"][0]["event"]["act"] == "rule" and any(e["event"]["act"] == "metadata" for e in d["events"]) and d["next"] is None'
python3 - "$out" <<'PY'
import hashlib, json, sys
d = json.loads(sys.argv[1])
prev, at = '0' * 64, ''
for i, e in enumerate(d['events'], 1):
    body = json.dumps(e['event'], ensure_ascii=False, separators=(',', ':'), sort_keys=True)
    assert e['event']['seq'] == i and e['event']['prev'] == prev and e['event']['at'] >= at, e
    prev, at = e['eventHash'], e['event']['at']
    assert hashlib.sha256(body.encode()).hexdigest() == prev, e
assert d['head'] == {'seq': len(d['events']), 'hash': prev}
PY
ok $? 'is a chain of hashes, recomputed with other tools'
exits 0 'of an item' bank history iu01-001 --language vi
says 'Trần Bình: phương án B mơ hồ'
says 'head: event'
[ "$(grep -c ' iu01-001/vi@' <<<"$out")" = "$(sql "$db" "SELECT count(*) FROM event e JOIN item i ON i.id = e.item WHERE identifier = 'iu01-001' AND language = 'vi'")" ]
ok $? 'all of it'
exits 0 'a page' bank history --limit 2
says 'The next events: --after 2'
exits 0 'the next' bank history --limit 1 --after 2
says '     3  '
exits 2 'of an item that is not there' bank history nobody
exits 64 'of two' bank history a b
exits 64 'a page of nothing' bank history --limit 0

# A clock that goes back: the events do not.
if command -v faketime >/dev/null; then
	exits 0 'in the year 2001' faketime '2001-02-03 04:05:06' "$bv" bank submit --bank "$db" --as 'Nguyễn An' iu01-004
	exits 0 'the event' bank history iu01-004
	says 'the clock said 2001-02-03'
	[ -z "$(sql "$db" 'SELECT a.seq FROM event a JOIN event b ON b.seq = a.seq + 1 WHERE b.at < a.at')" ]
	ok $? 'is not before the one before it'
else
	skip 'a clock that goes back: no faketime here'
fi

# Two at once: one of them does it.
exits 0 'drafts' bash -c 'for f in "$2"/five/items/*.xml; do echo "<!-- 9 -->" >>"$f"; done; "$1" bank import --bank "$2/bank.db" --as "Nguyễn An" "$2/five"' - "$bv" "$dir"
for i in 1 2 3 4 5 6; do by "Người $i" submit --state draft >"$dir/at$i" 2>&1 & done
wait
out=$(cat "$dir"/at?)
[ "$(grep -c ': draft -> review' <<<"$out")" = 5 ]
ok $? 'of six that submit the same drafts at once one submits each'
exits 0 'then' bank list --state review --count
[ "$out" = 5 ]
ok $? 'five in review'

# kill -9 in the middle: an act is there wholly, with its events, or not at all.
mkdir "$dir/many"
for i in $(seq 1 1500); do sed "s/iu03-001/many-$i/" "$BV_SOURCE/tests/vectors/itembank/bank/items/iu03-001.vi.xml" >"$dir/many/$i.xml"; done
exits 0 'many drafts' by 'Nguyễn An' import "$dir/many"
says '1500 new'
for wait in 0.02 0.05 0.1 0.2; do
	"$bv" bank submit --bank "$db" --as 'Nguyễn An' --state draft >/dev/null 2>&1 &
	pid=$!
	sleep $wait
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	left=$(bank list --state draft --count)
	events=$(sql "$db" "SELECT count(*) FROM event e JOIN item i ON i.id = e.item WHERE e.act = 5 AND i.identifier LIKE 'many-%'")
	out="$left drafts left, $events events"
	{ [ "$left" = 1500 ] && [ "$events" = 0 ]; } || { [ "$left" = 0 ] && [ "$events" = 1500 ]; }
	ok $? "killed after $wait s: all of 1500 or none"
done

exits 0 'all of it follows from its events' "$bv" audit bank --bank "$db" --json
json 'd["verified"] and d["events"] > 1500'
[ "$(sql "$db" 'SELECT count(DISTINCT who) FROM event WHERE act = 2')" = 1 ]
ok $? 'by one importer'

# Nothing that a name or reason holds steers the terminal.
exits 2 'a name with control characters' by $'An\e[31m' submit --state draft
says 'do not show'
exits 0 'a reason with them' by 'Lê Chủ Trì' return iu01-001/vi --reason $'a\e[31mb\nforged'
exits 0 'in the history' bank history iu01-001 --language vi --limit 100000
! LC_ALL=C grep -qP '\x1b|^forged' <<<"$out"
ok $? 'is shown safely'

# Exams draw what was released, and nothing else.
sample=$dir/sample.db
blueprint=$BV_SOURCE/engine/sample/vn-basic-40.xml
seed=$(printf seed | sha256sum | cut -c1-64)
"$bv" bank import --bank "$sample" "$BV_SOURCE/itembank/sample" >/dev/null
exits 0 'a bank without a life cycle is frozen' "$bv" bank freeze --bank "$sample" --blueprint "$blueprint" --out "$dir/frozen-1"
says 'the current version of every item: the bank keeps no life cycle'
exits 0 'a form' "$bv" draw --bank "$sample" --blueprint "$blueprint" --seed "$seed" --ticket t --json
before=$out
"$bv" bank lifecycle --bank "$sample" --as C --adopt operational --pretest optional >/dev/null
exits 0 'when all is operational' "$bv" draw --bank "$sample" --blueprint "$blueprint" --seed "$seed" --ticket t --json
[ "$out" = "$before" ]
ok $? 'the form is the same'
cp -r "$BV_SOURCE/itembank/sample" "$dir/sample"
find "$dir/sample" -name '*.xml' -not -name 'imsmanifest.xml' -not -name 'usage*' -exec sh -c 'for f; do echo "<!-- new -->" >>"$f"; done' - {} +
exits 0 'every item changes' "$bv" bank import --bank "$sample" --as An "$dir/sample"
says '404 new versions'
exits 0 'while all changes are drafts' "$bv" draw --bank "$sample" --blueprint "$blueprint" --seed "$seed" --ticket t --json
[ "$out" = "$before" ]
ok $? 'the form is still the same'
exits 0 'and so' "$bv" bank freeze --bank "$sample" --blueprint "$blueprint" --out "$dir/frozen-2"
says "operational versions; head of the bank's events: "
cmp -s "$dir/frozen-1/pool.json" "$dir/frozen-2/pool.json"
ok $? 'is the pool'
exits 0 'submitted' "$bv" bank submit --bank "$sample" --as An --state draft --language vi
exits 0 'approved' "$bv" bank approve --bank "$sample" --as B --state review
exits 0 'released' "$bv" bank release --bank "$sample" --as B --state approved
exits 0 'then' "$bv" draw --bank "$sample" --blueprint "$blueprint" --seed "$seed" --ticket t --json
[ "$out" != "$before" ] && grep -q '"version":2' <<<"${out// /}"
ok $? 'the new versions are drawn'
exits 0 'a module is retired' "$bv" bank retire --bank "$sample" --as C --reason 'lộ đề' --competence IU06
exits 2 'and is missed' "$bv" draw --bank "$sample" --blueprint "$blueprint" --seed "$seed" --ticket t
exits 0 'all of it' "$bv" audit bank --bank "$sample"

# A rule or events taken away are damage.
cp "$db" "$dir/cut.db"
cp "$db-wal" "$dir/cut.db-wal" 2>/dev/null
sql "$dir/cut.db" 'DELETE FROM lifecycle'
exits 3 'a bank whose rule was taken away' "$bv" bank list --bank "$dir/cut.db"
says 'events without a rule'
exits 3 'nothing is done there' "$bv" bank submit --bank "$dir/cut.db" --as A --state draft
finish
