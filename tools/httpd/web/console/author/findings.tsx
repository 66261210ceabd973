// What is wrong with an item and what could be better: where, what, and what to do.
import type {JSX} from 'preact';
import {language, t} from '../../lib/words';
import {Technical} from '../technical';
import type {Finding, Look} from './bank';

function Line({finding, go}: {finding: Finding; go?(line: number): void}): JSX.Element {
	const rule = language === 'vi' ? finding.vi : finding.en, line = finding.line ?? 0;
	return <li class={`finding ${finding.severity}`}>
		<span class={`tag ${finding.severity === 'error' ? 'bad' : 'warn'}`}>{finding.severity === 'error' ? t('author.error') : t('author.warning')}</span>{' '}
		<strong>{rule ? `${rule}.` : t('author.noRule')}</strong>{' '}
		{line > 0 && go && <button type="button" class="plain" onClick={() => go(line)}>{t('author.line', {n: line})}</button>}
		<Technical text={finding.message}/>
	</li>;
}

function Group({title, none, all, go}: {title: string; none: string; all: Finding[]; go?(line: number): void}): JSX.Element {
	return <section aria-label={title}>
		<h3>{title}</h3>
		{all.length ? <ul class="findings">{all.map((f, i) => <Line key={i} finding={f} go={go}/>)}</ul> : <p class="quiet">{none}</p>}
	</section>;
}

function Access({look}: {look: Look}): JSX.Element | null {
	const access = look.item?.access;
	if (!access)
		return null;
	const way = {pointer: t('author.wayPointer'), keyboard: t('author.wayKeyboard'), 'screen-reader': t('author.wayReader')}[access.way] ?? t('author.wayUnknown');
	return <ul class="findings">
		<li>{way}</li>
		{access.images > 0 && <li>{t('author.images', {n: access.images, described: access.described})}</li>}
		{access.recordings > 0 && <li>{t('author.recordings', {n: access.recordings, alternatives: access.alternatives})}</li>}
	</ul>;
}

export function Findings({look, go}: {look: Look; go?(line: number): void}): JSX.Element {
	const of = (what: Finding['of']) => look.findings.filter(f => f.of === what);
	return <section class="lint" aria-labelledby="lint-title">
		<h2 id="lint-title">{t('author.checks')}</h2>
		<p class={`tag ${look.good ? 'good' : 'bad'}`} role="status">{look.good ? t('author.good') : t('author.notGood')}</p>
		<Group title={t('author.ofItem')} none={t('author.noneOfItem')} all={of('item')} go={go}/>
		<Group title={t('author.ofCraft')} none={t('author.noneOfCraft')} all={of('craft')} go={go}/>
		<Group title={t('author.ofAccess')} none={t('author.noneOfAccess')} all={of('access')} go={go}/>
		<Access look={look}/>
	</section>;
}
