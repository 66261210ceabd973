// An adaptive sitting: one question after the other, and no way back. By the keyboard alone, over reloads, answers of the server that are lost, a lost network, a
// pause, another tab and another machine, to the end, which comes before the most questions that there could be.
import {check, soon, test} from '../harness.mjs';
import {steps, tabTo} from './steps.mjs';

const most = 8, length = 6;
await test({count: 1, adaptive: [most, length, 'se="0.99"'], expected: [/ERR_|status of (401|403|409|503)/]}, async t => {
	const page = await t.page({path: '/exam'}), s = steps(t, page), context = page.context(), asked = [];
	const called = n => `Câu ${n}, nhiều nhất ${most}`, heading = (tab, n) => tab.getByRole('heading', {name: called(n), level: 1}).waitFor();
	const at = n => heading(page, n).then(s.shown);
	const focus = text => soon(() => page.evaluate(wanted => document.activeElement?.tagName === 'H1' && document.activeElement.textContent === wanted, text), `the focus is at the heading “${text}”`);
	const waits = 'trang tự sang câu sau khi có mạng', press = tab => tab.getByRole('button', {name: s.w.next, exact: true}).click();
	const choices = tab => tab.locator('#question input:is([type=radio], [type=checkbox])');
	const count = async () => (await s.stored(attempt)).length;
	// How a question is left: 'away' nobody hears it, 'lost' the server does, and is not heard, 'busy' it has no time the first time.
	let wire = '';
	page.on('request', r => asked.push(new URL(r.url()).pathname));
	await context.route('**/section', async route => {
		const how = wire;
		wire = how === 'away' ? how : '';
		if (how === 'busy')
			return route.fulfill({status: 503, headers: {'Retry-After': '0'}, contentType: 'application/problem+json', body: '{"type":"/problems/busy","title":"busy","status":503}'});
		if (how === 'lost')
			await route.fetch();
		return how === '' ? route.continue() : route.abort('connectionreset');
	});
	// The network is back, and the page asks at once instead of when it is time.
	const goesOn = async (tab, n) => {
		for (const end = Date.now() + 60000; !await tab.getByRole('heading', {name: called(n), level: 1}).count() && Date.now() < end;) {
			await tab.evaluate(() => dispatchEvent(new Event('online')));
			await tab.waitForTimeout(100);
		}
		await heading(tab, n);
	};

	const attempt = await s.signIn('T-00000');
	await page.getByText('Đã sang câu sau thì không quay lại được.').waitFor();
	await t.axe(page, 'the waiting room');
	await s.toRules(attempt);
	await page.getByText(`nhiều nhất ${most} câu`).waitFor();
	await page.getByText('Đã sang câu sau thì không quay lại được.').waitFor();
	await t.look(page, 'exam-adaptive-rules-vi-1366');
	await tabTo(page, s.w.start);
	await page.keyboard.press('Enter');
	await at(1);
	await focus(called(1));
	await page.getByText('Đã sang câu sau thì không quay lại được.').waitFor();
	check(await page.locator('.map-box, .mark').count() === 0 && await page.getByRole('button', {name: /Câu trước|Xem lại/}).count() === 0, 'there is no map, no mark, no review and no way back');

	await page.keyboard.press('Tab'); // the tools
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await tabTo(page, s.w.next);
	await page.keyboard.press('Enter');
	await at(2);
	await focus(called(2));
	check(await count() === 1, 'its answer was stored first');
	await t.screen(page, 'exam-adaptive-question-vi');

	// Without an answer he is asked.
	const none = page.getByRole('dialog', {name: 'Sang câu sau mà không trả lời?'});
	await tabTo(page, s.w.next);
	await page.keyboard.press('Enter');
	await none.waitFor();
	await t.axe(page, 'without an answer?');
	await t.look(page, 'exam-adaptive-pass-vi-1366');
	await page.keyboard.press('Escape');
	await none.waitFor({state: 'detached'});
	check(await s.heading(called(2)).count() === 1, 'Escape stays');
	await page.keyboard.press('Enter');
	await tabTo(page, 'Bỏ trống câu này');
	await page.keyboard.press('Enter');
	await at(3);
	await focus(called(3));

	// No network between the answer and the next question; the page is loaded again meanwhile, and the server is busy, and its answer lost.
	await choices(page).nth(1).check();
	wire = 'away';
	await press(page);
	await page.getByText(waits).waitFor();
	check(await page.locator('#question').evaluate(e => e.inert), 'what he is done with is not changed any more');
	await t.axe(page, 'waiting for the network');
	await t.look(page, 'exam-adaptive-waits-vi-1366');
	await page.reload();
	await at(3);
	await soon(() => choices(page).nth(1).isChecked(), 'a reload comes back to the question with its answer');
	await page.getByText(waits).waitFor();
	const state = /\/api\/attempts\/\d+$/;
	await page.route(state, async route => {
		const answer = await route.fetch();
		await route.fulfill({response: answer, json: {...await answer.json(), leftMs: 0}});
	});
	await s.hurry();
	await s.heading('Đã hết giờ').waitFor(); // the time may be over while he waits; here a proctor gives more
	await page.unroute(state);
	await goesOn(page, 3);
	wire = 'busy';
	await goesOn(page, 4);
	await focus(called(4));
	check(await count() === 2, 'two answers, and one question without');

	// The answer was not sent either.
	await context.setOffline(true);
	await choices(page).first().check();
	await s.saved(s.w.machine);
	await page.getByText('Câu tiếp theo cần mạng.', {exact: true}).waitFor();
	check(await page.getByRole('button', {name: /baithi/}).count() === 0, 'no file is offered that nobody could open');
	await press(page);
	await page.getByText(waits).waitFor();
	wire = 'lost';
	await context.setOffline(false);
	await goesOn(page, 5);
	check(await count() === 3, 'it is saved, then the question is left, once');

	// Another tab goes on with what this one waits for.
	await choices(page).first().check();
	wire = 'away';
	await press(page);
	await page.getByText(waits).waitFor();
	const tab = await t.tab(context, '/exam');
	await tab.getByRole('button', {name: 'Tiếp tục ở đây'}).click();
	await tab.getByText(waits).waitFor();
	await s.heading('Bài thi đang mở ở cửa sổ khác').waitFor();
	await t.world.tell('proctor', {attempt, act: 'pause'});
	wire = '';
	await tab.evaluate(() => dispatchEvent(new Event('online')));
	await tab.getByRole('heading', {name: 'Bài thi tạm dừng'}).waitFor();
	await t.world.tell('proctor', {attempt, act: 'resume'});
	await goesOn(tab, 6);
	await page.getByRole('button', {name: 'Tiếp tục ở đây'}).click();
	await at(6);
	await tab.close();

	// Another machine, in English, while this one has an answer that nobody heard.
	await context.setOffline(true);
	await choices(page).first().check();
	await s.saved(s.w.machine);
	await t.world.tell('proctor', {attempt, act: 'unbind'});
	const there = await t.page({path: '/exam', language: 'en', width: 320, height: 640}), o = steps(t, there, 'en');
	for (const [label, text] of [[o.w.sitting, t.world.sitting], [o.w.ticket, 'T-00000'], [o.w.code, t.world.codes['T-00000']]])
		await there.getByLabel(label, {exact: true}).fill(text);
	await there.getByRole('button', {name: o.w.enter, exact: true}).click();
	await o.heading(`Question 6, at most ${most}`).waitFor();
	await there.getByText('You cannot go back once you are at the next question.').waitFor();
	await choices(there).nth(1).check();
	await there.getByRole('button', {name: o.w.next, exact: true}).click();
	await o.heading('That was the last question').waitFor();
	await t.screen(there, 'exam-adaptive-over-en');
	await Promise.all([there.waitForResponse('**/lease'), there.reload()]);
	await o.heading('That was the last question').waitFor();
	await there.context().close();
	await t.world.tell('proctor', {attempt, act: 'unbind'});
	await context.setOffline(false);
	await s.hurry();
	await page.getByRole('button', {name: 'Tiếp tục ở đây'}).click();
	await s.heading('Đó là câu cuối cùng').waitFor();
	await focus('Đó là câu cuối cùng');
	await s.allSaved();
	await tabTo(page, s.w.submit);
	await page.keyboard.press('Enter');
	await s.heading(s.w.done).waitFor();
	const stored = await s.stored(attempt);
	check(stored.map(e => e.item).join() === '0,2,3,4,5', 'the ledger has every answer, once, and of the last question the one that was given in time', stored);
	check(asked.some(a => a.endsWith('/paper')) && !asked.some(a => /sealed|key$/.test(a)), 'no sealed paper and no key was asked for', asked);
});
