// A shape for each state, so that no meaning hangs on a colour. Readers of screens hear the words beside it.
import type {JSX} from 'preact';
import type {Row} from './board';

const ring = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z';
const half = ring + 'M8 4v8a4 4 0 0 0 0-8Z';
const play = 'M4 2l10 6-10 6Z';
const bars = 'M3 2h4v12H3ZM9 2h4v12H9Z';
const tick = 'M2 8.5 4 6.5l2.5 2.6L12 3l2 2-7.5 8.5Z';
const glass = 'M3 1h10v3L9.5 8l3.5 4v3H3v-3l3.5-4L3 4Z';
const stop = 'M2.5 2.5h11v11h-11Z';
const cross = 'M4 2l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4Z';
const shapes: Record<Row['state'], string> = {
	registered: ring, admitted: half, started: play, paused: bars, submitted: tick, expired: glass, ended: stop, scored: tick, released: tick, appealed: tick, final: tick,
};

export function Shape({row}: {row: Row}): JSX.Element {
	return <svg class="shape" viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path fill="currentColor" d={row.state === 'registered' && row.flags?.includes('absent') ? cross : shapes[row.state]}/></svg>;
}
