// A whole exam by the keyboard alone, from the sign-in to the receipt. (How its screens look: test_looks.mjs.)
import {check, soon, test} from '../harness.mjs';
import {steps, tabTo} from './steps.mjs';

await test({count: 2}, async t => {
	const page = await t.page({path: '/exam'}), s = steps(t, page), {w} = s;
	await s.heading('Vào thi').waitFor();
	await t.look(page, 'exam-sign-in-vi-1366');
	await tabTo(page, w.sitting);
	await page.keyboard.type(t.world.sitting);
	await page.keyboard.press('Tab');
	await page.keyboard.type('t-00000');
	await page.keyboard.press('Tab');
	await page.keyboard.type(t.world.codes['T-00000'].replaceAll('-', '').toLowerCase(), {delay: 1});
	await soon(async () => await page.getByLabel(w.code, {exact: true}).inputValue() === t.world.codes['T-00000'], 'a code typed in small letters stands as on the sheet');
	await page.keyboard.press('Enter');
	await s.heading(w.lobby).waitFor();
	await page.getByText('Đề đã niêm phong nằm sẵn trên máy.').waitFor();
	await t.look(page, 'exam-lobby-vi-1366');
	await tabTo(page, /^Ô gõ thử/);
	await page.keyboard.insertText('Tiếng Việt đủ dấu'.normalize('NFD'));
	await page.getByText('Gõ được đủ dấu.').waitFor();
	const attempt = await s.attempt();
	await s.proctor(attempt, 'admit');
	await page.getByRole('button', {name: w.goOn}).waitFor();
	await page.keyboard.press('Shift+Tab');
	await tabTo(page, w.goOn);
	await page.keyboard.press('Enter');
	await s.heading(w.rules).waitFor();
	await soon(async () => await page.evaluate(() => document.activeElement?.tagName) === 'H1', 'the focus is at the heading of the new screen');
	await t.look(page, 'exam-rules-vi-1366');
	await tabTo(page, w.start);
	await page.keyboard.press('Enter');
	await s.heading(w.question).waitFor();
	let given = 0;
	for (let n = 1; n <= 40 && given < 3; n++) {
		await s.shown();
		if (await page.locator('#question fieldset').count() === 1 && await page.locator('#question input[type=radio]').count() > 1) {
			await page.locator('.question h1').focus();
			await page.keyboard.press('Tab'); // the tools
			await page.keyboard.press('Tab');
			await page.keyboard.press('Space');
			await s.saved();
			if (++given === 1) {
				await tabTo(page, 'Đánh dấu để xem lại');
				await page.keyboard.press('Space');
			}
		}
		await page.locator('.question h1').focus();
		await tabTo(page, n < 40 ? w.next : w.review);
		await page.keyboard.press('Enter');
	}
	await t.look(page, 'exam-question-vi-1366');
	await page.locator('.question h1').focus();
	await tabTo(page, 'Công cụ');
	await page.keyboard.press('Enter');
	await page.getByRole('group', {name: 'Công cụ'}).waitFor();
	await t.axe(page, 'question with tools, vi');
	await t.look(page, 'exam-tools-vi-1366');
	await tabTo(page, w.review);
	await page.keyboard.press('Enter');
	await s.heading(w.reviewed).waitFor();
	await soon(async () => (await page.locator('.lead').innerText()).startsWith(`Đã trả lời ${given}/40 câu. Đánh dấu xem lại: 1.`), 'the review counts', await page.locator('.lead').innerText());
	await t.look(page, 'exam-review-vi-1366');
	await tabTo(page, w.submit);
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await soon(async () => await page.getByRole('dialog').count() === 0 && await s.heading(w.reviewed).count() === 1, 'Escape goes back');
	await tabTo(page, w.submit);
	await page.keyboard.press('Enter');
	await tabTo(page, w.submit);
	await page.keyboard.press('Enter');
	await s.heading(w.done).waitFor();
	await t.look(page, 'exam-done-vi-1366');
	await soon(async () => /^([0-9A-F]{4}-){3}[0-9A-F]{4}$/.test(await page.locator('.receipt').innerText()), 'there is a receipt code');
	const stored = await s.stored(attempt);
	check(stored.length === given, 'the ledger has every answer, once', stored);
});
