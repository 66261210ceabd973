// OB 3.0 §8.2 VC-JWT (certs/verify/verify_jwt.c).

import {checkLogProof} from './checkpoint.js';
import {at, listFacts} from './contents.js';
import {ED25519, P256} from './crypto.js';
import {find, kindOf, membersOf, stringOf, without} from './json.js';
import {JwsError, parseJws} from './jws.js';
import {leafOf} from './leaf.js';
import {leafHash} from './merkle.js';
import {multikeyText} from './multikey.js';
import {clip, trim} from './text.js';
import {utf8Text} from './bytes.js';
import {parseTime} from './time.js';
import {verifyBody} from './verify_body.js';
import {verifyIssuer} from './verify_issuer.js';
import {verifyAlgorithm, verifyIssuedAt, verifyJws} from './verify_jws.js';
import {verifyLog} from './verify_log.js';

const CLAIMS = ['exp', 'iat', 'iss', 'jti', 'nbf', 'sub']; // beside the members of the certificate
const HEADERS = ['alg', 'kid', 'jwk', 'typ']; // OB §8.2.4: "Additional JOSE Headers are NOT allowed".

function checkHeader(r, jws) {
	if (jws.typ !== 'JWT') {
		r.fail('proof', "OB §8.2.4: typ là '%s', phải là JWT", "OB §8.2.4: its typ is '%s', it must be JWT", clip(jws.typ));
		return false;
	}
	if (!verifyAlgorithm(r, jws))
		return false;
	const strange = membersOf(jws.header).find(([name]) => !HEADERS.includes(name));
	if (strange) {
		r.fail('proof', "OB §8.2.4: phần đầu có '%s', không được phép", "OB §8.2.4: the header has '%s', which is not allowed", clip(strange[0]));
		return false;
	}
	r.pass('proof', 'VC-JWT, ES256', 'VC-JWT, ES256');
	return true;
}

// The claims repeat what the certificate says.
function checkText(r, payload, claim, path) {
	const said = stringOf(find(payload, claim)), body = stringOf(at(payload, path));
	if (!said || said !== body)
		r.fail('shape', "OB §8.2.4: '%s' là '%s', mà '%s' là '%s'", "OB §8.2.4: '%s' is '%s', but '%s' is '%s'", claim, clip(said), path, clip(body));
}

function checkTime(r, payload, claim, member) {
	const said = find(payload, claim), body = find(payload, member);
	if (said === undefined && body === undefined)
		return;
	if (typeof said !== 'bigint' || parseTime(stringOf(body)).time !== Number(said))
		r.fail('shape', "OB §8.2.4: '%s' và '%s' không cùng một lúc", "OB §8.2.4: '%s' and '%s' are not the same time", claim, member);
}

function checkClaims(r, payload) {
	checkText(r, payload, 'iss', typeof find(payload, 'issuer') === 'string' ? 'issuer' : 'issuer.id');
	checkText(r, payload, 'jti', 'id');
	checkText(r, payload, 'sub', 'credentialSubject.id');
	checkTime(r, payload, 'nbf', 'validFrom');
	checkTime(r, payload, 'exp', 'validUntil');
	if (find(payload, 'proof') !== undefined)
		r.unchecked('proof', "có thêm 'proof' bên trong: hãy kiểm riêng", "there is a 'proof' inside as well: verify it by itself");
}

// The entry names the issuer's key of Ed25519, which a JWT does not: it is one of those that the trust files have. null: none of them leads to the leaf that is proved.
async function findLeaf(r, issuer, trust, proof) {
	for (const {did, key} of trust?.keys.values() ?? []) {
		if (key?.kind !== ED25519 || did !== issuer)
			continue;
		const entry = await leafOf(r.document, multikeyText(key)), leaf = entry && await leafHash(entry);
		if (!entry || !await checkLogProof(proof, leaf))
			return leaf;
	}
	return null;
}

async function checkLog(r, issuer, trust, options) {
	const leaf = options.policy && options.proof ? await findLeaf(r, issuer, trust, options.proof) : null;
	if (!leaf && options.policy && options.proof)
		r.fail('log', 'bằng chứng không phải của chứng chỉ này, với khóa Ed25519 nào của đơn vị cấp cũng vậy',
			"the proof is not of this certificate, under none of the issuer's keys of Ed25519");
	else
		await verifyLog(r, leaf, options);
}

export async function verifyJwt(r, bytes, trust, options) {
	let jws;
	try {
		jws = parseJws(trim(utf8Text(bytes)));
	} catch (error) {
		if (!(error instanceof JwsError))
			throw error;
		r.fail('document', 'không đọc được VC-JWT: %s', 'no readable VC-JWT: %s', error.message);
		return;
	}
	r.pass('document', 'VC-JWT đọc được, %s byte', 'readable VC-JWT of %s bytes', bytes.length);
	r.pass('context', 'được ký cùng nội dung', 'signed with the contents');
	checkClaims(r, jws.payload);
	const goOn = checkHeader(r, jws), created = verifyIssuedAt(r, jws.payload, options);
	r.document = without(jws.payload, ...CLAIMS);
	const issuer = find(r.document, 'issuer');
	const named = {issuer: stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer), method: jws.kid, created, kind: P256};
	if (goOn && verifyIssuer(r, named))
		await verifyJws(r, jws, named, trust, options);
	await verifyBody(r, options);
	await checkLog(r, named.issuer, trust, options);
	listFacts(r, bytes.length);
}
