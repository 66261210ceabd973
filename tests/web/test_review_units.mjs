// The parts of the review that need no browser: differences of any two lists, and where in a document of QTI its words stand.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {load, test} from './load.mjs';

const {difference, lineDifference, wordsOf} = await load('console/author/diff.ts');
const {decode, encode, factsOf, keysOf, parse, segmentsOf, textOf, translated} = await load('console/author/qti_text.ts');

// The same numbers at every run.
let seed = 20261123;
const below = n => (seed = seed * 1103515245 + 12345 & 0x7fffffff) % n;

// The longest common part, by the whole table.
function longest(a, b) {
	const row = new Array(b.length + 1).fill(0);
	for (const x of a) {
		let corner = 0;
		for (let j = 0; j < b.length; j++) {
			const up = row[j + 1];
			row[j + 1] = x === b[j] ? corner + 1 : Math.max(up, row[j]);
			corner = up;
		}
	}
	return row[b.length];
}

await test('a difference gives both lists back, and keeps as much as can be kept', () => {
	for (let round = 0; round < 2000; round++) {
		const letters = 1 + below(4), make = () => Array.from({length: below(14)}, () => below(letters));
		const a = make(), b = make(), changes = difference(a, b);
		assert.deepEqual(changes.filter(c => c.kind !== 'new').map(c => c.was), a);
		assert.deepEqual(changes.filter(c => c.kind !== 'gone').map(c => c.now), b);
		assert(changes.filter(c => c.kind === 'same').every(c => c.was === c.now));
		assert.equal(changes.filter(c => c.kind === 'same').length, longest(a, b), `${a} → ${b}`);
	}
});

await test('what differs altogether ends, too', () => {
	const a = Array.from({length: 6000}, (_, i) => i), b = a.map(i => -1 - i), changes = difference(a, b);
	assert.deepEqual(changes.filter(c => c.kind === 'gone').map(c => c.was), a);
	assert.deepEqual(changes.filter(c => c.kind === 'new').map(c => c.now), b);
});

await test('words are the text when they are put together again', () => {
	for (const text of ['', ' ', 'Bộ nhớ  RAM?', 'a\u0301b, c-d (2,5 %)\n', '“Ổ cứng”…'])
		assert.equal(wordsOf(text).join(''), text);
	assert.deepEqual(wordsOf('Ổ cứng, SSD'), ['Ổ', ' cứng', ',', ' SSD']);
});

await test('lines have their numbers, and those that are the same are left out', () => {
	const was = Array.from({length: 30}, (_, i) => `dòng ${i + 1}`), now = [...was.slice(0, 14), 'mới', ...was.slice(15)];
	const lines = lineDifference(was.join('\r\n'), now.join('\n'));
	assert.deepEqual(lines.map(l => l.kind), ['fold', 'same', 'same', 'same', 'gone', 'new', 'same', 'same', 'same', 'fold']);
	assert.deepEqual(lines.filter(l => l.kind === 'gone' || l.kind === 'new').map(l => [l.was, l.now, l.text]), [[15, 0, 'dòng 15'], [0, 15, 'mới']]);
	assert.deepEqual(lines.filter(l => l.kind === 'fold').map(l => l.count), [11, 12]);
});

function* items(folder) {
	for (const name of readdirSync(folder).sort()) {
		const path = join(folder, name);
		if (statSync(path).isDirectory())
			yield* items(path);
		else if (name.endsWith('.xml') && !['imsmanifest.xml', 'usagedata.xml'].includes(name))
			yield readFileSync(path, 'utf8');
	}
}

await test('of every item of the sample the words are found where they stand', () => {
	let count = 0, pieces = 0;
	for (const xml of items(join(process.env.BV_SOURCE, 'itembank/sample'))) {
		const segments = segmentsOf(xml);
		count++;
		pieces += segments.length;
		assert(segments.length > 2);
		for (const s of segments) {
			assert.equal(decode(xml.slice(s.start, s.end)), s.text);
			assert(s.text.trim());
		}
		assert.equal(segments[0].part, 'title');
		// The words that are there, put in again, change nothing but how they are escaped.
		const language = /xml:lang="([^"]*)"/.exec(xml)[1];
		const again = translated(xml, segments, segments.map(s => s.text), language);
		assert.equal(decode(again), decode(xml));
		// Other words: everything between them stays byte for byte, and the key as it is.
		const other = translated(xml, segments, segments.map((_, i) => `W${i} <&"> ẤẾ`), 'fr'), there = segmentsOf(other);
		assert.equal(there.length, segments.length);
		there.forEach((s, i) => assert.equal(s.text.trim(), `W${i} <&"> ẤẾ`));
		const between = (text, all) => all.map((s, i) => text.slice(i ? all[i - 1].end : 0, s.start)).join('|').replace(/xml:lang="[^"]*"/, '') + text.slice(all[all.length - 1].end);
		assert.equal(between(other, there), between(xml, segments));
		assert(/xml:lang="fr"/.test(other));
		const [a, b] = [factsOf(xml), factsOf(other)];
		assert.deepEqual([...a.keys()], [...b.keys()]);
		for (const [name, fact] of a)
			if (fact.kind === 'outcome' || fact.kind === 'setting' || fact.kind === 'scoring')
				assert.equal(b.get(name).value, fact.value, name);
	}
	assert(count > 60 && pieces > 500, `${count} items, ${pieces} pieces`);
});

await test('what is no text of the question is left alone', () => {
	const xml = `<?xml version="1.0"?><!-- <p>no</p> --><q:assessmentItem xmlns:q='x' title='Một &gt; "hai"' identifier="A"><q:itemBody><p a=">">Một<!-- x --><![CDATA[ <b> hai]]></p>
		<math><mi>x</mi></math><img alt="Hình" src="a.png"/><q:simpleChoice identifier="A"> Ba&#x1EC7; </q:simpleChoice></q:itemBody><q:responseProcessing><p>không</p></q:responseProcessing></q:assessmentItem>`;
	assert.deepEqual(segmentsOf(xml).map(s => [s.part, s.text]), [['title', 'Một > "hai"'], ['question', 'Một'], ['question', ' <b> hai'], ['picture', 'Hình'], ['choice', ' Baệ ']]);
	assert.equal(textOf(parse('<a>x <b>y</b>\n z</a>')), 'x y z');
	const made = translated(xml, segmentsOf(xml), [`T's`, '', '', 'P', 'C'], 'en');
	assert(made.includes(`title='T&#39;s'`) && made.includes('<q:assessmentItem xml:lang="en"') && made.includes('> C </q:simpleChoice>') && made.includes('<![CDATA[ <b> hai]]>') && made.includes('alt="P"'));
	assert.equal(encode(`<&>"'`), '&lt;&amp;&gt;&quot;&#39;');
});

await test('key, points and settings are told with the words of their choices', () => {
	const facts = factsOf(readFileSync(join(process.env.BV_SOURCE, 'itembank/sample/iu01/IU01-001.xml'), 'utf8'));
	assert.equal(facts.get('key RESPONSE').value, 'A (Bộ nhớ RAM)');
	assert.deepEqual([...keysOf(parse(readFileSync(join(process.env.BV_SOURCE, 'itembank/sample/iu01/IU01-001.xml'), 'utf8')))], ['A']);
	assert.equal(facts.get('setting RESPONSE shuffle').value, 'true');
	assert.equal(facts.get('outcome SCORE').value, '0');
	assert.deepEqual([...factsOf('<a').keys()], []);
});

await test();
