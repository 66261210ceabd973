// Who answers for the system looks at it: the health of the server with its live lines, also while the server says 500; what was done, searched.
import {check, soon, test} from './harness.mjs';

async function signIn(page, staff, where, english = false) {
	await page.goto(where);
	await page.getByLabel(english ? 'Sign-in name' : 'Tên đăng nhập').fill(staff.name);
	await page.getByLabel(english ? 'Password' : 'Mật khẩu', {exact: true}).fill(staff.password);
	await page.keyboard.press('Enter');
}

await test({count: 1, prepare: false, people: 1, expected: [/status of 50[03]/]}, async t => {
	const heading = (page, name, level = 1) => page.getByRole('heading', {level, name, exact: true}).waitFor();
	const auditor = {name: 'kiem.toan', ...await t.world.tell('staff', {name: 'kiem.toan', roles: ['auditor']})};
	const page = await t.page(), fetched = [];
	page.on('request', r => fetched.push(r.url()));
	await signIn(page, auditor, '/admin');
	await heading(page, 'Tài khoản');
	check(!fetched.some(url => /live-chart/.test(url)), 'what draws lines is not fetched before it is needed');
	await page.getByRole('link', {name: 'Tình trạng máy chủ'}).focus();
	await page.keyboard.press('Enter');
	await heading(page, 'Tình trạng máy chủ');
	await page.locator('.live-chart canvas').nth(2).waitFor();
	check(fetched.some(url => /live-chart/.test(url)), 'then it is');
	const latency = page.locator('.live').nth(1);
	await latency.getByText(/hiện nay \d/).waitFor();
	await latency.locator('summary').focus();
	await page.keyboard.press('Enter');
	await soon(async () => await latency.getByRole('row').nth(2).getByRole('cell').innerText() !== '', 'a table has the numbers of each line');
	await soon(async () => /SQLite/.test(await page.locator('dl.facts').innerText()), 'the rest is said in words');

	// The server fails: that is said, and the numbers stay; a failure more, and it waits longer; then it is back.
	let failures = 0;
	await page.route('**/api/health', route => {
		failures++;
		return route.fulfill({status: 500, contentType: 'application/problem+json', body: '{"type":"/problems/internal","title":"Lỗi của máy chủ","status":500,"detail":"Báo người quản trị"}'});
	});
	await page.getByRole('alert').waitFor();
	await soon(async () => /Thử lại lúc .*Số liệu dưới đây là của lúc/s.test(await page.getByRole('alert').innerText()) && await page.locator('dl.facts').count() === 1 && !await page.getByText('Máy chủ đang hoạt động tốt').count(), 'a server that fails is told, what was known stays, and nothing is said to be well');
	await t.axe(page, 'health-500');
	await page.setViewportSize({width: 320, height: 640});
	await t.narrow(page, 'health');
	await page.setViewportSize({width: 1366, height: 768});
	await t.look(page, 'health-500');
	await page.getByRole('button', {name: 'Thử lại ngay'}).focus();
	const before = failures;
	await page.keyboard.press('Enter');
	while (failures === before)
		await page.waitForEvent('response');
	await page.unrouteAll({behavior: 'wait'});
	await page.getByRole('alert').waitFor({state: 'detached'});
	check(true, 'it comes back by itself');

	// Findings in words, with what to do, the most urgent first.
	await page.route('**/api/health', async route => {
		const answer = await route.fetch(), state = await answer.json();
		const names = ['stopped', 'disk-full', 'unsure', 'held', 'tree-failed', 'log-unsigned', 'database-slow', 'queue-long', 'tree-late', 'disk-low', 'log-unread'];
		return route.fulfill({response: answer, json: {...state, findings: names.map((name, i) => ({name, level: i < 6 ? 'bad' : 'warn'}))}});
	});
	await heading(page, '11 việc cần xử lý, việc gấp ở trên', 2);
	const findings = await page.locator('.findings').innerText();
	check(/^[\s\S]{0,4}Sổ ghi bài thi đã dừng/.test(findings) && !/health\./.test(findings), 'what is wrong and what to do is said', findings);
	await t.axe(page, 'findings');
	await t.look(page, 'health-findings');
	await page.unrouteAll({behavior: 'wait'});

	// What was done: searched by the keyboard; an event with its proof; what was searched is noted.
	await page.getByRole('link', {name: 'Tra cứu việc đã làm'}).focus();
	await page.keyboard.press('Enter');
	await heading(page, 'Tra cứu việc đã làm');
	await page.getByText(/^Có tất cả \d+ việc\.$/).waitFor();
	await page.getByLabel('Việc', {exact: true}).selectOption('register');
	await page.getByLabel('Đợt thi', {exact: true}).focus();
	await page.keyboard.type('thi.sang');
	await page.keyboard.press('Enter');
	await page.getByText('Có tất cả 1 việc.').waitFor();
	await soon(async () => /Có tên trong danh sách/.test(await page.getByRole('row').nth(1).innerText()), 'one candidate was registered');
	await t.screen(page, 'audit');
	const file = page.waitForEvent('download');
	await page.getByRole('button', {name: 'Tải tệp CSV'}).click();
	check((await file).suggestedFilename() === 'ledger.csv', 'it can be kept as a file');
	await page.getByRole('row').nth(1).getByRole('button').focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByText(/^Đã kiểm tra: sự kiện này là mục thứ|^Sự kiện đã lưu nhưng chưa vào bản ký/).waitFor();
	await t.axe(page, 'event');
	await t.look(page, 'audit-event');
	await page.keyboard.press('Escape');
	await page.getByRole('link', {name: 'Lượt tra cứu'}).click();
	await page.getByText(/sitting=thi\.sang/).first().waitFor();
	check(true, 'what was searched is noted');

	// Who did what with personal data, and with items.
	await page.getByRole('link', {name: 'Dữ liệu cá nhân'}).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('cell', {name: 'Ghi danh vào đợt thi'}).waitFor();
	await page.getByLabel('Việc', {exact: true}).selectOption('enter');
	await page.getByRole('button', {name: 'Tra cứu', exact: true}).click();
	await page.getByText('Có tất cả 1 việc.').waitFor();
	const entered = await page.getByRole('row').nth(1).innerText();
	check(/Nhập/.test(entered) && /office-1/.test(entered) && /họ tên.*; roster/s.test(entered) && !/Nguyễn/.test(entered), 'who entered what of whom, without any of it', entered);
	await t.axe(page, 'personal data');
	await page.setViewportSize({width: 320, height: 640});
	await t.narrow(page, 'personal data');
	await t.look(page, 'audit-persons');
	await page.setViewportSize({width: 1366, height: 768});
	const kept = page.waitForEvent('download');
	await page.getByRole('button', {name: 'Tải tệp JSON'}).click();
	check((await kept).suggestedFilename() === 'persons.json', 'it can be kept as a file, too');
	await page.getByRole('link', {name: 'Ngân hàng câu hỏi'}).click();
	await page.getByLabel('Mã câu hỏi').waitFor();
	await page.getByText(/^Có tất cả \d+ việc\.$/).waitFor();
	await t.axe(page, 'items');

	const english = await page.context().newPage();
	await english.goto('/admin?lang=en#/health');
	await heading(english, 'Server health');
	await english.locator('.live-chart canvas').first().waitFor();
	await t.axe(english, 'health, en');
	await english.goto('/admin?lang=en#/audit/accounts');
	await heading(english, 'What was done');
	await english.getByRole('cell', {name: 'kiem.toan'}).first().waitFor();
	await t.axe(english, 'audit, en');
});
