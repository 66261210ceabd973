// The board of a room as the server tells it: deltas are applied to rows; what time it is by the exam's clock.
export type State = 'registered' | 'admitted' | 'started' | 'paused' | 'submitted' | 'expired' | 'ended' | 'scored' | 'released' | 'appealed' | 'final';

export interface Row {
	attempt: number;
	ticket: string;
	room?: string;
	seat?: string;
	state: State;
	answered: number;
	of: number;
	section?: number;
	lastSeenMs?: number;
	deadlineMs?: number;
	leftMs?: number;
	order?: {act: string; seq: number; atMs: number; toldMs?: number};
	help?: {about: string; atMs: number};
	away?: number;
	awaySeconds?: number;
	flags?: string[];
}

export interface Machines {
	nowMs: number;
	silent?: {attempt: number; seconds: number}[];
	waiting?: number[];
}

export interface Delta extends Machines {
	sitting: string;
	state: string;
	opensMs: number;
	startUntilMs: number;
	closesMs: number;
	reset?: boolean;
	rows: ({attempt: number; gone: true} | (Row & {gone?: undefined}))[];
	more: boolean;
	cursor: string;
}

export class Board {
	readonly rows = new Map<number, Row>();
	silent = new Map<number, number>(); // attempt → seconds, when they were told
	waiting = new Set<number>();
	cursor = '';
	head: Pick<Delta, 'state' | 'opensMs' | 'startUntilMs' | 'closesMs'> | null = null;
	private ahead_ms = 0; // exam clock minus this machine's steady one
	private silentAt = 0;

	constructor(private readonly steady: () => number = () => performance.now()) {}

	apply(delta: Delta): void {
		if (delta.reset)
			this.rows.clear();
		for (const row of delta.rows)
			if (row.gone)
				this.rows.delete(row.attempt);
			else
				this.rows.set(row.attempt, row);
		this.cursor = delta.cursor;
		this.head = {state: delta.state, opensMs: delta.opensMs, startUntilMs: delta.startUntilMs, closesMs: delta.closesMs};
		this.hear(delta);
	}

	hear({nowMs, silent, waiting}: Machines): void {
		this.ahead_ms = nowMs - this.steady();
		if (silent) {
			this.silent = new Map(silent.map(s => [s.attempt, s.seconds]));
			this.silentAt = this.steady();
		}
		if (waiting)
			this.waiting = new Set(waiting);
	}

	// The exam's clock.
	now_ms(): number {
		return this.steady() + this.ahead_ms;
	}

	// For how long its machine has not been heard of; 0: it is there, or never was.
	silent_s(attempt: number): number {
		const then = this.silent.get(attempt);
		return then === undefined ? 0 : then + Math.floor((this.steady() - this.silentAt) / 1000);
	}

	left_ms(row: Row): number | null {
		return row.deadlineMs !== undefined ? Math.max(0, row.deadlineMs - this.now_ms()) : row.leftMs ?? null;
	}
}
