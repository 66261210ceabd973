// Whose turn it is: what waits for this account, what it waits for itself.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Competence} from '../competence';
import {Fault, Title, useAction} from '../form';
import {hrefOf} from '../route';
import {kindText, languageText, stateText, StateTag} from './bank';
import {barText, type Queue, readQueue, type Turn} from './review';

function Turns({id, title, empty, turns}: {id: string; title: string; empty: string; turns: Turn[]}): JSX.Element {
	return <section aria-labelledby={id}>
		<h2 id={id}>{title} ({turns.length})</h2>
		{turns.length ? <ul class="review-queue">{turns.map(i => <li key={`${i.identifier}/${i.language}/${i.version}`}>
			<a href={hrefOf('item', i.identifier, i.language, 'review')}>{i.title || i.identifier}</a>{' '}
			<span class={`tag ${StateTag(i.state)}`}>{stateText(i.state)}</span>
			<span class="quiet small review-when">{i.identifier} · {languageText(i.language)} · {t('author.versionN', {n: i.version})} · {kindText(i.kind)}{i.competence && <> · <Competence code={i.competence}/></>}</span>
			{i.bar && <span class="small review-when">{barText(i.bar)}</span>}
		</li>)}</ul> : <p class="quiet">{empty}</p>}
	</section>;
}

export function QueuePage(): JSX.Element {
	const [queue, setQueue] = useState<Queue | null>(null), asking = useAction();
	useEffect(() => {
		void asking.run(async () => setQueue(await readQueue()));
	}, []);
	return <>
		<p><a href={hrefOf()}>{t('author.toBank')}</a></p>
		<Title>{t('review.queue')}</Title>
		<Fault problem={asking.problem}/>
		{!queue && !asking.problem && <p>{t('common.wait')}</p>}
		{queue && !queue.lifecycle && <div class="notice"><p>{t('review.noLife')}</p></div>}
		{queue?.lifecycle && <>
			<Turns id="turn-review" title={t('review.turnReview')} empty={t('review.turnReviewNone')} turns={queue.review}/>
			<Turns id="turn-drafts" title={t('review.turnDrafts')} empty={t('review.turnDraftsNone')} turns={queue.drafts}/>
			<Turns id="turn-next" title={t('review.turnNext')} empty={t('review.turnNextNone')} turns={queue.next}/>
			<Turns id="turn-submitted" title={t('review.turnSubmitted')} empty={t('review.turnSubmittedNone')} turns={queue.submitted}/>
			{queue.more && <p class="quiet">{t('review.turnsMore')}</p>}
		</>}
	</>;
}
