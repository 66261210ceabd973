// RDF Dataset Canonicalization (RDFC-1.0) of graphs whose blank nodes all say something different, so that the hash of each one's own quads (§4.6, Hash First
// Degree Quads) labels them (certs/vc/rdfc.c). Where two do not, the graph is refused.

import {hex, utf8} from './bytes.js';
import {sha256} from './crypto.js';

const OWN_MAX = 32; // quads that a blank node is in

export class ShapeError extends Error {}

// Canonical form of N-Quads: ECHAR for seven characters, UCHAR for the other controls, all else as it is.
const SHORT = {'\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\'};
// eslint-disable-next-line no-control-regex
const escaped = text => text.replace(/[\u0000-\u001f"\\\u007f]/g, c => SHORT[c] ?? '\\u' + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0'));

// By code points: JavaScript's own order is that of UTF-16.
function byCodePoint(a, b) {
	const length = Math.min(a.length, b.length), weight = code => code >= 0xe000 ? code - 0x800 : code >= 0xd800 ? code + 0x2000 : code;
	for (let i = 0; i < length; i++)
		if (a.charCodeAt(i) !== b.charCodeAt(i))
			return weight(a.charCodeAt(i)) - weight(b.charCodeAt(i));
	return a.length - b.length;
}

// A graph is a set: what is there twice counts once.
const sorted = lines => [...new Set(lines)].sort(byCodePoint);

// A node is an IRI, or a number: a blank one.
export class Graph {
	constructor() {
		this.quads = []; // {subject, predicate, object: node or undefined, literal: text or undefined}
		this.blanks = 0;
	}

	blank() {
		return this.blanks++;
	}

	addNode(subject, predicate, object) {
		this.quads.push({subject, predicate, object});
	}

	addText(subject, predicate, text, datatype) {
		this.quads.push({subject, predicate, literal: `"${escaped(text)}"${datatype ? `^^<${datatype}>` : ''}`});
	}

	// The canonical N-Quads.
	async write() {
		const own = Array.from({length: this.blanks}, () => []), hashes = [];
		for (const quad of this.quads)
			for (const node of new Set([quad.subject, quad.object]))
				if (typeof node === 'number')
					own[node].push(quad);
		const line = ({subject, predicate, object, literal}, label) => {
			const node = value => typeof value === 'number' ? label(value) : `<${value}>`;
			return `${node(subject)} <${predicate}> ${literal ?? node(object)} .\n`;
		};
		for (const [blank, quads] of own.entries()) {
			if (quads.length > OWN_MAX)
				throw new ShapeError(`a node without a name is in more than ${OWN_MAX} statements`);
			hashes.push(hex(await sha256(utf8(sorted(quads.map(quad => line(quad, other => other === blank ? '_:a' : '_:z'))).join('')))));
		}
		if (new Set(hashes).size < hashes.length)
			throw new ShapeError('two nodes without a name say the same: RDFC-1.0 would need more than their own quads');
		const order = [...hashes].sort();
		return sorted(this.quads.map(quad => line(quad, blank => `_:c14n${order.indexOf(hashes[blank])}`))).join('');
	}
}
