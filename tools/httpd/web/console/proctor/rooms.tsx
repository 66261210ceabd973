// Which rooms are there for who is signed in.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatMoment, formatTime, t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, Title, useAction} from '../form';
import {hrefOf} from '../route';

interface Room {
	name: string;
	centre?: string;
	attempts: number;
	states: Record<string, number>;
}

interface Sitting {
	name: string;
	opensMs: number;
	closesMs: number;
	minutes: number;
	nowMs: number;
	heldMs?: number;
	rooms: Room[];
}

const count = (room: Room, ...states: string[]) => states.reduce((n, s) => n + (room.states[s] ?? 0), 0);

function When({sitting}: {sitting: Sitting}): JSX.Element {
	const {nowMs, opensMs, closesMs, minutes} = sitting;
	const key = nowMs < opensMs ? 'proctor.opens' : nowMs < closesMs ? 'proctor.isOpen' : 'proctor.hasClosed';
	return <p class="quiet">{t(key, {from: formatMoment(opensMs), to: formatTime(closesMs), n: minutes})}</p>;
}

export function Rooms(): JSX.Element {
	const [sittings, set] = useState<Sitting[] | null>(null);
	const asking = useAction();
	const look = () => asking.run(async () => set((await ask<{sittings: Sitting[]}>('GET', '/api/sittings')).sittings));
	useEffect(() => {
		void look();
	}, []);
	return <>
		<Title>{t('proctor.rooms')}</Title>
		<Fault problem={asking.problem}/>
		{sittings?.map(s => <section key={s.name} aria-label={s.name}>
			<h2>{t('proctor.sitting', {name: s.name})}</h2>
			<When sitting={s}/>
			{s.heldMs !== undefined && <div class="notice bad"><p>{t('proctor.clockHeld')}</p></div>}
			<ul class="rooms">
				{s.rooms.map(r => <li key={r.name}>
					<a href={hrefOf(s.name, r.name)}>{t('proctor.room', {name: r.name})}</a>
					<p>{t('proctor.roomCounts', {n: r.attempts, working: count(r, 'started', 'paused'), done: count(r, 'submitted', 'expired', 'ended')})}</p>
				</li>)}
			</ul>
		</section>)}
		{sittings?.length === 0 && <div class="notice"><p>{t('proctor.noRooms')}</p></div>}
		<div class="buttons"><button type="button" class="second" aria-disabled={asking.busy} onClick={look}>{asking.busy ? t('common.wait') : t('proctor.lookAgain')}</button></div>
	</>;
}
