// What candidates and proctors do in every test of the exam.

const words = {
	vi: {sitting: 'Đợt thi', ticket: 'Số báo danh', code: 'Mã vào thi', enter: 'Vào', lobby: 'Phòng chờ', goOn: 'Tiếp tục', rules: 'Nội quy', start: 'Bắt đầu làm bài', question: /^Câu \d+( trên|, nhiều nhất) \d+$/, next: 'Câu tiếp',
		review: 'Xem lại và nộp bài', reviewed: 'Xem lại bài làm', submit: 'Nộp bài', done: 'Đã nộp bài', server: 'Đã ở máy chủ.', machine: 'Mới ở máy này, chưa tới máy chủ.', leave: 'Thoát'},
	en: {sitting: 'Sitting', ticket: 'Ticket', code: 'Access code', enter: 'Enter', lobby: 'Waiting room', goOn: 'Continue', rules: 'Rules', start: 'Start', question: /^Question \d+( of|, at most) \d+$/, next: 'Next',
		review: 'Review and hand in', reviewed: 'Review', submit: 'Hand in', done: 'Handed in', server: 'On the server.', machine: 'On this machine, not yet on the server.', leave: 'Leave'},
};

export function steps(t, page, language = 'vi') {
	const w = words[language];
	const heading = name => page.getByRole('heading', {name, level: 1});
	const s = {
		w, heading,
		async signIn(ticket) {
			await page.getByLabel(w.sitting, {exact: true}).fill(t.world.sitting);
			await page.getByLabel(w.ticket, {exact: true}).fill(ticket);
			await page.getByLabel(w.code, {exact: true}).fill(t.world.codes[ticket]);
			await page.getByRole('button', {name: w.enter, exact: true}).click();
			await heading(w.lobby).waitFor();
			return s.attempt();
		},
		attempt: async () => Number(await page.evaluate(async () => (await (await fetch('/api/session')).json()).attempt)),
		/** A proctor does it, and the page asks at once instead of when it is time (test_room.mjs waits for them). */
		async proctor(attempt, act) {
			await t.world.tell('proctor', {attempt, act});
			await s.hurry();
		},
		hurry: () => page.evaluate(() => dispatchEvent(new Event('online'))),
		async toRules(attempt) {
			await s.proctor(attempt, 'admit');
			await page.getByRole('button', {name: w.goOn, exact: true}).click();
			await heading(w.rules).waitFor();
		},
		async toQuestion() {
			await page.getByRole('button', {name: w.start, exact: true}).click();
			await heading(w.question).waitFor();
			await s.shown();
		},
		async begin(ticket) {
			const attempt = await s.signIn(ticket);
			await s.toRules(attempt);
			await s.toQuestion();
			return attempt;
		},
		shown: () => page.locator('#question .item').first().waitFor(),
		/** Goes on to a question with a single choice; its choices. */
		async choices() {
			for (let i = 0; i < 40; i++) {
				await s.shown();
				const radios = page.locator('#question input[type=radio]');
				if (await page.locator('#question fieldset').count() === 1 && await radios.count() > 1)
					return radios;
				await s.next();
			}
			throw new Error('there is no question with a single choice');
		},
		/** Gives the answer number pick to the next of them; what the page shows. */
		async answer(pick = 0) {
			const radios = await s.choices();
			await radios.nth(pick % await radios.count()).check();
			return heading(w.question).innerText();
		},
		async next() {
			const now = await heading(w.question).innerText();
			await page.getByRole('button', {name: w.next, exact: true}).click();
			await page.waitForFunction(before => document.querySelector('.question h1')?.textContent !== before, now);
		},
		/** The state of the question, once it is that. */
		saved: (words = w.server) => page.locator('.state', {hasText: words}).waitFor(),
		/** All that was answered is on the server: one wait for many questions, each of which is sent a moment after its last change. */
		allSaved: () => page.locator('.saved[data-state="server"]').waitFor(),
		stored: async attempt => (await t.world.tell('answers', {attempt})).answers,
	};
	return s;
}

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page, name, most = 150) {
	for (let i = 0; i < most; i++) {
		await page.keyboard.press('Tab');
		const found = await page.evaluate(() => {
			const e = document.activeElement;
			return (e?.getAttribute('aria-label') ?? e?.labels?.[0]?.textContent ?? e?.textContent ?? '').trim();
		});
		if (typeof name === 'string' ? found === name : name.test(found))
			return;
	}
	throw new Error(`Tab does not lead to ${name}`);
}
