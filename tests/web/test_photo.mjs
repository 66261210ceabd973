// Photographs: a head of centre brings them, a trial first, faults by their files; the proctor who calls the roll compares them with faces, by keyboard too, on a phone too; who has none is said to have none.
import {readFileSync} from 'node:fs';
import {check, test} from './harness.mjs';
import {zip} from './xlsx.mjs';

const roster = 'ticket,room,seat\n' + Array.from({length: 6}, (_, i) => `T-0000${i},${i < 4 ? 'A' : 'B'},${i + 1}\n`).join('');
const sitting = t => t.world.sitting;

// A server that fails for once, below; and a stream that is asked for before the last one is seen to be closed.
await test({roster, people: 6, photos: 2, expected: [/status of 503/]}, async t => {
	const stateOf = async (name, role) => {
		const {cookies} = await t.world.tell('staff', {name, roles: [role]});
		return {cookies: Object.entries(cookies).map(([key, value]) => ({name: key, value, domain: 'localhost', path: '/', expires: -1, httpOnly: true, secure: true, sameSite: 'Strict'})),
			origins: [{origin: t.url, localStorage: [{name: 'staff', value: '1'}]}]};
	};
	const head = await stateOf('truong-diem', `centre-head@sitting:${sitting(t)}`), proctor = await stateOf('giam-thi', `proctor@sitting:${sitting(t)}/room:A`);
	const face = readFileSync(`${t.world.folder}/photos/T-00001.png`), file = (name, buffer) => ({name, mimeType: 'application/octet-stream', buffer});

	// ---- The centre

	const page = await t.page({storageState: head, path: `/centre#/${sitting(t)}`});
	await page.getByText('Còn 4 trong số 6 thí sinh chưa có ảnh.').waitFor();
	await page.getByText('Những số báo danh chưa có ảnh').click();
	await page.locator('.photos-now').getByText('T-00002 · T-00003 · T-00004 · T-00005', {exact: true}).waitFor();
	check(true, 'who has none is told by ticket');
	const choose = (...files) => page.getByLabel('Chọn ảnh hoặc tệp zip').setInputFiles(files);
	await choose(file('T-00002.png', Buffer.from('chữ')), file('T-00003.png', face.subarray(0, 500)), file('KHAC.png', face), file('hong.zip', Buffer.from('PK\x03\x04hỏng')), file('lon.zip', Buffer.alloc((16 << 20) + 1)), file('T-00001.png', face));
	await page.getByText('Có 5 tệp không dùng được:').waitFor();
	const told = (await page.getByRole('alert').getByRole('listitem').allInnerTexts()).map(s => s.split(/(?<=\w): /).map(p => p.slice(0, 22)).join('|'));
	check(told.join(' / ') === 'T-00002.png|không phải ảnh JPEG ha / T-00003.png|ảnh bị hỏng hoặc thiếu / KHAC.png|tên tệp không phải số  / hong.zip|không mở được tệp zip, / lon.zip|tệp lớn hơn 16 MB. Hãy',
		'each file that is at fault is told, in words, with what to do', told);
	await page.getByText('Đã kiểm tra, chưa ghi gì: 0 ảnh mới, 1 ảnh đã có.').waitFor();
	check(await page.getByRole('button', {name: /^Ghi \d+ ảnh/}).count() === 0, 'where nothing is new there is nothing to import');
	await t.axe(page, 'faults');
	await t.look(page, 'centre-photos-1366');
	// A real JPEG, of the browser's own.
	const jpeg = Buffer.from(await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(300, 400), pen = canvas.getContext('2d');
		pen.fillStyle = '#c9946c';
		pen.fillRect(60, 60, 180, 280);
		return [...new Uint8Array(await (await canvas.convertToBlob({type: 'image/jpeg'})).arrayBuffer())];
	}));
	await choose(file('anh.zip', zip({'P/T-00002.jpg': jpeg, 'P/T-00004.png': face, 'P/Thumbs.db': 'x'})));
	await page.getByText('Đã kiểm tra, chưa ghi gì: 2 ảnh mới, 0 ảnh đã có.').waitFor();
	check(await page.getByText('Còn 4 trong số 6 thí sinh chưa có ảnh.').count() === 1, 'a trial does nothing');
	await page.getByRole('button', {name: 'Ghi 2 ảnh'}).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Đã ghi 2 ảnh; 0 ảnh đã có từ trước.').waitFor();
	await page.getByText('Còn 2 trong số 6 thí sinh chưa có ảnh.').waitFor();
	check(true, 'two are brought, by keyboard');

	// ---- The roll

	const roll = await t.page({storageState: proctor, path: `/proctor#/${sitting(t)}/A/attendance`});
	await roll.getByRole('button', {name: 'Hiện họ tên'}).click();
	const picture = name => roll.getByRole('img', {name: `Ảnh của ${name}`});
	const shown = img => img.evaluate(async i => {
		await i.decode();
		return `${i.naturalWidth} ${i.naturalHeight} ${i.clientWidth >= 90 && i.clientHeight >= 120}`;
	});
	check(await shown(picture('Nguyễn Thị An')) === '240 320 true' && await shown(picture('Lê Thị Minh Chi')) === '300 400 true', 'a PNG and a JPEG are shown beside their names, large enough');
	await picture('Trần Văn Bình').waitFor();
	await roll.getByRole('row', {name: /^4 /}).getByText('Chưa có ảnh').waitFor();
	check(await roll.getByRole('img', {name: /^Ảnh của/}).count() === 3, 'who has none is said to have none');
	await t.screen(roll, 'the roll with photographs');
	await roll.getByRole('button', {name: /^Có mặt: Chỗ 1 /}).focus();
	await roll.keyboard.press('Enter');
	const large = roll.getByRole('dialog').getByRole('img', {name: 'Ảnh của Nguyễn Thị An'});
	check(await large.evaluate(i => i.clientHeight >= 240), 'who lets somebody in sees it larger');
	await roll.getByRole('dialog').getByLabel('Ảnh trong danh sách').check();
	await t.axe(roll, 'letting in');
	await t.look(roll, 'proctor-photo-admit-1366');
	await roll.keyboard.press('Enter');
	await roll.getByRole('dialog').waitFor({state: 'hidden'});
	await roll.getByText('Có mặt 1 · vắng 0 · chưa điểm danh 3').waitFor();
	check(true, 'and is done, by keyboard');
	await roll.getByRole('button', {name: /^Có mặt: Chỗ 4 /}).click();
	await roll.getByRole('dialog').getByText('Chưa có ảnh').waitFor();
	check(true, 'also there who has none has none');
	await roll.keyboard.press('Escape');
	await roll.getByRole('dialog').waitFor({state: 'hidden'});
	await roll.getByRole('link', {name: 'Theo dõi'}).click();
	await roll.locator('.board .row').filter({hasText: 'Lê Thị Minh Chi'}).click();
	await roll.locator('.drawer').getByRole('img', {name: 'Ảnh của Lê Thị Minh Chi'}).waitFor();
	check(true, 'it is in the drawer of the board, too');

	// ---- A server that fails for once, and a phone

	const phone = await t.page({storageState: proctor, width: 320, height: 640, language: 'en'});
	await phone.route('**/api/attempts/*/photo', route => route.fulfill({status: 503, contentType: 'application/problem+json', body: '{"type":"/problems/busy","title":"Busy","status":503}'}), {times: 1});
	await phone.goto(`/proctor?lang=en#/${sitting(t)}/A/attendance`);
	await phone.getByRole('button', {name: 'Show names and birthdays'}).click();
	await phone.getByRole('button', {name: 'Try again'}).click();
	await phone.getByRole('img', {name: 'Photograph of Nguyễn Thị An'}).waitFor();
	check(true, 'a photograph that did not come is asked for again');
	await t.narrow(phone, 'the roll');
	await t.axe(phone, 'the roll at 320 px');
	await phone.getByRole('button', {name: /^Present: Seat 2 /}).click();
	await phone.getByRole('dialog').getByRole('img').waitFor();
	await t.narrow(phone, 'letting in');
	await t.axe(phone, 'letting in at 320 px');
	await t.look(phone, 'proctor-photo-320');
	await phone.keyboard.press('Escape');
	await phone.context().close();
	const small = await t.page({storageState: head, width: 320, height: 640, language: 'en', path: `/centre?lang=en#/${sitting(t)}`});
	await small.getByText('2 of 6 candidates have no photograph.').waitFor();
	await t.narrow(small, 'the centre');
	await t.axe(small, 'the centre at 320 px');
});
