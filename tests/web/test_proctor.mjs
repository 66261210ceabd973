// A room of forty: calling the roll, the board, what a proctor does and when it arrives, a bad link, the end of a session, by keyboard, in both languages and every look.
import {readFileSync} from 'node:fs';
import {check, soon, test} from './harness.mjs';
import {Machine} from './machine.mjs';

const seats = 40;
const roster = 'ticket,room,seat\n' + Array.from({length: seats}, (_, i) => `T-${String(i).padStart(5, '0')},A,${i + 1}\n`).join('');
const until = async (what, ms = 60000) => {
	const end = Date.now() + ms;
	while (!await what() && Date.now() < end)
		await new Promise(r => setTimeout(r, 50));
	return what();
};

await test({roster, people: seats, config: {rate_account: '60000/min burst 6000'}}, async t => {
	const {password} = await t.world.tell('staff', {name: 'giam-thi', roles: [`proctor@sitting:${t.world.sitting}/room:A`]});
	const machines = Object.keys(t.world.codes).map(ticket => new Machine(t.world, ticket));
	const [one, two, three, four, five] = machines;
	await Promise.all(machines.slice(0, 36).map(m => m.enter().then(() => m.poll())));

	// ---- Signing in, the rooms

	const page = await t.page({path: '/proctor', height: 625}); // what a browser leaves of 768
	await page.getByLabel('Tên đăng nhập').fill('giam-thi');
	await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
	await page.keyboard.press('Enter');
	await page.getByRole('link', {name: 'Phòng A'}).waitFor();
	await t.axe(page, 'rooms');
	await t.look(page, 'proctor-rooms-1366');
	await page.getByRole('link', {name: 'Phòng A'}).click();

	// ---- Calling the roll

	await page.getByRole('link', {name: 'Điểm danh'}).click();
	await page.getByRole('button', {name: 'Hiện họ tên'}).click();
	await page.getByRole('cell', {name: 'Nguyễn Thị An'}).first().waitFor();
	await t.axe(page, 'the roll');
	await t.look(page, 'proctor-roll-1366');
	await page.getByRole('button', {name: /^Có mặt: Chỗ 1 /}).click();
	await t.axe(page, 'admitting');
	await t.look(page, 'proctor-admit-1366');
	await page.getByRole('dialog').getByRole('button', {name: 'Cho vào thi'}).click();
	await page.getByRole('dialog').waitFor({state: 'hidden'});
	await page.getByRole('button', {name: /^Vắng mặt: Chỗ 40 /}).click();
	await page.getByText('Có mặt 1 · vắng 1 · chưa điểm danh 38').waitFor();
	check(true, 'one is present, one is absent');

	// ---- The board: who waits is admitted; they start

	await page.getByRole('link', {name: 'Theo dõi'}).click();
	await page.getByRole('button', {name: /Cho vào tất cả \(35 người/}).click();
	await page.getByRole('dialog').getByRole('button', {name: 'Cho vào thi'}).click();
	await page.getByText('Cho vào thi: 35 thí sinh.').waitFor();
	await Promise.all(machines.slice(0, 34).map(async m => {
		await m.poll();
		await m.start();
		void m.live();
	}));
	await soon(async () => await until(() => page.locator('.board li').filter({hasText: 'Đang làm'}).count().then(n => n >= 34)), 'thirty-four work');

	// ---- Somebody calls: he is the first row

	await three.say('help', {about: 'machine'});
	await soon(async () => await until(async () => (await page.locator('.board li').first().innerText()).includes('Cần giúp')), 'who calls is first');
	await soon(async () => (await page.locator('.board li').first().locator('.need').innerText()).includes('máy tính'), 'with what he needs');
	const rows = await page.locator('.board li').count(), tall = await page.evaluate(() => document.querySelector('.board').getBoundingClientRect().bottom);
	check(rows === seats && tall <= 625, `all ${rows} rows are seen at once on a screen of 1366 × 768 (${Math.round(tall)} px)`);
	await t.look(page, 'proctor-board-1366');
	await t.axe(page, 'the board');

	// ---- An order, and when it arrives

	const open = async seat => {
		await page.locator(`[data-attempt="${machines[seat - 1].attempt}"]`).click();
		await page.getByRole('heading', {name: new RegExp(`^Chỗ ${seat} `)}).waitFor();
	};
	const order = async (button, go, fill) => {
		await page.locator('.drawer').getByRole('button', {name: button, exact: true}).click();
		await fill?.(page.getByRole('dialog'));
		const begun = Date.now();
		await page.getByRole('dialog').getByRole('button', {name: go, exact: true}).click();
		await page.getByRole('dialog').waitFor({state: 'hidden'});
		return begun;
	};
	const arrives = async (machine, act, begun, name) => {
		const there = await until(() => machine.seen.some(s => s.act === act && s.at >= begun));
		const took = there ? machine.seen.find(s => s.act === act && s.at >= begun).at - begun : NaN;
		check(there && took <= 6500, `${name} is at the machine after ${took} ms`, machine.seen);
	};
	await open(1);
	await t.look(page, 'proctor-drawer-1366');
	await t.axe(page, 'the drawer');
	// What is still on its way does not keep the next one waiting.
	const paused = await order('Tạm dừng', 'Tạm dừng', d => d.getByLabel('Mất điện').check());
	await open(5);
	await machines[4].poll();
	const before = machines[4].left_ms;
	const extended = await order('Thêm giờ', 'Thêm giờ', async d => {
		await d.getByLabel('Thêm bao nhiêu phút?').fill('7');
		await d.getByLabel('Mất điện').check();
	});
	await open(2);
	const ended = await order('Kết thúc bài', 'Kết thúc bài này', d => d.getByLabel('Vi phạm quy chế').check());
	await Promise.all([arrives(one, 'pause', paused, 'a pause'), arrives(five, 'extend', extended, 'more time'), arrives(two, 'end', ended, 'the end')]);
	check(one.state === 'paused' && two.state === 'ended' && five.left_ms > before + 6 * 60000 && five.left_ms <= before + 7 * 60000, 'one is paused, one has seven minutes more, one exam has ended');
	await open(1);
	await page.getByText(/Tạm dừng lúc .*: lệnh đã tới máy thí sinh \d\d:\d\d:\d\d/).waitFor();
	check(true, 'and the proctor sees that the pause has arrived');
	const resumed = await order('Cho làm tiếp', 'Cho làm tiếp', d => d.getByLabel('Đã khắc phục').check());
	await page.locator('.timeline').getByText('Mất điện').waitFor();
	await soon(async () => await page.locator('.timeline li').count() >= 8, 'the timeline has all of it');
	await open(4);
	await order('Ghi sự việc', 'Ghi lại', async d => {
		await t.axe(page, 'an irregularity');
		await t.look(page, 'proctor-incident-1366');
		await d.getByRole('button', {name: 'Ghi lại'}).click();
		await soon(async () => await d.getByRole('alert').isVisible(), 'an irregularity has a kind');
		await d.getByLabel('Loại sự việc').selectOption('technical.freezing');
		await d.getByLabel('Việc gì đã xảy ra?').fill('Máy treo hai phút, khởi động lại');
	});
	await page.locator('.timeline').getByText('Sự việc: Máy treo').waitFor();
	check(true, 'and is in the timeline');
	await arrives(one, 'resume', resumed, 'going on');
	await page.keyboard.press('Escape');
	await soon(async () => await page.locator('.drawer').count() === 0, 'Escape closes the drawer');

	// ---- By keyboard alone

	await page.locator('.board .row').first().focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', {name: /^Chỗ 3 /}).waitFor();
	for (let i = 0; i < 4 && await page.evaluate(() => document.activeElement.textContent) !== 'Đã giúp xong'; i++)
		await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await soon(async () => await until(async () => !(await page.locator('.board li').first().innerText()).includes('Cần giúp')), 'helped, by keyboard');
	await page.keyboard.press('Escape');
	await soon(async () => await page.evaluate(() => document.activeElement?.classList.contains('row')), 'the focus is back at the row');

	// ---- Minutes

	await page.getByRole('link', {name: 'Biên bản'}).click();
	await page.getByLabel('Địa danh').fill('Hà Nội');
	await page.getByRole('button', {name: 'Lập biên bản'}).click();
	const link = page.getByRole('link', {name: 'Lưu tệp PDF'});
	await link.waitFor();
	const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
	check(download.suggestedFilename() === `bien-ban-${t.world.sitting}-A.pdf` && readFileSync(await download.path()).subarray(0, 5).toString() === '%PDF-', 'the minutes are a PDF', download.suggestedFilename());
	await page.getByRole('link', {name: 'Theo dõi'}).click();

	// ---- A server that fails, and comes back

	let fails = true, asked = 0;
	t.expected.push(/status of 500/);
	await page.route('**/api/sittings/*/board**', route => {
		asked++;
		return fails ? route.fulfill({status: 500, contentType: 'application/problem+json', body: '{"type":"/problems/fault","title":"x"}'}) : route.continue();
	});
	await page.reload();
	await page.getByText(/Mất liên lạc với máy chủ/).first().waitFor();
	await page.waitForTimeout(3000);
	const early = asked;
	check(early <= 4 && await until(() => asked >= 2), `it asks again, ever more slowly: ${early} times in 3 s`);
	await t.axe(page, 'no connection');
	await t.look(page, 'proctor-lost-1366');
	fails = false;
	await page.getByRole('button', {name: 'Thử ngay'}).click();
	await page.getByText(/Cập nhật lúc/).waitFor();
	await soon(async () => await page.locator('.board li').count() === seats, 'and is there again');

	// ---- The session ends: no more is asked; signing in goes on where it was

	t.expected.push(/status of 401/);
	await page.context().clearCookies();
	await page.evaluate(() => dispatchEvent(new Event('online'))); // asks at once
	await page.getByRole('dialog', {name: 'Phiên làm việc đã hết'}).waitFor();
	asked = 0;
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.waitForTimeout(1500);
	check(asked === 0, 'nothing more is asked after 401, whatever happens');
	await t.axe(page, 'the session has ended');
	await t.look(page, 'proctor-session-1366');
	await page.getByLabel('Tên đăng nhập').fill('giam-thi');
	await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor({state: 'hidden'});
	await soon(async () => await until(() => asked > 0) && await page.locator('.board li').count() === seats, 'it goes on where it was');

	machines.forEach(m => m.stop());
});
