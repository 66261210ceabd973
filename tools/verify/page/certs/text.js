// Text of a file as it may be shown: what moves the cursor, turns the direction of writing or does not show at all is written as an escape (base/text.c).

import {utf8, utf8Text} from './bytes.js';

const CLIPPED = 200;
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\\]/gu;

export function safe(text) {
	return text.replace(UNSAFE, c => c === '\\' ? '\\\\' : c === '\n' ? '\\n' : Array.from({length: c.length}, (_, i) => '\\u' + c.charCodeAt(i).toString(16).padStart(4, '0')).join(''));
}

// The first bytes of a text; what is left of a character that was cut through is written as \xNN, as C does.
export function cut(text, count) {
	const bytes = utf8(text);
	if (bytes.length <= count)
		return text;
	let end = count;
	while (end > 0 && (bytes[end] & 0xc0) === 0x80)
		end--;
	return utf8Text(bytes.subarray(0, end)) + Array.from(bytes.subarray(end, count), byte => '\\x' + byte.toString(16).padStart(2, '0')).join('');
}

// As CLIP in certs/verify/report.h, in a format: 200 bytes, and up to the first NUL.
export const clip = text => cut(text, CLIPPED).split('\0', 1)[0];

export const trim = text => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
