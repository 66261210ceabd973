// A row in words: what state it is in, what it needs, how long.
import {formatTime, t} from '../../lib/words';
import type {Board, Row, State} from './board';
import type {Attention, Group, Need} from './need';

const stateWords: Record<State, () => string> = {
	registered: () => t('proctor.stateRegistered'), admitted: () => t('proctor.stateAdmitted'), started: () => t('proctor.stateStarted'), paused: () => t('proctor.statePaused'),
	submitted: () => t('proctor.stateSubmitted'), expired: () => t('proctor.stateExpired'), ended: () => t('proctor.stateEnded'), scored: () => t('proctor.stateScored'),
	released: () => t('proctor.stateScored'), appealed: () => t('proctor.stateScored'), final: () => t('proctor.stateScored'),
};
export const stateOf = (row: Row): string => row.state === 'registered' && row.flags?.includes('absent') ? t('proctor.stateAbsent') : stateWords[row.state]();

const helpWords: Record<string, () => string> = {
	machine: () => t('proctor.helpMachine'), question: () => t('proctor.helpQuestion'), network: () => t('proctor.helpNetwork'),
	account: () => t('proctor.helpAccount'), health: () => t('proctor.helpHealth'), other: () => t('proctor.helpOther'),
};
export const helpOf = (about: string): string => (helpWords[about] ?? helpWords.other)?.() ?? '';

const groupWords: Record<Group, () => string> = {
	attention: () => t('proctor.groupAttention'), waiting: () => t('proctor.groupWaiting'), working: () => t('proctor.groupWorking'), paused: () => t('proctor.groupPaused'),
	done: () => t('proctor.groupDone'), absent: () => t('proctor.groupAbsent'), missing: () => t('proctor.groupMissing'),
};
export const groupName = (group: Group): string => groupWords[group]();

// 45 phút; 4:05 when it is less than ten minutes.
export function span(ms: number): string {
	const s = Math.max(0, Math.floor(ms / 1000));
	return s >= 600 ? t('proctor.minutes', {n: Math.floor(s / 60)}) : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

// Since when, for people who look up from time to time: whole minutes, then the hour.
function ago(board: Board, since: number | undefined): string {
	const s = since === undefined ? 0 : Math.max(0, Math.floor((board.now_ms() - since) / 1000));
	return s < 60 ? t('proctor.seconds', {n: s - s % 5}) : t('proctor.minutes', {n: Math.floor(s / 60)});
}

const needWords: Record<Exclude<Need, 'none'>, (row: Row, ago: string) => string> = {
	help: (row, time) => t('proctor.needHelp', {about: helpOf(row.help?.about ?? 'other'), time}),
	silent: (_, time) => t('proctor.needSilent', {time}),
	untold: (_, time) => t('proctor.needUntold', {time}),
	move: () => t('proctor.needMove'),
	waiting: () => t('proctor.needWaiting'),
	idle: (_, time) => t('proctor.needIdle', {time}),
	away: row => t('proctor.needAway', {n: row.away ?? 0}),
	short: () => t('proctor.needShort'),
};
export function needText(row: Row, a: Attention, board: Board): string {
	return a.need === 'none' ? '' : needWords[a.need](row, ago(board, a.since_ms));
}

// "lệnh đã tới máy thí sinh 08:31:07"
const orderWords: Record<string, () => string> = {
	admit: () => t('proctor.orderAdmit'), dismiss: () => t('proctor.orderDismiss'), unbind: () => t('proctor.orderUnbind'), pause: () => t('proctor.orderPause'),
	resume: () => t('proctor.orderResume'), extend: () => t('proctor.orderExtend'), end: () => t('proctor.orderEnd'), reopen: () => t('proctor.orderReopen'),
};
export function orderText({order}: Row): string {
	if (!order)
		return '';
	const act = orderWords[order.act]?.() ?? order.act, at = formatTime(order.atMs, true);
	return order.toldMs === undefined ? t('proctor.orderOnWay', {act, at}) : t('proctor.orderTold', {act, at, told: formatTime(order.toldMs, true)});
}

// While it is on its way, for a row.
export const orderShort = ({order}: Row): string => order ? t('proctor.orderShort', {act: orderWords[order.act]?.() ?? order.act}) : '';

const flagWords: Record<string, () => string> = {
	accommodation: () => t('proctor.flagAccommodation'), extended: () => t('proctor.flagExtended'), 'move-allowed': () => t('proctor.flagMoveAllowed'), moved: () => t('proctor.flagMoved'),
	reopened: () => t('proctor.flagReopened'), late: () => t('proctor.flagLate'), note: () => t('proctor.flagNote'), incident: () => t('proctor.flagIncident'),
};
export const flagsOf = (row: Row): string[] => (row.flags ?? []).flatMap(f => flagWords[f]?.() ?? []);
