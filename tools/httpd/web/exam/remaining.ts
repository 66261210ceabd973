// Time that is left: counted by the exam's clock from what the server said last.
import {announce} from '../lib/dom';
import {t} from '../lib/words';
import type {ExamClock} from './clock';
import type {Look} from './server';

/** Of the attempt, or of the section that is open; NaN when nobody knows. */
export function leftMs(look: Look | null, clock: ExamClock, section: boolean): number {
	if (!look)
		return NaN;
	if (look.state !== 'started')
		return section ? look.sectionLeftMs : look.leftMs;
	const gone = clock.known ? clock.now() - look.nowMs : 0;
	const left = Math.max(0, (section ? look.sectionLeftMs : look.leftMs) - gone);
	return left || clock.certain ? left : NaN;
}

/** For ears: ten, five and one minute before the end, each once. */
export class Warnings {
	private told = Infinity;

	tell(left: number): void {
		for (const minutes of [10, 5, 1])
			if (left <= minutes * 60e3 && left > (minutes - 1) * 60e3 && this.told > minutes) {
				this.told = minutes;
				announce(t('exam.minutesLeft', {n: minutes}));
			}
	}
}
