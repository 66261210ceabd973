// An item as a form. The document stays what it is: the form changes only what is changed in it, and what it cannot show it leaves to the source.
import type {JSX} from 'preact';
import {useLayoutEffect, useMemo, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Field} from '../form';
import {type FileOf, kindText} from './bank';
import {Blocks} from './blocks';
import {EditingProvider, type Editing, focusNow} from './editing';
import type {NewFile} from './files';
import {kindRows, newKinds} from './kinds';
import {addUp, begin, bodyOf, interactionsOf, isInteraction, maximumOf, readItem, type Scoring, scoringOf, setMaximum, setScoring} from './qti';
import {attr, childOf, type Doc, type Elem, elementsOf, insert, newElement, setAttr, textNode, writeXml} from './xml';

interface Props {
	xml: string;
	set?(xml: string): void;
	files: FileOf[];
	news: NewFile[];
	addFile(f: NewFile): void;
	toSource(): void;
}

function ScoringFields({doc, edit, may}: Editing): JSX.Element {
	const now = scoringOf(doc), interactions = interactionsOf(doc), several = interactions.length > 1;
	const points = interactions.some(i => i.name === 'qti-select-point-interaction' || i.name === 'qti-position-object-interaction');
	const words: Record<Scoring, string> = {match_correct: t('author.scoreMatch'), map_response: t('author.scoreMap'), map_response_point: t('author.scorePoint'), sum: t('author.scoreSum'),
		own: t('author.scoreOwn'), none: t('author.scoreNone')};
	const offered: Scoring[] = several ? ['sum', 'none'] : points ? ['map_response_point', 'none'] : ['match_correct', 'map_response', 'none'];
	return <>
		<div class="field"><label for="scoring">{t('author.scoring')}</label>
			<select id="scoring" value={now} disabled={!may || now === 'own'} onChange={e => edit(() => setScoring(doc, e.currentTarget.value as Scoring))}>
				{[...new Set([...offered, now])].map(s => <option key={s} value={s}>{words[s]}</option>)}
			</select>
			{now === 'own' && <span class="hint">{t('author.scoreOwnHint')}</span>}</div>
		<div class="field"><label for="maximum">{t('author.maximum')}</label>
			<input id="maximum" class="digits" inputMode="decimal" value={maximumOf(doc)} disabled={!may} onInput={e => edit(() => setMaximum(doc, e.currentTarget.value.replace(',', '.').replace(/[^\d.]/g, '')))}/></div>
	</>;
}

function Adding({doc, edit}: Editing): JSX.Element {
	const [kind, setKind] = useState('qti-choice-interaction'), body = bodyOf(doc);
	const add = (node: Elem) => edit(() => {
		/* What only authors and markers see stays last. */
		const rubric = elementsOf(body, 'qti-rubric-block')[0], after = rubric && elementsOf(body).slice(elementsOf(body).indexOf(rubric)).every(e => e.name === 'qti-rubric-block');
		insert(body, node, after ? rubric : undefined);
	});
	return <section class="adding" aria-labelledby="adding-title">
		<h2 id="adding-title">{t('author.adding')}</h2>
		<div class="buttons">
			<button type="button" class="second" onClick={() => add(newElement('p', {}, [textNode(t('author.newParagraph'))]))}>{t('author.addParagraph')}</button>
			<button type="button" class="second" onClick={() => add(newElement('p', {}, [newElement('img', {src: '', alt: ''})]))}>{t('author.addImage')}</button>
		</div>
		<div class="with-button">
			<div class="field"><label for="add-kind">{t('author.answerPlace')}</label>
				<select id="add-kind" value={kind} onChange={e => setKind(e.currentTarget.value)}>{newKinds.map(n => <option key={n} value={n}>{kindText(kindRows[n]!.name)}</option>)}</select></div>
			<button type="button" class="second" onClick={() => {
				const row = kindRows[kind]!;
				edit(() => {
					const element = begin(doc, row.start);
					insert(body, row.inline ? newElement('p', {}, [textNode(''), element]) : element, childOf(body, 'qti-rubric-block'));
					addUp(doc);
				});
			}}>{t('author.addAnswerPlace')}</button>
		</div>
	</section>;
}

function Feedback({doc}: Editing): JSX.Element | null {
	const all = elementsOf(doc.root, 'qti-modal-feedback');
	return all.length ? <section aria-labelledby="feedback-title">
		<h2 id="feedback-title">{t('author.feedback')}</h2>
		{all.map((f, i) => <fieldset key={i} class="group"><legend>{t('author.groupFeedback', {name: attr(f, 'identifier')})}</legend><Blocks parent={childOf(f, 'qti-content-body') ?? f} fixed/></fieldset>)}
	</section> : null;
}

// By the response that an interaction fills, else by the place in the body: what is added to declarations changes none.
function idsOf(doc: Doc): Map<Elem, string> {
	const ids = new Map<Elem, string>();
	const name = (element: Elem, path: string) => {
		ids.set(element, isInteraction(element) && attr(element, 'response-identifier') ? `i-${attr(element, 'response-identifier')}` : path);
		elementsOf(element).forEach((child, i) => name(child, `${path}-${i}`));
	};
	name(bodyOf(doc), 'b');
	elementsOf(doc.root, 'qti-modal-feedback').forEach((feedback, i) => name(feedback, `f${i}`));
	return ids;
}

export function Form({xml, set, files, news, addFile, toSource}: Props): JSX.Element {
	const doc = useMemo<Doc | null>(() => readItem(xml), [xml]);
	const ids = useMemo(() => doc ? idsOf(doc) : new Map<Elem, string>(), [doc]);
	useLayoutEffect(focusNow);
	if (!doc)
		return <div class="notice"><p>{t('author.noForm')}</p><div class="buttons"><button type="button" class="second" onClick={toSource}>{t('author.editSource')}</button></div></div>;
	const editing: Editing = {
		doc, may: Boolean(set), ids, files, news, addFile, toSource,
		edit: change => {
			change();
			set?.(writeXml(doc));
		},
	};
	return <EditingProvider value={editing}>
		<div class="form">
			<Field id="title" label={t('author.itemTitle')} hint={t('author.itemTitleHint')} value={attr(doc.root, 'title')} set={title => set && editing.edit(() => setAttr(doc.root, 'title', title))} maxLength={300}/>
			<h2>{t('author.body')}</h2>
			<Blocks parent={bodyOf(doc)}/>
			{set && <Adding {...editing}/>}
			<h2>{t('author.scoringTitle')}</h2>
			<ScoringFields {...editing}/>
			<Feedback {...editing}/>
		</div>
	</EditingProvider>;
}
