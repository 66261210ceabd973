// PDF certificates (certs/verify/verify_pdf.c). The seal binds the page to the JSON that is attached to it: the page is believed because the issuer sealed it, the JSON
// because the issuer signed it, and both must be by the same issuer. A seal by a certificate whose key no DID document lists is left to bangvang-verify.

import {checkCms, CmsError} from './cms.js';
import {concat, hex} from './bytes.js';
import {parseLogProof} from './checkpoint.js';
import {sha256} from './crypto.js';
import {find, kindOf, stringOf} from './json.js';
import {NoteError} from './note.js';
import {member, PdfError, PdfFile, rawOf} from './pdf.js';
import {checkLater, findSeal} from './pdf_seal.js';
import {clip} from './text.js';
import {writeTime} from './time.js';
import {verifyJson} from './verify_json.js';

const PDF_MAX = 2 << 20;

const latin1 = new TextDecoder('latin1');
// One character for each byte: TextDecoder's "latin1" is windows-1252, in which 80 to 9F are others.
function textOf(bytes) {
	const text = latin1.decode(bytes);
	return text.replace(/[^\u0000-\u00ff]/g, c => String.fromCharCode(WINDOWS_1252.get(c)));
}
const WINDOWS_1252 = new Map(Array.from({length: 256}, (_, byte) => [latin1.decode(Uint8Array.of(byte)), byte]));

// What the sealed catalog says of the page: PieceInfo (ISO 32000-1 §14.5).
async function checkPieces(r, file, bytes) {
	const own = member(member(member(file.catalog(), 'PieceInfo'), 'BangVang'), 'Private');
	for (const [piece, name] of [['Credential', 'certificate.json'], ['Template', 'template.xml']]) {
		const {from, to} = file.attachment(name), hash = hex(await sha256(bytes.subarray(from, to)));
		if (rawOf(member(own, piece)).toLowerCase() !== `<${hash}>`) {
			r.fail('document', "trang in không được dựng từ tệp đính kèm '%s': mã băm không khớp", "the page was not drawn from the attached '%s': its hash is not the one recorded", name);
			return false;
		}
	}
	return true;
}

async function readFile(r, bytes) {
	if (bytes.length > PDF_MAX) {
		r.fail('document', 'lớn hơn %s byte', 'larger than %s bytes', PDF_MAX);
		return null;
	}
	try {
		const file = new PdfFile(textOf(bytes)), seal = findSeal(file), enclosed = checkLater(file, seal), {from, to} = file.attachment('certificate.json');
		if (!await checkPieces(r, file, bytes))
			return null;
		r.pass('document', 'PDF đọc được, %s byte, niêm phong phủ %s byte', 'readable PDF of %s bytes, %s of them sealed', bytes.length, seal.end);
		return {file, seal, enclosed, json: bytes.subarray(from, to)};
	} catch (error) {
		if (!(error instanceof PdfError))
			throw error;
		r.fail('document', 'tệp PDF: %s', 'the PDF: %s', error.message);
		return null;
	}
}

async function checkSeal(r, bytes, {seal, enclosed}) {
	const digest = await sha256(concat(bytes.subarray(0, seal.gap), bytes.subarray(seal.gapEnd, seal.end)));
	let found;
	try {
		found = await checkCms(Uint8Array.from(seal.cms.match(/../g) ?? [], pair => parseInt(pair, 16)), digest);
	} catch (error) {
		if (!(error instanceof CmsError))
			throw error;
		const check = error.invalid ? 'signature' : 'proof';
		r.fail(check, 'niêm phong của PDF: %s', "the PDF's seal: %s", error.message);
		return null;
	}
	r.pass('proof', 'niêm phong PDF: PAdES %s', 'PDF seal: PAdES %s', enclosed ? 'B-LT' : found.stamped ? 'B-T' : 'B-B');
	if (found.good === null)
		r.unchecked('signature', 'trình duyệt này không kiểm được chữ ký %s: dùng trình duyệt mới hơn', 'this browser cannot check signatures of %s: use a newer one', found.key.kind);
	else
		r.pass('signature', 'niêm phong khớp với cả trang và tệp đính kèm', 'the seal matches the page and what is attached to it');
	return found;
}

function checkSealTime(r, {claimed}, found, at) {
	if (claimed > at)
		r.fail('time', 'niêm phong ở tương lai: %s', 'sealed in the future: %s', writeTime(claimed));
	else if (found.stamped)
		r.pass('time', 'niêm phong lúc %s theo chính nó; trang này không kiểm dấu thời gian', 'sealed at %s as it says itself; this page does not look at its time stamp', writeTime(claimed));
	else
		r.pass('time', 'niêm phong lúc %s theo chính nó', 'sealed at %s, as it says itself', writeTime(claimed));
}

function checkSealKey(r, {claimed}, found, trust, at) {
	const issuer = find(r.document, 'issuer'), did = stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer), entry = trust?.findPublic(found.key), own = entry?.did === did;
	if (own && (!entry.asserts || entry.revoked <= at || entry.expires <= claimed))
		r.fail('key', '%s: khóa niêm phong không (hoặc không còn) được dùng để ký', "%s: the seal's key may not (or no longer) sign", clip(entry.source));
	else if (own)
		r.pass('key', 'niêm phong: khóa của đơn vị cấp trong %s', 'seal: a key of the issuer in %s', clip(entry.source));
	else if (!trust)
		r.unchecked('key', 'không đọc được thư mục tin cậy', 'the trust folder could not be read');
	else if (entry)
		r.fail('key', "niêm phong là của người khác (%s), không phải của đơn vị cấp '%s'", "the seal is somebody else's (%s), not that of the issuer '%s'", clip(found.subject), clip(did));
	else
		r.unchecked('key', 'niêm phong bằng chứng thư %s: trang này không lần theo chuỗi chứng thư, bangvang-verify thì có',
			'sealed with the certificate %s: this page does not follow chains of certificates, bangvang-verify does', clip(found.subject));
}

// The proof that is attached, when the reader brought none of his own.
function takeProof(r, file, bytes, options) {
	if (options.proof || !options.policy)
		return options;
	let place;
	try {
		place = file.attachment('certificate.tlog-proof');
	} catch (error) {
		if (error instanceof PdfError)
			return options;
		throw error;
	}
	try {
		return {...options, proof: parseLogProof(bytes.subarray(place.from, place.to))};
	} catch (error) {
		if (!(error instanceof NoteError))
			throw error;
		r.fail('log', 'bằng chứng đính kèm hỏng: %s', 'the attached proof is broken: %s', error.message);
		return options;
	}
}

export async function verifyPdf(r, bytes, trust, options) {
	const read = await readFile(r, bytes);
	if (!read)
		return;
	const found = await checkSeal(r, bytes, read);
	await verifyJson(r, read.json, trust, takeProof(r, read.file, bytes, options));
	if (!found)
		return;
	checkSealTime(r, read.seal, found, options.at);
	if (!r.document)
		return;
	checkSealKey(r, read.seal, found, trust, options.at);
	r.pass('shape', 'trang in: do đơn vị cấp niêm phong; chương trình này không dựng lại trang', 'the page: as the issuer sealed it; this program does not draw it again');
}
