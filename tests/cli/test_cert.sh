# bangvang key new, cert issue, cert show, cert verify and bangvang-verify, as a shell sees them. Arguments: the two programs.
. "$BV_SOURCE/tests/cli/tap.sh"
bangvang=$(realpath "$1")
verify=$(realpath "$2")
vectors=$BV_SOURCE/tests/vectors/certs
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# check NAME STATUS PART COMMAND…: that exit status, and PART in what it printed on either output.
check() {
	local name=$1 want=$2 part=$3 got
	shift 3
	"$@" >out 2>err </dev/null
	got=$?
	out=$(cat out err)
	[ "$got" -eq "$want" ] && grep -qF -- "$part" <<<"$out"
	ok $? "$name (exit $got)"
}
at='--at 2027-01-01T00:00:00Z'

check 'a new key' 0 'https://chungchi.example.vn/.well-known/did.json' "$bangvang" key new --did did:web:chungchi.example.vn --out keys
check 'a key as JSON' 0 '"publishAt": "https://a.example.vn/.well-known/did.json"' "$bangvang" key new --did did:web:a.example.vn --out keys-json --json
cp out said
check 'names the private key' 0 '"privateKey": "keys-json/key.pem"' cat said
check 'its private key is for its owner only' 0 600 stat -c %a keys/key.pem
check 'the second key too' 0 600 stat -c %a keys/p256.pem
cp keys/key.pem before
check 'a key is never overwritten' 2 'exists' "$bangvang" key new --out keys
check 'and stays as it was' 0 '' cmp before keys/key.pem
check 'no bad did:web' 2 'lower case' "$bangvang" key new --did did:web:Chungchi --out k2
check 'nothing was written for it' 1 '' test -e k2
check 'no did:key of another key' 64 'the new key names itself' "$bangvang" key new --did did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp --out k2
"$bangvang" key new --out k3 >said 2>&1
check 'a private key is nowhere printed' 1 '' grep -qF "$(sed -n 2p k3/key.pem)" said

issue="$bangvang cert issue --key keys/key.pem --facts $vectors/facts-1.json"
check 'a certificate' 0 '' $issue --at 2026-11-20T10:00:00Z --out cert.json
check 'is never overwritten' 2 'exists' $issue --out cert.json
check 'goes to standard output' 0 '"proofValue":"z' $issue --at 2026-11-20T10:00:00Z
chmod 640 keys/key.pem
check 'a key that others can read is refused' 2 'chmod 600' $issue
chmod 600 keys/key.pem
sed 's/"8.50"/"11"/' "$vectors/facts-1.json" >wrong.json
check 'contradictory facts are refused' 2 "area 'IU01': the value 11 is not within 0 and 10" "$bangvang" cert issue --key keys/key.pem --facts wrong.json
printf '{\n"holder": x' >broken.json
check 'broken facts are refused with their line' 2 'broken.json:2:' "$bangvang" cert issue --key keys/key.pem --facts broken.json
check 'no such key' 2 'nokey.pem' "$bangvang" cert issue --key nokey.pem --facts "$vectors/facts-1.json"
check 'a bad time' 64 '--at' $issue --at yesterday

mkdir trust
cp keys/did.json trust
sed 's/"8.50"/"9.50"/' cert.json >changed.json
sed 's/"8.50"/"99"/' cert.json >impossible.json
sed 's/eddsa-jcs-2022/eddsa-xyz-2099/g' cert.json >suite.json
cp "$vectors/good-1-full.json" stranger.json
for program in "$verify" "$bangvang cert verify"; do
	p=${program##*/}
	check "$p: valid" 0 'VALID' $program --lang en --trust trust $at cert.json
	check "$p: in Vietnamese" 0 'HỢP LỆ' $program --lang vi --trust trust $at cert.json
	check "$p: every fact" 0 'Số hiệu: BV-2026-000123' $program --lang vi --trust trust $at cert.json
	check "$p: a changed score" 1 'eddsa-jcs-2022 does not match the contents' $program --lang en --trust trust $at changed.json
	check "$p: an impossible score is named" 1 '99 is outside 0' $program --lang en --trust trust $at impossible.json
	check "$p: unknown issuer" 1 'UNKNOWN ISSUER' $program --lang en $at cert.json
	check "$p: an issuer's key that the folder does not have" 1 'not this key of it' $program --lang en --trust trust $at stranger.json
	check "$p: unknown suite" 2 'COULD NOT CHECK' $program --lang en --trust trust $at suite.json
	check "$p: no trust folder" 2 'COULD NOT CHECK' $program --lang en --trust nowhere $at cert.json
	check "$p: no trust folder, but a changed score" 1 'INVALID' $program --lang en --trust nowhere $at changed.json
	check "$p: a clock that was never set" 3 'the clock says 1970' $program --lang en --trust trust --at 1970-01-01T00:00:00Z cert.json
	check "$p: expired" 1 'no longer valid' $program --lang en --trust trust --at 2099-01-01T00:00:00Z cert.json
	check "$p: no file" 2 'nofile' $program --trust trust $at nofile
	check "$p: a folder" 3 'directory' $program --trust trust $at trust
	check "$p: JSON" 0 '"verdict": "valid"' $program --json --trust trust $at cert.json
	check "$p: JSON of an unknown issuer" 1 '"verdict": "unknown-issuer"' $program --json $at cert.json
	check "$p: no operand" 64 'FILE' $program
	check "$p: a bad time" 64 '' $program --at never cert.json
	check "$p: --help" 0 'trust' $program --help
done
head -c 9000000 /dev/zero | tr '\0' ' ' >large
check 'a file of 9 MB' 1 'larger than' "$verify" --lang en --trust trust large
check 'several files: the worst counts' 1 'changed.json: INVALID' "$verify" --lang en --trust trust $at cert.json changed.json suite.json
check 'the good one among them is called valid' 1 'cert.json: VALID' "$verify" --lang en --trust trust $at cert.json changed.json
check 'a missing file beside a good one' 2 'nofile' "$verify" --trust trust $at cert.json nofile
check 'JSON of two is one document' 1 '"certificates"' "$verify" --json --trust trust $at cert.json changed.json
if command -v python3 >/dev/null; then
	cp out said
	check 'and can be read' 0 '' python3 -c 'import json; d = json.load(open("said")); assert [c["verdict"] for c in d["certificates"]] == ["valid", "invalid"]'
fi
sed 's/"id": "did:web:chungchi/"id": "did:web:Chungchi/' keys/did.json >trust/did.json
check 'a broken trust folder is named' 2 'trust/did.json' "$verify" --lang en --trust trust $at cert.json
check 'show' 0 'Holder: Nguyễn Thị Ánh Tuyết' "$bangvang" cert show --lang en cert.json
check 'show as JSON' 0 '"value": "Nguyễn Thị Ánh Tuyết"' "$bangvang" cert show --json --lang en cert.json
cp out said
check 'has no verdict, because nothing was verified' 1 '' grep -q verdict said
check 'show does not read what is no certificate' 2 'no readable JSON' "$bangvang" cert show --lang en broken.json
# A folder of what applicants handed in.
"$bangvang" key new --did did:web:chungchi.example.vn --out pile-keys >said
pile_cert() { # FILE NAME DECISION
	sed "s/Nguyễn Thị Ánh Tuyết/$2/" "$vectors/facts-1.json" >pile-facts.json
	"$bangvang" cert issue --key pile-keys/key.pem --facts pile-facts.json --out "$1" --at 2026-11-20T10:00:00Z
}
mkdir -p pile/sub pile-trust pile-good
cp pile-keys/did.json pile-trust/
pile_cert pile/a.json 'Đỗ Thị An' && pile_cert pile/sub/b.json 'Trần Văn Bình' && pile_cert pile/c.json 'Lê Cường'
sed 's/"8.50"/"9.50"/' pile/c.json >pile/changed.json && rm pile/c.json
cp pile/a.json 'pile/sub/a again.json' && echo 'hello' >pile/sub/readme.txt && ln -s /etc/passwd pile/link
piled="$bangvang cert verify --dir pile --trust pile-trust $at"
check 'a folder: each file has its line' 1 'sub/b.json                               Trần Văn Bình' $piled --lang en
check 'a folder: what is wrong is named' 1 '    eddsa-jcs-2022 does not match the contents' $piled --lang en
check 'a folder: one that is there twice' 1 'the same certificate as a.json' $piled --lang en
check 'a folder: no link is followed' 1 'link is not followed' $piled --lang en
check 'a folder: the summary' 1 '6 files: 2 valid, 1 INVALID, 1 no certificate, 1 TWICE, 1 unreadable' $piled --lang en
check 'a folder: in Vietnamese' 1 '6 tệp: 2 hợp lệ, 1 KHÔNG HỢP LỆ, 1 không phải, 1 TRÙNG, 1 không đọc được' $piled --lang vi
check 'a folder: JSON' 1 '"sameAs": "pile/a.json"' $piled --json
cp pile/a.json pile/sub/b.json pile-good/
check 'a folder of good ones' 0 '2 files: 2 valid' "$bangvang" cert verify --dir pile-good/ --trust pile-trust $at --lang en
check 'a folder whose issuer nobody knows' 1 '0 valid, 2 unknown issuer' "$bangvang" cert verify --dir pile-good $at --lang en
check 'an empty folder' 0 '0 files: 0 valid' "$bangvang" cert verify --dir "$(mktemp -d -p .)" --trust pile-trust $at --lang en
check 'no folder' 2 'nowhere' "$bangvang" cert verify --dir nowhere --trust pile-trust $at
check 'a folder and a file' 64 'one FILE, or --dir' "$bangvang" cert verify --dir pile cert.json
check 'the verifier links no database' 1 '' sh -c 'ldd "$1" | grep -qE "sqlite|libpq"' sh "$verify"
finish
