// The parts of the exam page that need no browser: the exam's clock, the queue of answers, what is typed, which screen is shown.
import assert from 'node:assert/strict';
import { load, test } from '../load.mjs';

const { ExamClock } = await load('exam/clock.ts');
const { Queue } = await load('exam/queue.ts');
const { MemoryStore } = await load('exam/store.ts');
const { verdict } = await load('exam/verdict.ts');
const { answered, same } = await load('exam/responses.ts');
const { typedCode, typedName, ticketTries, strangeInCode } = await load('exam/entry.ts');
const { screenOf } = await load('exam/screen.ts');

const HOUR = 3600e3;
const choice = (c) => ({ r1: { base: { identifier: c } } });

function clockAt(examMs) {
	const now = { steady: 1000, wall: 5e11 };
	const clock = new ExamClock(() => now.steady, () => now.wall);
	if (examMs) clock.sample(examMs, now.steady, now.steady);
	return { clock, now, pass: (ms) => { now.steady += ms; now.wall += ms; } };
}

await test('the clock is the server\'s, whatever the wall clock does', () => {
	for (const skew of [-2 * HOUR, 0, 2 * HOUR]) {
		const { clock, now, pass } = clockAt(1e12);
		pass(60e3);
		now.wall += skew;
		pass(60e3);
		assert.equal(clock.now(), 1e12 + 120e3);
		assert.equal(clock.jumped(), skew !== 0);
	}
});

await test('the clock takes the better sample, and never goes back', () => {
	const { clock, now, pass } = clockAt(1e12);
	pass(1000);
	clock.sample(1e12 + 1000 + 700, now.steady - 1800, now.steady); // a slow answer says nothing better
	assert.equal(clock.now(), 1e12 + 1000);
	pass(1000);
	clock.sample(1e12 + 1500, now.steady, now.steady);
	const before = clock.now();
	clock.sample(1e12, now.steady, now.steady);
	assert.ok(clock.now() >= before);
	assert.equal(clock.age(clock.now() + 5000), 0);
	pass(4000);
	assert.ok(clock.age(before) > 0);
});

await test('after a reload without network the wall clock is a guess that the first answer replaces', () => {
	for (const [gone, guess] of [[90e3, 90e3], [2 * HOUR, 2 * HOUR], [-2 * HOUR, 0], [48 * HOUR, 0]]) {
		const now = { steady: 5, wall: 7e11 + gone };
		const clock = new ExamClock(() => now.steady, () => now.wall);
		assert.ok(Number.isNaN(clock.now()));
		clock.restore({ examMs: 2e12, wallMs: 7e11 });
		assert.equal(clock.now(), 2e12 + guess);
		assert.ok(!clock.certain);
		clock.sample(2e12 + 100e3, 5, 5);
		assert.equal(clock.now(), 2e12 + 100e3);
		assert.ok(clock.certain);
	}
});

/** A server that stores by the ledger's rules, and a network that can be cut, lose answers, or repeat them. */
function world() {
	const w = { items: new Map(), seq: 0, events: [], cut: false, loseAnswer: false, lease: 1, refuse: null, stop: null, timers: [], stopped: [] };
	w.send = (lease) => async (entry) => {
		await null;
		if (w.cut) return { kind: 'later' };
		if (w.stop || lease !== w.lease) return { kind: 'stop', why: w.stop ?? 'other-tab' };
		if (w.refuse) return { kind: 'refused', why: w.refuse };
		const had = w.items.get(entry.item);
		if (!had || had.lease !== lease || had.number < entry.number) {
			w.items.set(entry.item, { item: entry.item, seq: ++w.seq, atMs: w.now?.() ?? 0, number: entry.number, lease, response: entry.response });
			w.events.push([entry.item, JSON.stringify(entry.response)]);
		} else if (had.number > entry.number) return { kind: 'older' };
		else if (!same(had.response, entry.response)) return { kind: 'again' };
		if (w.loseAnswer) return { kind: 'later' };
		return { kind: 'stored', seq: w.items.get(entry.item).seq };
	};
	w.open = (store, clock, lease) => {
		const q = new Queue(store, '7', clock, {
			send: (entry) => w.send(q.lease)(entry), changed() {}, stopped: (why) => w.stopped.push(why), random: Math.random,
			wait: (ms, wake) => { const t = { wake }; w.timers.push(t); return () => { t.wake = null; }; },
		});
		if (lease) void q.leased(lease);
		return q;
	};
	w.stored = () => [...w.items.values()];
	w.turn = async () => {
		for (let i = 0; i < 50; i++) await null;
		await new Promise((r) => setTimeout(r));
	};
	w.ring = async () => {
		const due = w.timers.splice(0);
		for (const t of due) t.wake?.();
		await w.turn();
	};
	return w;
}

await test('an answer is on this machine, then on the server; nothing goes before an acknowledgement', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	store.durable = true;
	const q = w.open(store, clock, 1);
	await q.load();
	q.give(3, choice('a'));
	assert.equal(q.state(3), 'unsaved');
	await q.written();
	assert.equal(q.state(3), 'machine');
	w.cut = true;
	await q.begin([]);
	await w.turn();
	assert.equal(q.state(3), 'machine');
	assert.ok(q.away);
	assert.equal((await store.pending('7')).length, 1);
	w.cut = false;
	await w.ring();
	assert.equal(q.state(3), 'server');
	assert.equal((await store.pending('7')).length, 0);
	assert.equal(w.events.length, 1);
});

await test('the acknowledgement is lost, the page is loaded again: it is sent once', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	store.durable = true;
	const one = w.open(store, clock, 1);
	await one.begin([]);
	w.loseAnswer = true;
	one.give(0, choice('a'));
	await one.written();
	one.flush();
	await w.turn();
	assert.equal(one.state(0), 'machine');
	one.halt();
	w.lease = 2;
	w.loseAnswer = false;
	const two = w.open(store, clock, 2);
	await two.load();
	assert.equal(two.state(0), 'machine');
	await two.begin(w.stored());
	await w.turn();
	assert.equal(two.state(0), 'server');
	assert.equal(w.events.length, 1);
});

await test('answered again while the one before is on its way: the newer stays until it is acknowledged', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	const q = w.open(store, clock, 1);
	await q.begin([]);
	q.give(0, choice('a'));
	await q.written();
	q.flush();
	q.give(0, choice('b'));
	await q.written();
	await w.turn();
	await w.ring();
	assert.equal(q.state(0), 'server');
	assert.ok(same(w.items.get(0).response, choice('b')));
	assert.equal((await store.pending('7')).length, 0);
});

await test('another tab takes over: this one stops, and its answers wait on this machine', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	store.durable = true;
	const one = w.open(store, clock, 1);
	await one.begin([]);
	w.lease = 2;
	one.give(0, choice('a'));
	await one.written();
	one.flush();
	await w.turn();
	assert.deepEqual(w.stopped, ['other-tab']);
	assert.equal(one.state(0), 'machine');
	const two = w.open(store, clock, 2);
	await two.load();
	await two.begin(w.stored());
	await w.turn();
	assert.equal(two.state(0), 'server');
});

await test('which of two answers stands: every case of verdict.ts', () => {
	const here = { item: 0, number: 5, response: choice('here'), givenMs: 1000, sure: true, lease: 3, baseSeq: 7 };
	const there = { item: 0, seq: 9, number: 1, lease: 4, atMs: 2000, response: choice('there') };
	for (const [want, what, entry, stored, standing] of [
		['send', 'nothing is there', {}, null],
		['stored', 'the acknowledgement was lost', {}, { response: choice('here') }, { flying: 5 }],
		['stored', 'the same response of another machine', {}, { response: choice('here') }],
		['send', 'the same response, and between the two one that may still arrive', {}, { response: choice('here'), lease: 3, number: 3 }, { flying: 4 }],
		['send', 'the same, under a lease of before', {}, { response: choice('here'), lease: 2, number: 3 }, { flying: 4 }],
		['stored', 'what was on its way has arrived before it', {}, { response: choice('here'), lease: 3, number: 4 }, { flying: 4 }],
		['send', 'it was given when the other was known', { baseSeq: 9 }, {}],
		['aside', 'and not that one, but the one before', { baseSeq: 8 }, {}],
		['send', 'one in flight under the same lease, which arrived later than this was given', {}, { lease: 3, number: 4 }],
		['send', 'one in flight under an older lease of this machine', { lease: 4 }, { lease: 3, number: 4 }],
		['send', 'one of a later lease of this machine, with a lower number', {}, { lease: 4, number: 4 }, { own: [3, 4] }],
		['aside', 'the same, of another machine', {}, { lease: 4, number: 4 }],
		['aside', 'a disk that was full kept an older number', {}, { lease: 3, number: 6 }],
		['aside', 'a number that came twice, and the older is here', { sure: false }, { lease: 3, number: 5 }],
		['send', 'a number that came twice, and the newer is here', { givenMs: 2001 }, { lease: 3, number: 5 }],
		['send', 'another machine before this lease, whatever clocks say', { givenMs: 0, sure: false }, { lease: 2, number: 99, atMs: 9e15 }],
		['aside', 'another machine after this lease', {}, {}],
		['send', 'another machine after this lease, and this one answered later still', { givenMs: 2001 }, {}],
		['aside', 'at the same millisecond the later lease is the later', { givenMs: 2000 }, {}],
		['aside', 'a clock two hours ahead says nothing', { givenMs: 1000 + 2 * HOUR, sure: false }, {}],
		['aside', 'nor one two hours behind', { givenMs: 1000 - 2 * HOUR, sure: false }, {}],
		['send', 'two hours behind, and under a later lease than the other', { givenMs: 1000 - 2 * HOUR, sure: false, lease: 5 }, {}],
	])
		assert.equal(verdict({ ...here, ...entry }, stored && { ...there, ...stored }, { own: new Set(standing?.own ?? [3]), flying: standing?.flying }), want, what);
});

await test('a newer answer from another machine is not overwritten; the older one is put aside', async () => {
	for (const skew of [0, 2 * HOUR, -2 * HOUR]) {
		const w = world(), here = new MemoryStore(), { clock, pass, now } = clockAt(1e12);
		w.now = () => clock.now();
		const one = w.open(here, clock, 1);
		await one.begin([]);
		w.cut = true;
		one.give(0, choice('old'));
		one.give(1, choice('only here'));
		await one.written();
		pass(60e3);
		now.wall += skew;
		w.cut = false;
		w.lease = 2;
		const there = w.open(new MemoryStore(), clock, 2);
		await there.begin(w.stored());
		there.give(0, choice('new'));
		await there.written();
		there.flush();
		await w.turn();
		w.lease = 3;
		const back = w.open(here, clock, 3);
		await back.load();
		await back.begin(w.stored());
		await w.turn();
		assert.ok(same(w.items.get(0).response, choice('new')));
		assert.ok(same(w.items.get(1).response, choice('only here')));
		assert.ok(same(back.response(0), choice('new')));
		assert.equal(back.state(0), 'server');
		assert.equal(back.unsent, 0, 'nothing is shown as missing');
		assert.deepEqual((await back.aside()).map((p) => [p.item, p.lease]), [[0, 1]]);
		assert.equal(await here.forget('7'), true);
		assert.equal((await here.aside('7')).length, 1, 'evidence stays');
	}
});

await test('moved to another machine and back: what was answered here after that is sent, though of an older lease', async () => {
	const w = world(), here = new MemoryStore(), { clock, pass } = clockAt(1e12);
	w.now = () => clock.now();
	const one = w.open(here, clock, 1);
	await one.begin([]);
	w.lease = 2;
	const there = w.open(new MemoryStore(), clock, 2);
	await there.begin([]);
	there.give(0, choice('there'));
	await there.written();
	there.flush();
	await w.turn();
	pass(1);
	w.cut = true;
	one.give(0, choice('here, later'));
	await one.written();
	w.cut = false;
	w.lease = 3;
	await one.leased(3);
	await one.begin(w.stored());
	await w.turn();
	assert.ok(same(w.items.get(0).response, choice('here, later')));
	assert.deepEqual(await one.aside(), []);
});

await test('a page that was loaded without network: the first word of the server tells when its answers were given', async () => {
	for (const [skew, slept, want] of [[0, 0, 'here'], [2 * HOUR, 0, 'here'], [-2 * HOUR, 0, 'here'], [0, HOUR, 'there']]) {
		const w = world(), store = new MemoryStore(), there = choice('there'), here = choice('here');
		await store.set('leases:7', [1]);
		const { clock, now, pass } = clockAt(0);
		clock.restore({ examMs: 1e12, wallMs: now.wall + skew });
		w.items.set(0, { item: 0, seq: 4, number: 1, lease: 2, atMs: 1e12 + 300e3, response: there });
		const q = w.open(store, clock);
		await q.load();
		pass(600e3);
		q.give(0, here); // at 1e12 + 600 s in truth
		await q.written();
		assert.equal((await store.pending('7'))[0].sure, false);
		now.wall += slept; // the steady clock stood meanwhile: nobody can say when it was given
		pass(60e3);
		clock.sample(1e12 + 660e3 + slept, now.steady, now.steady);
		w.lease = 3;
		await q.leased(3);
		await q.begin(w.stored());
		await w.turn();
		assert.ok(same(w.items.get(0).response, choice(want)), `skew ${skew}, slept ${slept}`);
		assert.equal((await q.aside()).length, want === 'here' ? 0 : 1);
		if (want === 'here') {
			assert.equal(w.items.get(0).lease, 3);
			const again = w.open(store, clock);
			await again.load();
			assert.equal(again.unsent, 0);
		}
	}
});

await test('a, b, a: the last one is sent again while b may still be on its way', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12), q = w.open(store, clock, 1);
	await q.begin([]);
	q.give(0, choice('a'));
	await q.written();
	q.flush();
	await w.turn();
	const late = [], send = w.send;
	w.send = () => async (entry) => (late.push(entry), { kind: 'later' }); // it left this machine, and nobody knows how far it came
	q.give(0, choice('b'));
	await q.written();
	q.flush();
	await w.turn();
	assert.equal(late.length, 1);
	q.halt();
	q.give(0, choice('a'));
	await q.written();
	w.send = send;
	await q.begin(w.stored());
	await w.turn();
	await w.send(1)(late[0]);
	assert.ok(same(w.items.get(0).response, choice('a')));
	assert.equal(q.state(0), 'server');
});

await test('what this tab has in memory only outlives that another tab had the word', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12), give = store.give;
	store.durable = true;
	const q = w.open(store, clock, 1);
	await q.begin([]);
	w.cut = true;
	store.give = () => Promise.reject(new Error('QuotaExceededError'));
	q.give(0, choice('a'));
	await q.written();
	store.give = give;
	await q.load();
	assert.ok(same(q.response(0), choice('a')));
	store.putAside = () => Promise.reject(new Error('QuotaExceededError'));
	w.items.set(0, { item: 0, seq: 9, number: 1, lease: 2, atMs: clock.now() + 1, response: choice('b') });
	w.cut = false;
	w.lease = 3;
	await q.leased(3);
	await q.begin(w.stored());
	await w.turn();
	assert.ok(same(w.items.get(0).response, choice('b')));
	assert.equal((await q.aside()).length, 1, 'nor does it go when the disk is full');
	q.give(1, choice('c'));
	await q.written();
	assert.ok(q.entries()[0].number > 1, 'numbers go on');
});

await test('what was given and is changed by who gave it is another answer when it is given again', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12), q = w.open(store, clock, 1), order = ['a'], response = () => ({RESPONSE: {list: {identifier: order}}});
	await q.begin([]);
	q.give(0, response());
	await q.written();
	q.flush();
	await w.turn();
	assert.equal(q.state(0), 'server');
	order.push('b');
	q.give(0, response());
	assert.notEqual(q.state(0), 'server');
	await q.written();
	q.flush();
	await w.turn();
	assert.deepEqual(w.items.get(0).response.RESPONSE.list.identifier, ['a', 'b']);
});

await test('shown as on the server, and gone from it (a database that was put back): sent again', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	await store.learn('7', [{ item: 5, seq: 9, response: choice('x') }]);
	const q = w.open(store, clock, 1);
	await q.load();
	assert.equal(q.state(5), 'server');
	await q.begin([]);
	await w.turn();
	assert.equal(q.state(5), 'server');
	assert.ok(same(w.items.get(5).response, choice('x')));
});

await test('a disk that is full: not saved until the server has it', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	store.durable = true;
	store.give = () => Promise.reject(new Error('QuotaExceededError'));
	const q = w.open(store, clock, 1);
	await q.begin([]);
	w.cut = true;
	q.give(0, choice('a'));
	q.give(1, choice('b'));
	await q.written();
	assert.equal(q.state(0), 'unsaved');
	assert.ok(q.full);
	w.cut = false;
	q.flush();
	await w.turn();
	await w.ring();
	assert.equal(q.state(0), 'server');
	assert.equal(q.state(1), 'server');
	assert.equal(q.unsent, 0);
});

await test('what the server does not take is kept, and does not stop the rest', async () => {
	const w = world(), store = new MemoryStore(), { clock } = clockAt(1e12);
	const q = w.open(store, clock, 1);
	await q.begin([]);
	w.refuse = 'invalid';
	q.give(0, choice('a'));
	await q.written();
	q.flush();
	await w.turn();
	assert.deepEqual(q.refusedItems(), [0]);
	w.refuse = null;
	q.give(1, choice('b'));
	await q.written();
	q.flush();
	await w.turn();
	assert.equal(q.state(1), 'server');
	assert.equal(q.unsent, 1);
	assert.equal(await store.forget('7'), false);
});

await test('chaos: 400 random steps of cuts, lost answers, reloads and a second tab lose nothing and double nothing', async () => {
	for (let seed = 1; seed <= 12; seed++) {
		let state = seed * 2654435761 >>> 0;
		const random = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return (state >>> 8) % n; };
		const w = world(), store = new MemoryStore(), { clock, pass } = clockAt(1e12), meant = new Map();
		store.durable = true;
		w.now = () => clock.now();
		let q = w.open(store, clock, w.lease);
		await q.begin([]);
		for (let step = 0; step < 400; step++) {
			pass(random(3000));
			const what = random(10);
			if (what < 5) {
				const item = random(8), value = choice(`v${step}`);
				q.give(item, value);
				meant.set(item, value);
				await q.written();
			} else if (what === 5) w.cut = !w.cut;
			else if (what === 6) w.loseAnswer = !w.loseAnswer;
			else if (what === 7 && !w.cut) {
				q.halt();
				w.lease++;
				q = w.open(store, clock, w.lease);
				await q.load();
				await q.begin(w.stored());
			} else await w.ring();
			await w.turn();
			for (let item = 0; item < 8; item++)
				if (q.state(item) === 'server') assert.ok(same(w.items.get(item)?.response, q.response(item)), `seed ${seed} step ${step}: item ${item} is shown as on the server`);
		}
		w.cut = w.loseAnswer = false;
		for (let i = 0; i < 30 && q.unsent; i++) await w.ring(), q.flush(), await w.turn();
		assert.equal(q.unsent, 0);
		for (const [item, value] of meant) assert.ok(same(w.items.get(item).response, value), `seed ${seed}: item ${item}`);
		assert.equal(new Set(w.events.map(String)).size, w.events.length, `seed ${seed}: an answer is in the ledger twice`);
	}
});

await test('answered', () => {
	for (const [yes, value] of [[true, choice('a')], [false, { r1: { base: null } }], [false, { r1: { list: { identifier: [] } } }], [false, null], [false, {}],
		[false, { r1: { base: { string: '' } } }], [true, { r1: { base: { integer: 0 } } }], [true, { r1: { base: { boolean: false } } }], [true, { r1: { list: { pair: [['a', 'b']] } } }],
		[false, { r1: { record: [{ name: 'x', base: null }] } }]])
		assert.equal(answered(value), yes, JSON.stringify(value));
});

await test('what is typed from a sheet', () => {
	assert.equal(typedCode(' abcd efgh–jkmn '), 'ABCD-EFGH-JKMN');
	assert.equal(typedCode('ABCDEFGHJKMN'), 'ABCD-EFGH-JKMN');
	assert.equal(typedCode('ＡＢＣＤ－ＥＦＧＨ　ＪＫＭＮ'), 'ABCD-EFGH-JKMN');
	assert.equal(typedName(' T - 00001 '), 'T-00001');
	assert.deepEqual(ticketTries('bv-7k2m'), ['BV-7K2M', 'bv-7k2m']);
	assert.deepEqual(ticketTries('Bv-7k2m'), ['Bv-7k2m', 'BV-7K2M']);
	assert.deepEqual(ticketTries('T-1'), ['T-1']);
	assert.deepEqual(ticketTries(' ts 0001 '), ['TS-0001', 'ts-0001', 'TS0001', 'ts0001']);
	assert.deepEqual(ticketTries('TS 0001'), ['TS-0001', 'TS0001']);
	assert.deepEqual(ticketTries('T - 1'), ['T-1']);
	assert.deepEqual(strangeInCode('AB0D-EFGH-JKM1'), ['0', '1']);
	assert.deepEqual(strangeInCode('ABCD-EFGH-JKMN'), []);
});

await test('every state has its screen', () => {
	const good = { signedIn: true, state: 'started', owner: true, stopped: '', ready: true, paper: true, adaptive: false, over: false, review: false, timeLeft: true };
	for (const [want, change] of [
		['question', {}], ['review', { review: true }], ['sign-in', { signedIn: false }], ['sign-in', { state: null }], ['lobby', { state: 'registered' }],
		['lobby', { state: 'admitted', ready: false }], ['start', { state: 'admitted' }], ['paused', { state: 'paused' }], ['other-tab', { owner: false }],
		['other-tab', { stopped: 'other-tab' }], ['other-machine', { stopped: 'other-machine' }], ['held', { stopped: 'clock-held' }], ['time-over', { timeLeft: false }],
		['time-over', { stopped: 'time-over' }], ['opening', { paper: false }], ['time-over', { state: 'expired' }], ['ended', { state: 'ended' }],
		['done', { state: 'submitted' }], ['done', { state: 'scored' }], ['result', { state: 'released' }], ['seb', { stopped: 'seb', owner: false }], ['result', { state: 'released', stopped: 'seb' }], ['result', { state: 'final', owner: false }],
		['done', { state: 'submitted', stopped: 'other-tab' }], ['lobby', { state: 'registered', timeLeft: false }],
		['adaptive', { adaptive: true }], ['opening', { adaptive: true, paper: false }], ['over', { adaptive: true, over: true, paper: false }], ['paused', { state: 'paused', over: true }],
		['time-over', { over: true, timeLeft: false }], ['done', { state: 'submitted', over: true }], ['other-tab', { over: true, owner: false }],
	])
		assert.equal(screenOf({ ...good, ...change }), want, JSON.stringify(change));
});
await test();
