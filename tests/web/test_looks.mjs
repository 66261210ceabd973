// Every screen of the candidate, and every page that says that something is not, in every way it may be seen: in both languages the judge's whole opinion, its
// colours in high contrast, dark and forced, and at 320 px and 200 % nothing that sticks out. What the server would say at another hour is put into its
// answers; the pages themselves are tried by the other tests.
import {soon, test} from './harness.mjs';
import {steps} from './exam/steps.mjs';

const problem = (status, type) => ({status, contentType: 'application/problem+json', body: JSON.stringify({type: `/problems/${type}`, title: type, status, detail: ''})});
const rating = {decision: 'failed', marksHundredths: 4250, maxHundredths: 10000, level: null, reasons: [{vi: 'Tổng điểm dưới 50', en: 'The total is below 50'}]};

// Colours do not depend on the language: in English they are looked at by test_looks.mjs all.
async function looked(t, page, name, language) {
	if (language === 'vi' || process.argv[2] === 'all')
		return t.screen(page, name);
	await t.axe(page, name);
	await t.look(page, name);
	const size = page.viewportSize();
	for (const [width, height] of [[320, 640], [683, 384]]) {
		await page.setViewportSize({width, height});
		await t.narrow(page, name);
		await t.look(page, `${name}-${width}`);
	}
	await page.setViewportSize(size);
}

async function candidate(t, language, ticket) {
	const page = await t.page({language, path: '/exam'}), s = steps(t, page, language), {w} = s;
	let said = null, lease = null; // instead of what the server says of the attempt, and to who wants to write
	await page.route(/\/api\/attempts\/\d+$/, async route => {
		if (said?.status)
			return route.fulfill(said);
		const answer = await route.fetch();
		return route.fulfill({response: answer, json: {...await answer.json(), ...said}});
	});
	await page.route('**/lease', route => lease ? route.fulfill(lease) : route.continue());
	await page.route('**/result', route => route.fulfill({json: {state: 'released', rating, certificate: null}}));
	const screen = name => page.locator(`main[data-screen="${name}"]`).waitFor();
	const seen = async (name, wanted = name) => {
		await screen(wanted);
		await looked(t, page, `exam-${name}-${language}`, language);
	};
	// What the server says from now on; the page asks at once.
	const now = async (name, what) => {
		said = what;
		await s.hurry();
		await seen(name);
	};
	const back = async name => {
		said = lease = null;
		await s.hurry();
		await screen(name);
	};

	await seen('sign-in');
	const attempt = await s.signIn(ticket);
	await seen('lobby');
	await s.toRules(attempt);
	await seen('start');
	await now('held', problem(503, 'clock-held'));
	await back('start');
	lease = problem(503, 'busy');
	await now('opening', {state: 'started'});
	await back('start');
	await s.toQuestion();
	await s.answer(0);
	await s.saved();
	await page.getByText(language === 'vi' ? 'Công cụ' : 'Tools', {exact: true}).first().click();
	await page.getByText(language === 'vi' ? 'Danh sách câu hỏi' : 'All questions', {exact: true}).first().click();
	await seen('question');
	await page.context().setOffline(true);
	await s.next();
	await s.answer(1);
	await s.saved(w.machine);
	await s.hurry();
	await page.locator('.banner').waitFor();
	await seen('offline', 'question');
	await page.context().setOffline(false);
	await s.hurry();
	await s.allSaved();
	await page.getByRole('button', {name: w.review, exact: true}).first().click();
	await seen('review');
	await page.getByRole('button', {name: w.submit, exact: true}).click();
	await page.getByRole('dialog').waitFor();
	await seen('submit', 'review');
	await page.keyboard.press('Escape');
	await now('paused', {state: 'paused'});
	await back('review');
	await now('other-tab', {lease: 999});
	await page.getByRole('button', {name: language === 'vi' ? 'Tiếp tục ở đây' : 'Go on here'}).click();
	await back('review');
	lease = problem(403, 'other-machine');
	await now('other-machine', problem(403, 'other-machine'));
	await back('review');
	await now('time-over', {state: 'expired', leftMs: 0});
	await back('review');
	await now('ended', {state: 'ended'});
	await back('review');
	await now('seb', problem(403, 'seb'));
	said = null;
	await page.reload();
	await s.shown();
	said = problem(401, 'sign-in');
	await s.hurry();
	await page.getByRole('dialog').waitFor();
	await seen('again', 'question');
	said = null;
	await page.reload();
	await s.shown();
	await now('done', {state: 'submitted'});
	await now('result', {state: 'released'});
	await page.context().close();
}

await test({count: 2, config: {rate_page: '1200/min burst 400'}, expected: [/status of (40[134]|429|50[03])/, /ERR_INTERNET_DISCONNECTED/]}, async t => {
	await Promise.all([candidate(t, 'vi', 'T-00000'), candidate(t, 'en', 'T-00001')]);

	for (const [language, heading] of [['vi', 'Không có trang này'], ['en', 'There is no such page']]) {
		const page = await t.page({language, path: '/khong-co'});
		await soon(async () => await page.locator('h1').innerText() === heading, `an address of nothing is a page: ${heading}`);
		await looked(t, page, `problem-not-found-${language}`, language);
		await page.context().close();
	}
});
