// The form of one interaction, by its row of kinds.ts.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {kindText} from './bank';
import {Blocks} from './blocks';
import {addressIn, focusNext, idOf, useEditing} from './editing';
import {ImageFields} from './image';
import {AreasKey, byPoints, type Named, NumberKey, OrderKey, PairsKey, Points, RowButtons, TextKey} from './keys';
import {type ChoiceRow, type FieldRow, type Kind, kindRows} from './kinds';
import {addUp, declarationOf, freeIdentifier, freeLetter, identifiersOf, keyIsMade, keysOf, pointsOf, renameKey, scoringOf, setKeys, setPoint} from './qti';
import {isRich, RichField} from './rich';
import {Canvas, ShapeFields} from './shapes';
import {attr, childOf, type Elem, elementsOf, insert, newElement, parentOf, remove, setAttr, setText, swap, textOf, walk} from './xml';

// ---- Settings

function Setting({id, element, row}: {id: string; element: Elem; row: FieldRow}): JSX.Element {
	const {edit, may} = useEditing(), value = attr(element, row.attr), field = `${id}-${row.attr}`;
	const set = (now: string) => edit(() => setAttr(element, row.attr, now === '' || (row.type === 'yes' && now === (row.usual ?? 'false') && !value) ? null : now));
	if (row.type === 'yes')
		return <label class="choice"><input id={field} type="checkbox" disabled={!may} checked={(value || row.usual || 'false') === 'true'} onChange={e => set(String(e.currentTarget.checked))}/>{t(row.label)}</label>;
	if (row.type === 'choice')
		return <div class="field"><label for={field}>{t(row.label)}</label>
			<select id={field} value={value || row.choices?.[0]?.[0]} disabled={!may} onChange={e => set(e.currentTarget.value)}>{row.choices?.map(([v, l]) => <option key={v} value={v}>{t(l)}</option>)}</select></div>;
	const number = row.type !== 'text';
	return <div class="field"><label for={field}>{t(row.label)}</label>
		<input id={field} class={number ? 'digits' : undefined} inputMode={row.type === 'count' ? 'numeric' : number ? 'decimal' : undefined} value={value} placeholder={row.usual} disabled={!may} autocomplete="off"
			onInput={e => set(row.type === 'count' ? e.currentTarget.value.replace(/\D/g, '') : number ? e.currentTarget.value.replace(',', '.').replace(/[^\d.-]/g, '') : e.currentTarget.value)}/></div>;
}

// ---- Choices

export function choicesOf(interaction: Elem, row: ChoiceRow): Elem[] {
	if (row.content === 'running')
		return [...walk(interaction)].filter(e => e.name === row.element);
	const holder = row.within ? elementsOf(interaction, row.within)[row.nth ?? 0] : interaction;
	return holder ? elementsOf(holder, row.element) : [];
}

const nameOf = (choice: Elem): string => textOf(choice).replace(/\s+/g, ' ').trim() || attr(choice, 'hotspot-label') || attr([...walk(choice)].find(e => e.name === 'img') ?? choice, 'alt');
export const namedOf = (choices: Elem[]): Named[] => choices.map(c => ({identifier: attr(c, 'identifier'), text: nameOf(c)}));

interface ChoiceProps {
	interaction: Elem;
	row: ChoiceRow;
	kind: Kind;
	declaration: Elem | undefined;
	canvas: {chosen: number; choose(n: number): void; first: number};
}

function Content({choice, row, id}: {choice: Elem; row: ChoiceRow; id: string}): JSX.Element {
	const {doc, edit, may, toSource} = useEditing(), name = attr(choice, 'identifier');
	if (row.content === 'shape')
		return <ShapeFields id={id} shape={attr(choice, 'shape')} coords={attr(choice, 'coords')} disabled={!may} set={(shape, coords) => edit(() => {
			setAttr(choice, 'shape', shape);
			setAttr(choice, 'coords', coords);
		})}/>;
	if (row.content === 'image') {
		const image = [...walk(choice)].find(e => e.name === 'img' || e.name === 'object');
		return image ? <ImageFields element={image} title={t('author.image')}/> : <p>{t('author.editSource')}</p>;
	}
	if (row.content === 'running' && row.element === 'qti-gap')
		return <span class="grows">{t('author.gapHere', {name})}</span>;
	if (row.content !== 'rich' && choice.children.every(c => c.kind === 'text'))
		return <input id={id} class="grows" aria-label={t('author.choiceText', {name})} value={textOf(choice)} disabled={!may} autocomplete="off" onInput={e => edit(() => setText(choice, e.currentTarget.value))}/>;
	if (isRich(choice))
		return <RichField id={id} label={t('author.choiceText', {name})} labelHidden nodes={choice.children} set={may ? nodes => edit(() => {
			choice.children = nodes;
			choice.empty = choice.empty && !nodes.length;
		}) : undefined}/>;
	return <p class="grows">{nameOf(choice).slice(0, 80)} <button type="button" class="plain" onClick={toSource}>{doc ? t('author.editSource') : ''}</button></p>;
}

function KeyMark({choice, props: {declaration, interaction}, name, id}: {choice: Elem; props: ChoiceProps; name: string; id: string}): JSX.Element | null {
	const {doc, edit, may} = useEditing();
	if (!declaration)
		return null;
	const many = attr(declaration, 'cardinality') !== 'single', keys = keysOf(declaration), key = attr(choice, 'identifier'), pointed = byPoints(scoringOf(doc));
	return <label class="key-mark"><input id={`${id}-key`} type={many ? 'checkbox' : 'radio'} name={`${idOfName(interaction)}-key`} checked={keys.includes(key)} disabled={!may} onChange={e => {
		const on = e.currentTarget.checked;
		edit(() => {
			setKeys(declaration, many ? on ? [...keys, key] : keys.filter(k => k !== key) : [key]);
			if (pointed && !many && !pointsOf(declaration).some(p => p.key === key))
				setPoint(declaration, key, '1');
			if (pointed && many)
				setPoint(declaration, key, on ? '1' : null);
			addUp(doc);
		});
	}}/><span>{key}</span><span class="hidden-text"> {t('author.isRight', {name})}</span></label>;
}

const idOfName = (interaction: Elem): string => attr(interaction, 'response-identifier');

function OneChoice({choice, i, all, ...props}: ChoiceProps & {choice: Elem; i: number; all: Elem[]}): JSX.Element {
	const {row, kind, declaration, interaction, canvas} = props, editing = useEditing(), {doc, edit, may} = editing;
	const identifier = attr(choice, 'identifier'), id = `${idOf(editing, interaction)}-${row.element}-${identifier}`, name = nameOf(choice) || identifier, pointed = kind.key === 'choice' && byPoints(scoringOf(doc));
	const point = declaration && pointsOf(declaration).find(p => p.key === identifier);
	const move = (by: number) => edit(() => {
		const parent = parentOf(doc.root, choice), other = all[i + by];
		if (parent && other)
			swap(parent, choice, other);
		focusNext(`${id}-${i + by === 0 ? 'down' : i + by === all.length - 1 ? 'up' : by < 0 ? 'up' : 'down'}`);
	});
	const take = () => edit(() => {
		const parent = parentOf(doc.root, choice);
		renameKey(declaration, identifier, null);
		if (parent && row.element === 'qti-hottext')
			parent.children.splice(parent.children.indexOf(choice), 1, ...choice.children); // the words stay
		else if (parent)
			remove(parent, choice);
		addUp(doc);
		const next = all[i + 1] ?? all[i - 1];
		if (next)
			focusNext(`${idOf(editing, interaction)}-${row.element}-${attr(next, 'identifier')}-remove`);
	});
	const still = row.content === 'running';
	return <li class="choice-row" onKeyDown={e => {
		if (!may || still || !e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown'))
			return;
		e.preventDefault();
		const by = e.key === 'ArrowUp' ? -1 : 1;
		if (all[i + by]) {
			move(by);
			focusNext((e.target as HTMLElement).id);
		}
	}}>
		{kind.key === 'choice' ? <KeyMark choice={choice} props={props} name={name} id={id}/> : <span class="key-mark"><span>{identifier}</span></span>}
		{row.content === 'shape' && <label class="choice"><input type="radio" name={`${id.split('-')[0]}-draw`} checked={canvas.chosen === canvas.first + i} onChange={() => canvas.choose(canvas.first + i)}/>
			<span class="hidden-text">{identifier} </span>{t('author.draw')}</label>}
		<Content choice={choice} row={row} id={id}/>
		{pointed && declaration && <Points id={`${id}-points`} label={name} value={point?.value ?? ''} set={value => edit(() => {
			setPoint(declaration, identifier, value || null);
			addUp(doc);
		})}/>}
		{row.attrs?.map(a => <Setting key={a.attr} id={id} element={choice} row={a}/>)}
		{may && <RowButtons id={id} name={name} up={!still && i > 0 ? () => move(-1) : undefined} down={!still && i < all.length - 1 ? () => move(1) : undefined} remove={all.length > 1 ? take : undefined}/>}
	</li>;
}

function Choices(props: ChoiceProps): JSX.Element {
	const {interaction, row} = props, editing = useEditing(), {doc, edit, may} = editing, all = choicesOf(interaction, row);
	const add = () => edit(() => {
		const holder = row.within ? elementsOf(interaction, row.within)[row.nth ?? 0] : interaction;
		const identifier = freeLetter(new Set([...identifiersOf(doc), 'RESPONSE']));
		const choice = newElement(row.element, {identifier, ...row.adds}, row.content === 'image' ? [newElement('img', {src: '', alt: '', width: '60', height: '40'})] : []);
		if (row.content === 'rich' || row.content === 'text')
			choice.empty = false;
		if (!holder)
			return;
		const last = all[all.length - 1], after = last && holder.children.slice(holder.children.indexOf(last) + 1).find(c => c.kind === 'element');
		insert(holder, choice, after ?? (last ? undefined : childOf(holder, 'qti-associable-hotspot', 'p')));
		focusNext(`${idOf(editing, interaction)}-${row.element}-${identifier}${row.content === 'shape' ? '-coords' : ''}`);
	});
	return <section aria-label={t(row.title)}>
		<h3>{t(row.title)}</h3>
		<ul class="choice-rows">{all.map((c, i) => <OneChoice key={attr(c, 'identifier')} {...props} choice={c} i={i} all={all}/>)}</ul>
		{may && row.content !== 'running' && <button type="button" class="second" onClick={add}>{t('author.addTo', {what: t(row.title).toLowerCase()})}</button>}
	</section>;
}

// ---- The whole

function Several({interaction, declaration}: {interaction: Elem; declaration: Elem}): JSX.Element {
	const {edit, may, doc} = useEditing(), many = attr(declaration, 'cardinality') === 'multiple';
	return <label class="choice"><input type="checkbox" checked={many} disabled={!may} onChange={e => {
		const on = e.currentTarget.checked;
		edit(() => {
			setAttr(declaration, 'cardinality', on ? 'multiple' : 'single');
			setAttr(interaction, 'max-choices', on ? '0' : '1');
			if (!on)
				setKeys(declaration, keysOf(declaration).slice(0, 1));
			addUp(doc);
		});
	}}/>{t('author.several')}</label>;
}

function Key({id, kind, interaction, declaration, image}: {id: string; kind: Kind; interaction: Elem; declaration: Elem; image: Elem | undefined}): JSX.Element | null {
	const sets = kind.choices.map(row => namedOf(choicesOf(interaction, row))), all = sets.flat();
	switch (kind.key) {
	case 'order': return <OrderKey id={id} declaration={declaration} choices={all}/>;
	case 'pairs': return <PairsKey id={id} declaration={declaration} from={kind.directed ? sets.slice(0, -1).flat() : all} to={kind.directed ? sets[sets.length - 1] ?? [] : all}/>;
	case 'text': return <TextKey id={id} declaration={declaration}/>;
	case 'number': return <NumberKey id={id} declaration={declaration}/>;
	case 'areas': return <AreasKey id={id} declaration={declaration} image={image}/>;
	default: return null;
	}
}

function Prompt({id, interaction}: {id: string; interaction: Elem}): JSX.Element {
	const {edit, may, toSource} = useEditing(), prompt = childOf(interaction, 'qti-prompt');
	if (prompt && !isRich(prompt))
		return <p>{textOf(prompt).trim().slice(0, 120)} <button type="button" class="plain" onClick={toSource}>{t('author.editSource')}</button></p>;
	return <RichField id={`${id}-prompt`} label={t('author.prompt')} nodes={prompt?.children ?? []} set={may ? nodes => edit(() => {
		const it = prompt ?? newElement('qti-prompt');
		it.children = nodes;
		it.empty = it.empty && !nodes.length;
		if (!prompt)
			insert(interaction, it, interaction.children.find(c => c.kind === 'element'));
	}) : undefined}/>;
}

// Of a gap or of words that may be chosen: put where the cursor is.
function runningTools(kind: Kind, doc: Parameters<typeof identifiersOf>[0]): {label: string; make(selected: string): Elem}[] {
	const taken = identifiersOf(doc);
	if (kind.name === 'gapMatch')
		return [{label: t('author.insertGap'), make: () => newElement('qti-gap', {identifier: freeIdentifier(taken, 'G')})}];
	return [{label: t('author.markHottext'), make: selected => {
		const hottext = newElement('qti-hottext', {identifier: freeIdentifier(taken, 'H')});
		setText(hottext, selected || t('author.newHottext'));
		hottext.empty = false;
		return hottext;
	}}];
}

export function InteractionForm({interaction}: {interaction: Elem}): JSX.Element {
	const editing = useEditing(), {doc, toSource, may, edit} = editing, kind = kindRows[interaction.name], id = idOf(editing, interaction), [chosen, choose] = useState(0);
	if (!kind)
		return <div class="notice"><p>{t('author.onlySource', {name: interaction.name})}</p><div class="buttons"><button type="button" class="second" onClick={toSource}>{t('author.editSource')}</button></div></div>;
	const response = attr(interaction, 'response-identifier'), declaration = declarationOf(doc, response);
	const image = childOf(interaction, 'img'), stage = kind.stage ? parentOf(doc.root, interaction) : undefined, ground = stage ? childOf(stage, 'img') : image;
	const shapes = kind.choices.filter(r => r.content === 'shape').flatMap(r => choicesOf(interaction, r));
	const media = kind.name === 'media' ? childOf(interaction, 'audio', 'video', 'object') : undefined;
	const several = kind.key === 'choice' && !kind.inline && declaration && ['single', 'multiple'].includes(attr(declaration, 'cardinality'));
	return <fieldset class="interaction">
		<legend>{kindText(kind.name)} <span class="quiet small">{response}</span></legend>
		{kind.prompt && <Prompt id={id} interaction={interaction}/>}
		{ground && <ImageFields element={ground} title={t('author.image')} shown={!shapes.length && kind.key !== 'areas'}/>}
		{kind.stage && image && <ImageFields element={image} title={t('author.placed')}/>}
		{media && <ImageFields element={media} title={t('author.recording')}/>}
		{shapes.length > 0 && image && <Canvas src={addressIn(editing, attr(image, 'src'))} alt={attr(image, 'alt')} width={Number(attr(image, 'width')) || 600} height={Number(attr(image, 'height')) || 400} chosen={chosen}
			shapes={shapes.map(s => ({name: attr(s, 'identifier'), shape: attr(s, 'shape'), coords: attr(s, 'coords')}))} set={may ? coords => edit(() => shapes[chosen] && setAttr(shapes[chosen]!, 'coords', coords)) : undefined}/>}
		{kind.blocks && <Blocks parent={interaction} skip={['qti-prompt', 'qti-gap-text', 'qti-gap-img']} tools={runningTools(kind, doc)}/>}
		{several && declaration && <Several interaction={interaction} declaration={declaration}/>}
		{kind.choices.map((row, i) => <Choices key={i} interaction={interaction} row={row} kind={kind} declaration={declaration}
			canvas={{chosen, choose, first: 0}}/>)}
		{!declaration && response && <div class="notice bad"><p>{t('author.notDeclared', {name: response})}</p></div>}
		{declaration && keyIsMade(doc, response)
			? <div class="notice"><p>{t('author.keyMade')}</p><div class="buttons"><button type="button" class="second" onClick={toSource}>{t('author.editSource')}</button></div></div>
			: declaration && <Key id={id} kind={kind} interaction={interaction} declaration={declaration} image={ground}/>}
		{kind.fields.length > 0 && <details class="settings"><summary>{t('author.settings')}</summary>{kind.fields.map(f => <Setting key={f.attr} id={id} element={interaction} row={f}/>)}</details>}
	</fieldset>;
}
