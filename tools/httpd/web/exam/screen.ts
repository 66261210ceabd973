// Which screen the candidate sees: a pure function of what is known, so that it can be tried in every state.

export type AttemptState =
	| 'registered' | 'admitted' | 'started' | 'paused' | 'submitted' | 'expired' | 'ended' | 'scored' | 'released' | 'appealed' | 'final';

export type Screen =
	| 'sign-in' | 'lobby' | 'start' | 'opening' | 'question' | 'review' | 'adaptive' | 'over' | 'paused' | 'other-tab' | 'other-machine' | 'held' | 'time-over' | 'ended' | 'done' | 'result' | 'seb';

export interface Situation {
	signedIn: boolean; // a session, or what is kept of one while the server is away
	state: AttemptState | null;
	owner: boolean; // this tab has the lock of this browser
	stopped: '' | 'other-tab' | 'other-machine' | 'clock-held' | 'time-over' | 'seb';
	ready: boolean; // the candidate has gone through the device test
	paper: boolean; // it is open
	adaptive: boolean; // its questions come one by one
	over: boolean; // and that was the last
	review: boolean;
	timeLeft: boolean; // by the exam's clock
}

export function screenOf(s: Situation): Screen {
	if (s.signedIn && !s.state && s.stopped === 'seb') return 'seb';
	if (!s.signedIn || !s.state) return 'sign-in';
	switch (s.state) {
		case 'released':
		case 'appealed':
		case 'final':
			return 'result';
		case 'submitted':
		case 'scored':
			return 'done';
		case 'expired':
			return 'time-over';
		case 'ended':
			return 'ended';
	}
	if (s.stopped === 'seb') return 'seb';
	if (s.stopped === 'other-machine') return 'other-machine';
	if (!s.owner || s.stopped === 'other-tab') return 'other-tab';
	if (s.state === 'registered' || (s.state === 'admitted' && !s.ready)) return 'lobby';
	if (s.stopped === 'clock-held') return 'held';
	if (s.state === 'admitted') return 'start';
	if (s.state === 'paused') return 'paused';
	if (!s.timeLeft || s.stopped === 'time-over') return 'time-over';
	if (s.over) return 'over';
	if (!s.paper) return 'opening';
	if (s.adaptive) return 'adaptive';
	return s.review ? 'review' : 'question';
}
