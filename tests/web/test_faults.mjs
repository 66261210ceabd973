// What is wrong is said in the language of the page, by its code; what a program says exactly, in English, stands behind a summary: questions from a file, the craft of an
// item, documents of the office.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, soon, test} from './harness.mjs';

await test({exam: false, bank: ['itembank/sample/imsmanifest.xml'], expected: [/status of 4(01|22)/]}, async t => {
	const {password} = await t.world.tell('staff', {name: 'thay.ca.hai', roles: ['bank-author', 'scheme-owner']});
	const file = join(t.world.folder, 'de.gift');
	writeFileSync(file, '::Một:: Trống? {=A ~}\n\n::Hai:: Sai ngoặc {=A ~\n\n::Ba:: Số nào? {#mười}\n\nMô tả không có câu trả lời\n\n::Bốn:: Tỷ lệ? {~%900%A ~B}\n');
	const open = async (language, path) => {
		const page = await t.page({language, path}), vi = language === 'vi';
		await page.getByLabel(vi ? 'Tên đăng nhập' : 'Sign-in name').fill('thay.ca.hai');
		await page.getByLabel(vi ? 'Mật khẩu' : 'Password', {exact: true}).fill(password);
		await page.getByRole('button', {name: vi ? 'Đăng nhập' : 'Sign in'}).click();
		return page;
	};
	const page = await open('vi', '/author#/import'), english = await open('en', '/author#/import');

	// Questions from a file.
	for (const [p, look] of [[page, 'Xem thử'], [english, 'Look at it first']]) {
		await p.locator('#file').setInputFiles(file);
		await p.waitForFunction(() => document.querySelector('#format').value === 'gift');
		await p.getByRole('button', {name: look}).click();
		await soon(async () => await p.locator('.review-faults li').count() === 5, 'five faults are told', await p.locator('main').innerText());
	}
	const told = await page.locator('.review-faults').innerText();
	for (const words of ['câu hỏi thiếu nội dung, phương án hoặc đáp án', 'chỗ này viết không đúng quy cách của định dạng', 'chỗ này cần một số hợp lệ', 'dạng câu hỏi hoặc cách chấm này không nhập được', 'tỷ lệ điểm của phương án không hợp lệ'])
		check(told.includes(words), `in Vietnamese: ${words}`, told);
	check(!/not converted|is no /.test(told), 'and nothing of it in English', told);
	const summary = page.locator('.review-faults summary').first();
	await summary.focus();
	await page.keyboard.press('Enter');
	await page.locator('.review-faults p[lang="en"]').first().getByText('not converted').waitFor();
	check(true, 'what the program says exactly is a key away');
	await t.screen(page, 'faults-import');
	check(/the question lacks its text/.test(await english.locator('.review-faults').innerText()) && /not converted: /.test(await english.locator('.review-faults').innerText()) && !await english.locator('.review-faults details').count(),
		'in English both are there at once', await english.locator('.review-faults').innerText());
	await t.axe(english, 'faults in English');

	// The craft of an item.
	await page.goto('/author#/item/IU01-001/vi');
	await page.getByRole('radio', {name: 'Mã nguồn', exact: true}).check();
	const source = page.getByLabel('Mã nguồn QTI'), xml = await source.inputValue();
	await source.fill(xml.replace(/<qti-correct-response>[^]*?<\/qti-correct-response>/, ''));
	const lint = page.locator('.lint');
	await lint.getByText('không có đáp án, và không ánh xạ nào cho điểm').waitFor();
	await soon(async () => !/\b(the|is|nothing)\b/.test(await lint.innerText()), 'what is wrong with an item is said in Vietnamese', await lint.innerText());
	await lint.locator('summary').first().click();
	await lint.locator('p[lang="en"]').first().waitFor();
	await t.axe(page, 'findings');

	// A blueprint by its source, a standard from a file.
	await page.goto('/admin#/blueprints/new');
	await page.getByText('Xem hoặc sửa văn bản nguồn').click();
	const text = page.locator('#source'), good = readFileSync(join(process.env.BV_SOURCE, 'engine/sample/vn-basic-40.xml'), 'utf8'), says = page.locator('#source-fault');
	for (const [bad, words] of [[good.replace(' minutes=', ' minute='), /Dòng \d+ chưa đúng: phần tử có thuộc tính mà loại văn bản này không có/], [good.replace('</blueprint>', ''), /Dòng \d+ chưa đúng: XML không đúng cú pháp/],
		[good.replace(/<(\/?)stratum/g, '<$1hang'), /chưa đúng: phần tử nằm sai chỗ/], [good.replace(/ competence="[^"]*"/, ''), /chưa đúng: thiếu thuộc tính bắt buộc/]]) {
		await text.fill(bad);
		await soon(async () => await says.count() > 0 && words.test(await says.innerText()), `in Vietnamese: ${words.source}`);
	}
	await page.locator('details.technical summary').first().click();
	await page.locator('.technical p[lang="en"]').first().getByText('lacks the attribute').waitFor();
	await t.axe(page, 'a blueprint with a fault');
	await t.narrow(page, 'a blueprint with a fault');
	await page.goto('/admin#/standards/new');
	writeFileSync(join(t.world.folder, 'chuan.xml'), '<rules/>');
	await page.getByLabel('Chọn tệp XML').setInputFiles(join(t.world.folder, 'chuan.xml'));
	await page.getByRole('status').getByText('tài liệu không phải loại được yêu cầu').waitFor();
	check(true, 'and of a file that is something else');
});
