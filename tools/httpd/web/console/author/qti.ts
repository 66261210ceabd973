// A QTI 3 item as its form sees it: responses with their keys and points, how it is scored, what there is of interactions.
import {attr, childOf, type Doc, type Elem, elementsOf, fragment, insert, newElement, parseXml, remove, setAttr, setText, textNode, textOf, walk, writeXml} from './xml';

const TEMPLATES = 'https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/';
export type Scoring = 'match_correct' | 'map_response' | 'map_response_point' | 'sum' | 'own' | 'none'; // sum: of the points of all responses

export const interactionNames = ['choice', 'inline-choice', 'text-entry', 'extended-text', 'order', 'match', 'associate', 'gap-match', 'hottext', 'slider', 'hotspot', 'select-point', 'graphic-order',
	'graphic-associate', 'graphic-gap-match', 'position-object', 'media', 'drawing', 'upload', 'end-attempt', 'portable-custom'].map(n => `qti-${n}-interaction`);
export const isInteraction = (node: Elem): boolean => interactionNames.includes(node.name);

// null: it is not one that a form can show.
export function readItem(xml: string): Doc | null {
	const doc = parseXml(xml);
	return doc && doc.root.name === 'qti-assessment-item' && childOf(doc.root, 'qti-item-body') ? doc : null;
}

export const bodyOf = (doc: Doc): Elem => childOf(doc.root, 'qti-item-body')!;
export const interactionsOf = (doc: Doc): Elem[] => [...walk(bodyOf(doc))].filter(isInteraction);
export const declarationOf = (doc: Doc, response: string): Elem | undefined => elementsOf(doc.root, 'qti-response-declaration').find(d => attr(d, 'identifier') === response);
export const identifiersOf = (doc: Doc): Set<string> => new Set([...walk(doc.root)].map(e => attr(e, 'identifier')).filter(Boolean));

export function freeIdentifier(taken: Set<string>, prefix: string, first = 1): string {
	for (let n = first; ; n++)
		if (!taken.has(`${prefix}${n}`))
			return `${prefix}${n}`;
}

// "A" … "Z", then "C27": what authors and rubric blocks speak of.
export function freeLetter(taken: Set<string>): string {
	for (let i = 0; i < 26; i++)
		if (!taken.has(String.fromCharCode(65 + i)))
			return String.fromCharCode(65 + i);
	return freeIdentifier(taken, 'C', 27);
}

// Is its key made anew for each clone, by template processing?
export function keyIsMade(doc: Doc, response: string): boolean {
	const processing = childOf(doc.root, 'qti-template-processing');
	return !!processing && [...walk(processing)].some(e => e.name === 'qti-set-correct-response' && attr(e, 'identifier') === response);
}

// ---- Keys

export const keysOf = (declaration: Elem | undefined): string[] => {
	const correct = declaration && childOf(declaration, 'qti-correct-response');
	return correct ? elementsOf(correct, 'qti-value').map(v => textOf(v).trim()) : [];
};

export function setKeys(declaration: Elem, keys: string[]): void {
	let correct = childOf(declaration, 'qti-correct-response');
	if (!keys.length) {
		if (correct)
			remove(declaration, correct);
		return;
	}
	if (!correct)
		insert(declaration, correct = newElement('qti-correct-response'), childOf(declaration, 'qti-mapping', 'qti-area-mapping'));
	/* Values that stay are the same elements: what else is said of them stays too. */
	const was = elementsOf(correct, 'qti-value');
	if (was.length === keys.length)
		was.forEach((v, i) => textOf(v).trim() !== keys[i] && setText(v, keys[i]!));
	else {
		correct.children = keys.map(k => newElement('qti-value', {}, [textNode(k)]));
		correct.empty = false;
	}
}

export interface Point {
	key: string;
	value: string;
	caseSensitive?: boolean;
}

export const pointsOf = (declaration: Elem | undefined): Point[] => {
	const mapping = declaration && childOf(declaration, 'qti-mapping');
	return mapping ? elementsOf(mapping, 'qti-map-entry').map(e => ({key: attr(e, 'map-key'), value: attr(e, 'mapped-value'), caseSensitive: attr(e, 'case-sensitive') === 'true'})) : [];
};

// value null takes the entry away.
export function setPoint(declaration: Elem, key: string, value: string | null, caseSensitive?: boolean): void {
	let mapping = childOf(declaration, 'qti-mapping');
	const entry = mapping && elementsOf(mapping, 'qti-map-entry').find(e => attr(e, 'map-key') === key);
	if (value === null) {
		if (mapping && entry)
			remove(mapping, entry);
		if (mapping && !elementsOf(mapping).length)
			remove(declaration, mapping);
		return;
	}
	if (!mapping)
		insert(declaration, mapping = newElement('qti-mapping', {'default-value': '0'}));
	const it = entry ?? newElement('qti-map-entry', {'map-key': key});
	setAttr(it, 'mapped-value', value);
	if (caseSensitive !== undefined)
		setAttr(it, 'case-sensitive', String(caseSensitive));
	if (!entry)
		insert(mapping, it);
}

// Wherever the declaration names it: as a value, as one of a pair, as a key of the mapping.
export function renameKey(declaration: Elem | undefined, from: string, to: string | null): void {
	if (!declaration)
		return;
	const renamed = (value: string) => value.split(' ').includes(from) ? to === null ? null : value.split(' ').map(p => p === from ? to : p).join(' ') : value;
	setKeys(declaration, keysOf(declaration).map(renamed).filter((k): k is string => k !== null));
	for (const p of pointsOf(declaration)) {
		const now = renamed(p.key);
		if (now === p.key)
			continue;
		setPoint(declaration, p.key, null);
		if (now !== null)
			setPoint(declaration, now, p.value, p.caseSensitive);
	}
}

// Accepted texts, the key first: from the mapping where there is one.
export function answersOf(declaration: Elem): Point[] {
	const points = pointsOf(declaration), keys = keysOf(declaration), key = (p: Point) => keys.includes(p.key.trim());
	const lacking = keys.filter(k => !points.some(p => p.key.trim() === k)).map(k => ({key: k, value: '1'}));
	return [...points.filter(key), ...lacking, ...points.filter(p => !key(p))];
}

// mapped: each with its points; else the key alone.
export function setAnswers(declaration: Elem, answers: Point[], mapped: boolean): void {
	const keys = keysOf(declaration).length > 1 ? answers.slice(0, keysOf(declaration).length) : answers.slice(0, 1);
	setKeys(declaration, keys.map(a => a.key));
	let mapping = childOf(declaration, 'qti-mapping');
	if (!mapped) {
		if (mapping)
			remove(declaration, mapping);
		return;
	}
	if (!mapping)
		insert(declaration, mapping = newElement('qti-mapping', {'default-value': '0'}));
	const was = elementsOf(mapping, 'qti-map-entry');
	answers.forEach((a, i) => {
		const entry = was[i] ?? newElement('qti-map-entry', {'map-key': a.key});
		setAttr(entry, 'map-key', a.key);
		setAttr(entry, 'mapped-value', a.value);
		if (a.caseSensitive !== undefined)
			setAttr(entry, 'case-sensitive', String(a.caseSensitive));
		if (!was[i])
			insert(mapping!, entry);
	});
	for (const entry of was.slice(answers.length))
		remove(mapping, entry);
}

export interface Area {
	shape: string;
	coords: string;
	value: string;
}

const areaEntries = (declaration: Elem | undefined): Elem[] => {
	const mapping = declaration && childOf(declaration, 'qti-area-mapping');
	return mapping ? elementsOf(mapping, 'qti-area-map-entry') : [];
};
export const areasOf = (declaration: Elem | undefined): Area[] => areaEntries(declaration).map(e => ({shape: attr(e, 'shape'), coords: attr(e, 'coords'), value: attr(e, 'mapped-value')}));

export function setAreas(declaration: Elem, areas: Area[]): void {
	let mapping = childOf(declaration, 'qti-area-mapping');
	if (!mapping)
		insert(declaration, mapping = newElement('qti-area-mapping', {'default-value': '0'}));
	const was = elementsOf(mapping, 'qti-area-map-entry');
	areas.forEach((a, i) => {
		const entry = was[i] ?? newElement('qti-area-map-entry');
		setAttr(entry, 'shape', a.shape);
		setAttr(entry, 'coords', a.coords);
		setAttr(entry, 'mapped-value', a.value);
		if (!was[i])
			insert(mapping!, entry);
	});
	for (const entry of was.slice(areas.length))
		remove(mapping, entry);
}

// ---- Scoring

export function scoringOf(doc: Doc): Scoring {
	const processing = childOf(doc.root, 'qti-response-processing');
	if (!processing)
		return 'none';
	const name = /([a-z_]+)(?:\.xml)?$/.exec(attr(processing, 'template'))?.[1];
	const known = name === 'match_correct' || name === 'map_response' || name === 'map_response_point';
	if (known && !elementsOf(processing).length)
		return name;
	return sumOf(processing) ? 'sum' : 'own';
}

// <qti-set-outcome-value identifier="SCORE"><qti-sum><qti-map-response identifier="…"/>…, and nothing else.
function sumOf(processing: Elem): Elem | undefined {
	const [set, more] = elementsOf(processing), sum = set && !more && set.name === 'qti-set-outcome-value' && attr(set, 'identifier') === 'SCORE' ? elementsOf(set)[0] : undefined;
	return sum?.name === 'qti-sum' && elementsOf(sum).every(e => e.name === 'qti-map-response' || e.name === 'qti-map-response-point') ? sum : undefined;
}

// A response without points gets one for each right answer.
function givePoints(declaration: Elem): void {
	if (!pointsOf(declaration).length && !areasOf(declaration).length)
		for (const key of keysOf(declaration))
			setPoint(declaration, key, '1');
}

const scored = (doc: Doc): Elem[] => elementsOf(doc.root, 'qti-response-declaration').filter(d => pointsOf(d).length || areasOf(d).length);

function setSum(doc: Doc): void {
	elementsOf(doc.root, 'qti-response-declaration').forEach(givePoints);
	const terms = scored(doc).map(d => newElement(childOf(d, 'qti-area-mapping') ? 'qti-map-response-point' : 'qti-map-response', {identifier: attr(d, 'identifier')}));
	const was = childOf(doc.root, 'qti-response-processing');
	const now = newElement('qti-response-processing', {}, [newElement('qti-set-outcome-value', {identifier: 'SCORE'}, [newElement('qti-sum', {}, terms)])]);
	if (was)
		doc.root.children[doc.root.children.indexOf(was)] = now;
	else
		insert(doc.root, now, childOf(doc.root, 'qti-modal-feedback'));
	addUp(doc);
}

const MAXIMUM = /^-?\d+(\.\d+)?$/;
export function maximumOf(doc: Doc): string {
	const score = outcomeOf(doc, 'SCORE');
	return score ? attr(score, 'normal-maximum') : '';
}

const outcomeOf = (doc: Doc, name: string): Elem | undefined => elementsOf(doc.root, 'qti-outcome-declaration').find(o => attr(o, 'identifier') === name);

export function setMaximum(doc: Doc, value: string): void {
	const score = outcomeOf(doc, 'SCORE'), most = outcomeOf(doc, 'MAXSCORE'), kept = most && childOf(most, 'qti-default-value');
	if (score)
		setAttr(score, 'normal-maximum', value || null);
	const of = kept && childOf(kept, 'qti-value');
	if (of && MAXIMUM.test(value))
		setText(of, value);
}

function mostOf(declaration: Elem): number {
	const values = [...pointsOf(declaration), ...areasOf(declaration)].map(p => Number(p.value)).filter(v => v > 0);
	const most = attr(declaration, 'cardinality') === 'single' ? Math.max(0, ...values) : values.reduce((a, b) => a + b, 0);
	const mapping = childOf(declaration, 'qti-mapping', 'qti-area-mapping');
	return Math.min(most, Number((mapping && attr(mapping, 'upper-bound')) || most));
}

// What the best answer gets by the points, so that nobody has to add them up.
export function addUp(doc: Doc): void {
	const scoring = scoringOf(doc), all = elementsOf(doc.root, 'qti-response-declaration');
	const counted = scoring === 'sum' ? scored(doc) : scoring === 'map_response' || scoring === 'map_response_point' ? all.filter(d => attr(d, 'identifier') === 'RESPONSE') : [];
	if (counted.length)
		setMaximum(doc, String(Math.round(counted.reduce((sum, d) => sum + mostOf(d), 0) * 1e6) / 1e6));
}

export function setScoring(doc: Doc, scoring: Scoring): void {
	const processing = childOf(doc.root, 'qti-response-processing');
	if (scoring === 'own')
		return;
	if (scoring === 'sum') {
		setSum(doc);
		return;
	}
	if (scoring === 'none') {
		if (processing)
			remove(doc.root, processing);
		return;
	}
	if (processing) {
		setAttr(processing, 'template', `${TEMPLATES}${scoring}.xml`);
		processing.children = [];
	} else
		insert(doc.root, newElement('qti-response-processing', {template: `${TEMPLATES}${scoring}.xml`}), childOf(doc.root, 'qti-modal-feedback'));
	const [declaration] = elementsOf(doc.root, 'qti-response-declaration');
	if (scoring === 'match_correct')
		setMaximum(doc, '1');
	else if (scoring === 'map_response' && declaration)
		givePoints(declaration);
	addUp(doc);
}

// ---- What is added

export function addDeclaration(doc: Doc, identifier: string, cardinality: string, base: string): void {
	const all = elementsOf(doc.root, 'qti-response-declaration'), after = all[all.length - 1], children = elementsOf(doc.root);
	const declaration = newElement('qti-response-declaration', {identifier, cardinality, ...base && {'base-type': base}});
	insert(doc.root, declaration, after ? children[children.indexOf(after) + 1] : children[0]);
}

export function freeResponse(doc: Doc): string {
	const taken = identifiersOf(doc);
	return taken.has('RESPONSE') ? freeIdentifier(taken, 'RESPONSE', 2) : 'RESPONSE';
}

// An interaction with its declaration, and scored as well as templates can.
export interface Start {
	cardinality: string;
	base: string; // '' for none
	keys: string[];
	scoring: Scoring;
	xml: string;   // with RESPONSE where its name goes
	points?: Point[];
	areas?: Area[];
}

export function begin(doc: Doc, start: Start): Elem {
	const before = scoringOf(doc), others = elementsOf(doc.root, 'qti-response-declaration').length;
	const response = freeResponse(doc), element = fragment(start.xml.split('RESPONSE').join(response));
	if (start.cardinality)
		addDeclaration(doc, response, start.cardinality, start.base);
	const declaration = declarationOf(doc, response);
	if (declaration) {
		setKeys(declaration, start.keys);
		for (const p of start.points ?? [])
			setPoint(declaration, p.key, p.value);
		if (start.areas)
			setAreas(declaration, start.areas);
	}
	/* A template looks at one response only. */
	if (start.scoring !== 'none' && before === 'none' && !others)
		setScoring(doc, start.scoring);
	else if (start.scoring !== 'none' && before !== 'own')
		setScoring(doc, 'sum');
	return element;
}

const ITEM = `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="ID" title="" adaptive="false" time-dependent="false" xml:lang="vi">
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1">
    <qti-default-value><qti-value>0</qti-value></qti-default-value>
  </qti-outcome-declaration>
  <qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">
    <qti-default-value><qti-value>1</qti-value></qti-default-value>
  </qti-outcome-declaration>
  <qti-item-body>
  </qti-item-body>
</qti-assessment-item>
`;

// An item with one interaction; where a person has to mark it, its outcome says so.
export function newItem(identifier: string, title: string, language: string, start: Start, block: boolean): string {
	const doc = parseXml(ITEM)!, body = bodyOf(doc);
	setAttr(doc.root, 'identifier', identifier);
	setAttr(doc.root, 'title', title);
	setAttr(doc.root, 'xml:lang', language);
	const element = begin(doc, start);
	insert(body, block ? element : newElement('p', {}, [textNode(''), element]));
	if (start.scoring === 'none' && start.cardinality)
		setAttr(outcomeOf(doc, 'SCORE')!, 'external-scored', 'human');
	return writeXml(doc);
}
