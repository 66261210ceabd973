// Handing in, and what the candidate takes with him: receipts, and the file for the proctor's hands.
import type {App} from './app';
import {download} from './parts';
import {sealRescue} from './rescue';

const DRAIN_MS = 15000;

/** All that was given has reached the server; false: not, and why is on the screen. */
export async function drained(app: App): Promise<boolean> {
	await app.queue?.written();
	app.queue?.flush();
	const until = performance.now() + DRAIN_MS;
	const stuck = (): boolean => (app.queue?.unsent ?? 0) > (app.queue?.refusedItems().length ?? 0);
	while (stuck() && !app.link.away && !app.stopped && !app.signInAgain && performance.now() < until)
		await new Promise(wake => setTimeout(wake, 100));
	return !stuck();
}

export async function leaveSection(app: App): Promise<void> {
	await drained(app);
	app.learn(await app.server.leaveSection(app.look?.section ?? 0));
	app.changed();
}

/** False: not everything, or not the submission itself, has reached the server. */
export async function submit(app: App): Promise<boolean> {
	app.submitting = true;
	app.changed();
	try {
		if (!(await drained(app)))
			return false;
		const ack = await app.server.submit();
		app.link.heard();
		app.receipt = ack.receipt?.hash ?? '';
		await app.keep('receipt', app.receipt);
		if (ack.receipt)
			await app.keep('receipts:submit', ack.receipt);
		app.learn(ack);
		app.review = false;
		return true;
	} catch (e) {
		app.missed(e);
		return false;
	} finally {
		app.submitting = false;
		app.changed();
	}
}

export async function saveReceipts(app: App): Promise<void> {
	const found = [];
	for (let item = 0; item < (app.session?.sitting.items ?? 0); item++)
		found.push(await app.kept(`receipts:${item}`));
	found.push(await app.kept('receipts:submit'));
	download(`bien-nhan-${app.session?.ticket ?? ''}.json`, 'application/json', JSON.stringify(found.filter(Boolean), null, '\t'));
}

/** The file of all that the server has not acknowledged, and of what was put aside: more does no harm. False: this machine has nothing to seal it with. */
export async function saveRescue(app: App): Promise<boolean> {
	const {session, queue, desk} = app;
	if (!session?.rescueKey || !desk.key || !queue || !crypto.subtle)
		return false;
	await queue.written();
	const answers = [...queue.entries(), ...(await queue.aside())];
	const made = await sealRescue({attempt: session.attempt, lease: queue.lease, sealedMs: app.clock.now(), answers}, session.rescueKey, desk.key, session.sitting.name);
	download(`${session.ticket.replace(/[^\w.-]/g, '_')}-${session.sitting.name}.baithi`, 'application/octet-stream', made);
	return true;
}

/** The candidate leaves; what is not on the server stays here. */
export async function leave(app: App): Promise<void> {
	const id = app.session?.attempt;
	await app.server.signOut().catch(() => undefined);
	app.writer.end();
	if (id && (await app.store.forget(id)))
		await app.store.set('session', undefined).catch(() => undefined);
	location.assign('/exam');
}
