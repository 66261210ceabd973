// extended-text: one box, or one for each of several texts.
import {h} from '../../lib/dom';
import {t} from '../../lib/words';
import {button} from '../dom';
import {facts, frame, type Facts, type Make} from '../page';
import {atoms} from '../pci';
import {keeping, lexical, pci, quiet, typed} from './text';

/* A formatted text is paragraphs here. */
const formatted = (f: Facts): boolean => f.text('format') === 'xhtml';
const xhtml = (text: string): string =>
	text
		.split('\n')
		.map(l => `<p>${l.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</p>`)
		.join('');
const entities: {[name: string]: string} = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
const plain = (f: Facts, text: string): string =>
	!formatted(f)
		? text
		: text
				.replace(/<\/(p|div|li|h\d)>(?!$)|<br ?\/?>/g, '\n')
				.replace(/<[^>]*>/g, '')
				.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all: string, name: string) =>
					name[0] !== '#' ? (entities[name] ?? all) : String.fromCodePoint(/^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1))),
				);

export const extended_text: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('text', node, page, t('player.extendedText')),
		fields: HTMLTextAreaElement[] = [];
	const several = f.cardinality === 'multiple' || f.cardinality === 'ordered',
		most = several ? f.number('max-strings') : 1;
	const least = f.number('min-strings'),
		lines = f.number('expected-lines', several ? 1 : 5);
	const given = (): string[] => fields.map(typed);
	const more = button(
		t('player.moreText'),
		() => {
			box();
			fields[fields.length - 1]!.focus();
			update();
		},
		{class: 'q-more'},
	);
	const update = (): void => {
		more.hidden = !several || (most > 0 && fields.length >= most);
	};
	const box = (): void => {
		const i = fields.length;
		const field = h('textarea', {
			class: 'q-field',
			rows: Math.min(Math.max(lines, 1), 30),
			...quiet,
			maxlength: 16384,
			'aria-label': several ? t('player.textNumber', {n: i + 1}) : t('player.yourText'),
			placeholder: f.text('placeholder-text') || null,
			'data-typing': f.type === 'string' ? 'text' : null,
		});
		keeping(f, page, field, i, plain(f, lexical(saved, i)), own.warn);
		fields.push(field);
		more.before(field);
	};
	own.body.append(more);
	const want = Math.max(1, several ? Math.max(least, most > 1 && most <= 5 ? most : 1, atoms(saved).length) : 1);
	while (fields.length < want) box();
	update();
	return {
		node: own.node,
		value: () => pci(f, formatted(f) ? given().map(s => s.trim() && xhtml(s)) : given()),
		complete: () => given().filter(s => s.trim()).length >= Math.min(least, most || least),
		focus: () => fields[0]?.focus(),
	};
};
