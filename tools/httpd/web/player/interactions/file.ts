/* upload: a file of the machine. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {facts, frame, others, type Make} from '../page';
import {file, nothing, single} from '../pci';
import type {FileValue} from '../types';
import {t} from '../../lib/words';

export const MOST = 3 << 20; /* bytes; the server takes 4 MiB of base64 (BV_RESPONSE_FILE_MAX) */

export const base64 = (blob: Blob): Promise<string> =>
	new Promise((good, bad) => {
		const reader = new FileReader();
		reader.onload = () => good(String(reader.result).replace(/^[^,]*,/, ''));
		reader.onerror = () => bad(reader.error);
		reader.readAsDataURL(blob);
	});

const mime_of = (given: File): string => (/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(given.type) ? given.type : 'application/octet-stream');

export const upload: Make = (node, page, saved) => {
	const f = facts(node),
		types = f.text('type'),
		own = frame('upload', node, page, t('player.upload'));
	let held: FileValue | null = file(saved);
	const input = h('input', {type: 'file', id: page.id(), class: 'hidden-text', accept: types.replace(/ /g, ',') || null});
	const pick = button(t('player.chooseFile'), () => input.click(), {class: 'q-pick'});
	const said = h('p', {class: 'q-file', 'aria-live': 'polite'});
	const out = button(
		t('player.removeFile'),
		() => {
			held = null;
			own.warn('');
			draw();
			page.changed();
			pick.focus();
		},
		{class: 'q-back'},
	);
	const take = async (given: File | undefined): Promise<void> => {
		own.warn('');
		if (!given) return;
		if (given.size > MOST || !given.size) {
			own.warn(t(given.size ? 'player.fileTooLarge' : 'player.fileEmpty', {mb: MOST >> 20}));
			return;
		}
		try {
			held = {data: await base64(given), mime: mime_of(given), name: given.name.normalize('NFC').slice(0, 80)};
			draw();
			page.changed();
		} catch {
			own.warn(t('player.fileUnreadable'));
		}
	};
	const draw = (): void => {
		const kb = Math.ceil(((held?.data.length ?? 0) * 3) / 4 / 1024),
			name = held?.name ?? '';
		said.textContent = held ? t('player.fileHeld', {name, kb}) : t('player.noFile');
		out.hidden = !held;
	};
	input.tabIndex = -1;
	input.setAttribute('aria-label', t('player.chooseFile'));
	input.addEventListener('change', () => {
		void take(input.files?.[0]);
		input.value = '';
	});
	own.body.addEventListener('dragover', event => event.preventDefault());
	own.body.addEventListener('drop', event => {
		event.preventDefault();
		void take(event.dataTransfer?.files[0]);
	});
	own.body.append(...others(node, page), h('div', {class: 'q-drop'}, pick, input, said), out);
	draw();
	return {node: own.node, value: () => (held ? single('file', held) : nothing), complete: () => true, focus: () => pick.focus()};
};
