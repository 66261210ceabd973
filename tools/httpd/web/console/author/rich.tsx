// A text with its small marks (bold, italic …) as it is seen. What cannot be typed here (formulas, pictures, places to answer, anything unknown) stands in it as
// one piece that may be moved over and taken out, and is otherwise left as it is.
import type {JSX} from 'preact';
import {useLayoutEffect, useRef} from 'preact/hooks';
import {h} from '../../lib/dom';
import {t} from '../../lib/words';
import {attr, decode, type Elem, newElement, textNode, textOf, writeNode, type XNode} from './xml';

const marks = ['strong', 'em', 'b', 'i', 'u', 'sub', 'sup', 'code', 'small', 'q', 'cite', 'abbr', 'kbd', 'samp', 'var', 'dfn', 'span'];
// What browsers make of their own keys for bold and italic, and of Enter.
const made: Record<string, string> = {B: 'strong', STRONG: 'strong', I: 'em', EM: 'em', U: 'u', SUB: 'sub', SUP: 'sup'};

export const isMark = (node: XNode): boolean => node.kind === 'element' && (node.name === 'br' || (marks.includes(node.name) && node.children.every(c => c.kind !== 'element' || isMark(c))));

export interface Tool {
	label: string;
	make(selected: string): XNode; // is put where the cursor is, instead of what is selected
}

function chipText(node: XNode): string {
	if (node.kind !== 'element')
		return '…';
	const response = attr(node, 'response-identifier'), id = attr(node, 'identifier');
	switch (node.name) {
	case 'qti-text-entry-interaction': return t('author.chipEntry', {name: response});
	case 'qti-inline-choice-interaction': return t('author.chipChoice', {name: response});
	case 'qti-end-attempt-interaction': return t('author.chipEnd', {name: attr(node, 'title')});
	case 'qti-hottext': return textOf(node).trim() || id;
	case 'qti-gap': return t('author.chipGap', {name: id});
	case 'img': return t('author.chipImage', {name: attr(node, 'alt') || attr(node, 'src')});
	case 'math': case 'm:math': return t('author.chipMath', {text: textOf(node).replace(/\s+/g, ' ').trim().slice(0, 40)});
	case 'qti-printed-variable': return t('author.chipVariable', {name: id});
	default: return `<${node.name}> ${textOf(node).replace(/\s+/g, ' ').trim().slice(0, 30)}`;
	}
}

interface Props {
	id: string;
	label: string;
	labelHidden?: boolean;
	nodes: XNode[];
	set?(nodes: XNode[]): void;
	tools?: Tool[];
	onKeyDown?(e: KeyboardEvent): void;
}

export function RichField({id, label, labelHidden, nodes, set, tools = [], onKeyDown}: Props): JSX.Element {
	const box = useRef<HTMLDivElement>(null), known = useRef(new WeakMap<Node, XNode>()), shown = useRef<string | null>(null);
	const value = nodes.map(n => writeNode(n)).join(''), spaced = value.includes('\u00a0') || value.includes('&#160;') || value.includes('&#xA0;');

	const put = (into: Node, all: XNode[]) => {
		for (const node of all) {
			let made_of: Node;
			if (node.kind === 'text')
				made_of = document.createTextNode(decode(node.raw));
			else if (isMark(node) && node.kind === 'element')
				put(made_of = document.createElement(node.name), node.children);
			else
				made_of = h('span', {class: node.kind === 'raw' ? 'chip chip-raw' : 'chip', contenteditable: 'false'}, chipText(node));
			known.current.set(made_of, node);
			into.appendChild(made_of);
		}
	};
	const take = (from: Node): XNode[] => {
		const all: XNode[] = [];
		const add = (node: XNode) => {
			const last = all[all.length - 1];
			if (node.kind === 'text' && last?.kind === 'text')
				all[all.length - 1] = {kind: 'text', raw: last.raw + node.raw};
			else
				all.push(node);
		};
		from.childNodes.forEach(child => {
			const was = known.current.get(child);
			if (child instanceof Text) {
				const text = spaced ? child.data : child.data.replace(/\u00a0/g, ' ');
				if (was?.kind === 'text' && decode(was.raw) === text)
					add(was);
				else if (text)
					add(textNode(text));
			} else if (was && !isMark(was))
				add(was);
			else if (was?.kind === 'element') {
				const inside = take(child);
				add(inside.map(n => writeNode(n)).join('') === was.children.map(n => writeNode(n)).join('') ? was : {...was, children: inside, empty: was.empty && !inside.length});
			} else if (child.nodeName === 'BR')
				add(newElement('br'));
			else if (made[child.nodeName]) {
				const inside = take(child);
				if (inside.length)
					add(newElement(made[child.nodeName]!, {}, inside));
			} else {
				if ((child.nodeName === 'DIV' || child.nodeName === 'P') && all.length)
					add(newElement('br'));
				take(child).forEach(add);
			}
		});
		/* Browsers keep a line open by a last <br>. */
		const last = all[all.length - 1];
		if (from === box.current && last?.kind === 'element' && last.name === 'br' && !value.endsWith(writeNode(last)))
			all.pop();
		return all;
	};
	useLayoutEffect(() => {
		if (!box.current || shown.current === value)
			return;
		shown.current = value;
		known.current = new WeakMap();
		box.current.replaceChildren();
		put(box.current, nodes);
	});
	const emit = () => {
		if (!box.current || !set)
			return;
		const now = take(box.current);
		shown.current = now.map(n => writeNode(n)).join('');
		set(now);
	};
	const place = (node: XNode, range: Range | null) => {
		const holder = document.createDocumentFragment();
		put(holder, [node]);
		if (range && box.current?.contains(range.commonAncestorContainer)) {
			range.deleteContents();
			range.insertNode(holder);
		} else
			box.current?.append(holder);
		emit();
	};
	const range = () => {
		const selection = getSelection();
		return selection?.rangeCount ? selection.getRangeAt(0) : null;
	};
	return <div class="field rich">
		<span class={labelHidden ? 'hidden-text' : 'label'} id={`${id}-label`}>{label}</span>
		<div id={id} ref={box} class="rich-text" role="textbox" aria-multiline="true" aria-labelledby={`${id}-label`} aria-readonly={!set} tabIndex={0}
			contentEditable={set ? 'true' : 'false'} spellcheck={false} onInput={emit} onKeyDown={e => {
				if (e.key === 'Enter' && !e.isComposing) {
					e.preventDefault();
					place(newElement('br'), range());
					getSelection()?.collapseToEnd();
					return;
				}
				onKeyDown?.(e);
			}} onPaste={e => {
				e.preventDefault();
				const text = e.clipboardData?.getData('text/plain') ?? '';
				if (text && set) {
					place(textNode(text.normalize('NFC').replace(/\s+/g, ' ')), range());
					getSelection()?.collapseToEnd();
				}
			}} onDrop={e => e.preventDefault()}/>
		{set && tools.length > 0 && <div class="rich-tools">{tools.map(tool => <button key={tool.label} type="button" class="plain" onMouseDown={e => e.preventDefault()} onClick={() => {
			const at = range(), inside = at && box.current?.contains(at.commonAncestorContainer) ? at : null;
			place(tool.make(inside ? inside.toString() : ''), inside);
		}}>{tool.label}</button>)}</div>}
	</div>;
}

// Can its content be shown in one such field?
export const isRich = (element: Elem): boolean => element.children.every(c => c.kind !== 'element' || isMark(c) || isPiece(c));

const pieces = ['img', 'math', 'm:math', 'a', 'qti-printed-variable', 'qti-text-entry-interaction', 'qti-inline-choice-interaction', 'qti-end-attempt-interaction', 'qti-hottext', 'qti-gap',
	'qti-feedback-inline', 'qti-template-inline', 'ruby', 'object', 'picture', 'bdo', 'audio', 'video'];
const isPiece = (node: Elem): boolean => pieces.includes(node.name) || marks.includes(node.name);
