// The template of a certificate's page as a form has it: its own document, byte for byte but for what is changed (author/xml.ts); and what the server says of it.
import {language} from '../../lib/words';
import {ask} from '../ask';
import {attr, childOf, decode, type Doc, type Elem, elementsOf, isElement, parseXml, setAttr, setText, textOf, writeNode, writeXml} from '../author/xml';
import landscape from '../../../../../certs/page/vn-a4-landscape.xml';
import portrait from '../../../../../certs/page/vn-a4-portrait.xml';

export const samples = ['typical', 'short', 'longest'] as const;
export type Sample = typeof samples[number];

export interface Finding {
	code: string;
	line?: number;
	about?: string;
	message?: string;
	sample: Sample;
	english: boolean;
}

export interface Advice {
	about: string;
	line: number;
	// of a form of Decree 30
	sizeHundredths?: number;
	leastHundredths?: number;
	mostHundredths?: number;
	bold?: boolean;
	italic?: boolean;
	upper?: boolean;
	// of two texts over each other
	other?: number;
	sample?: Sample;
}

export interface SaidTemplate {
	identifier: string;
	version: string;
	numberOf?: number; // the approved version that has this number already
	drawn?: {faults: Finding[]; advice: Advice[]};
	notDrawn?: string;
	notDrawnLine?: number;
}

export interface Drawn {
	width: number;
	height: number;
	png: string;
	said: {part: 'text' | 'area' | 'qr'; text: string}[];
	faults: Finding[];
}

export const drawTemplate = (text: string, sample: Sample, english: boolean): Promise<Drawn> => ask('POST', '/api/template-pages', {text, sample, english}, {timeout_ms: 90000});

// ---- A new one begins as a copy of a sample

// What the samples' remarks are called where people read them: a form has them as headings.
const headings: Record<string, string> = {
	'ground and frame': 'Nền và khung / Ground and frame', 'who issues; the country\'s name and motto': 'Cơ quan cấp; quốc hiệu, tiêu ngữ / Issuer; name and motto of the country', 'title': 'Tên chứng chỉ / Title',
	'whom': 'Người được cấp / Holder', 'portrait of the award': 'Kết quả theo lĩnh vực / Results by area', 'how to verify': 'Xác thực, mã QR / Verification, QR symbol',
	'place, date, who signs': 'Nơi, ngày cấp, người ký / Place, date, signature',
};
const named = (text: string): string => text.replace(/<!-- ([^\n]*?) -->/g, (all, words: string) => headings[words] ? `<!-- ${headings[words]} -->` : all)
	.replace(/<!-- A certificate's page[^]*?-->\n/, '').replace(/identifier="[^"]*" version="[^"]*"/, 'identifier="mau-chung-chi" version="1"');
export const first: Record<'landscape' | 'portrait', string> = {landscape: named(landscape), portrait: named(portrait)};

// ---- What is on it

export type Shape = Elem & {name: 'text' | 'chart' | 'qr' | 'rect' | 'line' | 'path' | 'rosette'};
const shapes = ['text', 'chart', 'qr', 'rect', 'line', 'path', 'rosette'];

export interface Group {
	heading: string; // the remark above it
	shapes: {element: Elem; line: number}[];
}

const count = (text: string): number => text.split('\n').length - 1;

// The shapes by the remarks above them, each with its line.
export function groupsOf(doc: Doc): Group[] {
	const groups: Group[] = [];
	let here: Group = {heading: '', shapes: []}, line = 1;
	for (const node of doc.nodes) {
		if (node !== doc.root) {
			line += count(writeNode(node));
			continue;
		}
		const start = writeNode({...doc.root, children: [], empty: true});
		line += count(start);
		for (const child of doc.root.children) {
			if (child.kind === 'raw' && child.raw.startsWith('<!--')) {
				here = {heading: child.raw.slice(4, -3).trim().replace(/\s+/g, ' '), shapes: []};
				groups.push(here);
			}
			if (isElement(child, ...shapes)) {
				if (!groups.length)
					groups.push(here);
				here.shapes.push({element: child, line});
			}
			line += count(writeNode(child));
		}
	}
	return groups.filter(g => g.shapes.length);
}

// "Vietnamese / English", in the language of the page.
export function headingOf(group: Group): string {
	const [vi = '', en] = group.heading.split(' / ');
	return (language === 'en' && en) || vi;
}

// ---- What a text says: marks as they stand, without the other things of XML

export const contentOf = (text: Elem): string => text.children.map(c => c.kind === 'text' ? decode(c.raw) : writeNode(c)).join('').replace(/\s+/g, ' ').trim();
export const plainOf = (text: Elem): string => contentOf(text).replace(/<[^>]*>/g, '');
const escapes: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};

// <b>, <i> and <br/> stay marks; every other sign stands for itself.
export function setContent(text: Elem, content: string): void {
	const raw = content.replace(/<\/?[bi]>|<br\/>|[&<>]/g, found => escapes[found] ?? found);
	const made = parseXml(`<text>${raw}</text>`) ?? parseXml(`<text>${content.replace(/[&<>]/g, c => escapes[c] ?? c)}</text>`);
	text.children = made?.root.children ?? [];
	text.empty = text.empty && !text.children.length;
}

// ---- Colours

export function coloursOf(doc: Doc): {colour: string; uses: number}[] {
	const uses = new Map<string, number>();
	for (const element of elementsOf(doc.root, ...shapes))
		for (const name of ['colour', 'fill']) {
			const colour = attr(element, name).toLowerCase();
			if (/^#[0-9a-f]{6}$/.test(colour))
				uses.set(colour, (uses.get(colour) ?? 0) + 1);
		}
	return [...uses].map(([colour, n]) => ({colour, uses: n}));
}

function recolour(doc: Doc, from: string, to: string): void {
	for (const element of elementsOf(doc.root, ...shapes))
		for (const name of ['colour', 'fill'])
			if (attr(element, name).toLowerCase() === from)
				setAttr(element, name, to);
}

// ---- Changes: text → text

export function changed(text: string, change: (doc: Doc) => void): string {
	const doc = parseXml(text);
	if (!doc)
		return text;
	change(doc);
	return writeXml(doc);
}

export const withColour = (text: string, from: string, to: string): string => changed(text, doc => recolour(doc, from, to));

// The shape of that place among all shapes.
export const withShape = (text: string, index: number, change: (element: Elem) => void): string => changed(text, doc => {
	const element = elementsOf(doc.root, ...shapes)[index];
	if (element)
		change(element);
});

const titleIn = (doc: Doc, lang: string): Elem | undefined => elementsOf(doc.root, 'title').find(e => attr(e, 'xml:lang') === lang);
export const titleOf = (doc: Doc, lang: string): string => {
	const title = titleIn(doc, lang) ?? (lang === 'vi' ? childOf(doc.root, 'title') : undefined);
	return title ? textOf(title) : ''; // as it is typed, with a space at its end
};
export const withTitle = (text: string, lang: string, title: string): string => changed(text, doc => {
	const element = titleIn(doc, lang);
	if (element)
		setText(element, title);
});
