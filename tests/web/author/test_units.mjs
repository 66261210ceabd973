// What the form of an item does to its document: nothing where nothing was changed, what was changed and nothing else, and new items that the bank takes.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {load, test} from '../load.mjs';

const {attr, decode, parseXml, setAttr, textOf, walk, writeXml} = await load('console/author/xml.ts');
const {addUp, areasOf, begin, bodyOf, declarationOf, interactionsOf, keysOf, maximumOf, newItem, pointsOf, readItem, renameKey, scoringOf, setAreas, setKeys, setPoint, setScoring} = await load('console/author/qti.ts');
const {kindRows, newKinds} = await load('console/author/kinds.ts');

const sample = join(process.env.BV_SOURCE, 'itembank/sample');
const items = readdirSync(sample, {withFileTypes: true}).filter(d => d.isDirectory()).flatMap(d => readdirSync(join(sample, d.name)).filter(f => f.endsWith('.xml')).map(f => join(sample, d.name, f)));

await test('what is read and written again is the same, byte for byte', () => {
	for (const file of items) {
		const xml = readFileSync(file, 'utf8'), doc = readItem(xml);
		assert.ok(doc, file);
		assert.equal(writeXml(doc), xml, file);
	}
	assert.ok(items.length > 300);
	for (const xml of ['<?xml version="1.0"?>\r\n<!-- a > b -->\r\n<a  x = \'1"\'\ty="&lt;&#65;"\r\n><b />\t<![CDATA[</a>]]>é&amp;<?p <x?></a >\r\n<!---->', '<a/>', '<a>\u00a0 </a>'])
		assert.equal(writeXml(parseXml(xml)), xml);
});

await test('what is not well-formed has no form', () => {
	for (const xml of ['', '<a>', '<a></b>', '<a><b></a></b>', '</a>', '<a/><b/>', '<a b=c/>', '<a b="<"/>', '<a', '<!DOCTYPE a><a/>', '<a><!-- </a>', 'x'])
		assert.equal(parseXml(xml), null, xml);
	assert.equal(readItem('<assessmentItem><itemBody/></assessmentItem>'), null);
	assert.equal(parseXml('<a>'.repeat(20000)), null);
});

await test('a change changes what it is about, and nothing else', () => {
	const xml = readFileSync(join(sample, 'iu01/IU01-001.xml'), 'utf8'), doc = readItem(xml), declaration = declarationOf(doc, 'RESPONSE');
	setAttr(doc.root, 'title', 'a "b" <c> & d');
	assert.equal(writeXml(doc), xml.replace(/ title="[^"]*"/, ' title="a &quot;b&quot; &lt;c> & d"'.replace('c> & d', 'c&gt; &amp; d')));
	assert.equal(attr(readItem(writeXml(doc)).root, 'title'), 'a "b" <c> & d');
	const before = writeXml(doc);
	setKeys(declaration, ['B']);
	assert.equal(writeXml(doc), before.replace('<qti-value>A</qti-value>', '<qti-value>B</qti-value>'));
	assert.equal(decode('&#x1ED9;&#7897;&lt;&unknown;'), 'ộộ<&unknown;');
});

await test('keys and points go with their choices', () => {
	const doc = readItem(newItem('X', 'Tên', 'vi', kindRows['qti-match-interaction'].start, true)), declaration = declarationOf(doc, 'RESPONSE');
	assert.deepEqual(keysOf(declaration), ['A X', 'B Y']);
	setScoring(doc, 'map_response');
	assert.deepEqual(pointsOf(declaration).map(p => [p.key, p.value]), [['A X', '1'], ['B Y', '1']]);
	assert.equal(maximumOf(doc), '2');
	setPoint(declaration, 'B Y', '0.5');
	addUp(doc);
	assert.equal(maximumOf(doc), '1.5');
	renameKey(declaration, 'A', null);
	addUp(doc);
	assert.deepEqual([keysOf(declaration), pointsOf(declaration).map(p => p.key), maximumOf(doc)], [['B Y'], ['B Y'], '0.5']);
	renameKey(declaration, 'B', 'Z');
	assert.deepEqual(keysOf(declaration), ['Z Y']);
	setScoring(doc, 'match_correct');
	assert.equal(maximumOf(doc), '1');
	setAreas(declaration, [{shape: 'circle', coords: '1,2,3', value: '2'}]);
	assert.deepEqual(areasOf(declaration), [{shape: 'circle', coords: '1,2,3', value: '2'}]);
});

await test('a second place to answer is scored too', () => {
	const doc = readItem(newItem('X', 'Tên', 'vi', kindRows['qti-choice-interaction'].start, true));
	bodyOf(doc).children.push(begin(doc, kindRows['qti-order-interaction'].start));
	assert.deepEqual(interactionsOf(doc).map(i => attr(i, 'response-identifier')), ['RESPONSE', 'RESPONSE2']);
	assert.equal(scoringOf(doc), 'sum');
	assert.equal(scoringOf(readItem(writeXml(doc))), 'sum');
	assert.equal([...walk(doc.root)].filter(e => e.name === 'qti-map-response').length, 2);
	const own = readItem(readFileSync(items.find(f => scoringOf(readItem(readFileSync(f, 'utf8'))) === 'own'), 'utf8')), was = writeXml(own);
	setScoring(own, 'own');
	assert.equal(writeXml(own), was, 'rules of its own stay');
});

await test('a new item of each kind is one that the bank reads', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bv-author-'));
	for (const name of newKinds) {
		const row = kindRows[name], xml = newItem(`K-${row.name}`, `Câu <${row.name}>`, 'vi', row.start, !row.inline);
		assert.equal(textOf(readItem(xml).root).includes('RESPONSE\n'), false);
		writeFileSync(join(folder, `${row.name}.xml`), xml);
	}
	const {status, stderr} = spawnSync(join(process.env.BV_BUILD, 'tools/cli/bangvang'), ['item', 'check', folder], {encoding: 'utf8'});
	rmSync(folder, {recursive: true});
	assert.equal(status, 0, stderr);
});
await test();
