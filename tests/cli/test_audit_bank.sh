#!/bin/bash
# TAP: audit bank: a bank with a history says yes; every value of every table changed, rows taken away or put in, events forged: no, and what differs.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/bank.db
cp -r "$BV_SOURCE/tests/vectors/itembank/bank" "$dir/five"
by() { # NAME SUBCOMMAND ARGUMENT…
	local who=$1 what=$2
	shift 2
	"$bv" bank "$what" --bank "$db" --as "$who" "$@" >>"$dir/log" 2>&1 || echo "failed: $what $*" >>"$dir/log"
}
change() { echo "<!-- $RANDOM -->" >>"$dir/five/items/$1"; }

# A bank without a life cycle.
"$bv" bank import --bank "$db" "$dir/five" >/dev/null
change iu01-001.vi.xml
"$bv" bank import --bank "$db" "$dir/five" >/dev/null
exits 0 'a bank without a life cycle' "$bv" audit bank --bank "$db"
says 'yes: 0 events, 5 items, 6 versions'
says 'only what follows from its documents was checked'
cp "$db" "$dir/plain.db"
python3 - "$dir/plain.db" <<'PY'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("UPDATE item_version SET xml = CAST(replace(CAST(xml AS TEXT), 'RAM', 'ROM') AS BLOB) WHERE item = 1 AND version = 1")
c.commit()
PY
exits 1 'a changed document' "$bv" audit bank --bank "$dir/plain.db"
says '@1: its document is not the one that was imported'
exits 1 'a head, where there are no events' "$bv" audit bank --bank "$db" --head "$(printf '%064d' 0)"
says 'the head that was given is not in the chain'

# A package with all that can be in one.
python3 - "$dir/packed" <<'PY'
import os, struct, sys, zlib
def png(shade):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(bytes([0, shade]))) + chunk(b'IEND', b'')
NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
def item(name, before='', body=''):
    return f'''<qti-assessment-item {NS} identifier="{name}" title="Câu {name}" adaptive="false" time-dependent="false" xml:lang="vi">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>{before}
<qti-item-body>{body}<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>'''
def resource(href, kind='imsqti_item_xmlv3p0'):
    return f'<resource identifier="R-{href}" type="{kind}" href="{href}"><file href="{href}"/></resource>\n'
section = '<qti-assessment-section {} identifier="{}" title="s" visible="true"><qti-assessment-item-ref identifier="I{}" href="../items/{}.xml"/></qti-assessment-section>'
files = {
    'imsmanifest.xml': '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>\n' + resource('items/a.xml') + resource('items/b.xml')
        + resource('t/test.xml', 'imsqti_test_xmlv3p0') + '</resources></manifest>',
    'items/a.xml': item('a', '<qti-assessment-stimulus-ref identifier="S1" href="../s/s.xml"/>', '<p><img src="../m/a.png" alt="a"/></p>'),
    'items/b.xml': item('b', '<qti-assessment-stimulus-ref identifier="S1" href="../s/s.xml"/>'),
    's/s.xml': f'<qti-assessment-stimulus {NS} identifier="S1" title="Bài đọc"><qti-stimulus-body><p>Đọc.</p><img src="../m/b.png" alt="b"/></qti-stimulus-body></qti-assessment-stimulus>',
    't/part.xml': section.format(NS, 'S2', 2, 'b'),
    't/test.xml': f'<qti-assessment-test {NS} identifier="T1" title="Bài thi"><qti-test-part identifier="P1" navigation-mode="linear" submission-mode="individual">'
        + section.format('', 'S1', 1, 'a') + '<qti-assessment-section-ref identifier="S2" href="part.xml"/></qti-test-part></qti-assessment-test>',
    'm/a.png': png(1), 'm/b.png': png(2) }
for name, text in files.items():
    path = os.path.join(sys.argv[1], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, 'wb').write(text if isinstance(text, bytes) else text.encode())
PY
"$bv" bank import --bank "$db" "$dir/packed" >"$dir/log" 2>&1
exits 0 'with files of a package' "$bv" audit bank --bank "$db"
says '7 items, 8 versions, 2 media, 3 documents'
! grep -q warning <<<"$out"
ok $? 'all of them needed'

# A history with every act.
by 'Lê Chủ Trì' lifecycle --adopt approved --reviewers 2 --pretest optional
change iu01-004.vi.xml
change iu03-001.vi.xml
change iu02-001.vi.xml
by 'Nguyễn An' import "$dir/five"
by 'Nguyễn An' submit iu01-004 iu03-001 iu02-001
by 'Trần Bình' return iu03-001 --reason 'mơ hồ'
by 'Trần Bình' approve iu01-004
by 'Phạm Dung' approve iu01-004
by 'Lê Chủ Trì' release iu01-001/vi iu01-001/en iu01-004
by 'Lê Chủ Trì' pretest iu03-001@1
by 'Lê Chủ Trì' withdraw iu02-001@2 --reason 'trùng'
by 'Lê Chủ Trì' retire iu01-001/en --reason 'lộ đề'
by 'Nguyễn An' revise iu01-001/en
sed -i 's/<value>easy</<value>difficult</' "$dir/five/imsmanifest.xml"
sed -i 's/1\.25/1.5/' "$dir"/five/usage*.xml
by 'Nguyễn An' import "$dir/five"
by 'Lê Chủ Trì' lifecycle --reviewers 1
out=$(cat "$dir/log")
! grep -q '^failed' <<<"$out"
ok $? 'a history with every act'
exits 0 'which is what the tables follow from' "$bv" audit bank --bank "$db" --json
json 'd["verified"] and d["lifeCycle"] and d["events"] > 20 and d["items"] == 7 and d["versions"] == 12 and d["media"] == 2 and d["documents"] == 3 and not d["faults"] and not d["warnings"]'
head=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])["head"]["hash"])' "$out")
exits 0 'its head' "$bv" audit bank --bank "$db" --head "$head"
says "head: event"
exits 64 'a head that is none' "$bv" audit bank --bank "$db" --head abc
by 'Nguyễn An' submit iu03-001@2
exits 0 'a head of before' "$bv" audit bank --bank "$db" --head "$head"
exits 2 'a bank that is not there' "$bv" audit bank --bank "$dir/none.db"

# The attacker is who administers the database. Every value of every row of every table is changed, alone, and each row is taken away (of the events
# one of each kind); rows are put in.
# What nothing else tells cannot be audited: when a stimulus or test came and where in its package a stimulus, section or item lay (what they name is covered).
# Of the tables of the index of texts only how many words an item has is: they decide nothing but what a search finds.
cat >"$dir/attack.py" <<'PY'
import hashlib, os, shutil, sqlite3, subprocess, sys
bank, folder, program = sys.argv[1:4]
base = os.path.join(folder, 'base.db')
shutil.copy(bank, base)
c = sqlite3.connect(base)
c.execute('PRAGMA journal_mode=DELETE')
c.close()
forged = os.path.join(folder, 'forged.db')

def verdict(change):
    shutil.copy(base, forged)
    c = sqlite3.connect(forged)
    c.execute('PRAGMA foreign_keys=OFF')
    c.execute('PRAGMA synchronous=OFF')
    try:
        change(c)
    except sqlite3.IntegrityError:
        c.close()
        return None
    c.commit()
    c.close()
    p = subprocess.run([program, 'audit', 'bank', '--bank', forged], capture_output=True, text=True)
    assert p.returncode in (0, 1, 2, 3), (p.returncode, p.stderr)
    return p.returncode, (p.stdout + p.stderr).splitlines()

def other(v):
    if v is None:
        return 7
    if isinstance(v, bytes):
        return v[:-1] + bytes([v[-1] ^ 1]) if v else b'x'
    if isinstance(v, int):
        return v + 1
    return v + 'x'

c = sqlite3.connect(base)
tables = ['bank', 'item', 'item_version', 'version_state', 'event', 'lifecycle', 'media', 'package_document', 'package_document_part', 'version_part', 'item_link']
names = {t: [r[1] for r in c.execute(f'PRAGMA table_info({t})')] for t in tables}
def unknown(t, col, row): # col None: the row itself
    row = dict(zip(names[t], row))
    return (t == 'package_document' and (col == 'imported_at' or (col == 'path' and row['kind'] != 1))) or \
        (t == 'version_part' and row['role'] == 0 and (col == 'path' or (col is None and row['item'] <= 5)))
number, tried, missed, unnamed = 0, 0, [], []
step = 3 if 'BV_SANITIZED' in os.environ else 1 # of the changes; the build without sanitizers has all
for t in tables:
    columns = [r[1] for r in c.execute(f'PRAGMA table_info({t})')]
    rows = 'event WHERE seq IN (SELECT min(seq) FROM event GROUP BY act) OR seq = (SELECT max(seq) FROM event)' if t == 'event' else t
    for row in c.execute(f'SELECT rowid, * FROM {rows}').fetchall():
        changes = [(f'{t}.{col} of row {row[0]}', lambda k, t=t, col=col, v=other(row[1 + i]), r=row[0]: k.execute(f'UPDATE {t} SET {col} = ? WHERE rowid = ?', (v, r)))
                   for i, col in enumerate(columns) if not unknown(t, col, row[1:])]
        if not unknown(t, None, row[1:]):
            changes.append((f'row {row[0]} of {t} deleted', lambda k, t=t, r=row[0]: k.execute(f'DELETE FROM {t} WHERE rowid = ?', (r,))))
        last = t == 'event' and row[0] == c.execute('SELECT max(seq) FROM event').fetchone()[0]
        for name, change in changes:
            number += 1
            if number % step:
                continue
            v = verdict(change)
            if v is None:
                continue
            tried += 1
            if v[0] == 0 and not (last and 'deleted' in name):
                missed.append(name)
            if v[0] == 1 and not any(l.startswith('no: ') and (':' in l[4:] or 'table' in l or 'rule' in l or 'missing' in l or 'item' in l) for l in v[1]):
                unnamed.append((name, v[1]))
other_media = hashlib.sha256(b'GIF89a').hexdigest()
for t, sql in [('version_part', f"INSERT INTO media VALUES (x'{other_media}', 'image/gif', CAST('GIF89a' AS BLOB)); UPDATE version_part SET hash = x'{other_media}' WHERE path = 'm/a.png'"),
               ('version_part', f"INSERT INTO media VALUES (x'{other_media}', 'image/gif', CAST('GIF89a' AS BLOB)); INSERT INTO version_part VALUES (1, 1, 'm/c.png', 1, x'{other_media}')"),
               ('version_part', 'UPDATE version_part SET hash = (SELECT hash FROM version_part WHERE path = \'m/b.png\') WHERE path = \'m/a.png\''),
               ('version_part', 'UPDATE version_part SET role = 4 WHERE role = 1'), ('version_part', "INSERT INTO version_part VALUES (99, 1, 'x', 0, zeroblob(32))"),
               ('package_document', "UPDATE package_document SET kind = 2 - kind WHERE kind <> 1"),
               ('package_document_part', "INSERT INTO package_document_part VALUES (zeroblob(32), 'x', 0, zeroblob(32))"),
               ('package_document_part', "INSERT INTO package_document_part SELECT document_key, 'x', 0, zeroblob(32) FROM package_document"),
               ('media', 'DELETE FROM media'), ('item_link', "INSERT INTO item_link VALUES (0, 'x', 1)"), ('item_link', "INSERT INTO item_link VALUES (2, 'x', 99)"),
               ('item', "UPDATE item SET document = (SELECT sum(document) FROM item WHERE identifier IN ('a', 'iu03-001')) - document WHERE identifier IN ('a', 'iu03-001')"), ('item', 'UPDATE item SET stale = 1'),
               ('lifecycle', 'INSERT INTO lifecycle VALUES (1, 0)'), ('bank', 'INSERT INTO bank VALUES (3)'),
               ('version_state', "INSERT INTO version_state VALUES (99, 1, 5, 1, zeroblob(32), '', '', 1)"),
               ('item_version', "INSERT INTO item_version VALUES (99, 1, zeroblob(32), x'00', 1, 0)"),
               ('item_version', "INSERT INTO item_version VALUES (1, 99, zeroblob(32), x'00', 1, 0)"),
               ('event', "INSERT INTO event SELECT seq + 1, at, act, who, item, version, body, hash FROM event ORDER BY seq DESC LIMIT 1"),
               ('event', "INSERT INTO event SELECT seq + 5, at, act, who, item, version, x'7b7d', hash FROM event ORDER BY seq DESC LIMIT 1"),
               ('all', 'DELETE FROM event'),
               ('order', 'UPDATE event SET seq = -seq WHERE seq IN (3, 4); UPDATE event SET seq = 7 + seq WHERE seq < 0')]:
    v = verdict(lambda k: k.executescript(sql))
    tried += 1
    if v is None or v[0] == 0:
        missed.append(sql)
print(f'{tried} changes, {len(missed)} not found, {len(unnamed)} without a name')
for m in (missed + unnamed)[:10]:
    print(m)
sys.exit(bool(missed or unnamed) or tried < 300 // step)
PY
out=$(python3 "$dir/attack.py" "$db" "$dir" "$bv" 2>&1)
ok $? "every change by hand is found: $(head -n 1 <<<"$out")"

cp "$dir/base.db" "$dir/loose.db"
python3 -c 'import hashlib, sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.execute("INSERT INTO media VALUES (?, ?, ?)", (hashlib.sha256(b"GIF89a").digest(), "image/gif", b"GIF89a")); c.commit()' "$dir/loose.db"
exits 0 'a file that nothing needs' "$bv" audit bank --bank "$dir/loose.db" --json
json 'd["verified"] and d["media"] == 3 and len(d["warnings"]) == 1 and d["warnings"][0].startswith("1 media of packages are needed by no version")'

# Somebody who knows the format writes events that fit together: what the rules forbid is found, and what they allow only by a head kept elsewhere.
cat >"$dir/forge.py" <<'PY'
import hashlib, json, sqlite3, sys
bank, how = sys.argv[1:3]
c = sqlite3.connect(bank)
c.execute('PRAGMA journal_mode=DELETE')
events = [json.loads(b) for (b,) in c.execute('SELECT CAST(body AS TEXT) FROM event ORDER BY seq')]
if how == 'own':        # the author approves his own work
    next(e for e in events if e['act'] == 'approve')['who'] = 'NGUYỄN an'
elif how == 'skip':     # an approval less
    del events[next(i for i, e in enumerate(events) if e['act'] == 'approve')]
elif how == 'reason':   # other words
    next(e for e in events if e['act'] == 'return')['reason'] = 'khác'
elif how == 'cut':      # the last event never was
    del events[-1]
elif how == 'time':     # earlier
    events[-1]['at'] = '2001-01-01T00:00:00Z'
elif how == 'adopt':    # a late adoption
    e = dict(next(e for e in events if e['act'] == 'adopt'))
    e['version'] = 9
    events.append(e)
prev = '0' * 64
c.execute('PRAGMA foreign_keys=OFF')
ids = {(i, l): n for n, i, l in c.execute('SELECT id, identifier, language FROM item')}
acts = 'rule adopt import revise metadata submit return approve pretest release retire withdraw'.split()
c.execute('DELETE FROM event')
for n, e in enumerate(events, 1):
    e['seq'], e['prev'] = n, prev
    body = json.dumps(e, ensure_ascii=False, separators=(',', ':'), sort_keys=True).encode()
    prev = hashlib.sha256(body).hexdigest()
    at = int(__import__('datetime').datetime.fromisoformat(e['at'].replace('Z', '+00:00')).timestamp())
    c.execute('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)', (n, at, acts.index(e['act']), e['who'].casefold(), ids.get((e.get('identifier'), e.get('language')), 0),
              e.get('version', 0), body, bytes.fromhex(prev)))
c.commit()
PY
forge() { cp "$db" "$dir/forged.db"; cp "$db-wal" "$dir/forged.db-wal" 2>/dev/null; python3 "$dir/forge.py" "$dir/forged.db" "$1"; }
last=$("$bv" bank history --bank "$db" --after 1000 | sed -n 's/^head: event [0-9]*, //p')
forge none
exits 0 'the chain written again by other tools is the same' "$bv" audit bank --bank "$dir/forged.db" --head "$last"
forge own
exits 1 'a chain in which an author approved his work' "$bv" audit bank --bank "$dir/forged.db"
says 'a reviewer is never the author'
forge skip
exits 1 'a chain with an approval less' "$bv" audit bank --bank "$dir/forged.db"
says 'it says that version 2 is approved after it, but it is review'
forge time
exits 1 'a chain whose time goes back' "$bv" audit bank --bank "$dir/forged.db"
says 'older than the event before it'
forge adopt
exits 1 'a late adoption' "$bv" audit bank --bank "$dir/forged.db"
says 'nothing is adopted after the life cycle has begun'
forge reason
exits 0 'a whole chain with other words' "$bv" audit bank --bank "$dir/forged.db"
says 'without --head nobody can tell'
exits 1 'is not the one of the head that was kept' "$bv" audit bank --bank "$dir/forged.db" --head "$last"
says 'events were changed or cut off'
forge cut
exits 1 'the last event cut off' "$bv" audit bank --bank "$dir/forged.db" --head "$last"
says 'the head that was given is not in the chain'
exits 1 'whose state the tables still have' "$bv" audit bank --bank "$dir/forged.db"
says 'its state is not the one that follows from the events'
finish
