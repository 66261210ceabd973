// A sitting that is held in Safe Exam Browser only: another browser is told so; on Windows the browser adds fields, on macOS the page proves it. SEB itself is played
// by what it adds: the fields of its requests, and the object of its pages.
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {check, soon, test} from '../harness.mjs';
import {steps} from './steps.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bv-seb-'));
execFileSync(join(process.env.BV_BUILD, 'tools/cli/bangvang'), ['seb', 'new', '--sitting', 'thi.sang', '--url', 'http://localhost', '--out', folder, '--vietnamese-typing']);
const key = /^config (\w{64})$/m.exec(readFileSync(join(folder, 'thi.sang.keys'), 'utf8'))[1];
const hash = url => createHash('sha256').update(url.split('#')[0] + key).digest('hex');

async function signIn(page, t, ticket) {
	const {w} = steps(t, page);
	await page.getByLabel(w.ticket, {exact: true}).fill(ticket);
	await page.getByLabel(w.code, {exact: true}).fill(t.world.codes[ticket]);
	await page.keyboard.press('Enter');
}

await test({count: 3, config: {seb: folder}, expected: [/403 \(Forbidden\)/]}, async t => {
	t.atEnd(() => rmSync(folder, {recursive: true}));
	const start = `/exam?sitting=${t.world.sitting}`;
	const plain = await t.page({path: start});
	await soon(async () => await plain.getByLabel(steps(t, plain).w.sitting, {exact: true}).inputValue() === t.world.sitting, "SEB's start address names the sitting");
	await signIn(plain, t, 'T-00000');
	await plain.getByRole('heading', {name: 'Đợt thi này cần Safe Exam Browser'}).waitFor();
	await soon(async () => await plain.getByRole('link', {name: 'Mở bằng Safe Exam Browser'}).getAttribute('href') === `${t.url.replace('http', 'seb')}/seb/${t.world.sitting}.seb`, 'another browser is told what to open');
	await t.axe(plain, 'another browser');
	await t.narrow(plain, 'another browser');
	await t.look(plain, 'exam-seb-refused');
	await plain.context().close();

	// Windows: every request has the field.
	const windows = await t.page();
	await windows.context().route('**/*', route => route.continue({headers: {...route.request().headers(), 'x-safeexambrowser-configkeyhash': hash(route.request().url())}}));
	await windows.goto(start);
	await signIn(windows, t, 'T-00001');
	await windows.getByRole('heading', {name: steps(t, windows).w.lobby}).waitFor();
	check(!windows.url().includes('n='), 'with its fields nothing more is asked');
	await windows.context().close();

	// macOS, iOS: the page has an object, whose keys come late.
	const mac = await t.page();
	await mac.addInitScript(configKey => {
		const security = {configKey: ':', browserExamKey: ':'};
		security.updateKeys = async done => {
			const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(location.href.split('#')[0] + configKey)));
			security.configKey = Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
			done();
		};
		globalThis.SafeExamBrowser = {version: 'SEB macOS', security};
	}, key);
	const asked = [];
	mac.on('request', r => r.isNavigationRequest() && asked.push(r.url()));
	await mac.goto(start);
	await signIn(mac, t, 'T-00002');
	await mac.getByRole('heading', {name: steps(t, mac).w.lobby}).waitFor();
	await mac.waitForURL('**/exam');
	const pages = asked.filter(url => /\/exam\?n=[0-9a-f]{48}$/.test(url));
	check(pages.length === 1, 'without fields the page proves it, by an address that was made for it', asked);
	await mac.getByText('Đề đã niêm phong nằm sẵn trên máy.').waitFor();
	check(true, '  and its requests go on by that proof');
	const again = mac.waitForRequest(r => r.isNavigationRequest() && /\/exam\?n=/.test(r.url())); // what the machine has is shown before it
	await mac.reload();
	await again;
	await mac.getByText('Đề đã niêm phong nằm sẵn trên máy.').waitFor();
	const more = asked.filter(url => /\/exam\?n=[0-9a-f]{48}$/.test(url));
	check(more.length === 2 && more[0] !== more[1], '  after a reload by another one: each counts once', asked);
});
