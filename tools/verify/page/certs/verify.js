// What kind of envelope is it (certs/verify/verify.c)? The bytes themselves say so, whatever a file is called.

import {Report} from './report.js';
import {trim} from './text.js';
import {verifyRemoved} from './verify_issuer.js';
import {verifyJson} from './verify_json.js';
import {verifyJwt} from './verify_jwt.js';
import {verifyPdf} from './verify_pdf.js';
import {verifyQr} from './verify_qr.js';
import {verifySdJwt} from './verify_sd_jwt.js';

const ENVELOPES = {
	'json': verifyJson,
	'jwt': verifyJwt,
	'sd-jwt': verifySdJwt,
	'qr': verifyQr,
	'pdf': verifyPdf,
};

const latin1 = bytes => {
	let out = '';
	for (let i = 0; i < bytes.length; i += 8192)
		out += String.fromCharCode(...bytes.subarray(i, i + 8192));
	return out;
};

// What is none of the others is taken for JSON, and the report says where that ends.
export function envelopeOf(bytes) {
	const LEAST = 64, all = latin1(bytes), text = trim(all), jwt = text.split('~', 1)[0];
	if (all.startsWith('%PDF-'))
		return 'pdf';
	if (bytes[0] === 0xd2)
		return 'qr';
	if (text.startsWith('{'))
		return 'json';
	if (text.length >= LEAST && jwt.split('.').length === 3 && /^[A-Za-z0-9_.~-]+$/.test(text))
		return jwt.length < text.length ? 'sd-jwt' : 'jwt';
	if (((text.startsWith('https://') || text.startsWith('HTTPS://')) && text.includes('#')) || /^[A-Z0-9]{2,4}:/.test(text) || (text.length >= LEAST && /^[A-Za-z0-9_-]+$/.test(text)))
		return 'qr';
	return 'json';
}

// Everything found, as a Report. Never fails: what could not be read is a finding too. trust null: there is no usable trust.
// options: {at: seconds, allowDidKey, status: StatusLists or null, policy: Policy or null, proof: LogProof or null}
export async function verify(bytes, trust, options) {
	const report = new Report();
	await ENVELOPES[envelopeOf(bytes)](report, bytes, trust, options);
	verifyRemoved(report, 0);
	return report;
}
