// A QTI document as a tree that knows where in its text everything stands: what is translated is put back there, and all the rest stays as it is, byte for byte. Only for
// documents that the server has read as well-formed; browsers' own parsers would want HTML from text, which the policy of our pages forbids.
export interface Spot {
	start: number;
	end: number;
	text: string; // decoded
}

export interface Attribute extends Spot {
	name: string;
}

export interface Element {
	name: string; // without prefix
	attributes: Attribute[];
	children: (Element | Spot)[];
	parent: Element | null;
	nameEnd: number; // where its name ends in the start tag
}

export const isElement = (node: Element | Spot): node is Element => 'attributes' in node;

const entities: Record<string, string> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
export const decode = (s: string): string => s.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (all, name: string) =>
	name.startsWith('#x') ? String.fromCodePoint(parseInt(name.slice(2), 16)) : name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : entities[name] ?? all);
const escapes: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
export const encode = (s: string): string => s.replace(/[&<>"']/g, c => escapes[c] ?? c);

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

// Where a start tag's attributes end; values may have '>' in them.
function readTag(xml: string, at: number, parent: Element | null): {element: Element; end: number; empty: boolean} {
	const name = /[^\s/>]+/y;
	name.lastIndex = at + 1;
	const own = name.exec(xml)?.[0] ?? '', element: Element = {name: local(own), attributes: [], children: [], parent, nameEnd: at + 1 + own.length};
	const attribute = /\s*([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')/y;
	let end = element.nameEnd;
	attribute.lastIndex = end;
	for (let found = attribute.exec(xml); found; found = attribute.exec(xml)) {
		const value = found[2] ?? '';
		end = attribute.lastIndex;
		element.attributes.push({name: found[1] ?? '', start: end - value.length + 1, end: end - 1, text: decode(value.slice(1, -1))});
	}
	const close = xml.indexOf('>', end);
	return {element, end: close < 0 ? xml.length : close + 1, empty: xml[close - 1] === '/'};
}

export function parse(xml: string): Element {
	let root: Element | null = null, current = null as Element | null;
	const skip = (end: string, at: number) => {
		const found = xml.indexOf(end, at);
		return found < 0 ? xml.length : found + end.length;
	};
	for (let at = 0; at < xml.length;) {
		if (xml.startsWith('<!--', at)) {
			at = skip('-->', at + 4);
		} else if (xml.startsWith('<![CDATA[', at)) {
			const end = skip(']]>', at);
			current?.children.push({start: at, end, text: xml.slice(at + 9, end - 3)});
			at = end;
		} else if (xml.startsWith('<?', at)) {
			at = skip('?>', at);
		} else if (xml.startsWith('<!', at)) {
			at = skip('>', at);
		} else if (xml.startsWith('</', at)) {
			at = skip('>', at);
			current = current?.parent ?? null;
		} else if (xml[at] === '<') {
			const {element, end, empty}: {element: Element; end: number; empty: boolean} = readTag(xml, at, current);
			root ??= element;
			current?.children.push(element);
			if (!empty)
				current = element;
			at = end;
		} else {
			const next = xml.indexOf('<', at), end = next < 0 ? xml.length : next;
			current?.children.push({start: at, end, text: decode(xml.slice(at, end))});
			at = end;
		}
	}
	return root ?? {name: '', attributes: [], children: [], parent: null, nameEnd: 0};
}

export function* below(element: Element): Generator<Element> {
	for (const child of element.children)
		if (isElement(child)) {
			yield child;
			yield* below(child);
		}
}

export const attributeOf = (element: Element, name: string): string | undefined => element.attributes.find(a => a.name === name)?.text;
export const textOf = (element: Element): string => element.children.map(c => isElement(c) ? textOf(c) : c.text).join('').replace(/\s+/g, ' ').trim();

// ---- What is translated

export interface Segment extends Spot {
	part: 'title' | 'question' | 'choice' | 'feedback' | 'picture';
}

const SPOKEN = new Set(['alt', 'aria-label', 'title', 'label', 'placeholder-text', 'data-label']);
const LEFT = new Set(['math', 'style', 'script', 'qti-custom-operator', 'qti-template-block-rule', 'qti-printed-variable']);
const CHOICES = /^(qti-)?(simple-choice|simpleChoice|inline-choice|inlineChoice|gap-text|gapText|simple-associable-choice|simpleAssociableChoice|hottext)$/;
const FEEDBACK = /^(qti-)?(modal-feedback|modalFeedback|feedback-block|feedbackBlock|feedback-inline|feedbackInline|rubric-block|rubricBlock)$/;

function collect(element: Element, part: Segment['part'], all: Segment[]): void {
	if (LEFT.has(element.name))
		return;
	const own = CHOICES.test(element.name) ? 'choice' : FEEDBACK.test(element.name) ? 'feedback' : part;
	for (const a of element.attributes)
		if (SPOKEN.has(a.name) && a.text.trim())
			all.push({...a, part: 'picture'});
	for (const child of element.children)
		if (isElement(child))
			collect(child, own, all);
		else if (/[\p{L}\p{N}]/u.test(child.text))
			all.push({start: child.start, end: child.end, text: child.text, part: own});
}

// Title, question, choices, feedback and what is said of pictures, in the order of the document.
export function segmentsOf(xml: string): Segment[] {
	const root = parse(xml), all: Segment[] = [], title = root.attributes.find(a => a.name === 'title');
	if (title)
		all.push({...title, part: 'title'});
	for (const child of root.children)
		if (isElement(child) && (/^(qti-)?(item-body|itemBody)$/.test(child.name) || FEEDBACK.test(child.name)))
			collect(child, 'question', all);
	return all.sort((a, b) => a.start - b.start);
}

const spaces = (s: string): [string, string] => [/^\s*/.exec(s)?.[0] ?? '', /\s*$/.exec(s)?.[0] ?? ''];

// The document with other words and in another language; a segment without words keeps its own.
export function translated(xml: string, segments: readonly Segment[], words: readonly string[], language: string): string {
	const root = parse(xml), own = root.attributes.find(a => a.name === 'xml:lang');
	const edits: {start: number; end: number; text: string}[] = segments.flatMap((s, i) => {
		const [before, after] = spaces(s.text), word = words[i]?.trim();
		return word ? [{start: s.start, end: s.end, text: encode(before + word + after)}] : [];
	});
	edits.push(own ? {start: own.start, end: own.end, text: encode(language)} : {start: root.nameEnd, end: root.nameEnd, text: ` xml:lang="${encode(language)}"`});
	let out = xml;
	for (const e of edits.sort((a, b) => b.start - a.start))
		out = out.slice(0, e.start) + e.text + out.slice(e.end);
	return out;
}

// ---- What decides about right and wrong, and how it is shown: name → value

// By identifier, what a choice says.
export function choiceTexts(root: Element): Map<string, string> {
	const texts = new Map<string, string>();
	for (const e of below(root))
		if (CHOICES.test(e.name))
			texts.set(attributeOf(e, 'identifier') ?? '', textOf(e).slice(0, 60));
	return texts;
}

// The values of all correct responses: identifiers, pairs, words.
export function keysOf(root: Element): Set<string> {
	const correct = [...below(root)].filter(e => /^(qti-)?(correct-response|correctResponse)$/.test(e.name));
	return new Set(correct.flatMap(e => [...below(e)].map(textOf)));
}

export interface Fact {
	kind: 'key' | 'points' | 'outcome' | 'setting' | 'title' | 'scoring';
	of: string; // a response, an outcome, an interaction
	value: string;
}

const NOT_SETTINGS = new Set(['id', 'class', 'response-identifier', 'responseIdentifier', 'alt', 'aria-label', 'title', 'xmlns']);

export function factsOf(xml: string): Map<string, Fact> {
	const root = parse(xml), facts = new Map<string, Fact>(), texts = choiceTexts(root);
	const put = (fact: Fact) => {
		if (fact.value)
			facts.set(`${fact.kind} ${fact.of}`, fact);
	};
	const named = (value: string) => value.split(/\s+/).map(v => texts.get(v) ? `${v} (${texts.get(v)})` : v).join(' → ');
	put({kind: 'title', of: '', value: attributeOf(root, 'title') ?? ''});
	for (const e of below(root)) {
		const own = attributeOf(e, 'identifier') ?? '', inside = [...below(e)];
		if (/^(qti-)?(response-declaration|responseDeclaration)$/.test(e.name)) {
			const correct = inside.filter(x => /^(qti-)?(correct-response|correctResponse)$/.test(x.name)).flatMap(x => [...below(x)]);
			put({kind: 'key', of: own, value: correct.map(x => named(textOf(x))).join('; ')});
			const entries = inside.filter(x => /^(qti-)?(map-entry|mapEntry)$/.test(x.name));
			put({kind: 'points', of: own, value: entries.map(x => `${named(attributeOf(x, 'map-key') ?? attributeOf(x, 'mapKey') ?? '')} = ${attributeOf(x, 'mapped-value') ?? attributeOf(x, 'mappedValue') ?? ''}`).join('; ')});
		} else if (/^(qti-)?(outcome-declaration|outcomeDeclaration)$/.test(e.name)) {
			put({kind: 'outcome', of: own, value: textOf(e)});
		} else if (/(-interaction|Interaction)$/.test(e.name)) {
			const response = attributeOf(e, 'response-identifier') ?? attributeOf(e, 'responseIdentifier') ?? '';
			for (const a of e.attributes)
				if (!NOT_SETTINGS.has(a.name))
					put({kind: 'setting', of: `${response} ${a.name}`.trim(), value: a.text});
		} else if (/^(qti-)?(response-processing|responseProcessing)$/.test(e.name)) {
			put({kind: 'scoring', of: '', value: (attributeOf(e, 'template') ?? inside.map(x => `${x.name} ${x.attributes.map(a => a.text).join(' ')} ${x.children.length ? textOf(x) : ''}`).join(' ')).trim()});
		}
	}
	return facts;
}
