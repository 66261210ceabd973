// What a centre grants a candidate besides time reaches his page; a second tab; a session that ends; a machine without storage; another machine.
import {check, soon, test} from '../harness.mjs';
import {steps} from './steps.mjs';

const roster = 'ticket,room,seat,pnp\nT-00000,P1,1,high-contrast magnification:allContent=1.5 line-reader\nT-00001,P1,2,\nT-00002,P1,3,\n';

await test({count: 3, roster, expected: [/status of 40[139]/, /ERR_INTERNET_DISCONNECTED/]}, async t => {
	const page = await t.page({path: '/exam'}), s = steps(t, page);
	await s.begin('T-00000');
	await soon(async () => await page.evaluate(() => document.documentElement.dataset.theme === 'contrast' && parseFloat(document.documentElement.style.fontSize) === 150), 'high contrast and half as large again, as was granted');
	await page.getByRole('group', {name: 'Công cụ'}).waitFor();
	check(await page.evaluate(() => {
		const at = selector => Number(getComputedStyle(document.querySelector(selector)).zIndex);
		return at('.reader-shade') > 0 && at('.bar') > at('.reader-shade') && at('.banner') > at('.reader-shade');
	}), 'the line reader darkens neither the bar nor a warning', await page.evaluate(() => ['.reader-shade', '.bar', '.banner'].map(s => getComputedStyle(document.querySelector(s) ?? document.body).zIndex)));
	await t.axe(page, 'a question with what was granted');
	await t.look(page, 'exam-granted-vi-1366');
	await page.context().close();

	const one = await t.page({path: '/exam'}), a = steps(t, one), attempt = await a.begin('T-00001');
	await a.answer(0);
	await a.saved();
	const two = await t.tab(one.context(), '/exam'), b = steps(t, two);
	await b.heading('Bài thi đang mở ở cửa sổ khác').waitFor();
	await t.axe(two, 'open in another window');
	await t.look(two, 'exam-other-tab-vi-1366');
	await two.getByRole('button', {name: 'Tiếp tục ở đây'}).click();
	await b.shown();
	await a.heading('Bài thi đang mở ở cửa sổ khác').waitFor();
	await b.saved();
	await b.next();
	await b.answer(1);
	await b.saved();
	check((await b.stored(attempt)).length === 2, 'a second tab goes on where the first was, and the first says so');
	await one.close({runBeforeUnload: false});

	await b.next();
	const choices = await b.choices();
	await two.context().clearCookies({name: '__Host-bv'});
	await choices.first().evaluate(e => e.click()); // the page may have learned of it before
	const again = two.getByRole('dialog');
	await again.getByRole('heading', {name: 'Hãy nhập lại mã'}).waitFor();
	await t.axe(two, 'the code again');
	await t.look(two, 'exam-again-vi-1366');
	const here = await b.heading(b.w.question).innerText();
	await again.getByLabel(b.w.code).fill(t.world.codes['T-00001']);
	await again.getByRole('button', {name: b.w.enter, exact: true}).click();
	await again.waitFor({state: 'detached'});
	await b.saved();
	await soon(async () => await b.heading(b.w.question).innerText() === here && (await b.stored(attempt)).length === 3, 'the session ended: the code over the page, which stays, and the answer is sent');

	const other = await t.page({path: '/exam'}), c = steps(t, other);
	await other.getByLabel(c.w.sitting, {exact: true}).fill(t.world.sitting);
	await other.getByLabel(c.w.ticket, {exact: true}).fill('T-00001');
	await other.getByLabel(c.w.code, {exact: true}).fill(t.world.codes['T-00001']);
	await other.getByRole('button', {name: c.w.enter, exact: true}).click();
	await c.heading('Bài thi đang ở máy khác').waitFor();
	await t.axe(other, 'on another machine');
	await t.look(other, 'exam-other-machine-vi-1366');
	await c.proctor(attempt, 'unbind');
	await c.shown();
	await soon(async () => (await other.locator('.cell[data-answered="true"]').count()) === 3, 'a proctor allows the move: the page goes on by itself, with all answers');
	await b.heading('Bài thi đang mở ở cửa sổ khác').or(b.heading('Bài thi đang ở máy khác')).waitFor();
	await two.context().close();
	await other.context().close();

	const bare = await t.page(), d = steps(t, bare);
	await bare.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', {value: undefined}));
	await bare.goto('/exam');
	const alone = await d.signIn('T-00002');
	await bare.getByText('Máy này không giữ được bài làm', {exact: true}).waitFor();
	await t.axe(bare, 'lobby without storage');
	await t.look(bare, 'exam-private-vi-1366');
	await d.toRules(alone);
	await d.toQuestion();
	await bare.context().setOffline(true);
	await d.answer(0);
	await d.saved('Chưa lưu.');
	await bare.getByText('Mất kết nối với máy chủ, và máy này không giữ được bài làm.').waitFor();
	await t.look(bare, 'exam-private-offline-vi-1366');
	await bare.context().setOffline(false);
	await d.saved();
	check((await d.stored(alone)).length === 1, 'without storage: said plainly, not saved until the server has it');
});
