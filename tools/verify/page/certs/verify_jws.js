// What VC-JWT and SD-JWT VC share in verification: algorithm, time of signing, key and signature of a JWS (certs/verify/verify_jws.c).

import {find} from './json.js';
import {checkJws} from './jws.js';
import {clip} from './text.js';
import {verifyKey} from './verify_issuer.js';
import {verifyCreated} from './verify_time.js';

// False: this page cannot go on.
export function verifyAlgorithm(r, jws) {
	if (jws.alg === 'none' || !jws.alg) {
		r.fail('proof', 'không có chữ ký nào (alg)', 'it has no signature (alg)');
		return false;
	}
	if (jws.alg !== 'ES256' || find(jws.header, 'crit') !== undefined || find(jws.header, 'b64') !== undefined) {
		r.unchecked('proof', "thuật toán '%s': chương trình này chỉ kiểm được ES256, không kèm điều kiện ('crit', 'b64')",
			"algorithm '%s': this program can check ES256 only, without conditions ('crit', 'b64')", clip(jws.alg));
		return false;
	}
	if (!jws.kid) {
		r.fail('proof', 'không nêu khóa (kid)', 'it names no key (kid)');
		return false;
	}
	return true;
}

// When it was signed by its own word, or undefined.
export function verifyIssuedAt(r, payload, options) {
	const iat = find(payload, 'iat'), created = typeof iat === 'bigint' ? Number(iat) : undefined;
	if (iat !== undefined && created === undefined)
		r.fail('time', "thời điểm ký 'iat' không phải số nguyên", "the time of signing, 'iat', is no integer");
	else if (iat !== undefined)
		verifyCreated(r, created, options.at);
	return created;
}

export async function verifyJws(r, jws, named, trust, options) {
	const key = verifyKey(r, named, trust, options);
	if (!key) {
		r.unchecked('signature', 'không có khóa để kiểm', 'there is no key to check it with');
		return;
	}
	tellSignature(r, await checkJws(jws, key), key);
}

// wrong: of checkJws or checkCose.
export function tellSignature(r, wrong, key) {
	if (wrong === '')
		r.pass('signature', 'khớp với nội dung', 'matches the contents');
	else if (wrong === null)
		r.unchecked('signature', 'trình duyệt này không kiểm được chữ ký %s: dùng trình duyệt mới hơn', 'this browser cannot check signatures of %s: use a newer one', key.kind);
	else
		r.fail('signature', 'KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi (%s)',
			'does not match the contents: contents, signature or key were changed (%s)', wrong);
}
