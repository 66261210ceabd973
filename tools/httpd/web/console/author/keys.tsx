// The key of an interaction that is not ticked at its choices: an order, pairs, texts, a number, places on the image; and points where answers have points.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {addressIn, focusNext, useEditing} from './editing';
import {addUp, answersOf, areasOf, keysOf, type Point, pointsOf, setAnswers, setAreas, setKeys, setPoint, setScoring, scoringOf} from './qti';
import {Canvas, ShapeFields} from './shapes';
import {attr, childOf, type Elem, setAttr} from './xml';

export interface Named {
	identifier: string;
	text: string;
}

export const byPoints = (scoring: string): boolean => scoring === 'map_response' || scoring === 'sum';

// Points are numbers; what is half typed stays as it is.
export function Points({id, label, value, set}: {id: string; label: string; value: string; set(value: string): void}): JSX.Element {
	return <label class="points">{t('author.points')}<span class="hidden-text"> {label}</span>
		<input id={id} class="digits" inputMode="decimal" value={value} onInput={e => set(e.currentTarget.value.replace(',', '.').replace(/[^\d.-]/g, ''))}/></label>;
}

export function RowButtons({id, name, up, down, remove}: {id: string; name: string; up?(): void; down?(): void; remove?(): void}): JSX.Element {
	return <span class="row-buttons">
		{up && <button id={`${id}-up`} type="button" class="second" onClick={up} aria-label={t('author.up', {name})}>↑</button>}
		{down && <button id={`${id}-down`} type="button" class="second" onClick={down} aria-label={t('author.down', {name})}>↓</button>}
		{remove && <button id={`${id}-remove`} type="button" class="second" onClick={remove} aria-label={t('author.remove', {name})}>×</button>}
	</span>;
}

interface KeyProps {
	id: string;
	declaration: Elem;
}

export function OrderKey({id, declaration, choices}: KeyProps & {choices: Named[]}): JSX.Element {
	const {edit, may} = useEditing(), keys = keysOf(declaration).filter(k => choices.some(c => c.identifier === k));
	const all = [...keys, ...choices.map(c => c.identifier).filter(c => !keys.includes(c))];
	const move = (i: number, by: number) => edit(() => {
		const now = [...all], [one] = now.splice(i, 1);
		now.splice(i + by, 0, one!);
		setKeys(declaration, now);
		focusNext(`${id}-key-${one}-${i + by === 0 ? 'down' : i + by === all.length - 1 ? 'up' : by < 0 ? 'up' : 'down'}`);
	});
	return <section aria-label={t('author.orderKey')}><h3>{t('author.orderKey')}</h3>
		<ol class="key-order">{all.map((k, i) => {
			const text = choices.find(c => c.identifier === k)?.text || k;
			return <li key={k}><span>{k} – {text}</span>{may && <RowButtons id={`${id}-key-${k}`} name={text} up={i > 0 ? () => move(i, -1) : undefined} down={i < all.length - 1 ? () => move(i, 1) : undefined}/>}</li>;
		})}</ol></section>;
}

export function PairsKey({id, declaration, from, to}: KeyProps & {from: Named[]; to: Named[]}): JSX.Element {
	const {doc, edit, may} = useEditing(), points = pointsOf(declaration), pointed = byPoints(scoringOf(doc));
	const keys = [...new Set([...keysOf(declaration), ...pointed ? points.map(p => p.key) : []])];
	const right = new Set(keysOf(declaration)), valueOf = (key: string) => points.find(p => p.key === key)?.value;
	const change = (i: number, now: string | null) => edit(() => {
		const was = keys[i], value = was === undefined ? undefined : valueOf(was);
		setKeys(declaration, was === undefined ? [...right, now!] : [...right].map(k => k === was ? now : k).filter((k): k is string => k !== null));
		if (was !== undefined && value !== undefined)
			setPoint(declaration, was, null);
		if (now !== null && pointed)
			setPoint(declaration, now, value ?? '1');
		addUp(doc);
	});
	const select = (i: number, side: 0 | 1, all: Named[]) => {
		const parts = keys[i]!.split(' ');
		return <select aria-label={t(side ? 'author.pairTo' : 'author.pairFrom', {n: i + 1})} value={parts[side]} disabled={!may} id={`${id}-pair-${i}-${side}`}
			onChange={e => change(i, side ? `${parts[0]} ${e.currentTarget.value}` : `${e.currentTarget.value} ${parts[1]}`)}>
			{!all.some(c => c.identifier === parts[side]) && <option value={parts[side]}>{parts[side]}</option>}
			{all.map(c => <option key={c.identifier} value={c.identifier}>{c.identifier} – {c.text.slice(0, 60)}</option>)}
		</select>;
	};
	const free = from.flatMap(f => to.filter(x => x.identifier !== f.identifier).map(x => `${f.identifier} ${x.identifier}`)).find(p => !keys.includes(p));
	return <section aria-label={t('author.pairsKey')}><h3>{t('author.pairsKey')}</h3>
		<ul class="key-rows">{keys.map((key, i) => <li key={i}>
			{select(i, 0, from)}<span aria-hidden="true">→</span>{select(i, 1, to)}
			{pointed && <Points id={`${id}-pair-${i}-points`} label={key} value={valueOf(key) ?? '0'} set={value => edit(() => {
				setPoint(declaration, key, value);
				addUp(doc);
			})}/>}
			{may && <RowButtons id={`${id}-pair-${i}`} name={key} remove={() => change(i, null)}/>}
		</li>)}</ul>
		{may && free && <button type="button" class="second" onClick={() => {
			focusNext(`${id}-pair-${keys.length}-0`);
			change(keys.length, free);
		}}>{t('author.addPair')}</button>}
	</section>;
}

export function TextKey({id, declaration}: KeyProps): JSX.Element {
	const {doc, edit, may} = useEditing(), scoring = scoringOf(doc), base = attr(declaration, 'base-type'), told = answersOf(declaration);
	const [typed, type] = useState<string[]>(told.map(a => a.key)); // with the space that the next word comes after
	const same = typed.length === Math.max(told.length, 1) && told.every((a, i) => a.key.trim() === typed[i]!.trim()), texts = same ? typed : told.length ? told.map(a => a.key) : [''];
	const answers: Point[] = texts.map((key, i) => told[i] ?? {key, value: '1', ...base === 'string' && {caseSensitive: false}}), pointed = byPoints(scoring);
	const set = (now: Point[], shown: string[]) => {
		type(shown);
		edit(() => {
			/* Several right answers are a matter of points. */
			const several = now.length > 1 && scoring === 'match_correct', mapped = pointed || several || !!childOf(declaration, 'qti-mapping');
			setAnswers(declaration, now.map(a => ({...a, key: a.key.trim()})), mapped);
			if (several)
				setScoring(doc, attr(declaration, 'identifier') === 'RESPONSE' ? 'map_response' : 'sum');
			addUp(doc);
		});
	};
	const change = (i: number, now: Partial<Point>) => set(answers.map((a, n) => n === i ? {...a, ...now} : a), texts.map((x, n) => n === i ? now.key ?? x : x));
	return <section aria-label={t('author.textKey')}><h3>{t('author.textKey')}</h3>
		<div class="field"><label for={`${id}-base`}>{t('author.answerKind')}</label>
			<select id={`${id}-base`} value={base} disabled={!may} onChange={e => edit(() => setAttr(declaration, 'base-type', e.currentTarget.value))}>
				{[['string', t('author.answerText')], ['integer', t('author.answerInteger')], ['float', t('author.answerNumber')]].map(([v, l]) => <option key={v} value={v}>{l}</option>)}
				{!['string', 'integer', 'float'].includes(base) && <option value={base}>{base}</option>}
			</select></div>
		<ul class="key-rows">{answers.map((a, i) => <li key={i}>
			<label class="grows">{i ? t('author.alsoRight', {n: i + 1}) : t('author.rightAnswer')}
				<input id={`${id}-answer-${i}`} value={texts[i]} disabled={!may} autocomplete="off" autocapitalize="none" spellcheck={false} onInput={e => change(i, {key: e.currentTarget.value})}/></label>
			{pointed && <Points id={`${id}-answer-${i}-points`} label={a.key} value={a.value} set={value => change(i, {value})}/>}
			{pointed && base === 'string' && <label class="choice"><input type="checkbox" checked={a.caseSensitive ?? true} disabled={!may} onChange={e => change(i, {caseSensitive: e.currentTarget.checked})}/>{t('author.caseSensitive')}</label>}
			{may && answers.length > 1 && <RowButtons id={`${id}-answer-${i}`} name={a.key} remove={() => set(answers.filter((_, n) => n !== i), texts.filter((_, n) => n !== i))}/>}
		</li>)}</ul>
		{may && texts[texts.length - 1]!.trim() !== '' && <button type="button" class="second" onClick={() => {
			focusNext(`${id}-answer-${answers.length}`);
			set([...answers, {key: '', value: '1', ...base === 'string' && {caseSensitive: false}}], [...texts, '']);
		}}>{t('author.addAnswer')}</button>}
	</section>;
}

export function NumberKey({id, declaration}: KeyProps): JSX.Element {
	const {edit, may} = useEditing();
	return <div class="field"><label for={`${id}-number`}>{t('author.rightAnswer')}</label>
		<input id={`${id}-number`} class="digits" inputMode="decimal" value={keysOf(declaration)[0] ?? ''} disabled={!may} onInput={e => {
			const now = e.currentTarget.value.replace(',', '.').replace(/[^\d.-]/g, '');
			edit(() => setKeys(declaration, now ? [now] : []));
		}}/></div>;
}

// The middle of a place: a point that is right, for the key that goes with the areas.
function middle(shape: string, coords: string): string {
	const n = coords.split(',').map(Number);
	if (shape === 'circle' || shape === 'ellipse')
		return `${n[0] ?? 0} ${n[1] ?? 0}`;
	const xs = n.filter((_, i) => i % 2 === 0), ys = n.filter((_, i) => i % 2 === 1), mean = (all: number[]) => Math.round(all.reduce((a, b) => a + b, 0) / (all.length || 1));
	return `${mean(xs)} ${mean(ys)}`;
}

export function AreasKey({id, declaration, image}: KeyProps & {image: Elem | undefined}): JSX.Element {
	const editing = useEditing(), {doc, edit, may} = editing, areas = areasOf(declaration), [chosen, choose] = useState(0);
	const change = (now: typeof areas) => edit(() => {
		setAreas(declaration, now);
		const single = attr(declaration, 'cardinality') === 'single', good = now.filter(a => Number(a.value) > 0 && a.shape !== 'default').map(a => middle(a.shape, a.coords));
		setKeys(declaration, single ? good.slice(0, 1) : good);
		addUp(doc);
	});
	const set = (i: number, now: Partial<(typeof areas)[0]>) => change(areas.map((a, n) => n === i ? {...a, ...now} : a));
	return <section aria-label={t('author.areasKey')}><h3>{t('author.areasKey')}</h3>
		{image && <Canvas src={addressIn(editing, attr(image, 'src'))} alt="" width={Number(attr(image, 'width')) || 600} height={Number(attr(image, 'height')) || 400} chosen={chosen}
			shapes={areas.map((a, i) => ({name: String(i + 1), shape: a.shape, coords: a.coords}))} set={may ? coords => set(chosen, {coords}) : undefined}/>}
		<ul class="key-rows">{areas.map((a, i) => <li key={i}>
			<label class="choice"><input type="radio" name={`${id}-area`} checked={chosen === i} onChange={() => choose(i)}/>{t('author.area', {n: i + 1})}</label>
			<ShapeFields id={`${id}-area-${i}`} shape={a.shape} coords={a.coords} disabled={!may} set={(shape, coords) => set(i, {shape, coords})}/>
			<Points id={`${id}-area-${i}-points`} label={String(i + 1)} value={a.value} set={value => set(i, {value})}/>
			{may && areas.length > 1 && <RowButtons id={`${id}-area-${i}`} name={String(i + 1)} remove={() => change(areas.filter((_, n) => n !== i))}/>}
		</li>)}</ul>
		{may && <button type="button" class="second" onClick={() => {
			choose(areas.length);
			change([...areas, {shape: 'circle', coords: '60,40,20', value: '1'}]);
		}}>{t('author.addArea')}</button>}
	</section>;
}
