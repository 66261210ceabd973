// A room while candidates sit in it: the board, and what is beside it.
import type {JSX} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {announce} from '../../lib/dom';
import {formatTime, t} from '../../lib/words';
import {insist, newKey, signInAgain} from '../ask';
import {Title} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {toast} from '../toasts';
import {type Act, actOnAll, type Order} from './acts';
import {Attendance, ReadNames} from './attendance';
import {Board, type Row} from './board';
import {RoomCode} from './door';
import {Drawer, whoIs} from './drawer';
import {Feed, type Link} from './feed';
import {AskSure, AskWhat, AskWhy} from './forms';
import {Minutes} from './minutes';
import {type Attention, attention, byNeed, bySeat, type Group, groupOf, groups} from './need';
import {People} from './people';
import {Rows} from './rows';
import {groupName} from './say';
import {Upload} from './upload';

const TICK_MS = 1000;
type View = 'board' | 'attendance' | 'files' | 'minutes';
const views: readonly View[] = ['board', 'attendance', 'files', 'minutes'];
const viewWords: Record<View, () => string> = {board: () => t('proctor.board'), attendance: () => t('proctor.attendance'), files: () => t('proctor.filesTitle'), minutes: () => t('proctor.report')};

// ---- The link to the server, in words

function LinkLine({link, updated, tryNow}: {link: Link; updated: number; tryNow(): void}): JSX.Element {
	const at = updated ? formatTime(updated, true) : '–';
	if (link.is === 'lost')
		return <div class="notice bad link"><p>{t('proctor.linkLost', {since: formatTime(link.since, true), at, n: Math.max(0, Math.ceil((link.next - Date.now()) / 1000))})}{' '}
			<button type="button" class="plain" onClick={tryNow}>{t('proctor.tryNow')}</button></p></div>;
	if (link.is === 'ended')
		return <div class="notice bad link"><p>{link.why === 'closed' ? t('proctor.linkClosed') : link.why === 'denied' ? t('proctor.linkDenied') : t('proctor.linkSignedOut')}</p></div>;
	return <p class="link quiet">{link.is === 'starting' ? t('common.wait') : t('proctor.updated', {at})}</p>;
}

// ---- What is done to many

function Bulk({rows, needs, room, sitting, people, look}: {rows: readonly Row[]; needs: ReadonlyMap<number, Attention>; room: string; sitting: string; people: People; look(): void}): JSX.Element {
	const [form, setForm] = useState<'admit' | 'pause' | 'resume' | 'extend' | 'note' | 'incident' | null>(null);
	const waiting = rows.filter(r => needs.get(r.attempt)?.need === 'waiting'), started = rows.filter(r => r.state === 'started'), paused = rows.filter(r => r.state === 'paused');
	const all = async (list: readonly Row[], order: Order) => {
		await actOnAll(list, order, row => whoIs(row, people));
		look();
	};
	const whole = t('proctor.wholeRoom', {room});
	const close = () => setForm(null);
	const many: [Act & ('pause' | 'resume' | 'extend'), readonly Row[], () => string][] = [
		['pause', started, () => t('proctor.pauseAll', {n: started.length})], ['resume', paused, () => t('proctor.resumeAll', {n: paused.length})],
		['extend', [...started, ...paused], () => t('proctor.extendAll', {n: started.length + paused.length})],
	];
	const chosen = many.find(([name]) => name === form);
	return <div class="bulk no-print">
		{waiting.length > 0 && <button type="button" onClick={() => setForm('admit')}>{t('proctor.admitAll', {n: waiting.length})}</button>}
		<details>
			<summary>{t('proctor.forAll')}</summary>
			<div class="buttons">
				{many.map(([name, list, words]) => list.length > 0 && <button key={name} type="button" class="second" onClick={() => setForm(name)}>{words()}</button>)}
				<button type="button" class="second" onClick={() => setForm('incident')}>{t('proctor.incidentRoom')}</button>
				<button type="button" class="second" onClick={() => setForm('note')}>{t('proctor.noteRoom')}</button>
			</div>
		</details>
		{form === 'admit' && <AskSure title={t('proctor.admitAll', {n: waiting.length})} text={t('proctor.admitAllText')} go={t('proctor.admit')} send={() => all(waiting, {act: 'admit'})} close={close}/>}
		{chosen && <AskWhy act={chosen[0]} who={whole} send={order => all(chosen[1], order)} close={close}/>}
		{(form === 'note' || form === 'incident') && <AskWhat act={form} who={whole} close={close} send={async order => {
			await insist(`/api/sittings/${encodeURIComponent(sitting)}/acts`, {...order, room, key: newKey()});
			toast('good', t('proctor.recorded'));
		}}/>}
	</div>;
}

// ---- The board

function LiveBoard({board, needs, people, chosen, open, sitting, room, look, read}: {
	board: Board; needs: ReadonlyMap<number, Attention>; people: People; chosen: number | null; open(attempt: number): void; sitting: string; room: string; look(): void; read(): void;
}): JSX.Element {
	const [group, setGroup] = useState<Group | null>(null), [seats, setSeats] = useState(false);
	const all = [...board.rows.values()];
	const of = new Map(all.map(r => [r.attempt, groupOf(r, needs.get(r.attempt) as Attention)]));
	const shown = all.filter(r => !group || of.get(r.attempt) === group).sort(seats ? bySeat : byNeed(needs));
	const count = (g: Group) => all.filter(r => of.get(r.attempt) === g).length;
	return <>
		<div class="groups no-print" role="group" aria-label={t('proctor.show')}>
			<button type="button" class="chip" aria-pressed={group === null} onClick={() => setGroup(null)}>{t('proctor.groupAll')} <b>{all.length}</b></button>
			{groups.map(g => (count(g) > 0 || group === g) && <button key={g} type="button" class={`chip ${g}`} aria-pressed={group === g} onClick={() => setGroup(group === g ? null : g)}>{groupName(g)} <b>{count(g)}</b></button>)}
			<button type="button" class="chip" aria-pressed={seats} onClick={() => setSeats(!seats)}>{t('proctor.bySeat')}</button>
			<Bulk rows={all} needs={needs} room={room} sitting={sitting} people={people} look={look}/>
		</div>
		<Rows rows={shown} board={board} needs={needs} people={people} open={open} chosen={chosen}/>
		{board.cursor && !all.length && <div class="notice"><p>{t('proctor.emptyRoom')}</p></div>}
		<ReadNames sitting={sitting} room={room} people={people} read={read}/>
	</>;
}

export function Room({sitting, room, view, session}: {sitting: string; room: string; view: string | undefined; session: Session}): JSX.Element {
	const [, redraw] = useState(0), [link, setLink] = useState<Link>({is: 'starting'}), [chosen, choose] = useState<number | null>(null);
	const board = useMemo(() => new Board(), [sitting, room]), people = useMemo(() => new People(), [sitting, room]);
	const feed = useRef<Feed | null>(null), asked = useRef<Element | null>(null);
	const again = () => redraw(n => n + 1);
	useEffect(() => {
		const mine = feed.current = new Feed(board, sitting, room, {
			changed: again,
			link(now) {
				setLink(now);
				if (now.is === 'lost')
					announce(t('proctor.saidLost'));
				if (now.is === 'ended' && now.why === 'signed-out')
					void signInAgain().then(() => mine.start());
			},
		});
		mine.start();
		const tick = setInterval(again, TICK_MS);
		const wake = () => {
			if (!document.hidden)
				mine.soon();
		};
		document.addEventListener('visibilitychange', wake);
		addEventListener('online', wake);
		return () => {
			mine.stop();
			clearInterval(tick);
			document.removeEventListener('visibilitychange', wake);
			removeEventListener('online', wake);
		};
	}, [board]);
	useEffect(() => () => people.forget(), [people]);
	const needs = new Map([...board.rows.values()].map(r => [r.attempt, attention(r, board)]));
	useCalls(board, needs, people);
	const look = () => feed.current?.soon(300);
	const now: View = views.find(v => v === view) ?? 'board';
	const row = chosen !== null ? board.rows.get(chosen) : undefined;
	const open = (attempt: number) => {
		asked.current = document.activeElement;
		choose(attempt);
	};
	useEffect(() => {
		const escape = (e: KeyboardEvent) => {
			if (e.key === 'Escape' && !document.querySelector('dialog[open]'))
				close();
		};
		document.addEventListener('keydown', escape);
		return () => document.removeEventListener('keydown', escape);
	}, []);
	const close = () => {
		choose(null);
		if (asked.current instanceof HTMLElement && asked.current.isConnected)
			asked.current.focus();
	};
	return <div class="room">
		<div class="room-head">
			<Title>{t('proctor.roomTitle', {room, sitting})}</Title>
			<nav class="views no-print" aria-label={t('proctor.views')}>
				{views.map(v => <a key={v} href={v === 'board' ? hrefOf(sitting, room) : hrefOf(sitting, room, v)} aria-current={v === now ? 'page' : undefined}>{viewWords[v]()}</a>)}
				<a href="#/">{t('proctor.rooms')}</a>
			</nav>
			<LinkLine link={link} updated={feed.current?.updated ?? 0} tryNow={() => feed.current?.soon()}/>
		</div>
		{(now === 'board' || now === 'attendance') && <RoomCode sitting={sitting} room={room}/>}
		<div class={row && now === 'board' ? 'beside' : ''}>
			<div>
				{now === 'board' && <LiveBoard {...{board, needs, people, chosen, open, sitting, room, look}} read={again}/>}
				{now === 'attendance' && <Attendance {...{sitting, room, board, people, look}} read={again}/>}
				{now === 'files' && <Upload sitting={sitting} done={look}/>}
				{now === 'minutes' && <Minutes sitting={sitting} room={room}/>}
			</div>
			{row && now === 'board' && <Drawer key={row.attempt} row={row} board={board} a={needs.get(row.attempt) as Attention} people={people} roles={session.roles} look={look} close={close}/>}
		</div>
	</div>;
}

// Who calls is said once, also to those who do not look.
function useCalls(board: Board, needs: ReadonlyMap<number, Attention>, people: People): void {
	const known = useRef(new Set<string>());
	const calls = [...board.rows.values()].filter(r => r.help && needs.has(r.attempt));
	useEffect(() => {
		for (const row of calls) {
			const key = `${row.attempt} ${row.help?.atMs}`;
			if (!known.current.has(key)) {
				known.current.add(key);
				announce(t('proctor.saidHelp', {who: whoIs(row, people)}));
			}
		}
	});
}
