// A certificate as JSON with Data Integrity proofs in it (certs/verify_json.c). Of the cryptosuites eddsa-jcs-2022 is verified here; eddsa-rdfc-2022 of a set,
// which takes JSON-LD and RDF canonicalization, is left to other programs, and the report says so.

import {listFacts} from './contents.js';
import {ED25519} from './crypto.js';
import {equalJson, find, kindOf, membersOf, stringOf, without} from './json.js';
import {leafOf} from './leaf.js';
import {leafHash} from './merkle.js';
import {multikeyText} from './multikey.js';
import {readSignature, signedBytes} from './proof.js';
import {clip} from './text.js';
import {parseTime} from './time.js';
import {parseDocument, verifyBody} from './verify_body.js';
import {verifyIssuer, verifyKey, verifySignature} from './verify_issuer.js';
import {verifyLog} from './verify_log.js';
import {clockIsSet, verifyCreated} from './verify_time.js';

const PROOFS_MAX = 8, SUITE = 'eddsa-jcs-2022';
const MEMBERS = ['@context', 'id', 'type', 'created', 'expires', 'cryptosuite', 'domain', 'challenge', 'nonce', 'proofValue', 'proofPurpose', 'verificationMethod'];

// What kind of proof it is; false when this page cannot go on.
function checkSuite(r, proof) {
	const type = stringOf(find(proof, 'type')), suite = stringOf(find(proof, 'cryptosuite'));
	if (!type) {
		r.fail('proof', "DI §2.1: proof không có 'type'", "DI §2.1: the proof has no 'type'");
		return false;
	}
	if (type !== 'DataIntegrityProof' || suite !== SUITE) {
		r.unchecked('proof', "loại '%s', bộ mật mã '%s': chương trình này chỉ kiểm được DataIntegrityProof với eddsa-jcs-2022",
			"type '%s', cryptosuite '%s': this program can check DataIntegrityProof with eddsa-jcs-2022 only", clip(type), clip(suite));
		return false;
	}
	const strange = membersOf(proof).find(([name]) => !MEMBERS.includes(name));
	if (strange)
		r.unchecked('proof', "không rõ ý nghĩa của thành phần '%s'", "the meaning of its member '%s' is not known", clip(strange[0]));
	return !strange;
}

// {method, created, signature}, or null.
function checkProof(r, proof) {
	if (!checkSuite(r, proof))
		return null;
	const before = r.findings.length, purpose = stringOf(find(proof, 'proofPurpose')), method = stringOf(find(proof, 'verificationMethod')), made = find(proof, 'created');
	const {bytes: signature, error} = readSignature(stringOf(find(proof, 'proofValue'))), {time: created} = typeof made === 'string' ? parseTime(made) : {};
	if (purpose !== 'assertionMethod')
		r.fail('proof', "mục đích là '%s', phải là assertionMethod", "its purpose is '%s', it must be assertionMethod", clip(purpose));
	if (!method)
		r.fail('proof', 'không nêu khóa (verificationMethod)', 'it names no key (verificationMethod)');
	if (error)
		r.fail('proof', 'proofValue hỏng: %s', 'its proofValue is broken: it %s', error);
	if (made !== undefined && created === undefined)
		r.fail('proof', "thời điểm ký 'created' không phải ngày giờ", "its 'created' is no date and time");
	if (r.findings.length !== before)
		return null;
	r.pass('proof', 'DataIntegrityProof, eddsa-jcs-2022', 'DataIntegrityProof, eddsa-jcs-2022');
	return {method, created, signature};
}

// EDDSA §3.3.2 step 4 asks that the document's contexts begin with those of the proof. More in the document would be unsigned: refused.
function checkContext(r, proof, document) {
	const own = find(proof, '@context');
	if (own === undefined)
		r.pass('context', 'được ký cùng nội dung', 'signed with the contents');
	else if (equalJson(own, find(document, '@context')))
		r.pass('context', 'của bằng chứng và của chứng chỉ là một', 'that of the proof and that of the certificate are the same');
	else
		r.fail('context', 'EDDSA §3.3.2: @context của chứng chỉ khác @context của bằng chứng: đã bị thay đổi',
			"EDDSA §3.3.2: the certificate's @context differs from the proof's: it was changed");
}

// The times inside the proof are signed like everything else.
function checkProofTime(r, proof, created, at) {
	const expires = find(proof, 'expires'), {time} = typeof expires === 'string' ? parseTime(expires) : {};
	if (!clockIsSet(at))
		return;
	if (expires !== undefined && time === undefined)
		r.fail('time', "'expires' của bằng chứng không phải ngày giờ", "the proof's 'expires' is no date and time");
	else if (expires !== undefined && at >= time)
		r.fail('time', 'bằng chứng đã hết hạn', 'the proof has expired');
	if (created !== undefined)
		verifyCreated(r, created, at);
}

async function checkOne(r, proof, document, trust, options) {
	if (kindOf(proof) !== 'object') {
		r.fail('proof', 'proof phải là một đối tượng', 'a proof must be an object');
		return null;
	}
	const read = checkProof(r, proof), issuer = find(document, 'issuer');
	if (!read)
		return null;
	checkContext(r, proof, document);
	const named = {...read, issuer: stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer), kind: ED25519};
	if (!verifyIssuer(r, named))
		return null;
	const key = verifyKey(r, named, trust, options);
	await verifySignature(r, key, await signedBytes(document, proof), read.signature);
	checkProofTime(r, proof, read.created, options.at);
	return key;
}

// DI §2.1.1: a set of proofs. All must pass. Returns the certificate's entry in the public log, under the first key that signed it; or null.
async function checkProofs(r, trust, options) {
	const proof = find(r.document, 'proof'), proofs = Array.isArray(proof) ? proof : proof === undefined ? [] : [proof], document = without(r.document, 'proof');
	let signer = null;
	if (proofs.length === 0 || proofs.length > PROOFS_MAX) {
		r.fail('proof', 'có %s bằng chứng: cần từ 1 đến %s', 'there are %s proofs: it takes 1 to %s', proofs.length, PROOFS_MAX);
		return null;
	}
	for (const one of proofs)
		signer ??= await checkOne(r, one, document, trust, options);
	return signer && leafOf(document, multikeyText(signer));
}

export async function verifyJson(r, bytes, trust, options) {
	if (!parseDocument(r, bytes))
		return;
	const entry = await checkProofs(r, trust, options);
	await verifyBody(r, options);
	await verifyLog(r, entry && await leafHash(entry), options);
	listFacts(r);
}
