// Who needs a proctor, and for what: the first reason that holds, the most urgent first. What it says of nobody's guilt: a page that was left is a fact, no offence.
import type {Board, Row} from './board';

export type Need = 'help' | 'silent' | 'untold' | 'move' | 'waiting' | 'idle' | 'away' | 'short' | 'none';
const order: readonly Need[] = ['help', 'silent', 'untold', 'move', 'waiting', 'idle', 'away', 'short', 'none'];

export const UNTOLD_MS = 15000, IDLE_MS = 10 * 60000, SHORT_MS = 5 * 60000, AWAY_TIMES = 3;

export interface Attention {
	need: Need;
	rank: number;      // 0 is first
	urgent: boolean;   // a person should go there now
	since_ms?: number; // by the exam's clock
}

const running = (row: Row) => row.state === 'started' || row.state === 'paused';
const present = (row: Row) => running(row) || row.state === 'admitted';

// An order that the candidate's machine has not shown. After the end nobody waits for it.
export function untold(row: Row): boolean {
	return !!row.order && row.order.toldMs === undefined && running(row) && row.order.act !== 'admit';
}

function needOf(row: Row, board: Board): Need {
	const now = board.now_ms();
	if (row.help)
		return 'help';
	if (present(row) && board.silent_s(row.attempt))
		return 'silent';
	if (untold(row) && row.order && now - row.order.atMs > UNTOLD_MS)
		return 'untold';
	if (present(row) && row.flags?.includes('move-allowed'))
		return 'move';
	if (row.state === 'registered' && board.waiting.has(row.attempt))
		return 'waiting';
	if (row.state === 'started' && row.lastSeenMs !== undefined && now - row.lastSeenMs > IDLE_MS)
		return 'idle';
	if (row.state === 'started' && (row.away ?? 0) >= AWAY_TIMES)
		return 'away';
	const left = board.left_ms(row);
	if (row.state === 'started' && left !== null && left < SHORT_MS)
		return 'short';
	return 'none';
}

export function attention(row: Row, board: Board): Attention {
	const need = needOf(row, board), now = board.now_ms();
	const since: Partial<Record<Need, number>> = {help: row.help?.atMs, silent: now - board.silent_s(row.attempt) * 1000, untold: row.order?.atMs, idle: row.lastSeenMs};
	return {need, rank: order.indexOf(need), urgent: ['help', 'silent', 'untold', 'move', 'waiting'].includes(need), ...since[need] !== undefined && {since_ms: since[need]}};
}

// Groups that the counts above the list are of; each row is in one.
export const groups = ['attention', 'waiting', 'working', 'paused', 'done', 'absent', 'missing'] as const;
export type Group = typeof groups[number];

export function groupOf(row: Row, a: Attention): Group {
	if (a.need === 'waiting')
		return 'waiting';
	if (a.urgent)
		return 'attention';
	if (row.state === 'paused')
		return 'paused';
	if (row.state === 'started' || row.state === 'admitted')
		return 'working';
	if (row.state === 'registered')
		return row.flags?.includes('absent') ? 'absent' : 'missing';
	return 'done';
}

const seats = new Intl.Collator('vi', {numeric: true});
export const bySeat = (a: Row, b: Row): number => seats.compare(a.seat ?? '', b.seat ?? '') || a.attempt - b.attempt;

// Of those who need the same the one that has waited longest.
export function byNeed(needs: ReadonlyMap<number, Attention>): (a: Row, b: Row) => number {
	const last = {rank: order.length, since_ms: undefined};
	const tail = (r: Row) => ['started', 'paused', 'admitted', 'registered'].indexOf(r.state) + 1 || 9;
	return (a, b) => {
		const x = needs.get(a.attempt) ?? last, y = needs.get(b.attempt) ?? last;
		return x.rank - y.rank || (x.since_ms ?? 0) - (y.since_ms ?? 0) || tail(a) - tail(b) || bySeat(a, b);
	};
}
