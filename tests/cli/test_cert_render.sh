# bangvang cert render and the verification of what it makes, with certificates, time stamps and revocation lists of the openssl command.
# Arguments: bangvang, bangvang-verify.
. "$BV_SOURCE/tests/cli/tap.sh"
. "$BV_SOURCE/tests/certs/pki.sh"
bangvang=$(realpath "$1")
verify=$(realpath "$2")
command -v openssl >/dev/null || { echo '1..0 # SKIP openssl is not here'; exit 0; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
template=$BV_SOURCE/certs/page/vn-a4-landscape.xml
facts=$BV_SOURCE/tests/vectors/certs/facts-1.json

"$bangvang" key new --did did:web:chungchi.example.vn --out keys >/dev/null
"$bangvang" cert issue --key keys/key.pem --facts "$facts" --out cert.json
pki pki "$work/keys/p256.pem" did:web:chungchi.example.vn
out=$(cat pki.log)
[ -s pki/seal.crt ] && [ -s pki/root.crl ]
ok $? 'certificates, by openssl'
cp pki/seal.crt keys/p256.crt
mkdir trust x509
cp keys/did.json trust
# The X.509 way alone: a document of the Ed25519 key only, and the root.
python3 - <<'END'
import json
d = json.load(open('keys/did.json'))
d['verificationMethod'] = d['verificationMethod'][:1]
d['assertionMethod'] = d['assertionMethod'][:1]
json.dump(d, open('x509/did.json', 'w'))
END
cp pki/root.crt x509

render="$bangvang cert render cert.json --template $template"
exits 0 'a sealed page' $render --key keys/p256.pem --out bb.pdf
exits 0 'valid by the document of the issuer' "$verify" --lang en --trust trust bb.pdf
says 'PAdES B-B'
says 'a key of the issuer in trust/did.json'
exits 0 'valid by the root' "$verify" --lang en --trust x509 bb.pdf
says 'seal: certificate CN=Thử nghiệm'
exits 1 'unknown without trust' "$verify" --lang en bb.pdf
says 'UNKNOWN ISSUER'
exits 0 'JSON' "$verify" --json --trust trust bb.pdf
json 'd["certificates"][0]["verdict"] == "valid"'
exits 2 'never over another file' $render --key keys/p256.pem --out bb.pdf
says 'exists'

exits 0 'a preview' $render --out page.pdf --png page.png --dpi 60
says 'not sealed'
exits 1 'does not verify' "$verify" --lang en --trust trust page.pdf
says 'has no seal'
exits 0 'drawn again' $render --out page2.pdf
exits 0 'it is the same' cmp page.pdf page2.pdf
exits 0 'a picture' sh -c 'head -c 4 page.png | grep -q PNG'
exits 64 'nothing to write' $render
exits 64 '--chain without --key' $render --out x.pdf --chain pki/seal.crt
exits 2 'a key held elsewhere without its chain' $render --key signer:/nowhere --out x.pdf
says 'needed'
exits 3 'and with it' $render --key signer:/nowhere --chain pki/seal.crt --out x.pdf
says 'no signer answers'
exits 2 'a picture too fine' $render --png x.png --dpi 99999
says '20 to 1200'

exits 0 'the page follows from the certificate' "$bangvang" cert verify bb.pdf --lang en --trust trust --template "$template"
says 'the same byte for byte'
sed 's/identifier="vn-a4-landscape" version="2"/identifier="vn-a4-landscape" version="3"/' "$template" >other.xml
exits 2 'a template that the reader does not know' "$bangvang" cert verify bb.pdf --lang en --trust trust --template other.xml
says 'a template that was not given'

stamp='openssl ts -reply -config pki.cnf -queryfile /dev/stdin -section authority'
exits 0 'with a time stamp' $render --key keys/p256.pem --tsa-command "cd pki && $stamp 2>/dev/null" --out bt.pdf
exits 0 'valid' "$verify" --lang en --trust x509 bt.pdf
says 'PAdES B-T'
says 'time stamp of 20'
exits 0 'a stamp of an authority that the reader does not trust' "$verify" --lang en --trust trust bt.pdf
says 'its time stamp cannot be used'
exits 3 'an authority that fails' $render --key keys/p256.pem --tsa-command false --out x.pdf
says 'no time stamp was made'
exits 2 'an authority that talks nonsense' $render --key keys/p256.pem --tsa-command 'cat' --out x.pdf
says 'RFC 3161'
exits 1 'nothing was written' test -e x.pdf

exits 0 'with the chain and its list' $render --key keys/p256.pem --tsa-command "cd pki && $stamp 2>/dev/null" --enclose pki/root.crt --enclose pki/tsa.crt --enclose pki/root.crl --out lt.pdf
exits 0 'valid' "$verify" --lang en --trust x509 lt.pdf
says 'PAdES B-LT'

# Revoked after the stamp: good. Without one: not.
sleep 1.1
(cd pki && openssl ca -config pki.cnf -keyfile root.key -cert root.crt -revoke leaf.crt && openssl ca -config pki.cnf -gencrl -keyfile root.key -cert root.crt -out revoked.crl) >>pki.log 2>&1
cp pki/revoked.crl x509/root.crl
later="--at $(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)"
exits 1 'a revoked certificate without a stamp' "$verify" --lang en $later --trust x509 bb.pdf
says 'is revoked since'
exits 0 "and one whose stamp is older than that" "$verify" --lang en $later --trust x509 bt.pdf
rm x509/root.crl

cp bb.pdf changed.pdf
printf '\n%%%%EOF\n' >>changed.pdf
exits 1 'something appended' "$verify" --lang en --trust trust changed.pdf
says 'after the end'
python3 - <<'END'
b = bytearray(open('bb.pdf', 'rb').read())
at = b.index(b'"value":"8.50"')
b[at + 9:at + 13] = b'9.50'
open('changed.pdf', 'wb').write(b)
END
exits 1 'a changed mark in the attached JSON' "$verify" --lang en --trust trust changed.pdf
says 'FAILED'
exits 2 'a certificate that is none' "$bangvang" cert render "$facts" --template "$template" --out x.pdf
says 'VerifiableCredential'
sed 's/{holder}/{hodler}/' "$template" >bad.xml
exits 2 'a template with a field that does not exist' "$bangvang" cert render cert.json --template bad.xml --out x.pdf
says 'bad.xml:'
says '{hodler}'
sed 's/Liberation Serif/No Such Font/' "$template" >bad.xml
exits 3 'a font that is not there' "$bangvang" cert render cert.json --template bad.xml --out x.pdf
says "'No Such Font' is not installed"
sed 's/size="25" least="12"/size="40"/' "$template" >bad.xml
exits 2 'a name that does not fit' "$bangvang" cert render cert.json --template bad.xml --out x.pdf
says 'does not fit'
exits 1 'bangvang-verify links nothing that draws' sh -c 'ldd "$1" | grep -qE "cairo|pango|qrencode"' sh "$verify"
if command -v pdftotext >/dev/null; then
	pdftotext bb.pdf text
	code=$(python3 -c 'import json, sys; sys.path.insert(0, sys.argv[1]); import codes; print(codes.code(json.load(open("cert.json"))["id"]))' "$BV_SOURCE/tests/certs")
	grep -q "https://chungchi.example.vn/v/$code" text
	ok $? '  the address that opens by its code'
	for words in 'TRUNG TÂM SÁT HẠCH MẪU' 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' 'Độc lập - Tự do - Hạnh phúc' 'CHỨNG CHỈ' 'Nguyễn Thị Ánh Tuyết' 'Sử dụng máy tính cơ bản' '8,50 / 10' 'THỦ TRƯỞNG ĐƠN VỊ CẤP'; do
		out=$(cat text)
		says "$words"
	done
	# Every letter of Vietnamese, small and capital, comes out of the PDF as it went in.
	letters=$(python3 - <<-'END'
		vowels = 'aăâeêioôơuưy'
		import unicodedata
		small = ''.join(unicodedata.normalize('NFC', v + t) for v in vowels for t in ('', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323')) + 'bcdđghklmnpqrstvx'
		print(small + small.upper())
	END
	)
	sed "s/Nguyễn Thị Ánh Tuyết/$(sed 's/.\{30\}/& /g' <<<"$letters")/" "$facts" >letters.json
	"$bangvang" cert issue --key keys/key.pem --facts letters.json --out letters-cert.json
	sed -n '/^<?xml/p; /^<certificate-template/,/offset=/p' "$template" >letters.xml
	echo '<text x="20" y="20" width="200" lines="20" size="12">{holder}</text><text x="20" y="90" width="200" lines="20" size="12" weight="bold" style="italic" case="upper">{holder}</text></certificate-template>' >>letters.xml
	exits 0 'every Vietnamese letter' "$bangvang" cert render letters-cert.json --template letters.xml --out letters.pdf
	out=$(pdftotext letters.pdf - | tr -d ' \n\f')
	says "$letters"
	says "$(python3 -c 'import sys; print(sys.argv[1].upper())' "$letters")"
fi
command -v xmllint >/dev/null && for t in "$BV_SOURCE"/certs/page/*.xml; do
	exits 0 "$(basename "$t") follows the schema" xmllint --noout --schema "$BV_SOURCE/certs/page/certificate-template.xsd" "$t"
done

# Keys as an office has them: a root in shares, an authority, a batch. The published document and the root are all that a reader has.
{
	"$bangvang" key ceremony --rehearsal --name Root --shares 2 --threshold 2 --out root
	"$bangvang" key ca --keys office --did did:web:chungchi.example.vn --name CA
	"$bangvang" key ceremony --use --root root/root.crt --rehearsal --share root/share-1.txt --share root/share-2.txt --request office/ca.csr --out ca.crt
	"$bangvang" key ca --keys office --install ca.crt --root root/root.crt --root-crl root/root.crl
	"$bangvang" key batch --keys office
	"$bangvang" key publish --keys office --out web
	"$bangvang" cert issue --key office/batches/1/key.pem --facts "$facts" --out batch.json
} >office.log 2>&1
out=$(cat office.log)
exits 0 'sealed by a key of a batch' "$bangvang" cert render batch.json --template "$template" --key office/batches/1/p256.pem --out batch.pdf
mkdir published
cp web/did.json root/root.crt root/root.crl published
exits 0 'valid by what is published' "$verify" --lang en --trust published batch.pdf
says 'a key of the issuer in published/did.json'
python3 - <<'END'
import json
d = json.load(open('published/did.json'))
names = [m['id'] for m in d['verificationMethod'] if m.get('publicKeyMultibase', '').startswith('z6Mk')]
d['assertionMethod'] = [m for m in d['assertionMethod'] if m in names]
d['verificationMethod'] = [m for m in d['verificationMethod'] if m['id'] in names]
json.dump(d, open('published/did.json', 'w'))
END
exits 0 'and by the root alone' "$verify" --lang en --trust published batch.pdf
says 'seal: certificate '
finish
