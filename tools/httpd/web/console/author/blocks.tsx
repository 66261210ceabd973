// Running content: paragraphs with what stands in them, interactions, and what only the source can show.
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import {focusNext, idOf, useEditing} from './editing';
import {ImageFields} from './image';
import {InteractionForm} from './interaction';
import {RowButtons} from './keys';
import {kindRows} from './kinds';
import {begin, bodyOf, isInteraction, setScoring, scoringOf} from './qti';
import {isRich, RichField, type Tool} from './rich';
import {attr, type Elem, elementsOf, remove, swap, textOf, walk} from './xml';

const texts = ['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'div', 'blockquote', 'li', 'td', 'th', 'dt', 'dd', 'caption', 'figcaption'];

// Nothing is answered in what is said to somebody.
const said = ['qti-rubric-block', 'qti-feedback-block', 'qti-modal-feedback'];

// What a block, or all that is in it, is called.
function nameOf(block: Elem): string {
	const text = textOf(block).replace(/\s+/g, ' ').trim().slice(0, 40);
	return text || block.name;
}

// With the declarations of what was answered in it.
export function takeOut(root: Elem, parent: Elem, block: Elem): void {
	const responses = [...walk(block)].filter(isInteraction).map(i => attr(i, 'response-identifier'));
	remove(parent, block);
	for (const declaration of elementsOf(root, 'qti-response-declaration'))
		if (responses.includes(attr(declaration, 'identifier')))
			remove(root, declaration);
}

function TextBlock({block, tools}: {block: Elem; tools: Tool[]}): JSX.Element {
	const editing = useEditing(), {edit, may} = editing, id = idOf(editing, block);
	const inside = [...walk(block)].filter(isInteraction), images = [...walk(block)].filter(e => e.name === 'img');
	return <>
		<RichField id={id} label={block.name.startsWith('h') ? t('author.heading') : t('author.paragraph')} nodes={block.children} tools={tools} set={may ? nodes => edit(() => {
			block.children = nodes;
			block.empty = block.empty && !nodes.length;
		}) : undefined}/>
		{images.map((image, i) => <ImageFields key={i} element={image} title={t('author.image')}/>)}
		{inside.map(i => <InteractionForm key={attr(i, 'response-identifier')} interaction={i}/>)}
	</>;
}

function Block({block, tools}: {block: Elem; tools: Tool[]}): JSX.Element {
	const {toSource} = useEditing();
	if (isInteraction(block))
		return <InteractionForm interaction={block}/>;
	if (block.name === 'qti-position-object-stage')
		return <>{elementsOf(block, 'qti-position-object-interaction').map((i, n) => <InteractionForm key={n} interaction={i}/>)}</>;
	if (texts.includes(block.name) && isRich(block))
		return <TextBlock block={block} tools={tools}/>;
	/* Lists, tables, divisions: their texts where they are plain; what holds interactions is gone into. */
	const deep = [...walk(block)].some(e => isInteraction(e)) || ['ul', 'ol', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'dl', 'figure', 'div', 'section', 'blockquote', 'qti-content-body', 'qti-feedback-block', 'qti-template-block', 'qti-rubric-block'].includes(block.name);
	if (block.name === 'qti-content-body')
		return <Blocks parent={block} fixed/>;
	if (deep && elementsOf(block).length)
		return <fieldset class="group"><legend class="small">{groupText(block)}</legend><Blocks parent={block} fixed tools={said.includes(block.name) ? [] : tools}/></fieldset>;
	return <div class="as-source"><code>{`<${block.name}>`}</code> {textOf(block).replace(/\s+/g, ' ').trim().slice(0, 80)} <button type="button" class="plain" onClick={toSource}>{t('author.editSource')}</button></div>;
}

function viewText(view: string): string {
	const words: Record<string, () => string> = {author: () => t('author.viewAuthor'), candidate: () => t('author.viewCandidate'), proctor: () => t('author.viewProctor'), scorer: () => t('author.viewScorer'), tutor: () => t('author.viewTutor')};
	return words[view]?.() ?? view;
}

function groupText(block: Elem): string {
	switch (block.name) {
	case 'ul': case 'ol': case 'dl': return t('author.groupList');
	case 'table': return t('author.groupTable');
	case 'tr': return t('author.groupRow');
	case 'qti-rubric-block': return t('author.groupRubric', {who: attr(block, 'view').split(/\s+/).filter(Boolean).map(viewText).join(', ')});
	case 'qti-feedback-block': case 'qti-modal-feedback': return t('author.groupFeedback', {name: attr(block, 'identifier')});
	default: return t('author.group');
	}
}

// fixed: nothing is moved, added or taken out.
export function Blocks({parent, skip = [], tools = [], fixed}: {parent: Elem; skip?: string[]; tools?: Tool[]; fixed?: boolean}): JSX.Element {
	const editing = useEditing(), {doc, edit, may} = editing, all = elementsOf(parent).filter(e => !skip.includes(e.name));
	const whole = !fixed && may && parent === bodyOf(doc);
	return <div class="blocks">{all.map((block, i) => <div class="block" key={i}>
		<Block block={block} tools={whole ? bodyTools(editing) : tools}/>
		{whole && all.length > 1 && <RowButtons id={`${idOf(editing, block)}-block`} name={nameOf(block)}
			up={i > 0 ? () => edit(() => {
				swap(parent, block, all[i - 1]!);
				focusNext(`${idOf(editing, all[i - 1]!)}-block-up`);
			}) : undefined}
			down={i < all.length - 1 ? () => edit(() => {
				swap(parent, block, all[i + 1]!);
				focusNext(`${idOf(editing, all[i + 1]!)}-block-down`);
			}) : undefined}
			remove={() => edit(() => {
				takeOut(doc.root, parent, block);
				if (scoringOf(doc) === 'sum')
					setScoring(doc, 'sum');
			})}/>}
	</div>)}</div>;
}

// Places to answer within a paragraph.
function bodyTools({doc}: ReturnType<typeof useEditing>): Tool[] {
	const make = (name: string) => () => begin(doc, kindRows[name]!.start);
	return [{label: t('author.insertEntry'), make: make('qti-text-entry-interaction')}, {label: t('author.insertChoice'), make: make('qti-inline-choice-interaction')}];
}
