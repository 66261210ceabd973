// The proctor's pages in every look: narrow, wide, enlarged; in both languages; of high contrast.
import {soon, test} from './harness.mjs';
import {Machine} from './machine.mjs';

const seats = 40;
const roster = 'ticket,room,seat\n' + Array.from({length: seats}, (_, i) => `T-${String(i).padStart(5, '0')},A,${i + 1}\n`).join('');

await test({roster, people: seats}, async t => {
	const {cookies} = await t.world.tell('staff', {name: 'giam-thi', roles: [`proctor@sitting:${t.world.sitting}/room:A`]});
	const machines = Object.keys(t.world.codes).slice(0, 30).map(ticket => new Machine(t.world, ticket));
	await Promise.all(machines.map(m => m.enter().then(() => m.poll())));
	for (const m of machines.slice(0, 26))
		await t.world.tell('proctor', {attempt: m.attempt, act: 'admit'});
	await Promise.all(machines.slice(0, 24).map(m => m.start()));
	await machines[7].say('help', {about: 'question'});
	await t.world.tell('proctor', {attempt: machines[3].attempt, act: 'pause'});
	await t.world.tell('proctor', {attempt: machines[4].attempt, act: 'end'});
	await t.world.tell('proctor', {attempt: machines[5].attempt, act: 'unbind'});
	const state = {cookies: Object.entries(cookies).map(([name, value]) => ({name, value, domain: 'localhost', path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict'})),
		origins: [{origin: t.url, localStorage: [{name: 'staff', value: '1'}]}]};

	for (const [language, width, height, more] of [['vi', 320, 640], ['en', 768, 1024], ['vi', 1366, 625], ['en', 683, 384, {deviceScaleFactor: 2}]]) {
		const page = await t.page({language, width, height, storageState: state, ...more});
		await page.goto(`/proctor?lang=${language}#/${t.world.sitting}/A`);
		const name = `${language}, ${width} px`;
		await page.locator('.board li').first().waitFor();
		await t.narrow(page, `${name}, the board`);
		await t.axe(page, `${name}, the board`);
		await t.look(page, `proctor-board-${language}-${width}`);
		await page.evaluate(() => document.documentElement.dataset.theme = 'contrast');
		await page.locator('.board .row').first().click();
		await page.locator('.timeline li').first().waitFor();
		await t.narrow(page, `${name}, the drawer`);
		await t.axe(page, `${name}, the drawer in high contrast`);
		await t.look(page, `proctor-drawer-${language}-${width}`);
		await page.keyboard.press('Escape');
		await page.evaluate(() => document.documentElement.dataset.theme = '');
		if (width === 320) {
			for (const view of ['attendance', 'files', 'minutes']) {
				await page.goto(`/proctor?lang=${language}#/${t.world.sitting}/A/${view}`);
				await page.locator('nav [aria-current="page"]').waitFor();
				await t.narrow(page, `${name}, ${view}`);
				await t.axe(page, `${name}, ${view}`);
				await t.look(page, `proctor-${view}-${language}-${width}`);
				if (view === 'files') {
					t.expected.push(/status of 422/);
					await page.getByLabel('Chọn các tệp .baithi').setInputFiles([{name: 'bai.baithi', mimeType: 'text/plain', buffer: Buffer.from('{"format":"x"}')}, {name: 'anh.baithi', mimeType: 'x', buffer: Buffer.alloc(1100000)}]);
					await page.getByText('Tệp quá lớn').waitFor();
					await soon(async () => await page.locator('.notice.bad').filter({hasText: 'bai.baithi'}).count() === 1, 'what is no emergency file is refused, by its name');
				}
			}
			await page.emulateMedia({forcedColors: 'active'});
			await t.look(page, `proctor-forced-${width}`);
		}
		await soon(async () => await page.locator('.board li').count() === (width === 320 ? 0 : seats), `${name}: every seat has a row`);
		await page.context().close();
	}
});
