// Accounts of staff: one is made with a role in one place, signs in, is given another role, a new password, is locked and unlocked; who may only look only looks.
import {check, soon, test} from './harness.mjs';

async function signIn(page, name, password) {
	await page.goto('/admin');
	await page.getByLabel('Tên đăng nhập').fill(name);
	await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
	await page.getByRole('button', {name: 'Đăng nhập'}).click();
}

await test({exam: false, expected: [/status of 40[139]/]}, async t => {
	const heading = (page, name) => page.getByRole('heading', {level: 1, name, exact: true}).waitFor();
	const owner = await t.world.tell('staff', {name: 'chu.quan', roles: ['scheme-owner']});
	const page = await t.page();
	await signIn(page, 'chu.quan', owner.password);
	await heading(page, 'Tài khoản');
	await page.getByRole('row').nth(1).waitFor();
	await t.screen(page, 'admin-list');

	await page.getByRole('link', {name: 'Thêm tài khoản'}).click();
	await heading(page, 'Thêm tài khoản');
	await page.getByLabel('Tên đăng nhập').fill('le.thi.hoa');
	await page.getByLabel('Vai trò', {exact: true}).selectOption('proctor');
	await page.getByLabel('Chỉ ở một điểm thi').check();
	await page.getByLabel('Đợt thi', {exact: true}).fill('2026-11-25.sang');
	await page.getByLabel('Phòng', {exact: true}).fill('P1');
	await page.getByRole('button', {name: 'Thêm vai trò'}).click();
	await page.getByLabel('Vai trò', {exact: true}).nth(1).selectOption('auditor');
	await t.screen(page, 'admin-add');
	await page.getByRole('button', {name: 'Tạo tài khoản'}).click();
	await heading(page, 'Đã tạo tài khoản');
	const first = await page.locator('.first-password').innerText();
	check(/^([a-z0-9]{4}-){3}[a-z0-9]{4}$/.test(first.trim()), 'the first password is shown', first);
	await t.axe(page, 'made');
	await t.look(page, 'admin-made');
	await page.getByRole('link', {name: 'Đến tài khoản le.thi.hoa'}).click();
	await heading(page, 'le.thi.hoa');
	const facts = await page.locator('dl').innerText();
	check(facts.includes('Giám thị – đợt thi 2026-11-25.sang, phòng P1') && facts.includes('Kiểm toán viên – mọi nơi'), 'with its roles, and where they hold', facts);
	await soon(async () => /Chưa đổi mật khẩu lần đầu/.test(await page.locator('dl').innerText()) && !(await page.locator('.first-password').count()), 'the password is not shown again');

	const other = await t.page();
	await signIn(other, 'le.thi.hoa', first.trim());
	await heading(other, 'Đặt mật khẩu mới');
	await other.getByLabel('Mật khẩu mới').fill('con cò bay lả bay la');
	await other.keyboard.press('Enter');
	await heading(other, 'Tài khoản');
	await other.getByRole('link', {name: 'chu.quan'}).waitFor();
	await soon(async () => !(await other.getByRole('link', {name: 'Thêm tài khoản'}).count()), 'an auditor sees all accounts, and adds none');

	await page.reload();
	await heading(page, 'le.thi.hoa');
	await soon(async () => /Đang dùng/.test(await page.locator('dl').innerText()), 'the account is in use now');
	await page.getByRole('button', {name: 'Giao vai trò'}).click();
	const dialog = page.getByRole('dialog');
	const auditor = await dialog.getByLabel('Vai trò', {exact: true}).evaluateAll(all => all.findIndex(s => s.value === 'auditor'));
	await dialog.getByRole('button', {name: `Bỏ vai trò thứ ${auditor + 1}`}).click();
	await dialog.getByLabel('Phòng', {exact: true}).fill('P2');
	await t.axe(page, 'roles');
	await t.look(page, 'admin-roles');
	await dialog.getByRole('button', {name: 'Lưu'}).click();
	await page.getByText('Đã giao vai trò.').waitFor();
	await soon(async () => /phòng P2/.test(await page.locator('dl').innerText()) && !/Kiểm toán/.test(await page.locator('dl').innerText()), 'roles can be changed');

	await page.getByRole('button', {name: 'Khóa tài khoản'}).click();
	await t.axe(page, 'locking');
	await dialog.getByRole('button', {name: 'Khóa tài khoản'}).click();
	await page.getByText('Đã khóa tài khoản.').waitFor();
	await other.reload();
	await heading(other, 'Đăng nhập cán bộ');
	check(true, 'who is locked is out at once');
	await page.getByRole('button', {name: 'Mở khóa tài khoản'}).click();
	await dialog.getByRole('button', {name: 'Mở khóa tài khoản'}).click();
	await page.getByText('Đã mở khóa tài khoản.').waitFor();
	await page.getByRole('button', {name: 'Cấp lại mật khẩu'}).click();
	await dialog.getByRole('button', {name: 'Cấp lại ngay'}).click();
	await page.locator('.first-password').waitFor();
	const second = (await page.locator('.first-password').innerText()).trim();
	check(second !== first.trim(), 'a new first password is made');
	await t.screen(page, 'admin-one');
	await signIn(other, 'le.thi.hoa', second);
	await heading(other, 'Đặt mật khẩu mới');
	check(true, 'and signs in');

	// A head of a centre gives the role of a proctor in it, and no other.
	const head = await t.world.tell('staff', {name: 'truong.diem', roles: ['centre-head@centre:HN01']});
	const third = await t.page({width: 320, height: 640});
	await signIn(third, 'truong.diem', head.password);
	await third.getByRole('link', {name: 'Thêm tài khoản'}).click();
	await heading(third, 'Thêm tài khoản');
	await soon(async () => (await third.getByLabel('Vai trò', {exact: true}).locator('option').allInnerTexts()).join() === 'Giám thị', 'a head of a centre adds proctors');
	await third.getByLabel('Tên đăng nhập').fill('giam.thi.2');
	await third.getByRole('button', {name: 'Tạo tài khoản'}).click();
	await third.getByRole('alert').waitFor();
	check(true, 'in his centre only: everywhere is refused in words');
	await third.getByLabel('Chỉ ở một điểm thi').check();
	await third.getByLabel('Mã điểm thi').fill('HN01');
	await t.narrow(third, 'adding');
	await third.getByRole('button', {name: 'Tạo tài khoản'}).click();
	await heading(third, 'Đã tạo tài khoản');
	await third.getByRole('link', {name: 'Danh sách tài khoản'}).click();
	await third.getByRole('link', {name: 'giam.thi.2'}).waitFor();
	check(true, 'and sees them');
	await t.narrow(third, 'list');
	await t.look(third, 'admin-list-320-head');
	const english = await third.context().newPage();
	await english.goto('/admin?lang=en');
	await english.getByRole('heading', {level: 1, name: 'Accounts'}).waitFor();
	await t.axe(english, 'list, en');
});
