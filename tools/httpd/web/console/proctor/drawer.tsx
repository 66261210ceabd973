// One candidate: who, in what state, what may be done, what has happened.
import type {JSX} from 'preact';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {formatMoment, t} from '../../lib/words';
import {problemText} from '../form';
import {toast} from '../toasts';
import {type Act, act, actsOf, actWords, type Order, remarks} from './acts';
import type {Board, Row} from './board';
import {AskIdentity, AskWhat, AskWhy} from './forms';
import type {Attention} from './need';
import {day, type People} from './people';
import {Portrait} from './portrait';
import {flagsOf, needText, orderText, span, stateOf} from './say';
import {Shape} from './shape';
import {Timeline} from './timeline';

interface Props {
	row: Row;
	board: Board;
	a: Attention;
	people: People;
	roles: readonly string[];
	look(): void;  // at the board, soon
	close(): void;
}

export const whoIs = (row: Row, people: People): string => t('proctor.who', {seat: row.seat ?? '–', name: people.of(row)?.name ?? row.ticket});
const asked: readonly Act[] = ['dismiss', 'unbind', 'pause', 'resume', 'extend', 'end', 'reopen'];

export function Drawer({row, board, a, people, roles, look, close}: Props): JSX.Element {
	const [form, setForm] = useState<Act | null>(null), [again, setAgain] = useState(0), [busy, setBusy] = useState(false);
	const heading = useRef<HTMLHeadingElement>(null);
	const who = whoIs(row, people), person = people.of(row), left = board.left_ms(row);
	useLayoutEffect(() => heading.current?.focus(), [row.attempt]);
	useEffect(() => {
		setAgain(n => n + 1);
		if (document.activeElement === document.body) // the button that was pressed has gone
			heading.current?.focus();
	}, [row.state, row.order?.toldMs, row.flags?.length, row.help?.atMs]);

	const send = async (order: Order) => {
		await act(row, order, who);
		toast('good', t('proctor.did', {act: actWords[order.act](), who}));
		setAgain(n => n + 1);
		look();
	};
	// Without a question first.
	const now = async (order: Order) => {
		if (busy)
			return;
		setBusy(true);
		await send(order).catch(e => toast('bad', `${who}: ${problemText(e)}`)).finally(() => setBusy(false));
	};
	const begin = (what: Act) => asked.includes(what) || what === 'admit' || what === 'note' || what === 'incident' ? setForm(what) : void now({act: what});
	const need = needText(row, a, board);
	return <section class="drawer" aria-labelledby="drawer-title">
		<div class="dialog-head">
			<h2 id="drawer-title" tabIndex={-1} ref={heading}>{who}</h2>
			<button type="button" class="second" onClick={close}>{t('console.close')}</button>
		</div>
		{need && <div class={a.urgent ? 'notice warn' : 'notice'}><p>{need}</p></div>}
		<Portrait row={row} people={people}/>
		<dl class="facts">
			<div><dt>{t('proctor.state')}</dt><dd><Shape row={row}/> {stateOf(row)}{left !== null && row.state !== 'registered' && <> · {t('proctor.left', {time: span(left)})}</>}</dd></div>
			{row.order && <div><dt>{t('proctor.order')}</dt><dd>{orderText(row)}</dd></div>}
			<div><dt>{t('proctor.ticket')}</dt><dd class="code">{row.ticket}</dd></div>
			{person?.birth && <div><dt>{t('proctor.birth')}</dt><dd>{day(person.birth)}</dd></div>}
			{person?.idEnd && <div><dt>{t('proctor.idEnd')}</dt><dd class="code">…{person.idEnd}</dd></div>}
			<div><dt>{t('proctor.answers')}</dt><dd>{t('proctor.answered', {n: row.answered, of: row.of})}{row.lastSeenMs && <> · {t('proctor.lastAct', {at: formatMoment(row.lastSeenMs)})}</>}</dd></div>
			{row.away && <div><dt>{t('proctor.away')}</dt><dd>{t('proctor.awayText', {n: row.away, seconds: row.awaySeconds ?? 0})}</dd></div>}
			{flagsOf(row).length > 0 && <div><dt>{t('proctor.flags')}</dt><dd>{flagsOf(row).join(' · ')}</dd></div>}
		</dl>
		<div class="buttons">
			{row.help && <button type="button" aria-disabled={busy} onClick={() => void now({act: 'helped'})}>{t('proctor.helped')}</button>}
			{actsOf(row, roles).map((what, i) => <button key={what} type="button" class={what === 'end' ? 'danger' : i === 0 && !row.help ? '' : 'second'} aria-disabled={busy} onClick={() => begin(what)}>{actWords[what]()}</button>)}
			{remarks.map(what => <button key={what} type="button" class="second" onClick={() => begin(what)}>{actWords[what]()}</button>)}
		</div>
		<h3>{t('proctor.timeline')}</h3>
		<Timeline attempt={row.attempt} again={again}/>
		{form === 'admit' && <AskIdentity who={who} picture={<Portrait row={row} people={people} large/>} send={send} close={() => setForm(null)}/>}
		{(form === 'note' || form === 'incident') && <AskWhat act={form} who={who} send={send} close={() => setForm(null)}/>}
		{form && asked.includes(form) && <AskWhy act={form} who={who} send={send} close={() => setForm(null)}/>}
	</section>;
}
