// One item: its heading, and its tabs.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Competence} from '../competence';
import {Fault, Title, useAction} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {type Item, kindText, languageText, levelText, readItem, stateText, StateTag} from './bank';
import {tabs} from './tabs';

function Facts({item}: {item: Item}): JSX.Element {
	return <p class="bank-facts">
		<span>{item.identifier}</span>
		<span>{languageText(item.language)}</span>
		<span>{t('author.versionN', {n: item.version})}</span>
		{item.state && <span class={`tag ${StateTag(item.state)}`}>{stateText(item.state)}</span>}
		<span>{kindText(item.kind)}</span>
		{item.competence && <Competence code={item.competence}/>}
		{item.level && <span>{levelText(item.level)}</span>}
		{item.stale && <span class="tag warn">{t('author.stale')}</span>}
	</p>;
}

export function OneItem({identifier, language, tab, session}: {identifier: string; language: string; tab: string; session: Session}): JSX.Element {
	const [item, setItem] = useState<Item | null>(null), asking = useAction();
	const load = async () => setItem(await readItem(identifier, language));
	useEffect(() => {
		void asking.run(load);
	}, [identifier, language]);
	const back = <p><a href={hrefOf()}>{t('author.toBank')}</a></p>;
	if (!item)
		return <>{back}<Title>{identifier}</Title><Fault problem={asking.problem}/>{!asking.problem && <p>{t('common.wait')}</p>}</>;
	const seen = tabs.filter(row => row.may(item, session)), chosen = seen.find(row => row.name === tab) ?? seen[0];
	return <>
		{back}
		<Title>{item.title || item.identifier}</Title>
		<Facts item={item}/>
		{seen.length > 1 && <nav class="tabs" aria-label={t('author.tabs')}><ul>{seen.map(row => <li key={row.name}>
			<a href={hrefOf('item', identifier, language, ...row.name ? [row.name] : [])} aria-current={row === chosen ? 'page' : undefined}>{row.title()}</a>
		</li>)}</ul></nav>}
		{chosen && <chosen.view key={chosen.name} item={item} session={session} reload={load}/>}
	</>;
}
