// What a proctor does: sent until the server has it, with a key that makes twice the same as once.
import {t} from '../../lib/words';
import {insist, newKey} from '../ask';
import {problemText} from '../form';
import {takeBack, toast} from '../toasts';
import type {Row} from './board';

export type Act = 'admit' | 'dismiss' | 'unbind' | 'pause' | 'resume' | 'extend' | 'end' | 'reopen' | 'note' | 'incident' | 'absent' | 'helped';

export interface Order {
	act: Act;
	reason?: string;
	minutes?: number;
	identity?: string;
	category?: string;
}

export interface Ack {
	attempt: number;
	seq: number;
	atMs: number;
	again?: boolean;
}

export const actWords: Record<Act, () => string> = {
	admit: () => t('proctor.admit'), dismiss: () => t('proctor.dismiss'), unbind: () => t('proctor.unbind'), pause: () => t('proctor.pause'), resume: () => t('proctor.resume'),
	extend: () => t('proctor.extend'), end: () => t('proctor.end'), reopen: () => t('proctor.reopen'), note: () => t('proctor.note'), incident: () => t('proctor.incident'),
	absent: () => t('proctor.absent'), helped: () => t('proctor.helped'),
};

// In which state which act is offered; the server decides.
const possible: Partial<Record<Row['state'], readonly Act[]>> = {
	registered: ['admit', 'absent'], admitted: ['extend', 'unbind', 'dismiss'], started: ['pause', 'extend', 'unbind', 'end'], paused: ['resume', 'extend', 'unbind', 'end'],
	submitted: ['reopen'], expired: ['reopen'], ended: ['reopen'],
};
export function actsOf(row: Row, roles: readonly string[]): Act[] {
	const head = roles.some(r => r === 'centre-head' || r === 'scheme-owner');
	return (possible[row.state] ?? []).filter(a => (a !== 'reopen' || head) && (a !== 'absent' || !row.flags?.includes('absent')));
}
// At any time.
export const remarks: readonly Act[] = ['note', 'incident'];

export async function act(row: Pick<Row, 'attempt'>, order: Order, who: string): Promise<Ack> {
	const words = actWords[order.act]();
	let told = 0;
	const ack = await insist<Ack>(`/api/attempts/${row.attempt}/acts`, {...order, key: newKey()}, (_, n) => {
		told = toast('note', t('proctor.sending', {act: words, who, n}), told);
	}).finally(() => takeBack(told));
	return ack;
}

// The same of many, four at a time; who could not be is named. How many it was done to.
export async function actOnAll(rows: readonly Row[], order: Order, nameOf: (row: Row) => string): Promise<number> {
	const queue = [...rows];
	let done = 0;
	const faults: string[] = [];
	const work = async () => {
		for (let row = queue.shift(); row; row = queue.shift())
			try {
				await act(row, order, nameOf(row));
				done++;
			} catch (e) {
				faults.push(`${nameOf(row)}: ${problemText(e)}`);
			}
	};
	await Promise.all([work(), work(), work(), work()]);
	if (done)
		toast('good', t('proctor.didAll', {act: actWords[order.act](), n: done}));
	if (faults.length)
		toast('bad', t('proctor.didNot', {act: actWords[order.act](), n: faults.length, who: faults.join(' ')}));
	return done;
}
