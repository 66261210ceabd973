// The centre: the calendar, a list from Excel with faults, mended, brought, brought again; sheets and codes to print; the end of a sitting.
import {readFileSync} from 'node:fs';
import {check, soon, test} from './harness.mjs';
import {steps} from './exam/steps.mjs';
import {workbook} from './xlsx.mjs';

const book = cells => ({name: 'danh-sach.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: workbook(cells)});
const list = (...rows) => book([['DANH SÁCH THÍ SINH'], ['STT', 'Phòng', 'Chỗ', 'Họ và tên', 'Số CCCD', 'Ngày sinh'], ...rows]);
const csv = text => ({name: 'danh-sach.csv', mimeType: 'text/csv', buffer: Buffer.from('\ufeff' + text)});

await test({count: 2, people: 2, closes: 60}, async t => {
	const {cookies} = await t.world.tell('staff', {name: 'truong-diem', roles: [`centre-head@sitting:${t.world.sitting}`]});
	const state = {cookies: Object.entries(cookies).map(([name, value]) => ({name, value, domain: 'localhost', path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict'})),
		origins: [{origin: t.url, localStorage: [{name: 'staff', value: '1'}]}]};
	const page = await t.page({storageState: state, path: '/centre'});
	await page.getByRole('link', {name: t.world.sitting}).waitFor();
	await t.axe(page, 'the calendar');
	await page.getByRole('link', {name: t.world.sitting}).click();
	await page.getByRole('heading', {name: 'Nhập danh sách thí sinh'}).waitFor();

	const choose = file => page.getByLabel('Chọn tệp danh sách').setInputFiles(file);
	await choose({name: 'anh.xlsx', mimeType: 'x', buffer: Buffer.from('PKnot a zip')});
	await page.getByText('Không đọc được tệp này').waitFor();
	await choose(list([1, 'B', '1', 'Lê Văn A', '001190000001', '31/12/1990'], [2, 'B', '2', 'Trần Thị B', '00119', '30/01/1990']));
	await page.getByText('Có 1 lỗi. Chưa ghi gì.').waitFor();
	const told = async () => (await page.getByRole('alert').getByRole('listitem').allInnerTexts()).join('\n');
	check(await told() === 'Dòng 4, cột E (số căn cước): phải đủ 12 chữ số. Trong tệp ghi: “00119”.', 'a fault is told by line and column, in words');
	await t.axe(page, 'faults');
	await t.look(page, 'centre-faults-1366');
	await choose(csv('Phòng;Chỗ;Họ và tên;Số CCCD;Hỗ trợ;Thêm phần trăm\nB;1;Lê Văn A;001190000001;phóng to 1,5; \nB;1;Trần Thị B;001190000002;kính lúp;\nB 2;3;Bùi C;001190000003;;\n;4;Võ D;001190000004;;301\n'));
	await page.getByText('Có 4 lỗi').waitFor();
	check((await told()).split('\n').map(s => s.split(': ')[0]).join() === 'Dòng 3, cột E (hỗ trợ),Dòng 4, cột A (phòng),Dòng 5, cột A (phòng),Dòng 5, cột F (thêm phần trăm)' && /không có hỗ trợ tên như vậy; ghi như sau/.test(await told()),
		'every fault of a file has its place', await told());
	check(!/[a-z]+ (is|the|of|instead) /.test(await told()), 'and no English');
	await choose(csv('Phòng;Chỗ;Phòng thi\nB;1;C\n'));
	await page.getByText('Hai cột cùng là phòng.').waitFor();
	await choose(csv('Phòng;Chỗ;Họ và tên;Số CCCD\nB;1;Lê Văn A;001190000001\nB;2;Lê Văn A;001190000001\n'));
	await page.getByText('Có 1 lỗi').waitFor();
	check(await told() === 'Dòng 3 (số báo danh): trùng người hoặc số báo danh với dòng 2.', 'the same person twice', await told());
	const good = list([1, 'B', '1', 'Lê Văn A', '001190000001', '31/12/1990'], [2, 'B', '2', 'Trần Thị B', 1190000002, 33000]);
	await choose(good);
	await page.getByText('Tệp tốt: 2 dòng, 2 người mới').waitFor();
	await t.look(page, 'centre-checked-1366');
	await page.getByRole('button', {name: 'Ghi 2 người vào danh sách'}).click();
	await page.getByText('Đã ghi: 2 người mới').waitFor();
	await choose(good);
	await page.getByText('Tệp tốt: 2 dòng, 0 người mới, 0 người thay đổi, 2 người đã có.').waitFor();
	await soon(async () => await page.getByRole('button', {name: /^Ghi/}).count() === 0, 'the same file again has nothing to do');
	await page.getByRole('row', {name: /^B /}).waitFor();
	check(true, 'the new room is there');

	// From a cell of Excel to what the candidate's page does.
	await choose(book([['Số báo danh', 'Phòng', 'Chỗ', 'Hỗ trợ'], ['T-00000', 'P0', 0, 'Tương phản cao; phóng to 1,5'], ['T-00001', 'P0', 1, '']]));
	await page.getByText('hỗ trợ “high-contrast magnification:allContent=1.5” thay cho để trống').waitFor();
	await page.getByRole('button', {name: 'Ghi 1 người vào danh sách'}).click();
	await page.getByText('Đã ghi: 0 người mới, 1 người thay đổi').waitFor();
	const candidate = await t.page({path: '/exam'});
	const attempt = await steps(t, candidate).begin('T-00000');
	await soon(async () => await candidate.evaluate(() => document.documentElement.dataset.theme === 'contrast' && parseFloat(document.documentElement.style.fontSize) === 150), 'what the centre grants in its file is in the player');
	await candidate.context().close();
	await t.world.tell('proctor', {attempt, act: 'end'});

	const saved = async (button, sure) => {
		await page.getByRole('button', {name: button, exact: true}).click();
		if (sure)
			await page.getByRole('dialog').getByRole('button', {name: button, exact: true}).click();
		const link = page.getByRole('row', {name: /^B /}).getByRole('link', {name: /^Lưu/}).last();
		await link.waitFor();
		const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
		return readFileSync(await download.path()).subarray(0, 5).toString() === '%PDF-';
	};
	check(await saved('Danh sách ký tên phòng B'), 'the signing sheet is a PDF');
	check(await saved('Mã vào thi phòng B', true), 'so are the codes');
	t.expected.push(/status of 409/); // everybody has a code
	await page.getByRole('button', {name: 'Mã vào thi phòng B', exact: true}).click();
	await page.getByRole('dialog').getByRole('button', {name: 'Mã vào thi phòng B', exact: true}).click();
	await page.getByRole('dialog').getByRole('button', {name: /Cấp mã mới cho cả phòng/}).click();
	await page.getByRole('dialog').waitFor({state: 'hidden'});
	check(true, 'who lost the file makes new codes, and is told what that means');
	await t.axe(page, 'a sitting');
	await t.look(page, 'centre-sitting-1366');

	for (const [language, width] of [['en', 320], ['vi', 768]]) {
		const other = await t.page({language, width, height: 800, storageState: state});
		await other.goto(`/centre?lang=${language}#/${t.world.sitting}`);
		await other.locator('#roster').waitFor();
		await t.narrow(other, `${width} px`);
		await t.axe(other, `${language}, ${width} px`);
		await t.look(other, `centre-${language}-${width}`);
		await other.evaluate(() => document.documentElement.dataset.theme = 'contrast');
		await t.axe(other, `${language}, high contrast`);
		await other.context().close();
	}

	await page.getByRole('button', {name: 'Kết thúc đợt thi'}).click();
	await page.getByRole('dialog').getByLabel('Lý do').fill('xong');
	await page.getByRole('dialog').getByRole('button', {name: 'Kết thúc đợt thi'}).click();
	await page.getByText(`Đợt thi ${t.world.sitting} đã kết thúc.`).waitFor();
	check(true, 'the sitting is finalised');
});
