// Two persons take an item from draft to use: a difference is seen, a remark made, it is returned, mended, approved by the other one, released. Then an import with faults,
// a translation, statistics. In both languages.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, soon, test} from './harness.mjs';

const source = process.env.BV_SOURCE;

async function signIn(page, name, password, path = '/author') {
	await page.goto(path);
	await page.getByLabel('Tên đăng nhập').fill(name);
	await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
	await page.getByRole('button', {name: 'Đăng nhập'}).click();
}

await test({exam: false, bank: ['itembank/sample/imsmanifest.xml'], expected: [/status of 40[13]/]}, async t => {
	// What has no colours of its own is asked in one theme.
	const looked = async (page, name) => {
		await t.axe(page, name);
		await t.look(page, name);
		const size = page.viewportSize();
		await page.setViewportSize({width: 320, height: 640});
		await t.narrow(page, name);
		await t.look(page, `${name}-320`);
		await page.setViewportSize(size);
	};
	const heading = (page, name, level = 1) => page.getByRole('heading', {level, name}).first().waitFor();
	const author = await t.world.tell('staff', {name: 'anh.tac.gia', roles: ['bank-author', 'bank-reviewer']}), reviewer = await t.world.tell('staff', {name: 'bich.tham.dinh', roles: ['bank-reviewer']});
	const a = await t.page(), b = await t.page();
	await signIn(a, 'anh.tac.gia', author.password, '/author#/item/IU01-001/vi/review');
	await heading(a, 'Việc làm được bây giờ', 2);
	await soon(async () => await a.getByText('Thôi sử dụng').count() > 0, 'an item in use can be retired');

	// A new version, as the editor saves it
	const xml = readFileSync(join(source, 'itembank/sample/iu01/IU01-001.xml'), 'utf8');
	const saved = await a.evaluate(async xml => {
		const session = await (await fetch('/api/session')).json();
		const answer = await fetch('/api/bank/items', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRF-Token': session.csrfToken},
			body: JSON.stringify({identifier: 'IU01-001', language: 'vi', base: 1, xml})});
		return [answer.status, await answer.json()];
	}, xml.replace(/(<qti-prompt>[^<]*?)(\p{L}+)([^\p{L}]*<)/u, '$1$2 nào nhất$3').replace(/<qti-value>(\w+)<\/qti-value>/, (_, v) => `<qti-value>${v === 'A' ? 'B' : 'A'}</qti-value>`));
	check(saved[0] === 200 && saved[1].version === 2, 'a new version', saved);

	// Its author submits it, and cannot approve it
	await a.reload();
	await heading(a, 'Việc làm được bây giờ', 2);
	await a.getByRole('button', {name: 'Gửi thẩm định'}).click();
	await a.getByRole('dialog').getByRole('button', {name: 'Gửi thẩm định'}).click();
	await a.getByText('anh/chị đã soạn hoặc gửi câu hỏi này; người duyệt phải là người khác.').waitFor();
	await soon(async () => !(await a.getByRole('button', {name: 'Duyệt', exact: true}).count()), 'no button for one\'s own work, and why');
	await looked(a, 'review-author');

	// The reviewer finds it, sees what has changed, says something and returns it
	await signIn(b, 'bich.tham.dinh', reviewer.password);
	await b.getByRole('link', {name: 'Việc đang chờ tôi'}).click();
	await heading(b, 'Việc đang chờ tôi');
	await heading(b, 'Chờ tôi thẩm định (1)', 2);
	await looked(b, 'review-queue');
	await b.locator('.review-queue a').first().click();
	await heading(b, 'Việc làm được bây giờ', 2);
	await b.getByRole('link', {name: 'Phiên bản', exact: true}).click();
	await b.locator('.review-side ins').first().waitFor();
	await soon(async () => (await b.locator('.review-side ins').allInnerTexts()).join(' ').includes('nào nhất'), 'words that are new are marked', await b.locator('.review-side ins').allInnerTexts());
	await soon(async () => /Đáp án đúng: RESPONSE/.test(await b.getByRole('table', {name: 'Đáp án, điểm và thiết đặt'}).innerText()), 'the key has changed, and it is said');
	await soon(async () => await b.locator('.review-lines .new').count() >= 2 && await b.locator('.review-lines .gone').count() >= 2, 'lines of the source');
	await t.screen(b, 'review-versions');
	await b.getByRole('link', {name: 'Thẩm định', exact: true}).click();
	await b.getByLabel('Góp ý mới').fill('Phương án đúng có nhầm không?');
	await b.getByRole('button', {name: 'Gửi góp ý'}).click();
	await b.locator('.review-talk').getByText('Phương án đúng có nhầm không?').waitFor();
	await b.getByRole('button', {name: 'Trả lại tác giả'}).click();
	const dialog = b.getByRole('dialog');
	await dialog.getByRole('button', {name: 'Trả lại tác giả'}).click();
	await dialog.getByText('Hãy viết lý do.').waitFor();
	await t.axe(b, 'a reason is missing');
	await dialog.getByLabel('Lý do').fill('Xem lại đáp án.');
	await dialog.getByRole('button', {name: 'Trả lại tác giả'}).click();
	await b.locator('.review-events').getByText('Xem lại đáp án.').waitFor();

	// Submitted again, approved by the other person, pretested, released; with the keyboard
	await a.reload();
	await heading(a, 'Việc làm được bây giờ', 2);
	await a.locator('.review-talk').getByText('Phương án đúng có nhầm không?').waitFor();
	await a.getByRole('button', {name: 'Gửi thẩm định'}).click();
	await a.getByRole('dialog').getByRole('button', {name: 'Gửi thẩm định'}).click();
	await a.getByText('Đang thẩm định').first().waitFor();
	await b.reload();
	for (const [act, state] of [['Duyệt', 'Đã duyệt'], ['Đưa vào thử nghiệm', 'Thử nghiệm'], ['Đưa vào sử dụng', 'Đang sử dụng']]) {
		await b.getByRole('button', {name: act, exact: true}).press('Enter');
		await b.getByRole('dialog').getByRole('button', {name: act, exact: true}).press('Enter');
		await b.getByRole('dialog').waitFor({state: 'detached'});
		await b.locator('.bank-facts .tag').first().getByText(state).waitFor();
	}
	check(true, 'approved by another, pretested, released');

	// A file with faults
	await a.goto('/author#/import');
	await heading(a, 'Nhập câu hỏi từ tệp');
	const file = join(t.world.folder, 'de.gift');
	writeFileSync(file, '::Bàn phím:: Phím nào xóa ký tự bên trái con trỏ? {=Backspace ~Delete ~Enter}\n\n::Hỏng:: Câu này {=A ~\n\n::Chuột:: Nháy đúp là nháy mấy lần? {~1 =2 ~3}\n');
	await a.getByRole('button', {name: 'Xem thử'}).click();
	await a.getByText('Hãy chọn tệp.').waitFor();
	await a.getByLabel('Tệp', {exact: true}).setInputFiles(file);
	await a.waitForFunction(() => document.querySelector('#format').value === 'gift');
	await a.getByRole('button', {name: 'Xem thử'}).click();
	await heading(a, 'Nếu nhập tệp này', 2);
	await soon(async () => await a.locator('.review-faults li').count() >= 1 && /dòng \d/.test(await a.locator('.review-faults').innerText()), 'a fault has its line', await a.locator('.review-faults').innerText());
	await looked(a, 'review-import');
	await a.getByRole('button', {name: /^Nhập \d câu hỏi$/}).click();
	await heading(a, 'Đã nhập xong', 2);
	await soon(async () => await a.getByRole('link', {name: 'Bàn phím'}).count() === 1, 'what was good is there');
	await a.getByRole('button', {name: 'Xem thử'}).click();
	await a.getByText('Tệp này không có gì mới.').waitFor();

	// A translation of it
	await a.goto('/author#/list/text=nh%C3%A1y%20%C4%91%C3%BAp');
	await a.getByRole('link', {name: 'Chuột', exact: true}).click();
	await a.getByRole('link', {name: 'Bản dịch', exact: true}).click();
	await a.getByText('Câu hỏi chưa có bản').waitFor();
	const pieces = a.locator('.review-pieces textarea');
	await soon(async () => await pieces.count() === 5, 'title, question and three choices', await a.locator('.review-pieces').innerText());
	for (const [i, words] of ['Mouse', 'How often is a double click?', '1', '2 & no more', '3'].entries())
		await pieces.nth(i).fill(words);
	await a.getByText('Đã dịch đủ các đoạn.').waitFor();
	await looked(a, 'review-translation');
	await a.getByRole('button', {name: 'Lưu bản dịch'}).click();
	await a.getByText('Đã lưu bản dịch, phiên bản 1.').waitFor();
	await a.getByRole('link', {name: 'Đến phần thẩm định của bản dịch'}).click();
	await heading(a, 'Mouse');

	// Statistics, with the curve; in English
	const e = await t.tab(a.context());
	await e.goto('/author?lang=en#/item/IU01-002/vi/statistics');
	await e.locator('figure.chart svg').waitFor();
	await soon(async () => await e.locator('figure.chart tbody tr').count() === 9, 'a curve with its table');
	await t.screen(e, 'review-statistics');
	for (const tab of ['Review', 'Versions', 'Translation']) {
		await e.getByRole('link', {name: tab, exact: true}).click();
		await e.locator('h2').first().waitFor();
		await t.axe(e, `en ${tab}`);
	}
	await e.goto('/author#/import');
	await heading(e, 'Import items from a file');
	await t.axe(e, 'en import');
	await e.goto('/author#/queue');
	await heading(e, 'Waiting for me');
	await t.axe(e, 'en queue');
});
