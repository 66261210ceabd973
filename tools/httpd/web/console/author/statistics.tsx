// What is known of an item from its use.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatNumber, t, type Key} from '../../lib/words';
import {Chart} from '../chart';
import {Fault, useAction} from '../form';
import {queryOf, readItem} from './bank';
import {choiceTexts, keysOf, parse} from './qti_text';
import {readUse, type Use} from './review';
import type {TabProps} from './tabs';

// What a number says to somebody who has never heard of the model.
const discriminationText = (a: number): string => a < .35 ? t('review.aWeak') : a < .65 ? t('review.aLow') : a < 1.35 ? t('review.aFair') : t('review.aStrong');
const difficultyText = (b: number): string => b < -2 ? t('review.b1') : b < -.5 ? t('review.b2') : b <= .5 ? t('review.b3') : b <= 2 ? t('review.b4') : t('review.b5');

const FEWEST = 30; // of whom a correlation says something
const correlationText = (r: number): string => r < 0 ? t('review.rWrong') : r < .15 ? t('review.rWeak') : r < .3 ? t('review.rFair') : t('review.rStrong');
const rounded = (x: number, by = 100): string => formatNumber(Math.round(x * by) / by);
const percent = (x: number): string => t('review.percent', {n: rounded(x * 100, 10)});

// "A; C" with what the choices say; right when it is all of the key and nothing else.
function Answer({answer, xml}: {answer: string; xml: string}): JSX.Element {
	const root = parse(xml), texts = choiceTexts(root), keys = keysOf(root), given = answer.split('; ');
	if (!answer)
		return <>{t('review.useEmpty')}</>;
	return <>
		{given.map(g => texts.get(g) ? `${g} (${texts.get(g)})` : g).join('; ')}
		{given.length === keys.size && given.every(g => keys.has(g)) && <> <span class="tag good">{t('review.useKey')}</span></>}
	</>;
}

function Options({use, xml}: {use: Use; xml: string}): JSX.Element {
	const cell = (label: string, content: string) => <td role="cell"><span class="stacks-label">{label}: </span>{content}</td>;
	return <table class="stacks" role="table" aria-labelledby="options-title">
		<thead role="rowgroup"><tr role="row">{[t('review.useAnswer'), t('review.useCount'), t('review.useShare'), t('review.useRest')].map(h => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
		<tbody role="rowgroup">{use.options.map(o => <tr key={o.answer} role="row">
			<th role="rowheader" scope="row"><Answer answer={o.answer} xml={xml}/></th>
			{cell(t('review.useCount'), formatNumber(o.count))}{cell(t('review.useShare'), percent(o.share))}{cell(t('review.useRest'), rounded(o.rest))}
		</tr>)}</tbody>
	</table>;
}

function InSittings({item}: {item: TabProps['item']}): JSX.Element {
	const [use, setUse] = useState<Use | null>(null), [xml, setXml] = useState(item.xml), asking = useAction();
	useEffect(() => {
		const version = item.operationalVersion ?? item.version;
		void asking.run(async () => {
			const [used, of] = await Promise.all([readUse(item, version), version === item.xmlVersion ? item : readItem(item.identifier, item.language, version)]);
			setXml(of.xml);
			setUse(used);
		});
	}, []);
	return <section aria-labelledby="use-title">
		<h2 id="use-title">{t('review.useTitle')}</h2>
		<Fault problem={asking.problem}/>
		{!use && !asking.problem && <p>{t('common.wait')}</p>}
		{use && !use.presented && <p>{t('review.useNone')}</p>}
		{use && use.presented > 0 && <>
			<dl class="facts">
				<div><dt>{t('review.useForms')}</dt><dd>{t('review.useOf', {n: use.presented, forms: use.forms, share: rounded(use.presented / use.forms * 100, 10)})}</dd></div>
				<div><dt>{t('review.useAnswered')}</dt><dd>{formatNumber(use.answered)}</dd></div>
				{use.mean !== undefined && use.max !== undefined && <div><dt>{t('review.useMean')}</dt><dd>{t('review.useMeanOf', {mean: rounded(use.mean), max: use.max})}</dd></div>}
				{use.p !== undefined && <div><dt>{t('review.useP')}</dt><dd>{percent(use.p)}</dd></div>}
				<div><dt>{t('review.useCorrelation')}</dt><dd>{use.correlation === undefined || use.presented < FEWEST ? t('review.useFew') : `${rounded(use.correlation)} – ${correlationText(use.correlation)}`}</dd></div>
			</dl>
			{use.more && <p class="quiet">{t('review.useMore')}</p>}
			<h3 id="options-title">{t('review.useOptions')}</h3>
			<Options use={use} xml={xml}/>
		</>}
	</section>;
}

export function StatisticsTab({item}: TabProps): JSX.Element {
	const {a, b, identifier, language} = item, known = a !== undefined && b !== undefined;
	return <><section aria-labelledby="statistics-title">
		<h2 id="statistics-title">{t('review.tabStatistics')}</h2>
		<dl class="facts">
			<div><dt>{t('review.used')}</dt><dd>{item.used ? t('review.usedTimes', {n: item.used}) : t('review.usedNever')}</dd></div>
			<div><dt>{t('review.expected')}</dt><dd>{item.difficultyStep ? t(`author.difficulty${item.difficultyStep}` as Key) : t('author.levelNone')}</dd></div>
			<div><dt>{t('author.seconds')}</dt><dd>{item.expectedSeconds ? formatNumber(item.expectedSeconds) : t('author.levelNone')}</dd></div>
			{known && <>
				<div><dt>{t('review.difficulty')}</dt><dd>{formatNumber(b)} – {difficultyText(b)}</dd></div>
				<div><dt>{t('review.discrimination')}</dt><dd>{formatNumber(a)} – {discriminationText(a)}</dd></div>
			</>}
		</dl>
		{known ? <Chart path={`/api/bank/chart?${queryOf({identifier, language})}`}/> : <div class="notice"><p>{t('review.noParameters')}</p></div>}
	</section><InSittings item={item}/></>;
}
