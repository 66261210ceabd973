// /centre: the sittings by day, and one of them.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, formatTime, t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, Title, useAction} from '../form';
import {startConsole} from '../frame';
import {hrefOf, useRoute} from '../route';
import {OneSitting, type Sitting} from './sitting';

function Calendar(): JSX.Element {
	const [sittings, set] = useState<Sitting[] | null>(null);
	const asking = useAction();
	useEffect(() => {
		void asking.run(async () => set((await ask<{sittings: Sitting[]}>('GET', '/api/sittings')).sittings.sort((a, b) => a.opensMs - b.opensMs)));
	}, []);
	const days = [...new Set(sittings?.map(s => formatDate(s.opensMs)))];
	return <>
		<Title>{t('centre.sittings')}</Title>
		<Fault problem={asking.problem}/>
		{days.map(day => <section key={day} aria-label={day}>
			<h2>{day}</h2>
			<ul class="rooms">{sittings?.filter(s => formatDate(s.opensMs) === day).map(s => <li key={s.name}>
				<a href={hrefOf(s.name)}>{s.name}</a>
				<p>{t('centre.dayLine', {from: formatTime(s.opensMs), to: formatTime(s.closesMs), rooms: s.rooms.length, n: s.attempts})}</p>
			</li>)}</ul>
		</section>)}
		{sittings?.length === 0 && <div class="notice"><p>{t('centre.none')}</p></div>}
	</>;
}

function Centre(): JSX.Element {
	const [sitting] = useRoute();
	return sitting ? <OneSitting key={sitting} name={sitting}/> : <Calendar/>;
}

startConsole({title: t('centre.title'), children: () => <Centre/>});
