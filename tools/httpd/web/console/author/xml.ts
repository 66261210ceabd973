// XML as it was written: what is read and written again is the same, byte for byte, but for what was changed in between. Not a judge: the server says what is
// wrong with a document; one that this cannot read is edited as source.

export interface Attr {
	before: string; // white space
	name: string;
	raw: string;    // escaped, with its quotes
	equals: string; // "=" with what is around it
}

export interface Elem {
	kind: 'element';
	name: string;
	attrs: Attr[];
	tail: string;    // before ">" or "/>"
	empty: boolean;  // <a/>
	children: XNode[];
	close: string;   // "</a>"
}

export interface Text {
	kind: 'text';
	raw: string;
	fresh?: boolean; // a line of its own for what was put in: how deep it stands is known when it is written
}

// Comments, CDATA, processing instructions, the declaration: never looked into.
export interface Raw {
	kind: 'raw';
	raw: string;
}

export type XNode = Elem | Text | Raw;
export interface Doc {
	nodes: XNode[];
	root: Elem;
}

const NAME = /[A-Za-z_:\u00c0-\uffff][-\w.:\u00b7\u00c0-\uffff]*/y, ATTR = /(\s+)([^\s=/>"'<]+)(\s*=\s*)("[^"<]*"|'[^'<]*')/y, TAIL = /(\s*)(\/?)>/y;

function at(pattern: RegExp, text: string, i: number): RegExpExecArray | null {
	pattern.lastIndex = i;
	return pattern.exec(text);
}

// null: it is not well-formed, or has a DOCTYPE.
export function parseXml(text: string): Doc | null {
	const top: XNode[] = [], open: Elem[] = [];
	let here = top;
	for (let i = 0; i < text.length;) {
		if (text[i] !== '<') {
			const end = text.indexOf('<', i), raw = text.slice(i, end < 0 ? text.length : end);
			here.push({kind: 'text', raw});
			i += raw.length;
			continue;
		}
		const special = text.startsWith('<!--', i) ? '-->' : text.startsWith('<![CDATA[', i) ? ']]>' : text.startsWith('<?', i) ? '?>' : '';
		if (special) {
			const end = text.indexOf(special, i);
			if (end < 0)
				return null;
			here.push({kind: 'raw', raw: text.slice(i, end + special.length)});
			i = end + special.length;
		} else if (text[i + 1] === '/') {
			const end = text.indexOf('>', i), element = open.pop();
			if (end < 0 || !element || text.slice(i + 2, end).trim() !== element.name)
				return null;
			element.close = text.slice(i, end + 1);
			here = open[open.length - 1]?.children ?? top;
			i = end + 1;
		} else {
			const name = at(NAME, text, i + 1);
			if (!name)
				return null;
			const element: Elem = {kind: 'element', name: name[0], attrs: [], tail: '', empty: false, children: [], close: ''};
			i += 1 + name[0].length;
			for (let a; (a = at(ATTR, text, i)); i += a[0].length)
				element.attrs.push({before: a[1]!, name: a[2]!, equals: a[3]!, raw: a[4]!});
			const tail = at(TAIL, text, i);
			if (!tail)
				return null;
			element.tail = tail[1]!;
			element.empty = tail[2] === '/';
			i += tail[0].length;
			here.push(element);
			if (!element.empty) {
				open.push(element);
				here = element.children;
			}
		}
	}
	const roots = top.filter((n): n is Elem => n.kind === 'element');
	return open.length || roots.length !== 1 ? null : {nodes: top, root: roots[0]!};
}

const lineAt = (depth: number): string => '\n' + '  '.repeat(Math.max(depth, 0));

export function writeNode(node: XNode, depth = 0): string {
	if (node.kind !== 'element')
		return node.kind === 'text' && node.fresh ? lineAt(depth) : node.raw;
	const start = `<${node.name}${node.attrs.map(a => a.before + a.name + a.equals + a.raw).join('')}${node.tail}`;
	if (node.empty && !node.children.length)
		return `${start}/>`;
	const last = node.children[node.children.length - 1], closes = node.children.some(c => c.kind === 'text' && c.fresh) && last?.kind === 'element';
	return `${start}>${node.children.map(c => writeNode(c, depth + 1)).join('')}${closes ? lineAt(depth) : ''}${node.close || `</${node.name}>`}`;
}

export const writeXml = (doc: Doc): string => doc.nodes.map(n => writeNode(n)).join('');

// ---- Text

const entities: Record<string, string> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
export const decode = (raw: string): string => raw.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex?: string, dec?: string, name?: string) =>
	hex ? String.fromCodePoint(parseInt(hex, 16)) : dec ? String.fromCodePoint(Number(dec)) : entities[name ?? ''] ?? all);
// What XML cannot have is not typed either.
const clean = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
export const encode = (text: string): string => clean(text).replace(/[&<>]/g, c => c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;');

export const textNode = (text: string): Text => ({kind: 'text', raw: encode(text)});

export function textOf(node: XNode): string {
	return node.kind === 'text' ? decode(node.raw) : node.kind === 'element' ? node.children.map(textOf).join('') : '';
}

// ---- Elements

export const isElement = (node: XNode | undefined, ...names: string[]): node is Elem => node?.kind === 'element' && (!names.length || names.includes(node.name));
export const elementsOf = (parent: Elem, ...names: string[]): Elem[] => parent.children.filter((n): n is Elem => isElement(n, ...names));
export const childOf = (parent: Elem, ...names: string[]): Elem | undefined => elementsOf(parent, ...names)[0];

export function* walk(node: Elem): Generator<Elem> {
	yield node;
	for (const child of node.children)
		if (child.kind === 'element')
			yield* walk(child);
}

export function attr(element: Elem, name: string): string {
	const found = element.attrs.find(a => a.name === name);
	return found ? decode(found.raw.slice(1, -1)) : '';
}

// null takes it away.
export function setAttr(element: Elem, name: string, value: string | null): void {
	const found = element.attrs.find(a => a.name === name), raw = value === null ? '' : `"${encode(value).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')}"`;
	if (value === null)
		element.attrs = element.attrs.filter(a => a !== found);
	else if (found)
		found.raw = raw;
	else
		element.attrs.push({before: ' ', name, equals: '=', raw});
}

export function newElement(name: string, attrs: Record<string, string> = {}, children: XNode[] = []): Elem {
	const element: Elem = {kind: 'element', name, attrs: [], tail: '', empty: !children.length, children, close: ''};
	for (const [key, value] of Object.entries(attrs))
		setAttr(element, key, value);
	return element;
}

export function setText(element: Elem, text: string): void {
	element.children = text ? [textNode(text)] : [];
	element.empty = element.empty && !text;
}

const isBlank = (node: XNode | undefined): node is Text => node?.kind === 'text' && !node.raw.trim();

// The white space before the first child that is no text, or a line of its own.
function lineOf(parent: Elem): Text {
	const i = parent.children.findIndex(n => n.kind !== 'text'), before = parent.children[i - 1];
	return i > 0 && isBlank(before) && !before.fresh ? {kind: 'text', raw: before.raw} : {kind: 'text', raw: '', fresh: true};
}

// As a child, on a line of its own as its neighbours are; before that one, or at the end.
export function insert(parent: Elem, node: XNode, before?: XNode): void {
	const line = lineOf(parent), i = before ? parent.children.indexOf(before) : -1;
	parent.empty = false;
	if (i >= 0) {
		parent.children.splice(i, 0, node, line);
		return;
	}
	const last = parent.children[parent.children.length - 1];
	if (isBlank(last) && !last.fresh)
		parent.children.splice(parent.children.length - 1, 0, line, node);
	else
		parent.children.push(line, node);
}

// With the white space before it.
export function remove(parent: Elem, node: XNode): void {
	const i = parent.children.indexOf(node), blank = isBlank(parent.children[i - 1]);
	if (i >= 0)
		parent.children.splice(blank ? i - 1 : i, blank ? 2 : 1);
}

// Changes places with another child.
export function swap(parent: Elem, a: XNode, b: XNode): void {
	const i = parent.children.indexOf(a), j = parent.children.indexOf(b);
	parent.children[i] = b;
	parent.children[j] = a;
}

export function parentOf(root: Elem, node: XNode): Elem | undefined {
	for (const element of walk(root))
		if (element.children.includes(node))
			return element;
	return undefined;
}

// An element from text: for what a new item begins with.
export function fragment(text: string): Elem {
	const doc = parseXml(text);
	if (!doc)
		throw new Error(`no XML: ${text}`);
	return doc.root;
}
