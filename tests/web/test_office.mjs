// What the office writes: a blueprint by form and by source with what the bank has for it, versions, the second person, rule packs, the plan of a sitting.
import {readFileSync} from 'node:fs';
import {check, soon, test} from './harness.mjs';

const source = process.env.BV_SOURCE;
const files = {blueprint: 'engine/sample/vn-basic-40.xml', rules: 'rules/vn-17-2016.xml', standard: 'standards/vn-tt03-2014.xml'};

async function signIn(page, staff, where) {
	await page.goto(where);
	await page.getByLabel('Tên đăng nhập').fill(staff.name);
	await page.getByLabel('Mật khẩu', {exact: true}).fill(staff.password);
	await page.getByRole('button', {name: 'Đăng nhập'}).click();
}

await test({count: 1, prepare: false, expected: [/status of 4(09|22)/]}, async t => {
	const heading = (page, name, level = 1) => page.getByRole('heading', {level, name, exact: true}).waitFor();
	const an = {name: 'chu.quan.an', ...await t.world.tell('staff', {name: 'chu.quan.an', roles: ['scheme-owner']})};
	const binh = {name: 'chu.quan.binh', ...await t.world.tell('staff', {name: 'chu.quan.binh', roles: ['scheme-owner']})};
	const page = await t.page(), other = await t.page();
	await signIn(page, an, '/admin#/blueprints');
	await heading(page, 'Ma trận đề');
	await page.getByText('Chưa có ma trận đề nào.').waitFor();

	// A first one, by its form alone and by the keyboard.
	await page.getByRole('link', {name: 'Soạn ma trận đề mới'}).focus();
	await page.keyboard.press('Enter');
	await heading(page, 'Soạn ma trận đề mới');
	const type = async (label, text) => {
		await page.getByLabel(label, {exact: true}).first().focus();
		await page.keyboard.press('ControlOrMeta+a');
		await (text ? page.keyboard.type(text) : page.keyboard.press('Delete'));
	};
	await type('Mã ma trận đề', 'vn-thu');
	await type('Tên gọi (tiếng Việt)', 'Đề thử');
	await type('Quy tắc công nhận', 'vn-17-2016');
	await type('Tên phần', 'Lý thuyết');
	await type('Năng lực', 'IU01');
	await type('Số câu', '4');
	await type('Điểm mỗi câu', '2,5');
	await page.getByText('Cả đề: 4 câu, 10 điểm, 45 phút.').waitFor();
	check(/Đủ: có \d+ câu hợp, cần 4/.test(await page.locator('.row-state').innerText()), 'what the bank has is told while it is typed');
	await type('Số câu', '400');
	await page.getByText(/^Thiếu \d+ câu: cần 400, chỉ có \d+\.$/).waitFor();
	await soon(async () => /Ngân hàng có \d+ câu thuộc năng lực IU01/.test(await page.locator('.row-state').innerText()), 'and what is missing, with the reasons', await page.locator('.row-state').innerText());
	await t.screen(page, 'office-blueprint-short');
	await type('Số câu', '');
	await page.locator('.row .tag', {hasText: 'chưa đúng'}).waitFor();
	await page.reload();
	await page.getByRole('button', {name: 'Viết tiếp bản dở'}).click();
	await soon(async () => await page.getByLabel('Tên gọi (tiếng Việt)', {exact: true}).inputValue() === 'Đề thử' && await page.getByLabel('Số câu', {exact: true}).inputValue() === '', 'nothing typed is lost, not even what is wrong');
	await page.locator('.row > summary').focus();
	if (!await page.locator('.row').evaluate(d => d.open))
		await page.keyboard.press('Enter');
	await type('Số câu', '4');
	await page.getByText('Cả đề: 4 câu').waitFor();
	await page.getByRole('button', {name: 'Thêm hàng'}).click();
	await page.locator('#row-0-1-competence').fill('IU01.1');
	await page.getByText('Hàng này có thể lấy trùng câu với hàng hang-1').waitFor();
	check(true, 'two rows that could take the same questions are told in words');
	await page.getByRole('button', {name: 'Bỏ hàng hang-2'}).click();
	await type('Số câu', '');
	await page.locator('form.save .fault').waitFor();
	await page.route('**/api/drafts/blueprint', async route => {
		await new Promise(wake => setTimeout(wake, 1000));
		await route.continue();
	});
	await type('Số câu', '4');
	await page.getByRole('button', {name: 'Lưu bản đầu tiên'}).click(); // before the server has said anything of what is saved
	await heading(page, 'Đề thử');
	await page.unrouteAll({behavior: 'wait'}); // those that are held back still
	await page.getByText('Bạn là người lưu phiên bản này').waitFor();
	await t.axe(page, 'blueprint');
	await t.narrow(page, 'blueprint');
	await t.look(page, 'office-blueprint');

	// Somebody else saves meanwhile: nothing is overwritten, nothing is lost.
	await signIn(other, binh, '/admin#/blueprints/vn-thu');
	await heading(other, 'Đề thử');
	await page.getByLabel('Thời gian làm bài (phút)').fill('60');
	await other.getByLabel('Thời gian làm bài (phút)').fill('50');
	await other.getByText('Cả đề: 4 câu, 10 điểm, 50 phút.').waitFor();
	await other.getByRole('button', {name: 'Lưu thành phiên bản 2'}).click();
	await other.getByText('Đã lưu phiên bản 2.').waitFor();
	await page.getByText('Cả đề: 4 câu, 10 điểm, 60 phút.').waitFor();
	await page.getByRole('button', {name: 'Lưu thành phiên bản 2'}).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('chu.quan.binh đã lưu phiên bản 2').waitFor();
	await soon(async () => (await dialog.locator('tr.new').innerText()).includes('minutes="60"') && (await dialog.locator('tr.gone').innerText()).includes('minutes="50"'), 'a stale save is refused, and the difference shown');
	await t.axe(page, 'stale');
	await t.look(page, 'office-stale');
	await dialog.getByRole('button', {name: 'Giữ nội dung của tôi, lưu thành phiên bản 3'}).click();
	await page.getByText('Đã lưu phiên bản 3.').waitFor();
	await other.reload();
	await other.getByRole('button', {name: 'Duyệt', exact: true}).click();
	await other.getByRole('button', {name: 'Duyệt phiên bản 3'}).click();
	await other.getByText('Đã duyệt (chu.quan.binh)').first().waitFor();
	check(true, 'a second person approves it');

	// Rule packs and standards are uploaded; the sample blueprint by its source.
	for (const [kind, where, first] of [['rules', 'rules', 'Tải lên quy tắc mới'], ['standard', 'standards', 'Tải lên chuẩn mới']]) {
		await page.goto(`/admin#/${where}/new`);
		await heading(page, first);
		await page.getByLabel('Chọn tệp XML').setInputFiles(`${source}/${files[kind]}`);
		await page.getByText('đúng mẫu; mã trong tệp là').waitFor();
		if (kind === 'rules')
			await t.screen(page, 'office-rules');
		await page.getByRole('button', {name: 'Lưu bản đầu tiên'}).click();
		await page.getByText('Bạn là người lưu phiên bản này').waitFor();
	}
	await page.goto('/admin#/rules/vn-17-2016');
	await page.getByText('Phần đã đạt được bảo lưu 12 tháng').waitFor();
	await page.getByRole('button', {name: 'Xem', exact: true}).click();
	await page.getByText('Chưa ai trong đợt thi này có kết quả.').waitFor();
	await soon(async () => (await page.locator('main').innerText()).includes('Thực hành (vận dụng): cần ít nhất 50 % số điểm tính theo trung bình các mảng.'), 'a rule pack in words');
	for (const name of ['rules/vn-17-2016', 'standards/vn-tt03-2014']) {
		await other.goto(`/admin#/${name}`);
		await other.getByRole('button', {name: 'Duyệt', exact: true}).click();
		await other.getByRole('button', {name: 'Duyệt phiên bản 1'}).click();
		await other.getByText('Đã duyệt (chu.quan.binh)').first().waitFor();
	}

	// A plan, from documents that were approved; what needs keys is a command.
	await page.goto('/admin#/sittings');
	await heading(page, 'Đợt thi');
	await page.getByRole('heading', {name: 'Đang mở'}).waitFor();
	await page.getByRole('link', {name: 'Lập kế hoạch đợt thi'}).click();
	await page.getByLabel('Mã đợt thi').fill('2026-12-05.sang');
	await page.getByLabel('Ma trận đề', {exact: true}).selectOption('vn-thu');
	await page.getByLabel('Quy tắc công nhận', {exact: true}).selectOption('vn-17-2016');
	await page.getByLabel('Chuẩn kỹ năng', {exact: true}).selectOption('vn-tt03-2014');
	await page.getByLabel('Mở lúc').fill('2026-12-05T08:00');
	await page.getByLabel('Đóng lúc').fill('2026-12-05T08:30');
	await page.getByRole('button', {name: 'Thêm phòng'}).click();
	await page.getByText('ngắn hơn thời gian làm bài (60 phút)').waitFor();
	await page.getByLabel('Bắt buộc dùng Safe Exam Browser').check();
	await page.getByLabel('gõ được tiếng Việt').check();
	await page.getByLabel('Thí sinh phải nhập cả mã phòng').check();
	await t.screen(page, 'office-plan');
	await page.getByLabel('Đóng lúc').fill('2026-12-05T11:00');
	await page.getByText('Kế hoạch đủ điều kiện: 4 câu, 60 phút, 25 chỗ.').waitFor();
	await page.getByRole('button', {name: 'Lưu bản đầu tiên'}).click();
	await heading(page, '2026-12-05.sang');
	const said = await page.locator('.commands').first().innerText();
	check(said.includes('bangvang sitting new --db "$LEDGER" --name 2026-12-05.sang') && said.includes('--opens 2026-12-05T08:00:00+07:00') && /[0-9a-f]{64} vn-thu\.xml/.test(said), 'the command says all that was planned', said);
	check(/seb new --sitting 2026-12-05\.sang --url http\S+ --out "\$SEB" --vietnamese-typing[^]*sitting new[^]* --seb "\$SEB"\/2026-12-05\.sang\.keys --room-codes/.test(said), 'with Safe Exam Browser, whose keys are there when the sitting is made, and room codes', said);
	await page.getByRole('button', {name: 'Lấy tệp vn-17-2016.xml'}).click();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'Lưu tệp vn-17-2016.xml'}).click()]);
	check(readFileSync(await download.path(), 'utf8') === readFileSync(`${source}/${files.rules}`, 'utf8'), 'and the files are those that were uploaded, byte by byte');
	await t.axe(page, 'planned');
	await t.narrow(page, 'planned');
	await t.look(page, 'office-planned');
	// Units: a list is checked before it is brought; found without diacritics; a role in one holds below it.
	await page.goto('/admin#/units');
	await heading(page, 'Đơn vị');
	await page.getByRole('link', {name: 'Nhập danh sách đơn vị'}).click();
	const list = text => page.getByLabel('Chọn tệp CSV').setInputFiles({name: 'don-vi.csv', mimeType: 'text/csv', buffer: Buffer.from(text)});
	const csv = 'mã,tên,mã cấp trên,loại\n01,Thành phố Hà Nội,,tỉnh\n00004,Phường Ba Đình,01,phường\nHN01,Điểm thi số 1,00004,điểm thi\n';
	await list(csv.replace('Hà Nội,,tỉnh', 'Hà Nội,99,làng'));
	await page.getByText('Dòng 2 chưa đúng').first().waitFor();
	await t.axe(page, 'import with faults');
	await t.look(page, 'office-import');
	await list(csv);
	await page.getByText('Tệp đúng. 3 dòng: 3 đơn vị mới').waitFor();
	await page.getByRole('button', {name: 'Nhập don-vi.csv'}).click();
	await page.getByText('Đã nhập 3 dòng').waitFor();
	await page.goto('/admin#/units');
	await page.getByLabel('Tìm theo tên hoặc mã').fill('ba dinh');
	await page.getByRole('link', {name: 'Phường Ba Đình'}).waitFor();
	await t.axe(page, 'units');
	await t.narrow(page, 'units');
	await t.look(page, 'office-units');
	await page.getByRole('link', {name: 'Phường Ba Đình'}).click();
	await page.getByRole('link', {name: 'Điểm thi số 1'}).waitFor();
	await soon(async () => (await page.getByRole('navigation', {name: 'Các cấp trên'}).innerText()).includes('Thành phố Hà Nội'), 'a unit, what is above it and what is below');
	await t.axe(page, 'unit');
	await page.goto('/admin#/add');
	await page.getByLabel('Tên đăng nhập').fill('truong.diem');
	await page.getByLabel('Chỉ ở một điểm thi').check();
	await page.getByLabel('Đơn vị', {exact: true}).fill('ba dinh');
	await page.getByRole('button', {name: 'Phường Ba Đình (00004)'}).click();
	await page.getByRole('button', {name: 'Tạo tài khoản'}).click();
	await page.getByRole('link', {name: 'Đến tài khoản truong.diem'}).click();
	await page.locator('dl').getByText('đơn vị 00004').waitFor();
	check(true, 'a role is given in a unit that was found by its name');
	for (const [where, name] of [['blueprints/vn-thu', 'blueprint'], ['rules/vn-17-2016', 'rules'], ['standards/vn-tt03-2014', 'standard'], ['sittings/2026-12-05.sang', 'sitting'], ['units/00004', 'unit']]) {
		await page.goto('/staff');
		await page.goto(`/admin?lang=en#/${where}`);
		await page.getByRole('heading', {level: 2, name: name === 'unit' ? '1 unit below' : 'Versions'}).waitFor();
		await t.axe(page, `${name}, en`);
		await t.look(page, `office-${name}-en`);
	}
});
