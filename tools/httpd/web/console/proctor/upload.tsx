// Emergency files (.baithi) that a candidate's machine wrote when it could not send: brought on a stick, and given to the server here.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {insist} from '../ask';
import {problemText, useAction} from '../form';

const FILE_MAX = 1 << 20;

interface Taken {
	attempt: number;
	ticket: string;
	taken: number;
	known: number;
	older: number;
	refused: {item: number; why: string}[];
}

interface Line {
	file: string;
	good: boolean;
	text: string;
}

async function send(sitting: string, file: File): Promise<Line> {
	if (file.size > FILE_MAX)
		return {file: file.name, good: false, text: t('proctor.fileTooLarge')};
	try {
		const said = await insist<Taken>(`/api/sittings/${encodeURIComponent(sitting)}/baithi`, {document: (await file.text()).trim(), reason: t('proctor.filesReason')});
		const refused = said.refused.length ? ' ' + t('proctor.fileRefused', {n: said.refused.length, items: said.refused.map(r => r.item + 1).join(', ')}) : '';
		return {file: file.name, good: !said.refused.length, text: t('proctor.fileTaken', {ticket: said.ticket, n: said.taken, known: said.known + said.older}) + refused};
	} catch (e) {
		return {file: file.name, good: false, text: problemText(e)};
	}
}

export function Upload({sitting, done}: {sitting: string; done(): void}): JSX.Element {
	const [lines, setLines] = useState<Line[]>([]);
	const action = useAction();
	return <>
		<p>{t('proctor.filesText')}</p>
		<div class="field">
			<label for="files">{t('proctor.files')}</label>
			<input id="files" type="file" accept=".baithi" multiple disabled={action.busy} onChange={e => {
				const input = e.currentTarget, files = [...input.files ?? []];
				void action.run(async () => {
					for (const file of files) {
						const line = await send(sitting, file);
						setLines(before => [line, ...before]);
					}
					input.value = '';
					done();
				});
			}}/>
		</div>
		{action.busy && <p role="status">{t('common.wait')}</p>}
		<div role="status">{lines.map((l, i) => <div key={lines.length - i} class={`notice ${l.good ? 'good' : 'bad'}`}><p><strong>{l.file}</strong>: {l.text}</p></div>)}</div>
	</>;
}
