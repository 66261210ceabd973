// A translation beside its original, piece by piece. It has the structure, the key and the points of the original: only words are typed here.
import type {JSX} from 'preact';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {type Key, t} from '../../lib/words';
import {Fault, useAction} from '../form';
import {hrefOf} from '../route';
import {toast} from '../toasts';
import {type Item, languageText, type Metadata, readItem, saveItem} from './bank';
import {confirmTranslation} from './review';
import type {TabProps} from './tabs';
import {type Segment, segmentsOf, translated} from './qti_text';

const LANGUAGES = ['vi', 'en'];

const metadataOf = ({competence, component, level, difficultyStep, expectedSeconds, author, tags, enemies}: Item): Metadata =>
	({competence, component, level, difficultyStep, expectedSeconds, author: author ?? '', tags: tags ?? [], enemies: enemies ?? []});

const fits = (a: Segment[], b: Segment[]): boolean => a.length === b.length && a.every((s, i) => s.part === b[i]?.part);

function Piece({n, segment, from, to, value, set, may}: {n: number; segment: Segment; from: string; to: string; value: string; set(value: string): void; may: boolean}): JSX.Element {
	const text = segment.text.trim(), rows = Math.min(12, Math.max(2, Math.ceil(text.length / 60)));
	return <li class={value.trim() ? 'review-piece' : 'review-piece missing'}>
		<p class="small quiet">{n}. {t(`review.part${segment.part.charAt(0).toUpperCase()}${segment.part.slice(1)}` as Key)}{!value.trim() && <> · <span class="tag warn">{t('review.untranslated')}</span></>}</p>
		<div class="review-sides">
			<p lang={from} id={`from-${n}`} class="review-said">{text}</p>
			<div class="field"><label class="hidden-text" for={`to-${n}`}>{t('review.pieceLabel', {n, language: languageText(to)})}</label>
				<textarea id={`to-${n}`} lang={to} rows={rows} value={value} readOnly={!may} aria-describedby={`from-${n}`} onInput={e => set(e.currentTarget.value)}/></div>
		</div>
	</li>;
}

function Desk({source, target, to, session, done}: {source: Item; target: Item | null; to: string; session: TabProps['session']; done(): Promise<void>}): JSX.Element {
	const segments = useMemo(() => segmentsOf(source.xml), [source.xml]), own = useMemo(() => target ? segmentsOf(target.xml) : [], [target?.xml]);
	const aligned = fits(segments, own), [words, setWords] = useState<string[]>([]), saving = useAction(), confirming = useAction();
	const may = session.roles.includes('bank-author') && source.edit;
	useEffect(() => setWords(segments.map((_, i) => aligned ? own[i]?.text.trim() ?? '' : '')), [segments, own]);
	const missing = words.filter(w => !w.trim()).length, changed = words.some((w, i) => w.trim() !== (aligned ? own[i]?.text.trim() ?? '' : ''));
	const save = () => saving.run(async () => {
		const xml = translated(source.xml, segments, words, to);
		const saved = await saveItem({identifier: source.identifier, language: to, base: target?.version ?? 0, xml, ...!target && {metadata: metadataOf(source)}});
		toast('good', t('review.translationSaved', {n: saved.version}));
		await done();
	});
	const confirm = () => confirming.run(async () => {
		await confirmTranslation({identifier: source.identifier, language: to});
		toast('good', t('review.confirmed'));
		await done();
	});
	return <>
		{target?.stale && <div class="notice warn"><p>{t('review.staleText')}</p></div>}
		{!target && <div class="notice note"><p>{t('review.noTranslation', {language: languageText(to)})}</p></div>}
		{target && !aligned && <div class="notice warn"><p>{t('review.unaligned')}</p></div>}
		<p class="quiet">{t('review.translateHint')}</p>
		<div class="review-sides review-heads" aria-hidden="true"><strong>{languageText(source.language)}</strong><strong>{languageText(to)}</strong></div>
		<ol class="review-pieces">{segments.map((s, i) => <Piece key={i} n={i + 1} segment={s} from={source.language} to={to} value={words[i] ?? ''} may={may}
			set={value => setWords(words.map((w, k) => k === i ? value : w))}/>)}</ol>
		<p role="status">{missing ? t('review.missing', {n: missing}) : t('review.complete')}</p>
		<Fault problem={saving.problem ?? confirming.problem}/>
		{may && <div class="buttons">
			<button type="button" aria-disabled={saving.busy || !changed} onClick={() => changed && save()}>{t('review.saveTranslation')}</button>
			{target?.stale && !changed && <button type="button" class="second" aria-disabled={confirming.busy} onClick={confirm}>{t('review.confirm')}</button>}
			{target && <a class="button second" href={hrefOf('item', source.identifier, to, 'review')}>{t('review.toTranslation')}</a>}
		</div>}
	</>;
}

export function TranslationTab({item, session, reload}: TabProps): JSX.Element {
	const original = item.translationOf ?? item.language, [to, setTo] = useState(item.translationOf ? item.language : LANGUAGES.find(l => l !== item.language) ?? 'en');
	const [pair, setPair] = useState<{source: Item; target: Item | null} | null>(null), asking = useAction();
	const known = [...new Set([...LANGUAGES, ...(item.translations ?? []).map(x => x.language)])].filter(l => l !== original);
	const load = async () => {
		const source = original === item.language ? await readItem(item.identifier, item.language) : await readItem(item.identifier, original);
		const there = to === item.language || (source.translations ?? []).some(x => x.language === to);
		setPair({source, target: there ? await readItem(item.identifier, to) : null});
	};
	useEffect(() => {
		setPair(null);
		void asking.run(load);
	}, [to]);
	return <section aria-labelledby="translation-title">
		<h2 id="translation-title">{t('review.tabTranslation')}</h2>
		<div class="field"><label for="to">{t('review.into', {language: languageText(original)})}</label>
			<select id="to" value={to} onChange={e => setTo(e.currentTarget.value)}>{known.map(l => <option key={l} value={l}>{languageText(l)}</option>)}</select></div>
		<Fault problem={asking.problem}/>
		{!pair && !asking.problem && <p>{t('common.wait')}</p>}
		{pair && <Desk key={to} source={pair.source} target={pair.target} to={to} session={session} done={async () => {
			await load();
			await reload();
		}}/>}
	</section>;
}
