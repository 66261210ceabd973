// One candidate's whole way by the keyboard alone: from the start page through sign-in, forty questions and the receipt to the result, and from the code on
// the certificate to the page on which anybody sees that it stands.
import {check, soon, test} from './harness.mjs';
import {steps, tabTo} from './exam/steps.mjs';

await test({count: 2, lenient: true, office: true, expected: [/status of 40[49]/, /ERR_CONNECTION_REFUSED/]}, async t => {
	const page = await t.page({path: '/'}), s = steps(t, page), {w} = s;
	await tabTo(page, 'Vào thi');
	await page.keyboard.press('Enter');
	await s.heading('Vào thi').waitFor();
	await tabTo(page, w.sitting);
	for (const text of [t.world.sitting, 'T-00000', t.world.codes['T-00000']]) {
		await page.keyboard.type(text);
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await s.heading(w.lobby).waitFor();
	await s.proctor(await s.attempt(), 'admit');
	await page.getByRole('button', {name: w.goOn, exact: true}).waitFor();
	await tabTo(page, w.goOn);
	await page.keyboard.press('Enter');
	await s.heading(w.rules).waitFor();
	await tabTo(page, w.start);
	await page.keyboard.press('Enter');
	await s.heading(w.question).waitFor();
	let given = 0;
	for (let n = 1; n <= 40; n++) {
		await page.getByRole('heading', {level: 1, name: `Câu ${n} trên 40`}).waitFor();
		await s.shown();
		if (await page.locator('#question input[type=radio]').count() > 1) {
			await page.locator('#question input[type=radio]').first().focus();
			await page.keyboard.press('Space');
			given++;
		}
		await page.locator('.question h1').focus();
		await tabTo(page, n < 40 ? w.next : w.review);
		await page.keyboard.press('Enter');
	}
	await s.allSaved();
	check(given > 20, `${given} questions were answered`);
	await s.heading(w.reviewed).waitFor();
	await tabTo(page, w.submit);
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await tabTo(page, w.submit);
	await page.keyboard.press('Enter');
	await s.heading(w.done).waitFor();

	await t.world.tell('release');
	await page.goto('/exam');
	await s.heading('Kết quả').waitFor();
	const result = await page.locator('main').innerText();
	check(/Đạt/.test(result) && !/Không đạt|Chưa đạt/.test(result), 'he has passed', result);
	await t.screen(page, 'life-result');

	const {codes} = await t.world.tell('certify', {names: {'T-00000': 'Đặng Thị Quỳnh', 'T-00001': 'Bùi Văn Sơn'}});
	check(Object.keys(codes).length === 1, 'who sat and passed is certified, and nobody else', codes);
	const waits = page.getByText('Chứng nhận chưa được cấp');
	await soon(async () => await waits.count() === 1, 'before he has one his page says so');
	await page.goto('/exam');
	await page.getByRole('link', {name: 'Xem chứng nhận'}).waitFor();
	await t.axe(page, 'the result with its certificate');
	await t.look(page, 'life-result-certificate');
	await page.getByRole('link', {name: 'Xem chứng nhận'}).focus();
	await page.keyboard.press('Enter');
	await page.waitForURL(new RegExp(`/v/${codes['Đặng Thị Quỳnh']}`));
	await soon(async () => (await page.locator('main').innerText()).includes('Đặng Thị Quỳnh'), 'from his result a link leads to his certificate');
	const anybody = await t.page({path: '/'});
	await tabTo(anybody, 'Kiểm tra chứng nhận');
	await anybody.keyboard.press('Enter');
	await anybody.waitForURL(/verify/);
	await anybody.getByRole('textbox').first().focus();
	await anybody.keyboard.type(codes['Đặng Thị Quỳnh'].replaceAll('-', ' ').toLowerCase());
	await anybody.keyboard.press('Enter');
	await anybody.waitForURL(/\/v\//);
	const shown = await anybody.locator('main').innerText();
	check(/CÓ GIÁ TRỊ|[Cc]ó giá trị/.test(shown) && shown.includes('Đặng Thị Quỳnh'), 'the code leads to the certificate, which stands', shown);
	check(/Mức đạt\s+Chuẩn kỹ năng sử dụng công nghệ thông tin cơ bản/.test(shown), 'the level has its name', shown);
	check(/Điểm năng lực \(có thể nhỏ hơn 0\)\s+-?\d,\d+/.test(shown), 'numbers are written as in Viet Nam, below zero too', shown);
	await t.look(anybody, 'life-certificate');

	await page.goto('/exam');
	await page.getByText('Xin phúc khảo').focus();
	await page.keyboard.press('Enter');
	await page.getByLabel('Đề nghị xem lại').selectOption('Một câu hỏi hoặc đáp án');
	await t.axe(page, 'an appeal');
	await t.look(page, 'life-appeal');
	await page.getByRole('button', {name: 'Gửi đề nghị phúc khảo'}).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Bạn đã xin phúc khảo.').waitFor();
	await soon(async () => await page.getByRole('button', {name: 'Gửi đề nghị phúc khảo'}).count() === 0, 'he appeals, once');
});
