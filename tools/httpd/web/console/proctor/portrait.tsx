// The photograph of a candidate, to be compared with his face: fetched when it comes into view, as each look at it is recorded.
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {problemText} from '../form';
import {Problem} from '../../lib/api';
import type {Row} from './board';
import type {People} from './people';

export function Portrait({row, people, large}: {row: Row; people: People; large?: boolean}): JSX.Element | null {
	const person = people.of(row), box = useRef<HTMLSpanElement>(null);
	const [url, setUrl] = useState(''), [fault, setFault] = useState('');
	const look = () => {
		setFault('');
		people.photo(row).then(setUrl, e => {
			if (!(e instanceof Problem))
				throw e;
			setFault(problemText(e));
		});
	};
	useEffect(() => {
		if (!person?.photo || !box.current)
			return;
		const seen = new IntersectionObserver(entries => {
			if (entries.some(e => e.isIntersecting)) {
				seen.disconnect();
				look();
			}
		}, {rootMargin: '200px'});
		seen.observe(box.current);
		return () => seen.disconnect();
	}, [row.attempt, person?.photo]);
	if (!person)
		return null;
	const size = large ? 'portrait large' : 'portrait';
	if (!person.photo)
		return <span class={`${size} none`}>{t('proctor.noPhoto')}</span>;
	return <span class={size} ref={box}>
		{url && <img src={url} alt={t('proctor.photoOf', {who: person.name})}/>}
		{!url && !fault && <span class="quiet">{t('common.wait')}</span>}
		{fault && <><span role="alert">{fault}</span> <button type="button" class="second" onClick={look}>{t('common.again')}</button></>}
	</span>;
}
