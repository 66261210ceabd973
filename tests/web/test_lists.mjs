// Lists of candidates: what Excel and others write is read into the same rows; which column is what; what is no list; who needs a proctor first.
import assert from 'node:assert/strict';
import {Duplex} from 'node:stream';
import zlib from 'node:zlib';
import {load, test} from './load.mjs';
import {workbook, zip} from './xlsx.mjs';

// Browsers have 'deflate-raw' since 2022; Node.js 18 has not.
try {
	new DecompressionStream('deflate-raw');
} catch {
	globalThis.DecompressionStream = class {
		constructor() {
			return Duplex.toWeb(zlib.createInflateRaw());
		}
	};
}

const {readCsv} = await load('console/centre/csv.ts');
const {readXlsx, NotExcel} = await load('console/centre/xlsx.ts');
const {tableOf, dayOf, plain, supportsOf} = await load('console/centre/rows.ts');
const {Board} = await load('console/proctor/board.ts');
const {attention, groupOf, byNeed} = await load('console/proctor/need.ts');

await test('CSV with commas, semicolons, tabs, a mark, quotes, line ends of both kinds', () => {
	for (const sep of [',', ';', '\t'])
		assert.deepEqual(readCsv(`\uFEFFPhòng${sep}"Họ ""và"" tên"${sep}x\r\nA1${sep}"Lê${sep} Văn\nA"${sep}\r\n\r\n  B ${sep}c${sep}d`),
			[{line: 1, cells: ['Phòng', 'Họ "và" tên', 'x']}, {line: 2, cells: ['A1', `Lê${sep} Văn\nA`, '']}, {line: 5, cells: ['B', 'c', 'd']}]);
	assert.deepEqual(readCsv(''), []);
	assert.deepEqual(readCsv('"a'), [{line: 1, cells: ['a']}].slice(0, readCsv('"a').length));
});

await test('a workbook: texts, numbers, empty cells, letters that XML writes otherwise', async () => {
	const cells = [['DANH SÁCH', ''], ['Phòng', 'Họ và tên', 'Số'], ['A', 'Lê & <Văn> "A"', 42], ['', '', ''], ['B', 'Đỗ Thị Ỷ', 7]];
	assert.deepEqual(await readXlsx(new Uint8Array(workbook(cells))), [{line: 1, cells: ['DANH SÁCH', '']}, {line: 2, cells: ['Phòng', 'Họ và tên', 'Số']}, {line: 3, cells: ['A', 'Lê & <Văn> "A"', '42']},
		{line: 5, cells: ['B', 'Đỗ Thị Ỷ', '7']}]);
});

await test('what is no workbook is said to be none, wherever it is cut or bent', async () => {
	const good = new Uint8Array(workbook([['Phòng', 'Chỗ'], ['A', '1']]));
	for (const bytes of [new Uint8Array(0), new Uint8Array([0x50, 0x4b]), new Uint8Array(zip({a: 'b'})), good.subarray(0, good.length - 1), good.subarray(4)])
		await assert.rejects(readXlsx(bytes), NotExcel);
	let seed = 7, read = 0;
	for (let i = 0; i < 300; i++) {
		const bent = good.slice();
		for (let k = 0; k < 3; k++) {
			seed = (seed * 1103515245 + 12345) & 0x7fffffff;
			bent[seed % bent.length] ^= 1 << (seed >> 8) % 8;
		}
		await readXlsx(bent).then(() => read++, e => assert.ok(e instanceof NotExcel || e instanceof TypeError || e instanceof RangeError, String(e)));
	}
	assert.ok(read < 300);
});

await test('columns by their headings, below a title; days and numbers as they are wanted', () => {
	const lines = [{line: 1, cells: ['DANH SÁCH THÍ SINH']}, {line: 3, cells: ['STT', 'Phòng thi', 'Họ và tên', 'Số CCCD', 'Ngày sinh', 'Ghi chú']},
		{line: 4, cells: ['1', 'A', 'Le\u0302 Va\u0306n A', '1090000001', '31/1/1990', 'x']}, {line: 5, cells: ['2', 'A', 'B', '001 090 000 002', '32904', '']}, {line: 6, cells: ['3', 'B', 'C', '', '1990-02-03']}];
	assert.deepEqual(tableOf(lines), {rows: [
		{line: 4, room: 'A', seat: '1', name: 'Lê Văn A', personalId: '001090000001', birth: '1990-01-31'}, {line: 5, room: 'A', seat: '2', name: 'B', personalId: '001090000002', birth: '1990-01-31'},
		{line: 6, room: 'B', seat: '1', name: 'C', birth: '1990-02-03'},
	], missing: [], unknown: ['STT', 'Ghi chú'], twice: [], columns: {room: 'B', name: 'C', personalId: 'D', birth: 'E'}});
	assert.deepEqual(tableOf([{line: 1, cells: ['a', 'b']}]).rows, []);
	assert.deepEqual(tableOf([{line: 1, cells: ['Chỗ', 'Họ tên']}, {line: 2, cells: ['1', 'x']}]).missing, ['room']);
	assert.equal(dayOf('29.2.1992'), '1992-02-29');
	assert.equal(dayOf('x'), 'x');
	assert.equal(plain('  Số   Căn-Cước Đ '), 'so can cuoc d');
});

await test('what is granted, as officials write it', () => {
	for (const [typed, pnp] of [['tương phản cao; phóng to 1,5', 'high-contrast magnification:allContent=1.5'], ['Phóng to 150%', 'magnification:allContent=1.5'], ['phóng to 2 lần, đọc to', 'magnification:allContent=2 spoken'],
		['Cỡ chữ: 24\nThước đọc', 'text-appearance:fontSize=24 line-reader'], ['Answer masking; Calculator', 'answer-masking calculator-on-screen'], ['high-contrast line-reader', 'high-contrast line-reader'],
		['text-appearance:fontSize=24,lineHeight=1.8; một cột', 'text-appearance:fontSize=24,lineHeight=1.8 layout-single-column'], ['kính lúp', 'kính lúp'], [' ; ', ''], ['đảo màu', 'invert-display-polarity']])
		assert.equal(supportsOf(typed), pnp);
	assert.deepEqual(tableOf([{line: 1, cells: ['Phòng', 'Chỗ', 'Hỗ trợ', 'Phòng thi']}, {line: 2, cells: ['A', '1', 'đọc to', 'B']}]),
		{rows: [{line: 2, room: 'B', seat: '1', pnp: 'spoken'}], missing: [], unknown: [], twice: ['room'], columns: {room: 'A', seat: 'B', pnp: 'C'}});
});

await test('who needs a proctor first', () => {
	let steady = 0;
	const board = new Board(() => steady), now = 1e12;
	const row = (attempt, more) => ({attempt, ticket: `T${attempt}`, seat: String(attempt), state: 'started', answered: 0, of: 40, lastSeenMs: now, deadlineMs: now + 3600e3, ...more});
	const rows = [row(1), row(2, {lastSeenMs: now - 11 * 60e3}), row(3, {help: {about: 'machine', atMs: now - 5000}}), row(4), row(5, {state: 'registered'}), row(6, {state: 'paused', order: {act: 'pause', seq: 9, atMs: now - 20e3}}),
		row(7, {flags: ['move-allowed']}), row(8, {away: 3}), row(9, {deadlineMs: now + 60e3}), row(10, {state: 'submitted'}), row(11, {state: 'registered', flags: ['absent']}), row(12, {help: {about: 'health', atMs: now - 9000}}),
		row(13, {state: 'paused', order: {act: 'pause', seq: 9, atMs: now - 20e3, toldMs: now - 15e3}})];
	const head = {sitting: 's', state: 'sitting-open', opensMs: 0, startUntilMs: 0, closesMs: 0};
	board.apply({...head, nowMs: now, reset: true, rows, silent: [{attempt: 4, seconds: 40}], waiting: [5], more: false, cursor: 'x'});
	const needs = new Map(rows.map(r => [r.attempt, attention(r, board)]));
	const order = [...rows].sort(byNeed(needs)).map(r => r.attempt);
	assert.deepEqual(order, [12, 3, 4, 6, 7, 5, 2, 8, 9, 1, 13, 11, 10]);
	assert.deepEqual(rows.map(r => groupOf(r, needs.get(r.attempt))), ['working', 'working', 'attention', 'attention', 'waiting', 'attention', 'attention', 'working', 'working', 'done', 'absent', 'attention', 'paused']);
	steady = 10000;
	assert.equal(board.silent_s(4), 50);
	assert.equal(board.left_ms(board.rows.get(9)), 50e3);
	board.apply({...head, nowMs: now + 10000, rows: [{attempt: 3, gone: true}, row(4, {state: 'ended', deadlineMs: undefined})], silent: [], waiting: [], more: false, cursor: 'y'});
	assert.equal(board.rows.has(3), false);
	assert.equal(attention(board.rows.get(4), board).need, 'none');
});

await test();
