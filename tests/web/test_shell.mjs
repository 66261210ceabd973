// The frame of all pages: languages, themes, the policy, and every page that anybody may open as it is seen first, in every way it may be seen.
import {check, soon, test} from './harness.mjs';

await test({exam: false}, async t => {
	const page = await t.page({path: '/'});
	await soon(async () => await page.locator('h1').innerText() === 'Thi và chứng nhận kỹ năng số', 'the start page is in Vietnamese');
	await page.keyboard.press('Tab');
	await soon(async () => await page.evaluate(() => document.activeElement.getAttribute('href')) === '#main', 'the first stop leads past the header');
	await page.getByRole('link', {name: 'English'}).click();
	await page.waitForURL(/lang=en/);
	await soon(async () => await page.locator('h1').innerText() === 'Exams and certificates of digital skills', 'and in English');
	await page.goto('/');
	await soon(async () => await page.locator('html').getAttribute('lang') === 'en', 'which is remembered');

	const without = await t.page({path: '/', javaScriptEnabled: false});
	await without.getByRole('link', {name: 'Kiểm tra chứng nhận'}).click();
	await without.waitForURL(/verify/);
	check(/\/verify$/.test(without.url()), 'the public pages work without scripts');
	await without.goto('/staff');
	await soon(async () => /cần JavaScript/.test(await without.locator('main').innerText()), 'and the others say that they do not');
	await without.context().close();

	for (const language of ['vi', 'en']) {
		const seen = await t.page({language});
		for (const [path, name] of [['/', 'start'], ['/staff', 'staff'], ['/exam', 'exam'], ['/proctor', 'proctor'], ['/verify', 'verify'], ['/about', 'about']]) {
			await seen.goto(path);
			await seen.getByRole('heading', {level: 1}).first().waitFor();
			await soon(async () => await seen.locator('html').getAttribute('lang') === language && /\S – Bảng Vàng$/.test(await seen.title()), `${name} in ${language} has a title`);
			// Colours do not depend on the language.
			if (language === 'vi') {
				await t.screen(seen, `first-${name}-${language}`);
			} else {
				await t.axe(seen, `first-${name}-${language}`);
				await seen.setViewportSize({width: 320, height: 640});
				await t.narrow(seen, `first-${name}-${language}`);
				await t.look(seen, `first-${name}-${language}-320`);
				await seen.setViewportSize({width: 1366, height: 768});
			}
		}
		await seen.context().close();
	}
});
