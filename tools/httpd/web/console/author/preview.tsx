// The question as a candidate gets it, in the player itself, and what an answer scores.
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {announce} from '../../lib/dom';
import {formatNumber, language, t} from '../../lib/words';
import {mountPage, ready} from '../../player/mount';
import type {JsonML, PageView, Responses} from '../../player/types';
import {Technical} from '../technical';
import type {Look, Outcome} from './bank';

const MEDIA = 'media:sha256-';

export type MediaOf = (hash: string) => string | undefined;

// Mounts the page anew when it is another one; what was answered stays where it still fits.
function Player({page, given, media, view, end}: {page: JsonML; given: Responses | null; media: MediaOf; view: {current: PageView | null}; end(): void}): JSX.Element {
	const root = useRef<HTMLDivElement>(null), [fault, setFault] = useState(''), key = JSON.stringify(page);
	useEffect(() => {
		let here = true;
		void ready([page]).then(() => {
			if (!here || !root.current)
				return;
			view.current?.destroy();
			view.current = null;
			root.current.replaceChildren();
			const options = {language, onChange: () => {}, onEndAttempt: end, media: (url: string) => {
				const hash = url.slice(MEDIA.length);
				return media(hash) ?? `/api/bank/media/${hash}`;
			}};
			try {
				view.current = mountPage(root.current, page, given, options);
			} catch {
				view.current = mountPage(root.current, page, null, options); // the responses are of another page
			}
			setFault('');
		}).catch(() => {
			if (here)
				setFault(t('author.noPlayer'));
		});
		return () => {
			here = false;
		};
	}, [key, given]);
	useEffect(() => () => view.current?.destroy(), []);
	return <>{fault && <p class="notice bad">{fault}</p>}<div ref={root} class="preview-page"/></>;
}

// {"base":{"float":1}} in a few letters.
export function valueText(value: unknown): string {
	const v = value as {base?: Record<string, unknown> | null; list?: Record<string, unknown[]>; record?: unknown};
	const one = (x: unknown): string => typeof x === 'number' ? formatNumber(x) : Array.isArray(x) ? x.join(' – ') : typeof x === 'object' ? '…' : String(x);
	if (v?.list)
		return Object.values(v.list)[0]?.map(one).join(', ') ?? '';
	return v?.base ? one(Object.values(v.base)[0]) : '–';
}

function Outcomes({outcomes}: {outcomes: Record<string, Outcome>}): JSX.Element {
	return <dl class="facts small">{Object.entries(outcomes).map(([name, o]) => <div key={name}><dt>{name}</dt><dd>{valueText(o.value)}</dd></div>)}</dl>;
}

export function Preview({look, media, attempt, again}: {look: Look; media: MediaOf; attempt(responses: Responses): Promise<void>; again(): void}): JSX.Element {
	const view = useRef<PageView | null>(null), [given, setGiven] = useState<Responses | null>(null);
	const score = look.outcomes?.['SCORE'], most = look.item?.maxScore;
	const send = async () => {
		if (!view.current)
			return;
		const responses = view.current.responses();
		setGiven(responses);
		await attempt(responses);
	};
	useEffect(() => {
		if (score)
			announce(t('author.scored', {score: valueText(score.value)}));
	}, [look.outcomes]);
	return <section class="preview" aria-labelledby="preview-title">
		<h2 id="preview-title">{t('author.preview')}</h2>
		{look.pageFault && <div class="notice bad"><p>{t('author.noPage')}</p><Technical text={look.pageFault.message}/></div>}
		{!look.page && !look.pageFault && <div class="notice"><p>{t('author.noPageYet')}</p></div>}
		{look.page && <>
			<Player page={look.page} given={given} media={media} view={view} end={() => void send()}/>
			<div class="buttons">
				<button type="button" class="second" onClick={() => void send()}>{t('author.try')}</button>
				{look.solution && <button type="button" class="second" onClick={() => setGiven({...look.solution})}>{t('author.showKey')}</button>}
				<button type="button" class="plain" onClick={() => {
					setGiven({});
					again();
				}}>{t('author.tryAgain')}</button>
			</div>
			{score && <div class="notice note" role="status">
				<p><strong>{t('author.scored', {score: valueText(score.value)})}</strong>{most !== undefined && <> {t('author.ofMost', {most})}</>}</p>
				{look.invalid && <><p>{t('author.invalidTry')}</p><Technical text={look.invalid.message}/></>}
			</div>}
			{look.outcomes && <details><summary>{t('author.outcomes')}</summary><Outcomes outcomes={look.outcomes}/></details>}
		</>}
	</section>;
}
