// Certificates in the office: found, their revocation proposed by one and approved by another, carried out by the commands that the page shows, and seen by everybody.
import {execFileSync} from 'node:child_process';
import {check, test} from './harness.mjs';

async function signIn(page, staff, where, english = false) {
	await page.goto(where);
	await page.getByLabel(english ? 'Sign-in name' : 'Tên đăng nhập').fill(staff.name);
	await page.getByLabel(english ? 'Password' : 'Mật khẩu', {exact: true}).fill(staff.password);
	await page.keyboard.press('Enter');
}

await test({exam: false, office: true, expected: [/status of 4(04|09|22)/]}, async t => {
	const {serials, codes, folder} = t.world.office;
	const person = async (name, role) => ({name, ...await t.world.tell('staff', {name, roles: [role]})});
	const an = await person('chu.quan.an', 'scheme-owner'), binh = await person('chu.quan.binh', 'scheme-owner'), kiem = await person('kiem.toan', 'auditor');
	const heading = (page, name, level = 1) => page.getByRole('heading', {level, name, exact: true}).waitFor();
	// Who holds the keys types what the page shows, and nothing else.
	const run = (line, officer) => execFileSync('sh', ['-c', line], {cwd: folder, encoding: 'utf8', env: {...process.env, PATH: `${process.env.BV_BUILD}/tools/cli:${process.env.PATH}`,
		REGISTER: 'sqlite:r.db', OFFICER: `p${officer}/key.pem`, LOG: 'log', LOG_KEY: 'log-key/key.pem', KEY: 'issuer/key.pem', STATUS: 'status'}});
	const page = await t.page(), other = await t.page();
	const type = async (label, text) => {
		await page.getByLabel(label, {exact: true}).focus();
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type(text);
	};
	const press = async (role, name) => {
		await page.getByRole(role, {name, exact: true}).focus();
		await page.keyboard.press('Enter');
	};

	// By keyboard alone, from the sign-in to the proposal.
	await signIn(page, an, '/admin#/certificates');
	await heading(page, 'Thu hồi, đình chỉ chứng nhận');
	await page.getByText('Không có đề nghị nào.').waitFor();
	await type('Mã tra cứu, số hiệu hoặc số báo danh', 'KHONG-CO');
	await page.keyboard.press('Enter');
	await page.getByText('Không tìm thấy chứng nhận nào.').waitFor();
	await type('Mã tra cứu, số hiệu hoặc số báo danh', codes.revoked.toLowerCase());
	await page.keyboard.press('Enter');
	await press('link', serials.revoked);
	await heading(page, `Chứng nhận ${serials.revoked}`);
	await page.getByText('Ghi chú: biên bản số 12').waitFor();
	check(await page.getByText('Với tình trạng hiện nay, không đề nghị được gì').isVisible() && !await page.getByLabel('Thu hồi').count(), 'of one that was revoked all is told, and nothing more can be proposed');
	await page.goBack();
	await heading(page, 'Thu hồi, đình chỉ chứng nhận');
	await type('Mã tra cứu, số hiệu hoặc số báo danh', serials.valid);
	await page.keyboard.press('Enter');
	await press('link', serials.valid);
	await heading(page, 'Đề nghị', 2);
	await page.getByRole('radio', {name: /^Thu hồi/}).focus();
	await page.keyboard.press('Space');
	await page.getByLabel('Lý do', {exact: true}).focus();
	await page.keyboard.type('Gian');
	const note = "biên bản 'số 7' $(touch pwned) `id`";
	await type('Ghi chú', note);
	check(await page.getByLabel('Lý do', {exact: true}).inputValue() === 'fraud' && (await page.getByRole('radio').count()) === 3, 'what may be done, for reasons of a list');
	await t.axe(page, 'to propose');
	await page.setViewportSize({width: 320, height: 640});
	await t.narrow(page, 'to propose');
	await t.look(page, 'certificate-propose-320');
	await page.setViewportSize({width: 1366, height: 768});
	await page.getByText('Mọi nội dung ghi trên chứng nhận').focus();
	await page.keyboard.press('Enter');
	check(/Lê Thị Anh/.test(await page.locator('details.more').innerText()), 'and all that it says');
	await press('button', 'Gửi đề nghị');
	await heading(page, 'Đề nghị số 1');
	await page.getByText('Bạn là người đề nghị').waitFor();
	check(!await page.getByRole('button', {name: 'Duyệt', exact: true}).count() && !await page.locator('pre.commands').count(), 'who proposed it cannot approve it, and there are no commands yet');

	// The second person, who saw it too late once: meanwhile it is withdrawn.
	await signIn(other, binh, '/admin#/certificates/proposal/1');
	await other.getByRole('button', {name: 'Duyệt', exact: true}).waitFor();
	await press('button', 'Rút lại đề nghị');
	await page.getByRole('dialog').getByLabel('Lý do').focus();
	await page.keyboard.type('nhầm ghi chú');
	await page.keyboard.press('Enter');
	await page.getByText('Đã rút lại').first().waitFor();
	await other.getByRole('button', {name: 'Duyệt', exact: true}).click();
	await other.getByRole('dialog').getByRole('button', {name: 'Duyệt', exact: true}).click();
	await other.getByRole('dialog').getByRole('alert').waitFor();
	await t.axe(other, 'stale decision');
	await t.look(other, 'certificate-stale');
	await other.getByRole('button', {name: 'Xem lại từ đầu'}).click();
	await other.getByText('nhầm ghi chú').waitFor();
	check(!await other.getByRole('button', {name: 'Duyệt', exact: true}).count(), 'who decides about what is not there any more is told so');

	// Again, and approved.
	await page.goto('/staff');
	await page.goto('/admin#/certificates');
	await page.getByRole('link', {name: 'Đề nghị số 1'}).click();
	await page.getByRole('link', {name: 'Các đề nghị'}).click();
	await page.getByLabel('Mã tra cứu, số hiệu hoặc số báo danh').fill(codes.valid);
	await page.getByRole('button', {name: 'Tìm', exact: true}).click();
	await page.getByRole('link', {name: serials.valid, exact: true}).click();
	await page.getByRole('radio', {name: /^Thu hồi/}).check();
	await page.getByLabel('Lý do', {exact: true}).selectOption('fraud');
	await page.getByLabel('Ghi chú', {exact: true}).fill(note);
	await page.getByRole('button', {name: 'Gửi đề nghị'}).click();
	await heading(page, 'Đề nghị số 2');
	await other.goto('/staff');
	await other.goto('/admin#/certificates/proposal/2');
	await other.getByRole('button', {name: 'Từ chối'}).waitFor();
	await t.axe(other, 'to be decided');
	await other.getByRole('button', {name: 'Duyệt', exact: true}).click();
	await t.look(other, 'certificate-approve');
	await other.getByRole('dialog').getByRole('button', {name: 'Duyệt', exact: true}).click();
	await heading(other, 'Thực hiện', 2);
	await t.screen(other, 'certificate-commands');

	// The commands, literally; the page follows by itself.
	const line = n => other.locator('pre.commands').nth(n).innerText();
	const stage = n => other.locator('.stages > li').nth(n);
	run(await line(0), 1);
	await stage(2).locator('.tag.good').waitFor({timeout: 60000});
	await other.getByText(/^Người giữ khóa thứ hai duyệt, bằng khóa của mình\.bangvang/).waitFor();
	check(/cert approve \d+ /.test(await line(1)), 'when it was asked for the page names the act by itself');
	run(await line(1), 2);
	await stage(3).locator('.tag.good').waitFor({timeout: 60000});
	check(await other.getByText('Có hiệu lực, chờ công bố').first().isVisible() && await stage(4).getAttribute('aria-current') === 'step', 'in force, and what comes next is said');
	run(await line(2), 1);
	await stage(4).locator('.tag.good').waitFor({timeout: 60000});
	await other.getByText('Đã công bố').first().waitFor();
	check(!await other.locator('pre.commands').count(), 'published, and nothing is left to be done');
	await t.axe(other, 'published');
	await t.narrow(other, 'published');
	await t.look(other, 'certificate-published');
	await other.goto(`/v/${codes.valid}`);
	check(/Đã bị thu hồi/.test(await other.locator('h1').innerText()) && /Lý do: Gian lận trong kỳ thi/.test(await other.locator('main').innerText()) && !(await other.content()).includes('biên bản'), 'everybody sees that it is revoked and why, and never the note');

	// The auditor reads in English; the list by state; who decided what is searched.
	const third = await t.page({language: 'en'});
	await signIn(third, kiem, '/admin#/certificates', true);
	await third.getByRole('link', {name: 'Proposal 2'}).waitFor();
	await third.getByLabel('Only show').selectOption('withdrawn');
	await third.getByRole('link', {name: 'Proposal 2'}).waitFor({state: 'detached'});
	check(await third.getByRole('row').count() === 2, 'by state');
	await t.axe(third, 'list, en');
	await third.setViewportSize({width: 320, height: 640});
	await t.narrow(third, 'list, en');
	await t.look(third, 'certificate-list-en-320');
	await third.getByRole('link', {name: 'Proposal 1'}).click();
	await heading(third, 'What was decided', 2);
	check(!await third.getByRole('button', {name: /Approve|Refuse|Withdraw/}).count(), 'an auditor decides nothing');
	await t.axe(third, 'proposal, en');
	await third.goto('/staff');
	await third.goto('/admin#/audit/certificates');
	await third.getByRole('cell', {name: 'Approved a proposal'}).waitFor();
	check(await third.getByRole('row').count() === 5, 'two were proposed, one withdrawn, one approved');
	await t.axe(third, 'search, en');
});
