// The text of a paper certificate's QR symbol, "https://HOST/v#…": what stands after '#' is digits, the densest that a symbol holds, or base64url (certs/jose/qr.c).

import {base64url} from './bytes.js';
import {CborError} from './cbor.js';
import {trim} from './text.js';

const TEXT_MAX = 7089, GROUP = 7, DIGITS = [0, 3, 5, 8, 10, 13, 15, 17]; // digits of so many bytes

// Seven bytes are seventeen digits; null for what is never written.
function readDigits(text) {
	const out = [];
	for (let at = 0; at < text.length;) {
		const left = text.length - at, length = left >= DIGITS[GROUP] ? GROUP : DIGITS.indexOf(left), digits = text.slice(at, at + DIGITS[length]);
		if (length < 1 || !/^[0-9]+$/.test(digits) || BigInt(digits) >> BigInt(8 * length))
			return null;
		for (let i = length - 1; i >= 0; i--)
			out.push(Number(BigInt(digits) >> BigInt(8 * i) & 255n));
		at += DIGITS[length];
	}
	return Uint8Array.from(out);
}

export function parseQr(text) {
	const whole = trim(text), hash = whole.indexOf('#'), part = whole.slice(hash + 1);
	if (part.length > TEXT_MAX)
		throw new CborError(`longer than the ${TEXT_MAX} characters that a symbol holds`);
	const bytes = part ? readDigits(part) ?? base64url(part) : null;
	if (!bytes)
		throw new CborError("what stands after '#' is neither digits nor base64url");
	return bytes;
}
