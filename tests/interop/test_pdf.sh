#!/usr/bin/env bash
# Others' programs accept our sealed pages and refuse changed ones: pdfsig (poppler, NSS), openssl cms, mutool, qpdf, openssl ts; zbar reads the symbol.
# Arguments: bangvang.
. "$BV_SOURCE/tests/cli/tap.sh"
. "$BV_SOURCE/tests/certs/pki.sh"
bangvang=$(realpath "$1")
here=$BV_SOURCE/tests/interop
command -v openssl >/dev/null || { echo '1..0 # SKIP openssl is not here'; exit 0; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

"$bangvang" key new --did did:web:chungchi.example.vn --out keys >/dev/null
"$bangvang" cert issue --key keys/key.pem --facts "$BV_SOURCE/tests/vectors/certs/facts-1.json" --out cert.json
pki pki "$work/keys/p256.pem" did:web:chungchi.example.vn
render="$bangvang cert render cert.json --template $BV_SOURCE/certs/page/vn-a4-landscape.xml --key keys/p256.pem --chain pki/seal.crt"
stamp='cd pki && openssl ts -reply -config pki.cnf -queryfile /dev/stdin -section authority 2>/dev/null'
exits 0 'B-B' $render --out bb.pdf
exits 0 'B-T' $render --tsa-command "$stamp" --out bt.pdf
exits 0 'B-LT' $render --tsa-command "$stamp" --enclose pki/root.crt --enclose pki/tsa.crt --enclose pki/root.crl --out lt.pdf
# Twins: a mark in the attached JSON, the time of sealing, the page's own bytes.
python3 - <<'END'
import re
for name in ('bb', 'bt', 'lt'):
    pdf = open(f'{name}.pdf', 'rb').read()
    at = [pdf.index(b'"value":"8.50"') + 9, pdf.index(b'/M (D:') + 9, pdf.index(b'stream\n') + 40]
    for i, where in enumerate(at):
        twin = bytearray(pdf)
        twin[where] ^= 1
        open(f'{name}-{i}.pdf', 'wb').write(twin)
END

if command -v pdfsig >/dev/null && command -v certutil >/dev/null; then
	mkdir nss && certutil -N -d nss --empty-password && certutil -A -d nss -n root -t CT,C,C -i pki/root.crt
	for f in bb bt lt; do
		exits 0 "pdfsig, $f" pdfsig -nssdir nss $f.pdf
		says 'Signature is Valid.'
		says 'Certificate is Trusted.'
		says 'ETSI.CAdES.detached'
		for i in 0 1 2; do
			out=$(pdfsig -nssdir nss $f-$i.pdf 2>&1)
			grep -q 'Digest Mismatch' <<<"$out" && ! grep -q 'Signature is Valid' <<<"$out"
			ok $? "pdfsig refuses $f-$i"
		done
	done
	out=$(pdfsig -nssdir nss bb.pdf 2>&1)
	says 'Total document signed'
else
	skip 'pdfsig and certutil are not here (poppler-utils, libnss3-tools)'
fi

for f in bb bt lt; do
	exits 0 "parts of $f" python3 "$here/pdf_parts.py" $f.pdf content signature.der
	exits 0 "openssl cms -cades, $f" openssl cms -verify -binary -inform DER -in signature.der -content content -CAfile pki/root.crt -cades -purpose any -out /dev/null
	for i in 0 1 2; do
		python3 "$here/pdf_parts.py" $f-$i.pdf content signature.der
		exits 4 "openssl cms refuses $f-$i" openssl cms -verify -binary -inform DER -in signature.der -content content -CAfile pki/root.crt -cades -purpose any -out /dev/null
	done
done
out=$(python3 "$here/pdf_parts.py" bb.pdf content signature.der && openssl asn1parse -inform DER -in signature.der)
! grep -q signingTime <<<"$out"
ok $? 'PAdES: no signing time among the attributes'
says 'id-smime-aa-signingCertificateV2'

if command -v mutool >/dev/null; then
	for f in bb bt; do
		out=$(mutool sign -v $f.pdf 2>&1)
		says 'The document is unchanged since signing.'
		for i in 0 1 2; do
			out=$(mutool sign -v $f-$i.pdf 2>&1)
			! grep -q 'unchanged since signing' <<<"$out"
			ok $? "mutool refuses $f-$i"
		done
	done
else
	skip 'mutool is not here (mupdf-tools)'
fi

if command -v qpdf >/dev/null; then
	for f in bb bt lt; do
		exits 0 "qpdf --check $f" qpdf --check $f.pdf
		exits 0 "qpdf finds what is attached to $f" qpdf --list-attachments $f.pdf
		says 'certificate.json'
	done
	qpdf --show-attachment=certificate.json bb.pdf >taken.json
	exits 0 'it is the certificate' cmp taken.json cert.json
else
	skip 'qpdf is not here'
fi

java=/usr/share/java
if command -v javac >/dev/null && [ -e $java/pdfbox2.jar ] && [ -e $java/bcpkix.jar ]; then
	jars=$java/pdfbox2.jar:$java/fontbox2.jar:$java/commons-logging.jar:$java/bcprov.jar:$java/bcpkix.jar:$java/bcutil.jar
	exits 0 'PDFBox and Bouncy Castle' java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jars" "$here/PdfBox.java" bb.pdf bt.pdf lt.pdf
	says 'lt.pdf: valid'
	out=$(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jars" "$here/PdfBox.java" bb-0.pdf bt-1.pdf lt-2.pdf 2>&1)
	[ $? -eq 1 ] && ! grep -q ': valid' <<<"$out"
	ok $? 'and they refuse what was changed'
else
	skip 'PDFBox is not here (default-jdk-headless, libpdfbox2-java, libbcpkix-java)'
fi

if command -v pdftoppm >/dev/null && command -v zbarimg >/dev/null; then
	pdftoppm -r 150 -png bb.pdf page
	out=$(zbarimg -q --raw page-1.png 2>/dev/null)
	says "https://chungchi.example.vn/v#$(sed 's/.*"id":"urn:uuid:\([0-9a-f-]*\)","issuer".*/\1/' cert.json)"
else
	skip 'pdftoppm and zbarimg are not here (poppler-utils, zbar-tools)'
fi
finish
