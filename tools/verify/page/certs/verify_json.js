// A certificate as JSON with Data Integrity proofs in it, of eddsa-rdfc-2022 and eddsa-jcs-2022 (certs/verify/verify_json.c).

import {listFacts} from './contents.js';
import {ED25519, verifies} from './crypto.js';
import {equalJson, find, kindOf, membersOf, stringOf, without} from './json.js';
import {leafOf} from './leaf.js';
import {leafHash} from './merkle.js';
import {multikeyText} from './multikey.js';
import {readSignature, signedBytes, signedBytesRdfc} from './proof.js';
import {ShapeError} from './rdfc.js';
import {isOurContext} from './rdfc_shape.js';
import {clip} from './text.js';
import {parseTime} from './time.js';
import {parseDocument, verifyBody} from './verify_body.js';
import {verifyIssuer, verifyKey} from './verify_issuer.js';
import {verifyLog} from './verify_log.js';
import {clockIsSet, verifyCreated} from './verify_time.js';

const PROOFS_MAX = 8, JCS = 'eddsa-jcs-2022', RDFC = 'eddsa-rdfc-2022';
const MEMBERS = ['@context', 'id', 'type', 'created', 'expires', 'cryptosuite', 'domain', 'challenge', 'nonce', 'proofValue', 'proofPurpose', 'verificationMethod'];

// What kind of proof it is; false when this page cannot go on.
function checkSuite(r, proof) {
	const type = stringOf(find(proof, 'type')), suite = stringOf(find(proof, 'cryptosuite'));
	if (!type) {
		r.fail('proof', "DI §2.1: proof không có 'type'", "DI §2.1: the proof has no 'type'");
		return false;
	}
	if (type !== 'DataIntegrityProof' || (suite !== JCS && suite !== RDFC)) {
		r.unchecked('proof', "loại '%s', bộ mật mã '%s': chương trình này chỉ kiểm được DataIntegrityProof với eddsa-rdfc-2022 và eddsa-jcs-2022",
			"type '%s', cryptosuite '%s': this program can check DataIntegrityProof with eddsa-rdfc-2022 and eddsa-jcs-2022 only", clip(type), clip(suite));
		return false;
	}
	const strange = membersOf(proof).find(([name]) => !MEMBERS.includes(name));
	if (strange)
		r.unchecked('proof', "không rõ ý nghĩa của thành phần '%s'", "the meaning of its member '%s' is not known", clip(strange[0]));
	return !strange;
}

// {suite, method, created, signature}, or null.
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
	const suite = find(proof, 'cryptosuite');
	r.pass('proof', 'DataIntegrityProof, %s', 'DataIntegrityProof, %s', suite);
	return {suite, method, created, signature};
}

// The quads of eddsa-rdfc-2022 say nothing of the contexts that they were made with: it must be those that this page knows.
function checkKnownContext(r, document) {
	if (isOurContext(find(document, '@context')))
		r.pass('context', 'là những ngữ cảnh mà chương trình này biết', 'those that this program knows');
	else
		r.unchecked('context', 'không phải những ngữ cảnh mà chương trình này biết', 'not those that this program knows');
}

// EDDSA §3.3.2 step 4 asks that the document's contexts begin with those of the proof. More in the document would be unsigned: refused.
function checkContext(r, proof, document) {
	const own = find(proof, '@context');
	if (own === undefined && find(proof, 'cryptosuite') === RDFC)
		checkKnownContext(r, document);
	else if (own === undefined)
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

async function checkSignature(r, key, proof, document, {suite, signature}) {
	let message;
	if (!key) {
		r.unchecked('signature', 'không có khóa để kiểm', 'there is no key to check it with');
		return;
	}
	try {
		message = suite === JCS ? await signedBytes(document, proof) : await signedBytesRdfc(document, proof);
	} catch (error) {
		if (!(error instanceof ShapeError))
			throw error;
		r.unchecked('signature', 'eddsa-rdfc-2022: chương trình này chỉ chuẩn hóa được chứng chỉ có cấu trúc của Bảng Vàng: %s',
			"eddsa-rdfc-2022: this program can make the canonical form of certificates of Bang Vang's shape only: %s", error.message);
		return;
	}
	const good = await verifies(key, message, signature);
	if (good)
		r.pass('signature', '%s khớp với nội dung', '%s matches the contents', suite);
	else if (good === null)
		r.unchecked('signature', 'trình duyệt này không kiểm được chữ ký %s: dùng trình duyệt mới hơn', 'this browser cannot check signatures of %s: use a newer one', key.kind);
	else
		r.fail('signature', '%s KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi', '%s does not match the contents: contents, signature or key were changed', suite);
}

// before: what was found of the key of the proof before, {method, created, key}. Two proofs of one key and time: it is the same, and is said once.
async function checkOne(r, proof, document, trust, options, before) {
	if (kindOf(proof) !== 'object') {
		r.fail('proof', 'proof phải là một đối tượng', 'a proof must be an object');
		return;
	}
	const read = checkProof(r, proof), issuer = find(document, 'issuer');
	if (!read)
		return;
	checkContext(r, proof, document);
	if (before.method !== read.method || before.created !== read.created) {
		const named = {...read, issuer: stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer), kind: ED25519};
		if (!verifyIssuer(r, named))
			return;
		Object.assign(before, read, {key: verifyKey(r, named, trust, options)});
	}
	await checkSignature(r, before.key, proof, document, read);
	checkProofTime(r, proof, read.created, options.at);
}

// DI §2.1.1: a set of proofs. All must pass. Returns the certificate's entry in the public log, under the first key that signed it; or null.
async function checkProofs(r, trust, options) {
	const proof = find(r.document, 'proof'), proofs = Array.isArray(proof) ? proof : proof === undefined ? [] : [proof], document = without(r.document, 'proof');
	const before = {};
	let signer = null;
	if (proofs.length === 0 || proofs.length > PROOFS_MAX) {
		r.fail('proof', 'có %s bằng chứng: cần từ 1 đến %s', 'there are %s proofs: it takes 1 to %s', proofs.length, PROOFS_MAX);
		return null;
	}
	for (const one of proofs) {
		await checkOne(r, one, document, trust, options, before);
		signer ??= before.key;
	}
	return signer && leafOf(document, multikeyText(signer));
}

export async function verifyJson(r, bytes, trust, options) {
	if (!parseDocument(r, bytes))
		return;
	const entry = await checkProofs(r, trust, options);
	await verifyBody(r, options);
	await verifyLog(r, entry && await leafHash(entry), options);
	listFacts(r, bytes.length);
}
