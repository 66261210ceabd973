/* JsonML to DOM. The server delivers by allow-list; this is the second one, on this side: what it does not name is not made. */
import {h} from '../lib/dom';
import type {Attributes, JsonML} from './types';

const words = (s: string): Set<string> => new Set(s.split(' '));

const html = words(
	'a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em ' +
		'figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li mark nav ol p picture pre q rb rp rt ruby s samp section small ' +
		'source span strong sub summary sup table tbody td tfoot th thead time tr track u ul var video wbr',
);
const math = words(
	'math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt ' +
		'mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none',
);
const boxes = words(
	'qti-item-body qti-stimulus-body qti-rubric-block qti-feedback-block qti-modal-feedback qti-assessment-test ' +
		'qti-test-feedback qti-position-object-stage qti-simple-match-set',
);
/* Everywhere; aria-… and data-… besides. */
const everywhere = words('class dir id lang role title');
const some = words(
	'abbr alt colspan controls datetime default for headers height href kind label loop open poster preload reversed rowspan scope ' +
		'span src srclang start type value width',
);
const formulas = words(
	'accent accentunder alttext close columnalign columnlines columnspan depth display displaystyle fence form height ' +
		'largeop linethickness lspace mathvariant maxsize minsize movablelimits notation open rowalign rowlines rowspan rspace scriptlevel separator ' +
		'separators stretchy symmetric width',
);
const references = words('aria-controls aria-describedby aria-details aria-flowto aria-labelledby aria-owns for headers id');

export interface Making {
	/** Before every id: two pages may be mounted beside each other. */
	readonly prefix: string;
	media(url: string): string;
	/** Elements that are not just shown; null makes nothing, undefined leaves it to the tables. */
	special(name: string, node: JsonML): Node | null | undefined;
}

export const attributes = (node: JsonML): Attributes => {
	const second = node[1];
	return second && typeof second === 'object' && !Array.isArray(second) ? (second as Attributes) : {};
};

export const children = (node: JsonML): (JsonML | string)[] =>
	node.slice(1).filter((c): c is JsonML | string => typeof c === 'string' || Array.isArray(c));

export const elements = (node: JsonML, ...names: string[]): JsonML[] =>
	children(node).filter((c): c is JsonML => typeof c !== 'string' && names.includes(c[0]));

export const text = (node: JsonML | string): string =>
	typeof node === 'string' ? node : node[0] === 'img' ? String(attributes(node).alt ?? '') : children(node).map(text).join('');

function attribute(made: Element, name: string, value: string, is: (n: string) => boolean, making: Making): void {
	if (references.has(name))
		value = value
			.split(' ')
			.map(id => making.prefix + id)
			.join(' ');
	else if (name === 'class')
		value = value
			.split(' ')
			.filter(w => w.startsWith('qti-'))
			.join(' ');
	else if (name === 'href') value = /^#i\d+$/.test(value) ? '#' + making.prefix + value.slice(1) : '';
	else if (name === 'src' || name === 'poster') value = value.startsWith('media:sha256-') ? making.media(value) : '';
	if (value && (is(name) || /^(aria|data)-[a-z-]+$/.test(name))) made.setAttribute(name, value);
}

/** The attributes that any element may have, onto one that was made otherwise. */
export function dress(made: Element, node: JsonML, making: Making): void {
	for (const [name, value] of Object.entries(attributes(node))) attribute(made, name, String(value), n => everywhere.has(n), making);
	const quiet = attributes(node)['data-qti-suppress-tts'];
	if (quiet === 'all' || quiet === 'screen-reader') made.setAttribute('aria-hidden', 'true');
}

export function build(node: JsonML | string, making: Making): Node | null {
	if (typeof node === 'string') return document.createTextNode(node);
	const name = node[0],
		special = making.special(name, node);
	if (special !== undefined) return special;
	const is_math = math.has(name);
	let made: Element;
	if (is_math) made = document.createElementNS('http://www.w3.org/1998/Math/MathML', name);
	else if (html.has(name)) made = document.createElement(name);
	else if (boxes.has(name)) made = h('div', {class: 'q-' + name.slice(4)});
	else if (name === 'qti-feedback-inline') made = h('span', {class: 'q-feedback-inline'});
	else return null;
	const own = made.className;
	dress(made, node, making);
	for (const [attr, value] of Object.entries(attributes(node))) attribute(made, attr, String(value), n => (is_math ? formulas : some).has(n), making);
	if (own) made.className = own + ' ' + made.className;
	if (name === 'th' && !made.hasAttribute('scope')) made.setAttribute('scope', 'col');
	fill(made, node, making);
	return name === 'table' ? h('div', {class: 'q-table'}, made) : made;
}

export const fill = (made: Node, node: JsonML, making: Making): void => {
	for (const child of children(node)) {
		const one = build(child, making);
		if (one) made.appendChild(one);
	}
};
