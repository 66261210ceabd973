// What everybody sees: verification by code, file, photo, without scripts and without a network; the pages say how a certificate stands, and show all that is on it.
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, soon, test} from '../harness.mjs';

const bangvang = join(process.env.BV_BUILD, 'tools/cli/bangvang');
const LOOKS = {
	valid: ['good', 'Có giá trị', 'Valid'], revoked: ['bad', 'Đã bị thu hồi', 'Revoked'], superseded: ['warn', 'Đã được thay bằng chứng nhận khác', 'Replaced by another certificate'],
	suspended: ['warn', 'Đang tạm đình chỉ', 'Suspended'], expired: ['warn', 'Đã hết hạn', 'Expired'], changed: ['bad', 'Không được tin', 'Not to be trusted'],
};

const verdict = async page => [(await page.locator('.verdict').getAttribute('class')).replace('verdict ', ''), await page.locator('.verdict h1 span:last-child').innerText()];

// A page of paper as a scanner or a phone gives it.
function picture(folder, file) {
	const pdf = join(folder, 'paper.pdf');
	execFileSync(bangvang, ['cert', 'render', `${file}.json`, '--template', join(process.env.BV_SOURCE, 'certs/page/vn-a4-portrait.xml'), '--qr', `${file}.qr`, '--out', pdf]);
	execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, join(folder, 'paper')]);
	return join(folder, 'paper.png');
}

await test({exam: false, office: true, config: {rate_verify: '60000/min burst 6000'}, expected: [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/]}, async t => {
	const {codes, serials, folder} = t.world.office;
	const page = await t.page({path: '/verify'});

	// ---- By code, by keyboard alone
	await page.getByLabel('Mã tra cứu').focus();
	await page.keyboard.type(codes.valid.toLowerCase().replaceAll('-', ' '));
	await page.keyboard.press('Enter');
	await page.waitForURL(`**/v/${codes.valid}`);
	check((await verdict(page)).join() === 'good,Có giá trị', 'a code typed with two fingers leads to what it stands for', await verdict(page));
	const rows = Object.fromEntries(await page.locator('.facts').first().locator('tr').evaluateAll(all => all.map(r => [r.cells[0].innerText, r.cells[1].innerText])));
	check(rows['Người được cấp'] === 'Lê Thị Anh' && rows['Ngày sinh'] === '28/02/1990' && rows['Mức đạt'] === 'L2' && rows['Số hiệu'] === serials.valid, 'every fact, to be compared', rows);
	await soon(async () => await page.locator('.checks li.good').count() === 11, 'each check apart');
	await soon(async () => await page.getByRole('button', {name: 'In kết quả'}).count() === 1 && await page.getByRole('button', {name: 'Sao chép địa chỉ'}).count() === 1, 'it can be printed, and its address copied');
	await t.look(page, 'code-valid-vi');

	// ---- Every state, in both languages
	for (const language of ['vi', 'en'])
		for (const [fate, look] of Object.entries(LOOKS)) {
			await page.goto(`/v/${codes[fate]}?lang=${language}`);
			const [kind, title] = await verdict(page);
			check(kind === look[0] && title === look[language === 'vi' ? 1 : 2], `${fate}, ${language}: ${title}`);
			await t.axe(page, `${fate}, ${language}`);
			if (language === 'vi')
				await t.look(page, `code-${fate}-${language}`);
		}
	await soon(async () => !(await page.locator('main').innerText()).includes('Hồ Thị Giang'), 'of what does not verify no fact is shown');
	await page.goto('/v/M30C-Y804-2PS7?lang=vi');
	check((await verdict(page)).join() === 'bad,Không tìm thấy mã này', 'a code of nobody');
	await t.axe(page, 'a code of nobody');
	await page.goto('/v/M30C-Y804-2PS8');
	await soon(async () => (await verdict(page)).join() === 'open,Mã chưa đúng' && (await page.locator('.verdict').innerText()).includes('gõ nhầm'), 'a slip of a finger');
	await t.axe(page, 'no code');
	await t.look(page, 'code-malformed');

	// ---- The other pages, themes and sizes
	for (const path of ['/verify', '/about'])
		for (const language of ['vi', 'en']) {
			await page.goto(`${path}?lang=${language}`);
			await t.axe(page, `${path}, ${language}`);
			await t.look(page, `${path.slice(1)}-${language}`);
		}
	for (const [theme, paths] of [['dark', [`/v/${codes.revoked}`]], ['contrast', ['/verify', '/about', `/v/${codes.expired}`]]]) {
		await page.evaluate(name => localStorage.setItem('theme', name), theme);
		for (const path of paths) {
			await page.goto(path);
			await t.axe(page, `${path}, ${theme}`);
		}
		await t.look(page, `code-${theme}`);
	}
	const forced = await t.page({path: `/v/${codes.revoked}`, forcedColors: 'active'});
	await t.look(forced, 'code-revoked-forced');
	await forced.context().close();
	for (const [width, name] of [[320, '320 px'], [683, '200 %']]) {
		const small = await t.page({width, height: 600, path: '/verify'});
		for (const path of ['/verify', '/about', `/v/${codes.valid}`, `/v/${codes.superseded}?lang=en`]) {
			await small.goto(path);
			await t.narrow(small, `${path}, ${name}`);
		}
		await t.axe(small, `a result at ${name}`);
		await t.look(small, `code-superseded-${width}`);
		await small.goto('/verify?lang=vi');
		await t.look(small, `verify-${width}`);
		await small.context().close();
	}

	// ---- Without scripts
	const plain = await t.page({path: '/verify', javaScriptEnabled: false});
	await plain.getByLabel('Mã tra cứu').fill(codes.revoked);
	await plain.getByRole('button', {name: 'Tra cứu'}).click();
	await soon(async () => (await verdict(plain)).join() === 'bad,Đã bị thu hồi' && await plain.locator('.checks li').count() === 11, 'without JavaScript: a code');
	await plain.goto('/verify');
	const file = join(folder, `out/${serials.valid.replaceAll('/', '-')}`);
	await plain.getByLabel('Chọn tệp chứng nhận').setInputFiles(`${file}.json`);
	await plain.getByRole('button', {name: 'Kiểm tra', exact: true}).click();
	check((await verdict(plain)).join() === 'good,Thật và còn giá trị', '  a file', await verdict(plain));
	const forged = join(folder, 'forged.json');
	writeFileSync(forged, readFileSync(`${file}.json`, 'utf8').replaceAll('"L2"', '"L3"'));
	await plain.goto('/verify');
	await plain.getByLabel('Chọn tệp chứng nhận').setInputFiles(forged);
	await plain.getByRole('button', {name: 'Kiểm tra', exact: true}).click();
	check((await verdict(plain)).join() === 'bad,Không đúng', '  a forged level', await verdict(plain));
	await plain.locator('.verdict a').click();
	await soon(async () => (await plain.locator('.facts').first().innerText()).includes('L2'), '  and the true one is a click away');
	await plain.context().close();

	// ---- By a photo of the paper: the page that verifies by itself
	await page.evaluate(() => localStorage.removeItem('theme'));
	await page.goto('/verify?lang=vi');
	const loadedAtFirst = await page.evaluate(() => performance.getEntriesByType('resource').filter(r => r.name.includes('/qr-')).length);
	if (existsSync('/usr/bin/pdftoppm')) {
		const paper = picture(folder, file);
		await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(paper);
		await page.waitForURL('**/offline/index.html#*');
		await page.locator('#card.valid').waitFor();
		await soon(async () => loadedAtFirst === 0 && (await page.locator('#facts').innerText()).includes('Lê Thị Anh'), 'a photo of the paper at 150 dpi is read, by what is fetched then only, and verified in the browser');
		await t.look(page, 'offline-photo');
		await page.goto('/offline/index.html');
		await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(paper);
		await page.locator('#card.valid').waitFor();
		check(true, 'the page that verifies by itself reads photos, too');
		await page.goto('/verify');
	}
	await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(join(process.env.BV_SOURCE, 'tests/web/public/blank.svg'));
	await page.locator('#scan-said', {hasText: 'Không thấy mã QR nào'}).waitFor(); // it is told to screen readers too
	check(true, 'a picture without one says so');

	// ---- Without a network
	await page.goto('/offline/index.html');
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForFunction(async () => (await (await caches.open('bangvang-verify-page')).keys()).length > 50);
	await page.context().setOffline(true);
	await page.reload();
	await page.locator('#file').setInputFiles(`${file}.json`);
	await page.locator('#card.valid').waitFor();
	await t.screen(page, 'offline-valid');
	await soon(async () => (await page.locator('#facts').innerText()).includes('Lê Thị Anh'), 'without a network a certificate is verified, by the lists that were kept');
	await page.locator('#file').setInputFiles(join(folder, `out/${serials.revoked.replaceAll('/', '-')}.json`));
	await page.getByText('ĐÃ BỊ THU HỒI').first().waitFor();
	check(true, '  and a revoked one is known');
	await t.axe(page, 'without a network, revoked');
	await page.context().setOffline(false);

	// ---- Lists that cannot be had
	execFileSync('mkdir', ['-p', join(folder, 'empty')]);
	await t.world.tell('configure', {config: {status: join(folder, 'empty')}});
	await page.goto(`/v/${codes.valid}`);
	await soon(async () => (await verdict(page)).join() === 'open,Chưa kiểm tra được' && await page.locator('.checks li.open').count() === 1, 'without lists: could not be checked, which is no forgery', await verdict(page));
	await t.axe(page, 'could not check');
	await t.look(page, 'code-unchecked');
});
