# Certificates of X.509 for tests of seals, by the openssl command, into the folder DIR: pki DIR KEY.pem DID. root.crt (P-384), seal.crt (that key's, and the
# root's: a chain), tsa.crt with tsa.cnf for `openssl ts`, root.crl (empty).
pki() {
	local dir=$1 key=$2 did=$3
	mkdir -p "$dir" && (
		cd "$dir" || exit 1
		cat >pki.cnf <<-END
			[req]
			distinguished_name = name
			prompt = no
			utf8 = yes
			string_mask = utf8only
			[name]
			C = VN
			O = Trung tâm Sát hạch mẫu
			CN = Thử nghiệm
			[root]
			basicConstraints = critical, CA:TRUE
			keyUsage = critical, keyCertSign, cRLSign
			subjectKeyIdentifier = hash
			[seal]
			basicConstraints = CA:FALSE
			keyUsage = critical, digitalSignature, nonRepudiation
			extendedKeyUsage = emailProtection, 1.3.6.1.5.5.7.3.36
			subjectAltName = URI:$did
			subjectKeyIdentifier = hash
			authorityKeyIdentifier = keyid
			[stamp]
			basicConstraints = CA:FALSE
			keyUsage = critical, digitalSignature
			extendedKeyUsage = critical, timeStamping
			authorityKeyIdentifier = keyid
			[ca]
			default_ca = list
			[list]
			database = index.txt
			crlnumber = crlnumber
			default_md = sha384
			default_crl_days = 3000
			[tsa]
			default_tsa = authority
			[authority]
			serial = tsa.serial
			signer_cert = tsa.crt
			certs = root.crt
			signer_key = tsa.key
			signer_digest = sha256
			default_policy = 1.2.3.4.1
			digests = sha256
			accuracy = secs:1
			ess_cert_id_alg = sha256
		END
		: >index.txt
		echo 01 >crlnumber
		echo 01 >tsa.serial
		openssl ecparam -name secp384r1 -genkey -noout -out root.key
		openssl req -x509 -new -key root.key -sha384 -days 9000 -config pki.cnf -extensions root -out root.crt
		openssl req -new -key "$key" -config pki.cnf -out seal.csr
		openssl x509 -req -in seal.csr -CA root.crt -CAkey root.key -set_serial 4711 -days 3000 -sha384 -extfile pki.cnf -extensions seal -out leaf.crt
		cat leaf.crt root.crt >seal.crt
		openssl ecparam -name prime256v1 -genkey -noout -out tsa.key
		openssl req -new -key tsa.key -config pki.cnf -subj '/C=VN/CN=TSA' -out tsa.csr
		openssl x509 -req -in tsa.csr -CA root.crt -CAkey root.key -set_serial 4712 -days 3000 -sha384 -extfile pki.cnf -extensions stamp -out tsa.crt
		openssl ca -config pki.cnf -gencrl -keyfile root.key -cert root.crt -out root.crl
	) >"$dir.log" 2>&1
}
