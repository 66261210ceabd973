// Staff signs in: the first time with a password of one's own and an authenticator, then with its codes; by keyboard, in both languages, on a phone.
import {createHmac} from 'node:crypto';
import {check, soon, test} from './harness.mjs';

// RFC 6238 with SHA-1, six digits: not the server's code.
function totp(secret, at_ms = Date.now()) {
	const bits = [...secret.replace(/\s/g, '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at_ms / 30000)));
	const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

const FACTOR = {exam: false, config: {second_factor: 'yes', password_memory_kib: 8192, password_passes: 1}, expected: [/status of 40[13]/, /status of 42[29]/, /ERR_CONNECTION_REFUSED/]};

await test(FACTOR, async t => {
	const {password: first} = await t.world.tell('add', {name: 'thu.lan', roles: ['proctor', 'centre-head']});
	const page = await t.page({path: '/staff'});
	const heading = text => page.getByRole('heading', {level: 1, name: text}).waitFor();
	await heading('Đăng nhập cán bộ');
	await t.axe(page, 'sign-in, vi');
	await t.look(page, 'staff-1-sign-in-vi');

	// By keyboard alone.
	await page.getByLabel('Tên đăng nhập').focus();
	await page.keyboard.type('thu.lan');
	await page.keyboard.press('Tab');
	await page.keyboard.type('sai rồi');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').waitFor();
	check(/Tên, mật khẩu hoặc mã không đúng/.test(await page.getByRole('alert').innerText()), 'a wrong password is told in words');
	await soon(async () => await page.evaluate(() => document.activeElement.getAttribute('role')) === 'alert', 'and has the focus');
	await t.axe(page, 'refused');
	await t.look(page, 'staff-2-refused-vi');
	await page.getByLabel('Mật khẩu', {exact: true}).fill(first);
	await page.getByLabel('Hiện mật khẩu').check();
	await soon(async () => await page.getByLabel('Mật khẩu', {exact: true}).getAttribute('type') === 'text', 'the password can be shown');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');

	await heading('Đặt mật khẩu mới');
	await soon(async () => await page.evaluate(() => document.activeElement.tagName) === 'H1', 'the next step has the focus');
	await t.axe(page, 'new password');
	await page.getByLabel('Mật khẩu mới').fill('ngắn');
	await page.getByRole('button', {name: 'Lưu mật khẩu'}).click();
	await soon(async () => /ít nhất 12 ký tự/.test(await page.locator('.fault').innerText()), 'a short password is refused with the reason');
	await t.axe(page, 'short password');
	await t.look(page, 'staff-3-short-vi');
	await page.getByLabel('Mật khẩu mới').fill('con vịt thu.lan bơi');
	await page.getByRole('button', {name: 'Lưu mật khẩu'}).click();
	await page.getByText('không được chứa tên tài khoản').waitFor();
	check(true, 'so is one with the account\'s name');
	await page.getByLabel('Mật khẩu mới').fill('con vịt bơi qua sông');
	await page.keyboard.press('Enter');

	await heading('Đăng ký ứng dụng xác thực');
	const picture = page.getByRole('img', {name: 'Mã QR'});
	await picture.waitFor();
	await soon(async () => await picture.evaluate(i => i.decode().then(() => i.naturalWidth > 0)), 'the QR symbol is a picture');
	await t.axe(page, 'enrolment');
	await t.look(page, 'staff-4-enrol-vi');
	const secret = await page.locator('.secret').innerText();
	await page.getByLabel('Mã 6 chữ số').fill('000000');
	await page.getByRole('button', {name: 'Hoàn tất'}).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('Mã 6 chữ số').fill(totp(secret));
	await page.keyboard.press('Enter');
	await heading('Trang của cán bộ');
	await soon(async () => /Giám thị/.test(await page.locator('main').innerText()), 'the roles are there in words');
	await t.axe(page, 'home');
	await t.look(page, 'staff-5-home-vi');
	await page.reload();
	await heading('Trang của cán bộ');
	check(true, 'who loads the page again is still signed in');

	await page.getByLabel('Màu sắc').selectOption('contrast');
	await t.axe(page, 'home, high contrast');
	await t.look(page, 'staff-6-contrast-vi');
	await page.goto('/staff?lang=en');
	await heading('Staff');
	await soon(async () => await page.locator('html').getAttribute('data-theme') === 'contrast', 'the colours stay');
	await page.getByLabel('Colours').selectOption('dark');
	await t.axe(page, 'home, dark, en');
	await t.look(page, 'staff-7-dark-en');
	await page.getByRole('button', {name: 'Sign out'}).click();
	await heading('Staff sign-in');
	await page.reload();
	await heading('Staff sign-in');
	check(true, 'who signed out is out');

	// The second time, on a phone: the code is asked for after the password. The code of the step that was used is used up.
	const phone = await t.page({path: '/staff', language: 'en', width: 320, height: 640, hasTouch: true, isMobile: true});
	await phone.getByLabel('Sign-in name').fill('Thu.Lan ');
	await phone.getByLabel('Password', {exact: true}).fill('con vịt bơi qua sông');
	await t.narrow(phone, 'sign-in');
	await phone.getByRole('button', {name: 'Sign in'}).tap();
	await phone.getByRole('heading', {name: 'Enter the code'}).waitFor();
	await t.axe(phone, 'code, en');
	await t.narrow(phone, 'code');
	await t.look(phone, 'staff-8-code-en-320');
	await phone.getByLabel('The six digits').fill(totp(secret, Date.now() + 30000));
	await phone.getByRole('button', {name: 'Sign in'}).tap();
	await phone.getByRole('heading', {level: 1, name: 'Staff'}).waitFor();
	await t.narrow(phone, 'home');
	await phone.getByRole('button', {name: 'Change the password'}).tap();
	await phone.getByLabel('Current password', {exact: true}).fill('con vịt bơi qua sông');
	await phone.getByLabel('New password').fill('four blue boats tonight');
	await phone.getByRole('button', {name: 'Save the password'}).tap();
	await phone.getByText('The password was changed.').waitFor();
	check(true, 'the password can be changed again');
	await t.look(phone, 'staff-9-home-en-320');

	await t.world.tell('stop');
	await phone.getByRole('button', {name: 'Sign out'}).tap();
	await phone.getByText('The server cannot be reached.').waitFor();
	check(true, 'a server that is away is told in words');
});
