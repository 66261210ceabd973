// Two versions of an item beside each other, as candidates see them, with the key shown; what decides about right and wrong; the lines of the source.
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {language, t, type Key} from '../../lib/words';
import {mountPage, ready} from '../../player/mount';
import type {JsonML, Responses} from '../../player/types';
import {Fault, useAction} from '../form';
import {type Item, lookAt, readItem, stateText, StateTag, type Version} from './bank';
import {type Change, difference, type Line, lineDifference, wordsOf} from './diff';
import {moment} from './life';
import type {TabProps} from './tabs';
import {type Fact, factsOf} from './qti_text';

interface Shown {
	version: number;
	item: Item;
	page?: JsonML;
	solution?: Responses;
	fault: string;
}

async function show(of: Item, version: number): Promise<Shown> {
	const [item, look] = await Promise.all([readItem(of.identifier, of.language, version), lookAt({identifier: of.identifier, language: of.language, version})]);
	return {version, item, page: look.page, solution: look.solution, fault: look.pageFault?.message ?? ''};
}

// ---- Marks on what a candidate sees

interface Mark {
	node: Text | Element;
	start: number;
	end: number;
	word: string;
}

const MEDIA = new Set(['IMG', 'VIDEO', 'AUDIO', 'SOURCE']);

function marksOf(root: Element): Mark[] {
	const marks: Mark[] = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
	for (let node = walker.nextNode(); node; node = walker.nextNode())
		if (node instanceof Text) {
			let at = 0;
			for (const word of wordsOf(node.data)) {
				const start = at + word.length - word.trimStart().length;
				at += word.length;
				if (word.trim())
					marks.push({node, start, end: at, word: word.trim()});
			}
		} else if (node instanceof Element && MEDIA.has(node.tagName)) {
			marks.push({node, start: 0, end: 0, word: `${node.getAttribute('src')} ${node.getAttribute('alt')}`});
		}
	return marks;
}

// What stands in formulas and in lists of choices cannot be wrapped: all of it is marked then.
function put(name: 'ins' | 'del', marks: Mark[]): void {
	for (const m of [...marks].reverse()) {
		const whole = m.node instanceof Element ? m.node : m.node.parentElement?.closest('math, select');
		if (whole || !(m.node instanceof Text)) {
			whole?.classList.add('review-changed');
			continue;
		}
		const range = document.createRange(), wrap = document.createElement(name);
		range.setStart(m.node, m.start);
		range.setEnd(m.node, m.end);
		range.surroundContents(wrap);
	}
}

// Words that stand beside each other in one text are marked as one.
function joined(marks: Mark[]): Mark[] {
	const all: Mark[] = [];
	for (const m of marks) {
		const last = all[all.length - 1];
		if (last && last.node === m.node && m.node instanceof Text && !m.node.data.slice(last.end, m.start).trim())
			last.end = m.end;
		else
			all.push({...m});
	}
	return all;
}

function markChanges(was: Element, now: Element): number {
	const changes: Change<Mark>[] = difference(marksOf(was), marksOf(now), (a, b) => a.word === b.word);
	const gone = changes.flatMap(c => c.kind === 'gone' && c.was ? [c.was] : []), added = changes.flatMap(c => c.kind === 'new' && c.now ? [c.now] : []);
	put('del', joined(gone));
	put('ins', joined(added));
	return gone.length + added.length;
}

function Pages({was, now}: {was: Shown; now: Shown}): JSX.Element {
	const left = useRef<HTMLDivElement>(null), right = useRef<HTMLDivElement>(null), [count, setCount] = useState(-1), [failed, setFailed] = useState(false);
	useEffect(() => {
		let here = true;
		const views: {destroy(): void}[] = [];
		void ready([was, now].flatMap(s => s.page ? [s.page] : [])).then(() => {
			if (!here)
				return;
			const options = {language, readOnly: true, onChange: () => {}, media: (url: string) => `/api/bank/media/${url.slice('media:sha256-'.length)}`};
			for (const [shown, place] of [[was, left], [now, right]] as const)
				if (shown.page && place.current)
					views.push(mountPage(place.current, shown.page, shown.solution ?? null, options));
			if (left.current && right.current)
				setCount(markChanges(left.current, right.current));
		}).catch(() => {
			if (here)
				setFailed(true);
		});
		return () => {
			here = false;
			views.forEach(v => v.destroy());
		};
	}, [was, now]);
	const side = (shown: Shown, place: typeof left) => <section class="review-side" aria-label={t('author.versionN', {n: shown.version})}>
		<h3>{t('author.versionN', {n: shown.version})}</h3>
		{shown.fault && <div class="notice bad"><p>{t('author.noPage')} {shown.fault}</p></div>}
		<div ref={place} class="preview-page"/>
	</section>;
	return <>
		{failed && <div class="notice bad"><p>{t('author.noPlayer')}</p></div>}
		<p role="status">{count < 0 ? '' : count ? t('review.pagesDiffer') : t('review.pagesSame')}</p>
		<div class="review-sides">{side(was, left)}{side(now, right)}</div>
	</>;
}

// ---- What decides

const factText = (f: Fact): string => [t(`review.fact${f.kind.charAt(0).toUpperCase()}${f.kind.slice(1)}` as Key), f.of].filter(Boolean).join(' ');

function Facts({was, now}: {was: string; now: string}): JSX.Element {
	const a = factsOf(was), b = factsOf(now), names = [...new Set([...a.keys(), ...b.keys()])].filter(n => a.get(n)?.value !== b.get(n)?.value);
	if (!names.length)
		return <p>{t('review.factsSame')}</p>;
	const cell = (label: string, fact?: Fact) => <td role="cell"><span class="stacks-label">{label}: </span>{fact?.value ?? t('review.none')}</td>;
	return <table class="stacks" role="table" aria-labelledby="facts-title">
		<thead role="rowgroup"><tr role="row">{[t('review.what'), t('review.before'), t('review.after')].map(h => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
		<tbody role="rowgroup">{names.map(n => <tr key={n} role="row"><th role="rowheader" scope="row">{factText((b.get(n) ?? a.get(n)) as Fact)}</th>{cell(t('review.before'), a.get(n))}{cell(t('review.after'), b.get(n))}</tr>)}</tbody>
	</table>;
}

// ---- The source

function SourceLine({line}: {line: Line}): JSX.Element {
	if (line.kind === 'fold')
		return <tr class="fold"><td colSpan={4}>{t('review.linesLeftOut', {n: line.count})}</td></tr>;
	const sign = line.kind === 'new' ? '+' : line.kind === 'gone' ? '−' : '';
	return <tr class={line.kind}>
		<td class="number">{line.was || ''}</td><td class="number">{line.now || ''}</td>
		<td class="sign"><span aria-hidden="true">{sign}</span>{sign && <span class="hidden-text">{line.kind === 'new' ? t('review.lineNew') : t('review.lineGone')}</span>}</td>
		<td class="code">{line.text}</td>
	</tr>;
}

function SourceDifference({was, now}: {was: string; now: string}): JSX.Element {
	const lines = lineDifference(was, now);
	if (!lines.some(l => l.kind === 'new' || l.kind === 'gone'))
		return <p>{t('review.sourceSame')}</p>;
	return <div class="scrolls" tabIndex={0} role="region" aria-labelledby="source-title">
		<table class="review-lines">
			<thead class="hidden-text"><tr><th scope="col">{t('review.before')}</th><th scope="col">{t('review.after')}</th><th scope="col">{t('review.what')}</th><th scope="col">{t('review.line')}</th></tr></thead>
			<tbody>{lines.map((l, i) => <SourceLine key={i} line={l}/>)}</tbody>
		</table>
	</div>;
}

// ---- All versions

function List({versions}: {versions: Version[]}): JSX.Element {
	const cell = (label: string, content: JSX.Element | string) => <td role="cell"><span class="stacks-label">{label}: </span>{content}</td>;
	return <table class="stacks" role="table" aria-labelledby="versions-title">
		<thead role="rowgroup"><tr role="row">{[t('review.version'), t('author.state'), t('review.imported'), t('review.changedBy')].map(h => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
		<tbody role="rowgroup">{[...versions].reverse().map(v => <tr key={v.version} role="row">
			<th role="rowheader" scope="row">{t('author.versionN', {n: v.version})}</th>
			{cell(t('author.state'), v.state ? <span class={`tag ${StateTag(v.state)}`}>{stateText(v.state)}</span> : '–')}
			{cell(t('review.imported'), moment(v.imported))}
			{cell(t('review.changedBy'), v.by ? `${v.by}, ${moment(v.since ?? v.imported)}` : '–')}
		</tr>)}</tbody>
	</table>;
}

export function VersionsTab({item}: TabProps): JSX.Element {
	const newest = item.versions.length, [pair, setPair] = useState<[number, number]>([Math.max(1, newest - 1), newest]);
	const [shown, setShown] = useState<[Shown, Shown] | null>(null), asking = useAction();
	useEffect(() => {
		let here = true;
		setShown(null);
		if (newest > 1)
			void asking.run(async () => {
				const both = await Promise.all([show(item, pair[0]), show(item, pair[1])]);
				if (here)
					setShown(both);
			});
		return () => {
			here = false;
		};
	}, [pair[0], pair[1]]);
	const choice = (id: string, label: string, value: number, set: (n: number) => void) => <div class="field"><label for={id}>{label}</label>
		<select id={id} value={String(value)} onChange={e => set(Number(e.currentTarget.value))}>
			{item.versions.map(v => <option key={v.version} value={String(v.version)}>{t('author.versionN', {n: v.version})}{v.state && ` – ${stateText(v.state)}`}</option>)}
		</select></div>;
	return <>
		<section aria-labelledby="versions-title"><h2 id="versions-title">{t('review.tabVersions')}</h2><List versions={item.versions}/></section>
		{newest < 2 ? <p>{t('review.oneVersion')}</p> : <section aria-labelledby="compare-title">
			<h2 id="compare-title">{t('review.compare')}</h2>
			<div class="review-pair">{choice('was', t('review.older'), pair[0], n => setPair([n, pair[1]]))}{choice('now', t('review.newer'), pair[1], n => setPair([pair[0], n]))}</div>
			<Fault problem={asking.problem}/>
			{!shown && !asking.problem && <p>{t('common.wait')}</p>}
			{shown && <>
				<p class="review-legend"><del>{t('review.legendGone')}</del> <ins>{t('review.legendNew')}</ins> <span class="quiet">{t('review.legendKey')}</span></p>
				<Pages was={shown[0]} now={shown[1]}/>
				<h3 id="facts-title">{t('review.facts')}</h3>
				<Facts was={shown[0].item.xml} now={shown[1].item.xml}/>
				<h3 id="source-title">{t('review.sourceDiff')}</h3>
				<SourceDifference was={shown[0].item.xml} now={shown[1].item.xml}/>
			</>}
		</section>}
	</>;
}
