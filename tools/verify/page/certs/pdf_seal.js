// The seal in a PDF file, found and measured; what came after it, judged (certs/pdf/pdf_seal.c, pdf_later.c). Attacks on sealed PDFs (incremental saving, shadow
// documents: pdf-insecurity.org) change what is shown by a revision that the seal does not cover. Here nothing may follow but one revision that adds a store of
// certificates and revocation lists, byte by byte of one form.

import {allOf, elements, intOf, isName, member, members, PdfError, PdfFile, rawOf, readAt, refOf, stringOf} from './pdf.js';
import {parseTime} from './time.js';

// What does not fit, rather than what cannot be read: the words for both are the same.
const refuse = (bad, what) => {
	if (bad)
		throw new PdfError(what);
};

function findField(file) {
	const form = file.follow(member(file.catalog(), 'AcroForm')), fields = member(form, 'Fields');
	refuse(!form, 'the PDF has no seal');
	refuse(allOf(fields, 'ref') !== 1, 'the PDF has not exactly one seal');
	const field = file.follow(elements(fields)[0]), signature = file.follow(member(field, 'V'));
	refuse(!isName(member(field, 'FT'), 'Sig') || !isName(member(signature, 'Type'), 'Sig') || !isName(member(signature, 'Filter'), 'Adobe.PPKLite') ||
		!isName(member(signature, 'SubFilter'), 'ETSI.CAdES.detached'), 'PAdES: the seal is not of the kind ETSI.CAdES.detached');
	return signature;
}

// "(D:20261122093000Z)".
function readMoment(value) {
	const m = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(stringOf(value));
	return m ? parseTime(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}Z`).time : undefined;
}

// {gap, gapEnd: the signature's own place, with its '<' and '>', end: of what is sealed, later: revisions after it, claimed: /M, cms: hexadecimal}
export function findSeal(file) {
	const signature = findField(file), contents = member(signature, 'Contents'), range = member(signature, 'ByteRange'), [zero, gap, gapEnd, rest] = elements(range).map(intOf);
	refuse(allOf(range, 'number') !== 4 || zero !== 0 || gap === null || gapEnd === null || rest === null || gap >= gapEnd || contents?.kind !== 'hex',
		'PDF §12.8.1: the seal has no ByteRange of four numbers from 0, or no contents in hexadecimal');
	refuse(gap !== contents.from || gapEnd !== contents.to, 'the seal leaves out other bytes than its own signature: what stands there could be anything');
	const later = file.revisions.findIndex(({start, xref}) => gap >= start && gap < xref), end = gapEnd + rest;
	refuse(later < 0 || end !== file.revisions[later].end, 'the seal does not cover the whole file up to its own end');
	const claimed = readMoment(member(signature, 'M'));
	refuse(claimed === undefined, 'PAdES §6.3: the seal does not say when it was made (/M, in UTC)');
	const cms = rawOf(contents).slice(1, -1);
	refuse(cms.length % 2, `${cms.length - 1} hexadecimal digits expected, ${cms.length} found`);
	return {gap, gapEnd, end, later, claimed, cms};
}

class Walk {
	constructor(file, sealed) {
		this.file = file;
		this.sealed = sealed;
		[this.last] = file.revisions;
		this.at = this.last.start;
		this.store = null; // number of the DSS dictionary
	}

	refuse(bad, what) {
		refuse(bad, `the file was changed after it was sealed: ${what} (byte ${this.at}); only certificates and revocation lists may be added`);
	}

	take(text, what) {
		this.refuse(!this.file.text.startsWith(text, this.at) || this.at + text.length > this.last.xref, what);
		this.at += text.length;
	}

	// The catalog as it was sealed, with "/DSS N 0 R" at its end.
	catalog(catalog) {
		const old = this.sealed.catalog();
		this.store = refOf(member(catalog, 'DSS'));
		this.refuse(this.store === null || member(old, 'DSS') || this.store < this.sealed.count || rawOf(catalog) !== `${rawOf(old).slice(0, -2)} /DSS ${this.store} 0 R >>`, 'its catalog');
		this.take('\nendobj\n', 'its catalog');
	}

	// << /Length N >> and N bytes.
	stream(dict) {
		const all = members(dict), length = all.length === 1 && all[0][0] === 'Length' ? intOf(all[0][1]) : null;
		this.refuse(length === null, 'an object that is no part of a store of certificates');
		this.take('\nstream\n', 'a stream');
		this.refuse(length > this.last.xref - this.at, 'a stream');
		this.at += length;
		this.take('\nendstream\nendobj\n', 'a stream');
	}

	dss(dict) {
		const known = ([name, value]) => name === 'Type' ? isName(value, 'DSS') : (name === 'Certs' || name === 'CRLs') && allOf(value, 'ref') > 0;
		this.refuse(!members(dict).every(known), 'the store of certificates has something else in it');
		this.take('\nendobj\n', 'the store of certificates');
	}

	object() {
		const {text, objects, root} = this.file, number = intOf(readAt(text, this.at, this.last.xref));
		this.refuse(number === null || objects.get(number)?.at !== this.at, 'there are bytes that belong to no object');
		this.take(`${number} 0 obj\n`, 'an object');
		const value = readAt(text, this.at, this.last.xref);
		this.refuse(!value, 'an object');
		this.at = value.to;
		if (number === root)
			return this.catalog(value);
		this.refuse(number < this.sealed.count, 'an object that was sealed has a new version');
		return number === this.store ? this.dss(value) : this.stream(value);
	}

	// The table lists what was walked over and nothing else; the trailer leads back to the sealed revision.
	table(walked) {
		const {trailer} = this.last, [before] = this.sealed.revisions;
		const fits = ([name, value]) => name === 'Size' ? intOf(value) === this.file.count : name === 'Prev' ? intOf(value) === before.xref
			: ['Root', 'Info', 'ID'].includes(name) && rawOf(value) === rawOf(member(before.trailer, name));
		this.refuse([...this.file.objects.values()].filter(({at}) => at >= this.last.start).length !== walked, 'its table of objects');
		this.refuse(!members(trailer).every(fits), 'its trailer');
	}
}

// How many certificates were added after the seal; throws when anything else was.
export function checkLater(file, seal) {
	if (!seal.later)
		return 0;
	refuse(seal.later > 1, `the file was changed ${seal.later} times after it was sealed; certificates and revocation lists may be added once`);
	const sealed = new PdfFile(file.text.slice(0, seal.end)), walk = new Walk(file, sealed);
	walk.refuse(file.root !== sealed.root, 'its catalog');
	let walked = 0;
	for (; walk.at < walk.last.xref; walked++)
		walk.object();
	walk.table(walked);
	return elements(member(file.objects.get(walk.store)?.value, 'Certs')).length;
}
