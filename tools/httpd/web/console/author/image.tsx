// An image, a sound or a film that the item names: its file, what stands for it, its size.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {announce} from '../../lib/dom';
import {formatNumber, t} from '../../lib/words';
import {addressIn, idOf, useEditing} from './editing';
import {FILE_MAX, takeFile} from './files';
import {attr, type Elem, setAttr} from './xml';

export function ImageFields({element, title, shown = true}: {element: Elem; title: string; shown?: boolean}): JSX.Element {
	const editing = useEditing(), {edit, may, news, files, addFile} = editing, id = idOf(editing, element), [fault, setFault] = useState('');
	const named = element.name === 'object' ? 'data' : 'src', href = attr(element, named), address = addressIn(editing, href), picture = element.name === 'img' || element.name === 'object';
	const self = files.find(f => f.role === 'document')?.path.split('/').slice(0, -1).join('/') ?? '';
	const choose = async (list: FileList | null) => {
		const file = list?.[0];
		if (!file)
			return;
		if (file.size > FILE_MAX) {
			setFault(t('author.fileTooLarge', {n: Math.floor(FILE_MAX / (1 << 20))}));
			return;
		}
		setFault('');
		const taken = await takeFile(file, [...news.map(f => f.href), ...files.map(f => self && f.path.startsWith(`${self}/`) ? f.path.slice(self.length + 1) : f.path)]);
		addFile(taken);
		edit(() => {
			setAttr(element, named, taken.href);
			if (element.name === 'object')
				setAttr(element, 'type', taken.type);
			if (taken.width && taken.height) {
				setAttr(element, 'width', String(taken.width));
				setAttr(element, 'height', String(taken.height));
			}
		});
		announce(t('author.fileTaken', {name: taken.href}));
	};
	return <fieldset class="image-fields" disabled={!may}>
		<legend>{title}</legend>
		{shown && picture && address && <img class="thumb" src={address} alt={attr(element, 'alt')}/>}
		<div class="field"><label for={`${id}-file`}>{href ? t('author.replaceFile', {name: href}) : t('author.chooseFile')}</label>
			{fault && <span class="fault" role="alert">{fault}</span>}
			<input id={`${id}-file`} type="file" accept={picture ? 'image/png,image/jpeg,image/webp,image/gif,image/svg+xml' : element.name === 'audio' ? 'audio/*' : 'audio/*,video/*'}
				onChange={e => void choose(e.currentTarget.files)}/></div>
		{element.name === 'img' && <div class="field"><label for={`${id}-alt`}>{t('author.alt')}</label>
			<span class="hint" id={`${id}-alt-hint`}>{t('author.altHint')}</span>
			<textarea id={`${id}-alt`} rows={2} value={attr(element, 'alt')} aria-describedby={`${id}-alt-hint`} onInput={e => edit(() => setAttr(element, 'alt', e.currentTarget.value.replace(/\s*\n\s*/g, ' ')))}/></div>}
		{element.name === 'img' && attr(element, 'width') && attr(element, 'height') &&
			<p class="quiet small">{t('author.size', {width: formatNumber(Number(attr(element, 'width')) || 0), height: formatNumber(Number(attr(element, 'height')) || 0)})}</p>}
	</fieldset>;
}
