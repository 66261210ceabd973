// The rows of the board: dense, each a button that opens its drawer, the state in words and by a shape; who needs something has that instead of what can wait.
import type {JSX} from 'preact';
import {useLayoutEffect, useRef} from 'preact/hooks';
import {t} from '../../lib/words';
import type {Board, Row} from './board';
import {type Attention, untold} from './need';
import type {People} from './people';
import {needText, orderShort, span, stateOf} from './say';
import {Shape} from './shape';

interface Props {
	rows: readonly Row[];
	board: Board;
	needs: ReadonlyMap<number, Attention>;
	people: People;
	open(attempt: number): void;
	chosen: number | null;
}

function One({row, board, a, people, open, chosen}: Omit<Props, 'rows' | 'needs'> & {row: Row; a: Attention}): JSX.Element {
	const left = board.left_ms(row), need = needText(row, a, board) || (untold(row) ? orderShort(row) : '');
	const working = row.state === 'started' || row.state === 'paused';
	return <li class={a.urgent ? 'urgent' : a.need === 'none' ? '' : 'look'}>
		<button type="button" class="row" aria-pressed={chosen === row.attempt} data-attempt={row.attempt} onClick={() => open(row.attempt)}>
			<span class="seat"><span class="hidden-text">{t('proctor.seat')} </span>{row.seat ?? '–'}</span>
			<span class="name">{people.of(row)?.name ?? row.ticket}</span>
			<span class="state"><Shape row={row}/><span class={need ? 'hidden-text' : ''}>{stateOf(row)}</span></span>
			{need
				? <span class="need">{need}</span>
				: <><span class="count" title={t('proctor.answered', {n: row.answered, of: row.of})}>{row.state === 'registered' || row.state === 'admitted' ? '' : `${row.answered}/${row.of}`}</span>
					<span class="left">{left !== null && working ? span(left) : ''}</span></>}
		</button>
	</li>;
}

const none: Attention = {need: 'none', rank: 99, urgent: false};

export function Rows({rows, needs, ...more}: Props): JSX.Element {
	const list = useRef<HTMLUListElement>(null), held = useRef<HTMLElement | null>(null);
	// A row that moves up loses the focus on its way.
	useLayoutEffect(() => {
		if (held.current?.isConnected && document.activeElement === document.body)
			held.current.focus();
	});
	return <ul class="board" ref={list} onFocusIn={e => {
		held.current = e.target as HTMLElement;
	}} onFocusOut={e => {
		if (e.relatedTarget)
			held.current = null;
	}} onPointerDown={() => {
		held.current = null;
	}}>{rows.map(row => <One key={row.attempt} row={row} a={needs.get(row.attempt) ?? none} {...more}/>)}</ul>;
}
