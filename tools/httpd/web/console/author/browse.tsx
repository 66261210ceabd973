// The bank: a tree of competences with how many items each has, what is looked for, and the items that match.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {Problem} from '../../lib/api';
import {formatNumber, t} from '../../lib/words';
import {Competence} from '../competence';
import {Fault, Field, Title, useAction} from '../form';
import {hrefOf} from '../route';
import {type Count, type Filter, type Found, kindText, languageText, levelText, queryOf, readItems, readTree, stateText, StateTag, type Tree} from './bank';

export const filterOf = (piece = ''): Filter => Object.fromEntries(new URLSearchParams(piece));
export const hrefOfFilter = (filter: Filter): string => queryOf(filter) ? hrefOf('list', queryOf(filter)) : hrefOf();

// ---- The tree

interface Branch {
	path: string;
	count: number; // with all below it
	below: Branch[];
}

// "IU01.1" is below "IU01".
function branches(counts: Count[]): Branch[] {
	const roots: Branch[] = [];
	for (const {name, count} of counts) {
		let level = roots, path = '';
		for (const part of name ? name.split('.') : ['']) {
			path = path ? `${path}.${part}` : part;
			let branch = level.find(b => b.path === path);
			if (!branch)
				level.push(branch = {path, count: 0, below: []});
			branch.count += count;
			level = branch.below;
		}
	}
	return roots;
}

function Branches({all, filter}: {all: Branch[]; filter: Filter}): JSX.Element {
	return <ul>{all.map(b => <li key={b.path}>
		{b.path
			? <a href={hrefOfFilter({...filter, competence: b.path})} aria-current={filter['competence'] === b.path ? 'true' : undefined}><Competence code={b.path}/> <span class="count">{formatNumber(b.count)}</span></a>
			: <span>{t('author.noCompetence')} <span class="count">{formatNumber(b.count)}</span></span>}
		{b.below.length > 0 && <Branches all={b.below} filter={filter}/>}
	</li>)}</ul>;
}

function CompetenceTree({tree, filter}: {tree: Tree; filter: Filter}): JSX.Element {
	const {competence: _chosen, ...rest} = filter, [wide] = useState(() => matchMedia('(min-width: 48rem)').matches); // on a phone the items come first
	return <nav class="bank-tree" aria-labelledby="tree-title">
		<details open={wide}>
			<summary><h2 id="tree-title">{t('author.tree')}</h2></summary>
			<ul><li>
				<a href={hrefOfFilter(rest)} aria-current={filter['competence'] ? undefined : 'true'}>{t('author.all')} <span class="count">{formatNumber(tree.total)}</span></a>
				<Branches all={branches(tree.competences)} filter={filter}/>
			</li></ul>
		</details>
	</nav>;
}

// ---- What is looked for

function Choice({id, label, value, counts, name, set}: {id: string; label: string; value: string; counts: Count[]; name(value: string): string; set(value: string): void}): JSX.Element {
	const given = counts.filter(c => c.name);
	return <div class="field">
		<label for={id}>{label}</label>
		<select id={id} value={value} onChange={e => set(e.currentTarget.value)}>
			<option value="">{t('author.any')}</option>
			{value && !given.some(c => c.name === value) && <option value={value}>{name(value)}</option>}
			{given.map(c => <option key={c.name} value={c.name}>{name(c.name)} ({formatNumber(c.count)})</option>)}
		</select>
	</div>;
}

function Filters({tree, filter, go}: {tree: Tree | null; filter: Filter; go(filter: Filter): void}): JSX.Element {
	const [text, setText] = useState(filter['text'] ?? '');
	useEffect(() => setText(filter['text'] ?? ''), [filter['text']]);
	const choose = (name: string) => (value: string) => go({...filter, [name]: value});
	return <form class="bank-filter" role="search" onSubmit={e => {
		e.preventDefault();
		go({...filter, text: text.trim(), sort: text.trim() ? 'relevance' : ''});
	}}>
		<div class="bank-words">
			<Field id="text" label={t('author.search')} hint={t('author.searchHint')} value={text} set={setText} type="search" maxLength={300}/>
			<button class="second">{t('author.find')}</button>
		</div>
		<div class="bank-choices">
			<Choice id="type" label={t('author.kind')} value={filter['type'] ?? ''} counts={tree?.types ?? []} name={kindText} set={choose('type')}/>
			<Choice id="level" label={t('author.level')} value={filter['level'] ?? ''} counts={tree?.levels ?? []} name={levelText} set={choose('level')}/>
			{tree?.lifecycle && <Choice id="state" label={t('author.state')} value={filter['state'] ?? ''} counts={tree.states} name={stateText} set={choose('state')}/>}
			<Choice id="language" label={t('author.language')} value={filter['language'] ?? ''} counts={tree?.languages ?? []} name={languageText} set={choose('language')}/>
		</div>
	</form>;
}

// ---- The items

function Row({item}: {item: Found}): JSX.Element {
	const cell = (label: string, content: JSX.Element | string) => <td role="cell"><span class="stacks-label">{label}: </span>{content}</td>;
	return <tr role="row">
		<th role="rowheader" scope="row">
			<a href={hrefOf('item', item.identifier, item.language)}>{item.title || item.identifier}</a>
			<span class="quiet small bank-id">{item.identifier} · {languageText(item.language)}{item.stale && <> · <span class="tag warn">{t('author.stale')}</span></>}</span>
			{item.snippet && item.snippet.text.length > 0 && <span class="small bank-snippet">{item.snippet.text.map((p, i) => p.match ? <mark key={i}>{p.text}</mark> : p.text)}</span>}
		</th>
		{cell(t('author.kind'), kindText(item.kind))}
		{cell(t('author.competence'), item.competence ? <Competence code={item.competence}/> : '–')}
		{cell(t('author.level'), levelText(item.level))}
		{item.state ? cell(t('author.state'), <span class={`tag ${StateTag(item.state)}`}>{stateText(item.state)}</span>) : null}
	</tr>;
}

function Items({items, lifecycle}: {items: Found[]; lifecycle: boolean}): JSX.Element {
	return <table class="stacks bank-items" role="table" aria-labelledby="items-title">
		<thead role="rowgroup"><tr role="row">
			{[t('author.item'), t('author.kind'), t('author.competence'), t('author.level'), ...lifecycle ? [t('author.state')] : []].map(h => <th key={h} role="columnheader" scope="col">{h}</th>)}
		</tr></thead>
		<tbody role="rowgroup">{items.map(i => <Row key={`${i.identifier}/${i.language}`} item={i}/>)}</tbody>
	</table>;
}

export function Browse({filter}: {filter: Filter}): JSX.Element {
	const [tree, setTree] = useState<Tree | null>(null), [items, setItems] = useState<Found[]>([]), [total, setTotal] = useState(-1);
	const [more, setMore] = useState(false), [note, setNote] = useState('');
	const asking = useAction(), [problem, setProblem] = useState<Problem | null>(null), {competence: _competence, sort: _sort, ...rest} = filter, key = queryOf(filter);
	useEffect(() => {
		let here = true; // what is asked for may have changed before the answer comes
		setTotal(-1);
		setProblem(null);
		Promise.all([readTree(rest), readItems({...filter, limit: '50'})]).then(([counts, page]) => {
			if (!here)
				return;
			setTree(counts);
			setItems(page.items);
			setTotal(page.total);
			setMore(page.more);
			setNote(page.note ?? '');
		}).catch(e => {
			if (!(e instanceof Problem))
				throw e;
			if (here)
				setProblem(e);
		});
		return () => {
			here = false;
		};
	}, [key]);
	const load = () => asking.run(async () => {
		const last = items[items.length - 1];
		if (!last)
			return;
		const page = await readItems({...filter, limit: '50', afterIdentifier: last.identifier, afterLanguage: last.language});
		setItems([...items, ...page.items]);
		setMore(page.more);
	});
	return <>
		<Title>{t('author.bank')}</Title>
		{tree && <div class="buttons">
			{tree.edit && <a class="button" href={hrefOf('new')}>{t('author.new')}</a>}
			{tree.lifecycle && (tree.edit || tree.review) && <a class="button second" href={hrefOf('queue')}>{t('review.queueLink')}</a>}
			{tree.edit && <a class="button second" href={hrefOf('import')}>{t('review.importLink')}</a>}
		</div>}
		<Fault problem={problem ?? asking.problem}/>
		<Filters tree={tree} filter={filter} go={f => {
			location.hash = hrefOfFilter(f);
		}}/>
		<div class="bank">
			{tree && <CompetenceTree tree={tree} filter={filter}/>}
			<section aria-labelledby="items-title" aria-busy={total < 0}>
				<h2 id="items-title">{problem ? t('author.item') : total < 0 ? t('common.wait') : t('author.found', {n: total})}</h2>
				{note && <p>{note}</p>}
				{items.length > 0 && <Items items={items} lifecycle={tree?.lifecycle ?? false}/>}
				{more && <div class="buttons"><button type="button" class="second" aria-disabled={asking.busy} onClick={load}>{t('author.more')}</button></div>}
			</section>
		</div>
	</>;
}
