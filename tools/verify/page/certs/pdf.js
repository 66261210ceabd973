// A PDF file as a chain of revisions (ISO 32000-1 §7.5.6), its objects and its attachments, read strictly (certs/pdf/pdf_value.c, pdf_file.c): only classic
// cross-reference tables, each object inside the revision that lists it, nothing before, between or after the revisions. What two programs could read
// differently (a name twice in a dictionary, escapes in names) is no value here. The file is a text of one character for each byte.

const DEPTH_MAX = 16, MEMBERS_MAX = 128, REVISIONS_MAX = 8, OBJECTS_MAX = 8192;

export class PdfError extends Error {}

const refuse = (bad, what) => {
	if (bad)
		throw new PdfError(what);
};

// ---- Values: {kind, from, to} of the text; null: there is none, it is broken, too deep or too large ----

const SPACE = /(?:[\0\t\n\f\r ]|%[^\n\r]*)*/y, WORD = /[^\0\t\n\f\r ()<>[\]{}/%]*/y, HEX = /<[0-9A-Fa-f]*>/y, NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/, DIGITS = /^[0-9]{1,10}$/;

function match(pattern, text, at) {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0] ?? null;
}

const skip = (text, at, to) => Math.min(to, at + match(SPACE, text, at).length);
const word = (text, at, to) => match(WORD, text, at).slice(0, Math.max(0, to - at));

function readString(text, at, to) {
	let open = 0;
	for (; at < to; at++) {
		const c = text[at];
		if (c === '\\')
			at++;
		else if (c === '(')
			open++;
		else if (c === ')' && --open === 0)
			return at + 1;
	}
	return -1;
}

function readArray(text, at, to, depth) {
	for (at = skip(text, at + 1, to); text[at] !== ']' || at >= to; at = skip(text, at, to)) {
		const value = readAt(text, at, to, depth);
		if (!value)
			return -1;
		at = value.to;
	}
	return at + 1;
}

function readDict(text, at, to, depth) {
	const names = new Set();
	for (at = skip(text, at + 2, to); !(text.startsWith('>>', at) && at + 2 <= to); at = skip(text, at, to)) {
		const name = text[at] === '/' && at < to ? word(text, at + 1, to) : '';
		if (!name || name.includes('#') || names.has(name) || names.size === MEMBERS_MAX)
			return -1;
		names.add(name);
		const value = readAt(text, at + 1 + name.length, to, depth);
		if (!value)
			return -1;
		at = value.to;
	}
	return at + 2;
}

// "12 0 R" begins like the number 12.
function readReference(text, at, to) {
	const middle = skip(text, at, to), generation = word(text, middle, to), last = skip(text, middle + generation.length, to);
	return DIGITS.test(generation) && word(text, last, to) === 'R' ? last + 1 : -1;
}

function readAt(text, start, to, depth = DEPTH_MAX) {
	const from = skip(text, start, to), found = (kind, end) => end > from && end <= to ? {text, kind, from, to: end} : null;
	if (from >= to || depth === 0)
		return null;
	switch (text[from]) {
	case '/': {
		const name = word(text, from + 1, to);
		return name ? found('name', from + 1 + name.length) : null;
	}
	case '(':
		return found('string', readString(text, from, to));
	case '[':
		return found('array', readArray(text, from, to, depth - 1));
	case '<':
		return text[from + 1] === '<' ? found('dict', readDict(text, from, to, depth - 1)) : found('hex', from + (match(HEX, text, from)?.length ?? -1));
	default: {
		const w = word(text, from, to), end = from + w.length, reference = DIGITS.test(w) ? readReference(text, end, to) : -1;
		if (w === 'true' || w === 'false' || w === 'null')
			return found(w === 'null' ? 'null' : 'bool', end);
		return NUMBER.test(w) ? found(reference > 0 ? 'ref' : 'number', reference > 0 ? reference : end) : null;
	}
	}
}

export const rawOf = value => value ? value.text.slice(value.from, value.to) : '';

// [name, value] of a dictionary; elements of an array.
export function members(dict) {
	const out = [];
	if (dict?.kind !== 'dict')
		return out;
	for (let at = skip(dict.text, dict.from + 2, dict.to - 2); at < dict.to - 2;) {
		const name = word(dict.text, at + 1, dict.to - 2), value = readAt(dict.text, at + 1 + name.length, dict.to - 2);
		out.push([name, value]);
		at = skip(dict.text, value.to, dict.to - 2);
	}
	return out;
}

export const member = (dict, name) => members(dict).find(([known]) => known === name)?.[1];

export function elements(array) {
	const out = [];
	if (array?.kind !== 'array')
		return out;
	for (let value = readAt(array.text, array.from + 1, array.to - 1); value; value = readAt(array.text, value.to, array.to - 1))
		out.push(value);
	return out;
}

export const allOf = (array, kind) => array?.kind === 'array' && elements(array).every(value => value.kind === kind) ? elements(array).length : -1;
export const isName = (value, name) => value?.kind === 'name' && rawOf(value) === '/' + name;
export const intOf = value => value?.kind === 'number' && DIGITS.test(rawOf(value)) ? Number(rawOf(value)) : null;
export const stringOf = value => value?.kind === 'string' && !/[\\\r]/.test(rawOf(value)) ? rawOf(value).slice(1, -1) : '';

export function refOf(value) {
	const m = value?.kind === 'ref' ? /^([0-9]+)[^0-9]+0[^0-9]/.exec(rawOf(value)) : null;
	return m && Number(m[1]) < 2 ** 32 ? Number(m[1]) : null;
}

// ---- Revisions ----

const END = /startxref\r?\n([0-9]{1,10})(?![0-9])/y, XREF = /xref\r?\n/y, SECTION = /([0-9]{1,10}) ([0-9]{1,10})\r?\n/y, ENTRY = /([0-9]{10}) ([0-9]{5}) ([nf])(?: \n|\r\n)/y;
const TAIL = /[\0\t\n\f\r ]*startxref\r?\n([0-9]{1,10})\r?\n%%EOF(?:\r?\n)?/y, HEAD = /([0-9]{1,10}) ([0-9]{1,10}) obj/y;

function exec(pattern, text, at) {
	pattern.lastIndex = at;
	return pattern.exec(text);
}

function findTable(text) {
	for (let at = text.length - 1; at >= Math.max(0, text.length - 64); at--) {
		const m = exec(END, text, at);
		if (m && Number(m[1]) < text.length)
			return Number(m[1]);
	}
	throw new PdfError('PDF §7.5.5: the file does not end with the place of its cross-reference table: it is cut, or something was appended');
}

export class PdfFile {
	constructor(text) {
		this.text = text;
		this.revisions = []; // newest first: {start, xref, end, trailer}
		this.objects = new Map(); // by number: {at, value}
		this.count = 0;
		refuse(!text.startsWith('%PDF-1.'), 'PDF §7.5.2: it does not begin with %PDF-1.');
		this.readRevisions();
		for (const revision of this.revisions)
			this.readSections(revision);
		this.root = refOf(member(this.revisions[0].trailer, 'Root'));
		refuse(this.root === null || !isName(member(this.catalog(), 'Type'), 'Catalog'), 'PDF §7.7.2: there is no catalog');
	}

	readRevisions() {
		let table = findTable(this.text), end = this.text.length;
		for (;;) {
			refuse(this.revisions.length === REVISIONS_MAX, `more than ${REVISIONS_MAX} revisions`);
			const revision = this.readTrailer(table, end), newer = this.revisions.at(-1), prev = member(revision.trailer, 'Prev'), place = intOf(prev);
			refuse(!newer && revision.end !== end, `there are ${end - revision.end} bytes after the end of the PDF file`);
			refuse(prev && (place === null || place >= table), `PDF §7.5.6: the table before the one at byte ${table} is not before it`);
			refuse(newer && revision.end > newer.xref, 'PDF §7.5.6: two revisions overlap');
			if (newer)
				newer.start = revision.end;
			this.revisions.push(revision);
			if (!prev)
				return;
			end = table;
			table = place;
		}
	}

	readTrailer(table, end) {
		const {text} = this, xref = exec(XREF, text, table);
		refuse(!xref, `PDF §7.5.4: no cross-reference table at byte ${table}: tables packed as streams (PDF 1.5) are not read`);
		let at = table + xref[0].length;
		while (!text.startsWith('trailer', at)) {
			const section = exec(SECTION, text, at), next = section ? at + section[0].length + 20 * Number(section[2]) : Infinity;
			refuse(!section || Number(section[2]) > OBJECTS_MAX || next > end, `PDF §7.5.4: the cross-reference table is broken near byte ${at}`);
			at = next;
		}
		const trailer = readAt(text, at + 'trailer'.length, end), tail = trailer?.kind === 'dict' ? exec(TAIL, text, trailer.to) : null;
		refuse(trailer?.kind !== 'dict', 'PDF §7.5.5: the trailer is no dictionary');
		refuse(!tail || Number(tail[1]) !== table || trailer.to + tail[0].length > end, 'PDF §7.5.5: a revision does not end with the place of its own table');
		refuse(member(trailer, 'XRefStm') || member(trailer, 'Encrypt'), 'PDF §7.5.8: hybrid or encrypted files are not read');
		return {start: 0, xref: table, end: trailer.to + tail[0].length, trailer};
	}

	readSections(revision) {
		let at = revision.xref + exec(XREF, this.text, revision.xref)[0].length;
		while (!this.text.startsWith('trailer', at)) {
			const section = exec(SECTION, this.text, at), first = Number(section[1]), count = Number(section[2]);
			refuse(first + count > OBJECTS_MAX, `more than ${OBJECTS_MAX} objects`);
			this.count = Math.max(this.count, first + count);
			at += section[0].length;
			for (let number = first; number < first + count; number++, at += 20)
				this.readEntry(revision, number, exec(ENTRY, this.text, at));
		}
	}

	readEntry(revision, number, entry) {
		const place = Number(entry?.[1]), used = entry?.[3] === 'n';
		// An object that a later revision takes away would be there for some readers only.
		const fits = used ? number > 0 && Number(entry[2]) === 0 && place >= revision.start && place < revision.xref : number === 0 || revision.start === 0;
		refuse(!entry || !fits, `PDF §7.5.4: the entry of object ${number} in the cross-reference table is broken, or points outside its revision`);
		const known = this.objects.get(number), head = used ? exec(HEAD, this.text, place) : null;
		// What is listed twice, one reader would find here and another there.
		refuse(used && known && known.at < revision.end, `PDF §7.5.4: object ${number} is listed twice`);
		if (!used || known)
			return;
		const value = head && Number(head[1]) === number && Number(head[2]) === 0 ? readAt(this.text, place + head[0].length, revision.xref) : null;
		refuse(!value, `PDF §7.3.10: object ${number} is not where the cross-reference table says (byte ${place})`);
		this.objects.set(number, {at: place, value});
	}

	catalog() {
		return this.objects.get(this.root)?.value;
	}

	// What a reference points to, or the value itself.
	follow(value) {
		if (value?.kind !== 'ref')
			return value;
		const to = this.objects.get(refOf(value))?.value;
		return to?.kind === 'ref' ? undefined : to;
	}

	// The bytes of a stream without filters, by its number.
	stream(number) {
		const dict = this.objects.get(number)?.value, length = intOf(member(dict, 'Length')), {text} = this;
		refuse(dict?.kind !== 'dict', `PDF §7.3.8: object ${number} is no stream`);
		refuse(member(dict, 'Filter') || member(dict, 'F'), `PDF §7.3.8: the stream of object ${number} is packed or elsewhere: ours are neither`);
		const at = dict.to + /^[\0\t\n\f\r ]*/.exec(text.slice(dict.to, dict.to + 100))[0].length, from = at + 'stream\n'.length;
		refuse(length === null || !text.startsWith('stream\n', at) || length > text.length - from, `PDF §7.3.8: the stream of object ${number} has no length, or no beginning`);
		refuse(!text.startsWith('\nendstream\nendobj\n', from + length), `PDF §7.3.8: the stream of object ${number} does not end where its length says`);
		return {from, to: from + length};
	}

	// The file attached under that name (§7.11.4, in the tree of names of the catalog, which must be one flat list).
	attachment(name) {
		const tree = this.follow(member(this.follow(member(this.catalog(), 'Names')), 'EmbeddedFiles')), list = elements(member(tree, 'Names'));
		let found = null;
		for (let i = 0; i + 1 < list.length; i += 2) {
			if (stringOf(list[i]) !== name)
				continue;
			refuse(found, `two files are attached as '${name}'`);
			const number = refOf(member(member(this.follow(list[i + 1]), 'EF'), 'F'));
			refuse(number === null, `PDF §7.11.4: the attachment '${name}' has no contents`);
			found = this.stream(number);
		}
		refuse(!found, `no file '${name}' is attached`);
		return found;
	}
}

export {readAt};
