// A machine loses its network for good: the file that its page saves, a proctor's hands, and the ledger. Each answer is stored once, and the file opens for
// its own candidate and sitting only.
import {readFileSync, writeFileSync} from 'node:fs';
import {check, test} from '../harness.mjs';
import {steps} from './steps.mjs';

await test({count: 3, expected: [/ERR_INTERNET_DISCONNECTED/]}, async t => {
	const page = await t.page({path: '/exam', acceptDownloads: true}), s = steps(t, page);
	const attempt = await s.begin('T-00000');
	await s.answer(0);
	await s.saved();
	await page.context().setOffline(true);
	await s.next();
	await s.answer(1);
	await s.saved(s.w.machine);
	await s.next();
	await s.answer(1);
	await s.saved(s.w.machine);
	await page.getByText('Mất kết nối với máy chủ. Cứ làm bài tiếp').waitFor();
	await t.axe(page, 'without network, vi');
	await t.look(page, 'exam-offline-vi-1366');
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Lưu tệp bài thi (.baithi)'}).click()]);
	check(download.suggestedFilename() === 'T-00000-thi.sang.baithi', 'the file is called so that a proctor knows whose it is', download.suggestedFilename());
	const file = readFileSync(await download.path(), 'utf8');
	const before = await s.stored(attempt);
	check(before.length === 1 && !/identifier|answers/.test(file), 'nothing can be read in it', file.slice(0, 200));
	await t.world.tell('proctor', {attempt, act: 'end'});
	const first = await t.world.tell('rescue', {document: file});
	check(first.status === 200 && first.said.ticket === 'T-00000' && first.said.taken === 2 && first.said.known === 0 && !first.said.refused.length, 'a proctor brings it: two answers', first);
	const again = await t.world.tell('rescue', {document: file});
	check(again.status === 200 && again.said.taken === 0 && again.said.known === 2, 'the same file again changes nothing', again);
	const stored = await s.stored(attempt);
	check(stored.length === 3 && stored.slice(1).every(e => e.author !== 'candidate' && e.reason === 'mất mạng' && /^[0-9a-f]{64}$/.test(e.details.file) && e.late), 'each is an event with who, why and which file', stored);
	for (const [what, document] of [['changed', file.replace(/"sealed":"(.)/, (_, c) => `"sealed":"${c === 'A' ? 'B' : 'A'}`)], ['of another key', file.replace(/"ephemeral":"04../, '"ephemeral":"0400')], ['cut', file.slice(0, -40)],
		['of another sitting', file.replace('thi.sang', 'thi.chieu')], ['no file', 'bài thi']]) {
		const said = await t.world.tell('rescue', {document});
		check(said.status === 422 && said.said.type === '/problems/invalid', `a file that is ${what} is refused`, said);
	}
	await page.context().setOffline(false);
	await s.heading('Bài thi đã kết thúc').waitFor();
	await page.getByRole('button', {name: 'Thoát'}).waitFor();
	check((await s.stored(attempt)).length === 3 && !await page.getByText('câu mới ở máy này').isVisible(), 'the network is back after the end: the page learns that all is there, and nothing is doubled');
	await t.axe(page, 'ended, vi');
	await t.look(page, 'exam-ended-vi-1366');

	const office = `${t.world.folder}/answers.baithi`;
	writeFileSync(office, file);
	const told = await t.world.tell('office', {verb: 'rescue', words: ['--key', `${t.world.folder}/key/key.pem`, '--bank', `${t.world.folder}/bank.db`, '--reason', 'mất mạng', '--json', office]});
	check(JSON.parse(told.said)[0].known === 2, 'the office\'s command says the same', told.said);
});
