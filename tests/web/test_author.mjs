// The desk of an author, by keyboard: the bank is searched, an item is written, seen, tried and saved; a reload loses nothing; another's version is not written
// over; a fault of the source is told by its line; who may only read only reads.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, soon, test} from './harness.mjs';

async function signIn(page, name, password) {
	await page.getByLabel('Tên đăng nhập').fill(name);
	await page.getByLabel('Mật khẩu', {exact: true}).fill(password);
	await page.keyboard.press('Enter');
}

const fresh = page => page.locator('.desk-see[aria-busy="false"]').waitFor();

// Without a mouse: to the field, and typed.
async function type(page, field, text) {
	await field.focus();
	await page.keyboard.press('ControlOrMeta+A');
	await page.keyboard.type(text);
}

async function press(page, name, options = {}) {
	await page.getByRole('button', {name, ...options}).focus();
	await page.keyboard.press('Enter');
}

const box = (page, name) => page.getByRole('textbox', {name, exact: true});
const source = page => page.getByLabel('Mã nguồn QTI');
const radio = async (page, name) => {
	await page.getByRole('radio', {name, exact: true}).focus();
	await page.keyboard.press('Space');
};

await test({exam: false, bank: ['itembank/sample/imsmanifest.xml'], config: {standards: join(process.env.BV_SOURCE, 'standards')}, expected: [/status of 40[149]|status of 422/]}, async t => {
	const author = await t.world.tell('staff', {name: 'soan.cau.hoi', roles: ['bank-author@bank:IU01']});
	const second = await t.world.tell('staff', {name: 'nguoi.hai', roles: ['bank-author']}), reviewer = await t.world.tell('staff', {name: 'tham.dinh', roles: ['bank-reviewer']});
	const page = await t.page({path: '/author'}), heading = name => page.getByRole('heading', {level: 1, name, exact: true}).waitFor();
	await signIn(page, 'soan.cau.hoi', author.password);
	await page.getByRole('row').nth(3).waitFor();
	await type(page, page.getByLabel('Tìm trong câu hỏi'), 'bo nho');
	await page.keyboard.press('Enter');
	await page.locator('mark').first().waitFor();
	await soon(async () => await page.getByRole('row').count() < 20, 'words without marks find');
	await page.goto('/author#/');
	const branch = page.getByRole('link', {name: /IU01\.2/});
	await soon(async () => /^Các ứng dụng .* IU01\.2 9$/.test((await branch.innerText()).replace(/\s+/g, ' ')), 'competences have their names, codes beside them');
	await branch.focus();
	await page.keyboard.press('Enter');
	await page.getByRole('row').nth(2).waitFor();
	await page.getByRole('heading', {level: 2, name: '9 câu hỏi'}).waitFor();
	check(await page.getByRole('row').nth(1).innerText().then(s => /Các ứng dụng/.test(s)), 'in the list too');
	await t.screen(page, 'author-bank');

	// A new item of one choice.
	await page.getByRole('link', {name: 'Soạn câu hỏi mới'}).focus();
	await page.keyboard.press('Enter');
	await heading('Soạn câu hỏi mới');
	await t.axe(page, 'new');
	await t.look(page, 'author-new');
	await type(page, page.getByLabel('Tên câu hỏi'), 'Phím tắt sao chép');
	await type(page, page.getByLabel('Mã câu hỏi'), 'sai mã');
	await type(page, page.getByLabel('Năng lực', {exact: true}), 'IU01.1');
	await page.keyboard.press('Enter');
	await page.getByText('Mã phải bắt đầu').waitFor();
	await type(page, page.getByLabel('Mã câu hỏi'), 'MOI-1');
	await page.keyboard.press('Enter');
	await heading('Câu hỏi mới MOI-1');
	await type(page, box(page, 'Câu hỏi'), 'Phím tắt nào sao chép phần đã chọn?');
	for (const [name, text] of [['A', 'Ctrl + V'], ['B', 'Ctrl + C'], ['C', 'Ctrl + X & <Alt>'], ['D', 'Ctrl + Z']])
		await type(page, box(page, `Nội dung của ${name}`), text);
	await radio(page, /^B /);
	await press(page, 'Xóa Ctrl + Z');
	await press(page, 'Đưa Ctrl + V xuống');
	await soon(async () => await page.evaluate(() => document.activeElement.getAttribute('aria-label')) === 'Đưa Ctrl + V xuống', 'what is moved keeps the focus');
	await page.locator('.preview-page', {hasText: 'Ctrl + X & <Alt>'}).waitFor();
	await page.getByText('Ngân hàng nhận được câu hỏi này').waitFor();
	await soon(async () => !(await page.locator('.preview-page').innerText()).includes('Ctrl + Z'), 'the preview is of what was typed last');
	await fresh(page);
	await press(page, 'Điền đáp án đúng');
	await page.locator('.preview-page input:checked').waitFor();
	await press(page, 'Chấm thử câu trả lời này');
	await page.getByLabel('Thí sinh sẽ thấy').getByText('Điểm: 1', {exact: true}).waitFor();
	await t.screen(page, 'author-desk');

	// Nothing typed is lost by a reload, and it is saved then.
	page.once('dialog', dialog => dialog.accept());
	await page.reload();
	await press(page, /^Soạn tiếp MOI-1/);
	await heading('Câu hỏi mới MOI-1');
	await soon(async () => await box(page, 'Nội dung của C').innerText() === 'Ctrl + X & <Alt>', 'after a reload it is there');
	await press(page, 'Lưu vào ngân hàng');
	await heading('Phím tắt sao chép');
	await page.getByText('Phiên bản 1', {exact: true}).waitFor();
	await soon(async () => await page.locator('.bank-facts').innerText().then(s => s.includes('Bản nháp') && s.includes('IU01.1')), 'it is a draft of the bank');

	// Somebody else saves meanwhile.
	await type(page, box(page, 'Câu hỏi'), 'Phím tắt nào sao chép?');
	const other = await t.page({path: '/author#/item/MOI-1/vi'});
	await signIn(other, 'nguoi.hai', second.password);
	await type(other, box(other, 'Câu hỏi'), 'Bấm phím nào để sao chép?');
	await press(other, 'Lưu vào ngân hàng');
	await other.getByText('Phiên bản 2', {exact: true}).waitFor();
	await press(page, 'Lưu vào ngân hàng');
	await page.getByText('nguoi.hai đã lưu phiên bản 2').waitFor();
	await t.axe(page, 'conflict');
	await t.look(page, 'author-conflict');
	await soon(async () => await box(page, 'Câu hỏi').innerText() === 'Phím tắt nào sao chép?', 'what was typed stays');
	await press(page, 'Giữ bản của tôi, lưu sau phiên bản 2');
	await press(page, 'Lưu vào ngân hàng');
	await page.getByText('Phiên bản 3', {exact: true}).waitFor();

	// The source: a fault is told by its line, an older answer never comes over a newer one.
	await fresh(page);
	await radio(page, 'Mã nguồn');
	const xml = await source(page).inputValue();
	await source(page).fill(xml.replace('</qti-prompt>', ''));
	await press(page, /^Đến dòng/);
	const line = await source(page).evaluate(area => area.value.slice(area.selectionStart, area.selectionEnd));
	await soon(async () => line.includes('</qti-choice-interaction>') && await page.locator('.source-lines .error').count() === 1, 'the line at fault is marked and gone to', line);
	await t.axe(page, 'source');
	await t.look(page, 'author-source');
	await radio(page, 'Biểu mẫu');
	await page.getByText('Biểu mẫu không hiện được câu hỏi này').waitFor();
	await press(page, 'Hoàn tác');
	await box(page, 'Câu hỏi').waitFor();
	for (const n of [1, 2, 3, 4, 5])
		await type(page, box(page, 'Nội dung của A'), `lần ${n}`);
	await page.locator('.preview-page', {hasText: 'lần 5'}).waitFor();

	// Texts and pairs, in what stands already, added to this item.
	await page.getByLabel('Chỗ trả lời', {exact: true}).selectOption('qti-text-entry-interaction');
	await press(page, 'Thêm chỗ trả lời');
	await type(page, page.getByLabel('Đáp án', {exact: true}), 'Hà Nội');
	await press(page, 'Thêm cách trả lời được chấp nhận');
	await page.keyboard.type('Thủ đô');
	await page.getByLabel('Chỗ trả lời', {exact: true}).selectOption('qti-match-interaction');
	await press(page, 'Thêm chỗ trả lời');
	for (const [name, text] of [['X', 'một'], ['Y', 'hai']])
		await type(page, box(page, `Nội dung của ${name}`), text);
	await page.locator('.preview-page', {hasText: 'hai'}).waitFor();
	await fresh(page);
	await press(page, 'Điền đáp án đúng');
	await page.locator('.preview-page table input:checked').first().waitFor();
	await press(page, 'Chấm thử câu trả lời này');
	await page.getByLabel('Thí sinh sẽ thấy').getByText('Điểm: 4', {exact: true}).waitFor();
	await soon(async () => await page.getByLabel('Điểm tối đa').inputValue() === '4', 'points of all places are added up');
	await radio(page, 'Mã nguồn');
	const now = await source(page).inputValue();
	check(now.includes('<qti-map-entry map-key="Thủ đô"') && now.includes('C">Ctrl + X &amp; &lt;Alt&gt;<'), 'and it is QTI', now);

	// Who may only read.
	const reader = await t.page({path: '/author#/item/IU01-001/vi', language: 'en'});
	await reader.getByLabel('Sign-in name').or(reader.getByLabel('User name')).or(reader.locator('#name')).first().fill('tham.dinh');
	await reader.locator('#password').fill(reviewer.password);
	await reader.keyboard.press('Enter');
	await reader.getByText('You may read this item but not change it.').waitFor();
	await fresh(reader);
	await soon(async () => !(await reader.getByRole('button', {name: 'Save to the bank'}).count()), 'a reviewer saves nothing');
	await t.axe(reader, 'reader');
	await reader.getByRole('radio', {name: 'Source'}).check();
	await soon(async () => await reader.getByLabel('QTI source').inputValue() === readFileSync(join(process.env.BV_SOURCE, 'itembank/sample/iu01/IU01-001.xml'), 'utf8'), 'and reads it byte for byte');
});
