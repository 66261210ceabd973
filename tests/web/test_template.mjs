// Templates of certificates' pages: a form and a source that stay in step, the page as it will be, what long names do to it, two persons, the command.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {check, test} from './harness.mjs';

await test({exam: false, expected: [/status of 4(09|22)/]}, async t => {
	const heading = (page, name, level = 1) => page.getByRole('heading', {level, name, exact: true}).waitFor();
	const enter = async (page, name, where) => {
		const {password} = await t.world.tell('staff', {name, roles: ['scheme-owner']});
		await page.goto(where);
		await page.getByLabel('Tên đăng nhập').fill(name);
		await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
		await page.getByRole('button', {name: 'Đăng nhập'}).click();
	};
	const page = await t.page(), other = await t.page();
	await enter(page, 'chu.quan.an', '/admin#/templates');
	await heading(page, 'Mẫu chứng chỉ');
	await page.getByText('Chưa có mẫu nào.').waitFor();
	await page.getByRole('link', {name: 'Soạn mẫu mới'}).focus();
	await page.keyboard.press('Enter');
	await heading(page, 'Soạn mẫu mới');
	const ready = page.getByText('Mẫu dùng được: mọi tên mẫu đều vừa chỗ');
	await ready.waitFor();

	// The page as it will be, and in words.
	const picture = page.locator('img.template-page'), drawn = page.getByText('Đã vẽ xong.');
	await drawn.waitFor();
	check(await picture.evaluate(i => i.complete && i.naturalWidth === 1239 && i.naturalHeight === 876), 'the page is drawn');
	await page.getByText('Nội dung trang bằng chữ').click();
	const words = page.locator('.template-side li');
	check((await words.allInnerTexts()).includes('Nguyễn Thị Ánh Tuyết') && (await words.allInnerTexts()).some(w => w.startsWith('Mã QR: https://')), 'and told in words');
	await page.getByLabel('Chứng chỉ mẫu').selectOption('longest');
	await words.getByText('Công Tằng Tôn Nữ').waitFor();
	await page.getByLabel('Tên gọi', {exact: true}).selectOption('one');
	await page.locator('.template-side').getByText('Advanced word processing').waitFor({state: 'detached'});
	check(true, 'with the longest names, and in Vietnamese alone');

	// The form writes into the source and leaves the rest as it is.
	const source = page.getByLabel('Văn bản nguồn', {exact: true});
	const type = async (label, text) => {
		await page.getByLabel(label, {exact: true}).first().focus();
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type(text);
	};
	await type('Mã mẫu', 'so-noi-vu');
	await type('Tên gọi (tiếng Việt)', 'Mẫu của Sở Nội vụ');
	await type('Địa chỉ xác thực', 'https://so.example.vn/v');
	const row = name => page.locator('details.row', {has: page.locator('summary', {hasText: name})});
	const open = async name => {
		await row(name).locator('summary').focus();
		await page.keyboard.press('Enter');
		await row(name).getByLabel('Cách mép trái (mm)').waitFor();
	};
	await open('Hà Nội, ngày');
	await row('ngày {signed.day}').getByLabel('Nội dung').fill('Huế, ngày {signed.day} tháng {signed.month} năm {signed.year}');
	await row('Huế, ngày').getByLabel('Cỡ chữ (pt)').fill('13,5');
	await open('{holder}');
	await row('{holder}').getByLabel('Cỡ nhỏ nhất khi chữ dài (pt)').fill('');
	const fault = page.locator('.template-findings li', {hasText: 'Chữ không vừa chỗ: “Công Tằng Tôn Nữ Nguyễn Phước'});
	await fault.waitFor();
	await row('{holder}').locator('.tag').waitFor();
	check((await fault.innerText()).includes('tên dài nhất'), 'a name that does not fit is told, with the row and the certificate');
	await t.screen(page, 'template-fault');
	await fault.getByRole('button', {name: /^Đến dòng/}).focus();
	await page.keyboard.press('Enter');
	check(await source.evaluate(s => document.activeElement === s && s.value.slice(s.selectionStart, s.selectionEnd).includes('{holder}')), 'and the line of the source is chosen');
	const text = await source.inputValue();
	check(text.includes('identifier="so-noi-vu" version="1"') && text.includes('<text x="20" y="93" width="122" size="25" weight="bold" align="center">{holder}</text>') &&
		text.includes('size="13.5" style="italic" align="center">Huế, ngày {signed.day} tháng') && text.includes('<b>{licence}</b>') && text.includes('<!-- Nền và khung / Ground and frame -->'),
	'the form has changed these places and no other');

	// And the source writes into the form.
	await source.fill(text.replace('{holder}', '{nguoi}'));
	await page.locator('.notice.bad .said', {hasText: '{nguoi}'}).waitFor();
	await t.axe(page, 'a fault of the source');
	await source.fill(text.replace('size="25" weight', 'size="25" least="11" weight'));
	await ready.waitFor();
	check(await row('{holder}').getByLabel('Cỡ nhỏ nhất khi chữ dài (pt)').inputValue() === '11', 'the form follows the source');
	await page.getByLabel(/^Màu #8c1515/).fill('#14508c');
	await page.getByLabel(/^Màu #14508c/).waitFor();
	check(!(await source.inputValue()).includes('#8c1515') && (await source.inputValue()).includes('colour="#14508c"'), 'a colour is changed wherever it is');
	await drawn.waitFor();
	await page.getByRole('button', {name: 'Lưu bản đầu tiên'}).click();
	await heading(page, 'Mẫu của Sở Nội vụ');
	await page.getByText('Bạn là người lưu phiên bản này').waitFor();
	await page.getByText('Mẫu dùng được để cấp chứng chỉ sau khi người thứ hai duyệt.').waitFor();

	// A second person approves it; then the command, and the file byte by byte.
	await enter(other, 'chu.quan.binh', '/admin#/templates/so-noi-vu');
	await heading(other, 'Mẫu của Sở Nội vụ');
	await other.getByRole('button', {name: 'Duyệt', exact: true}).click();
	await other.getByRole('button', {name: 'Duyệt phiên bản 1'}).click();
	await heading(other, 'Dùng mẫu này', 2);
	const command = await other.locator('.commands').innerText();
	await other.getByRole('button', {name: 'Lấy tệp so-noi-vu-1.xml'}).click();
	const [download] = await Promise.all([other.waitForEvent('download'), other.getByRole('link', {name: 'Lưu tệp so-noi-vu-1.xml'}).click()]);
	const hash = createHash('sha256').update(readFileSync(await download.path())).digest('hex');
	check(command.includes(`${hash} so-noi-vu-1.xml`) && command.includes('bangvang cert render certificate.json --template so-noi-vu-1.xml'), 'the command, with the hash of the file that is given', command);

	// Two change it at once: the later save is refused, and shown.
	await page.reload();
	await heading(page, 'Dùng mẫu này', 2);
	await page.getByLabel('Địa chỉ xác thực').fill('https://a.example.vn/v');
	await page.getByText('Số hiệu 1 đã được duyệt với nội dung khác').waitFor();
	check(true, 'what was approved keeps its number');
	await other.getByLabel('Số hiệu mẫu').fill('2');
	await other.getByLabel('Địa chỉ xác thực').fill('https://b.example.vn/v');
	await other.getByRole('button', {name: 'Lưu thành phiên bản 2'}).click();
	await other.getByText('Đã lưu phiên bản 2.').waitFor();
	await page.getByLabel('Số hiệu mẫu').fill('2');
	await page.getByRole('button', {name: 'Lưu thành phiên bản 2'}).click();
	await page.getByRole('dialog').getByText('chu.quan.binh đã lưu phiên bản 2').waitFor();
	check((await page.getByRole('dialog').locator('.difference').innerText()).includes('https://a.example.vn/v'), 'of two who save at once the second is told');
	await page.getByRole('button', {name: 'Quay lại sửa tiếp'}).click();

	// Both pages side by side, and the lines.
	await other.getByRole('button', {name: 'Xem khác gì so với phiên bản 1'}).click();
	const dialog = other.getByRole('dialog');
	await dialog.locator('img.template-page').nth(1).waitFor();
	check((await dialog.locator('.difference').innerText()).includes('https://b.example.vn/v'), 'two versions: both pages, and the lines that differ');
	await t.axe(other, 'compared');
	await other.setViewportSize({width: 320, height: 640});
	await t.narrow(other, 'compared');
	await t.look(other, 'template-compared');
	await other.keyboard.press('Escape');
	await t.narrow(other, 'template');
	await t.axe(other, 'template, 320 px', {rules: ['target-size', 'scrollable-region-focusable', 'color-contrast']});
	await other.setViewportSize({width: 1366, height: 768});
	await other.goto('/staff');
	await other.goto('/admin?lang=en#/templates/so-noi-vu');
	await other.getByText('The template can be used: every sample name fits').waitFor();
	await other.getByText('Drawn.', {exact: true}).waitFor();
	await t.axe(other, 'template, en');
	await t.look(other, 'template-en');
});
