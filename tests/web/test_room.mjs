// A proctor and two candidates, each at a page of his own, among thirty-eight machines in one room: what the proctor does is on the candidate's page within six seconds, and
// the proctor sees that it is; a candidate calls, and is seen. The server judges: by one clock, from its event of the act to the page's word that it has shown it.
import {steps} from './exam/steps.mjs';
import {check, soon, test} from './harness.mjs';
import {Machine} from './machine.mjs';

const seats = 40, WITHIN_MS = 30000; // six seconds on a machine that does nothing else: printed
const roster = 'ticket,room,seat\n' + Array.from({length: seats}, (_, i) => `T-${String(i).padStart(5, '0')},A,${i + 1}\n`).join('');

// Who reads a stream too slowly, or opens another before the last one is seen to be closed, is told to ask from time to time: the board does.
await test({roster, expected: [/status of 503.*\/board\/stream/s]}, async t => {
	const {cookies} = await t.world.tell('staff', {name: 'giam-thi', roles: [`proctor@sitting:${t.world.sitting}/room:A`]});
	const state = {cookies: Object.entries(cookies).map(([name, value]) => ({name, value, domain: 'localhost', path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict'})),
		origins: [{origin: t.url, localStorage: [{name: 'staff', value: '1'}]}]};
	const machines = Object.keys(t.world.codes).slice(2).map(ticket => new Machine(t.world, ticket));
	await Promise.all(machines.map(m => m.enter().then(() => m.poll())));
	const board = await t.page({storageState: state, path: `/proctor#/${t.world.sitting}/A`, height: 900});
	await board.locator('.board li').first().waitFor();

	// Both sign in, and wait to be seen.
	const pages = [await t.page({path: '/exam'}), await t.page({path: '/exam'})], [one, two] = pages.map(p => steps(t, p));
	const attempts = [await one.signIn('T-00000'), await two.signIn('T-00001')];
	await board.getByRole('button', {name: /Cho vào tất cả \(40 người/}).click();
	await board.getByRole('dialog').getByRole('button', {name: 'Cho vào thi'}).click();
	await board.getByText('Cho vào thi: 40 thí sinh.').waitFor();
	for (const [page, s] of [[pages[0], one], [pages[1], two]]) {
		await page.getByRole('button', {name: s.w.goOn, exact: true}).click();
		await s.heading(s.w.rules).waitFor();
		await s.toQuestion();
	}
	await Promise.all(machines.map(async m => {
		await m.start();
		void m.live();
	}));
	check(true, 'all are admitted at once, and two pages and thirty-eight machines work');

	const open = async seat => {
		await board.locator(`[data-attempt="${attempts[seat - 1]}"]`).click();
		await board.getByRole('heading', {name: new RegExp(`^Chỗ ${seat} `)}).waitFor();
	};
	const newest = attempt => board.evaluate(async ([path, id]) => (await (await fetch(path)).json()).rows.find(r => r.attempt === id).order, [`/api/sittings/${t.world.sitting}/board?room=A`, attempt]);
	const order = async (seat, act, button, go, fill, seen, name) => {
		await board.locator('.drawer').getByRole('button', {name: button, exact: true}).click();
		await fill(board.getByRole('dialog'));
		await board.getByRole('dialog').getByRole('button', {name: go, exact: true}).click();
		await seen();
		let said;
		for (const end = Date.now() + 60000; !(said?.act === act && said.toldMs) && Date.now() < end;)
			await board.waitForTimeout(100).then(async () => (said = await newest(attempts[seat - 1])));
		const took = said.toldMs - said.atMs;
		check(said.act === act && took <= WITHIN_MS, `${name}: on the candidate's page after ${took} ms`, said);
		return took;
	};
	await open(1);
	const took = [];
	took.push(await order(1, 'pause', 'Tạm dừng', 'Tạm dừng', d => d.getByLabel('Mất điện').check(), () => pages[0].getByRole('heading', {name: 'Bài thi tạm dừng'}).waitFor(), 'a pause'));
	await board.getByText(/Tạm dừng lúc .*: lệnh đã tới máy thí sinh \d\d:\d\d:\d\d/).waitFor();
	check(true, 'the proctor sees that it has arrived');
	await pages[0].getByText(/^Còn 4[34]:\d\d/).waitFor();
	took.push(await order(1, 'extend', 'Thêm giờ', 'Thêm giờ', async d => {
		await d.getByLabel('Thêm bao nhiêu phút?').fill('10');
		await d.getByLabel('Mất điện').check();
	}, () => pages[0].getByText(/^Còn 5[34]:\d\d/).waitFor(), 'ten minutes more'));
	took.push(await order(1, 'resume', 'Cho làm tiếp', 'Cho làm tiếp', d => d.getByLabel('Đã khắc phục').check(), () => one.heading(one.w.question).waitFor(), 'going on'));

	// The second one calls; his exam is ended then.
	await pages[1].getByRole('button', {name: 'Gọi giám thị'}).click();
	await pages[1].getByRole('dialog').getByRole('button', {name: 'Máy tính, bàn phím, chuột'}).click();
	await board.locator('.board li').first().getByText('Cần giúp: máy tính').waitFor();
	await soon(async () => (await board.locator('.board li').first().locator('.seat').innerText()).endsWith('2'), 'who calls is the first row');
	await open(2);
	took.push(await order(2, 'end', 'Kết thúc bài', 'Kết thúc bài này', d => d.getByLabel('Thí sinh xin thôi').check(), () => pages[1].getByRole('heading', {name: 'Bài thi đã kết thúc'}).waitFor(), 'the end'));
	console.log(`# ${took.length} acts: ${Math.max(...took)} ms at most`);
	await t.look(board, 'room-board-1366');
	machines.forEach(m => m.stop());
});
