// Bringing photographs of candidates: a zip archive or pictures, called after tickets or personal ids; looked at before anything is done, faults by their files.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, useAction} from '../form';

const FILE_MAX = 16 << 20;

interface Wrong {
	file: string;
	why: string;
}

interface Standing {
	kept: boolean;
	candidates: number;
	without: number;
	tickets: string[];
}

interface Told {
	done: boolean;
	set: number;
	same: number;
	faultCount: number;
	faults: Wrong[];
}

const reasons: Record<string, () => string> = {
	format: () => t('centre.photoFormat'), damaged: () => t('centre.photoDamaged'), kind: () => t('centre.photoKind'), size: () => t('centre.photoSize'), nobody: () => t('centre.photoNobody'),
	twice: () => t('centre.photoTwice'), archive: () => t('centre.photoArchive'), large: () => t('centre.photoLarge'),
};

// One request a file, so that many pictures go as well as one archive; what is told of all of them together.
async function bring(path: string, files: readonly File[], dry: boolean, standing: (now: Standing) => void): Promise<Told> {
	const told: Told = {done: !dry, set: 0, same: 0, faultCount: 0, faults: []};
	for (const file of files) {
		if (file.size > FILE_MAX) {
			told.faultCount++;
			told.faults.push({file: file.name, why: 'large'});
			continue;
		}
		const form = new FormData();
		form.append('dry', dry ? 'yes' : 'no');
		form.append('name', file.name);
		form.append('file', file);
		const came = await ask<Told & Standing>('POST', path, form, {timeout_ms: 120000});
		told.set += came.set;
		told.same += came.same;
		told.faultCount += came.faultCount;
		told.faults.push(...came.faults.map(f => f.why === 'archive' ? {...f, file: file.name} : f));
		if (!dry)
			standing(came);
	}
	return told;
}

function Missing({now}: {now: Standing}): JSX.Element {
	if (!now.without)
		return <p>{t('centre.photosAll', {n: now.candidates})}</p>;
	return <>
		<p>{t('centre.photosWithout', {n: now.without, of: now.candidates})}</p>
		<details>
			<summary>{t('centre.photosWho')}</summary>
			<p class="code">{now.tickets.join(' · ')}{now.without > now.tickets.length && ` · ${t('centre.photosMore', {n: now.without - now.tickets.length})}`}</p>
		</details>
	</>;
}

export function Photos({sitting, candidates}: {sitting: string; candidates: number}): JSX.Element | null {
	const path = `/api/sittings/${encodeURIComponent(sitting)}/photos`;
	const [now, setNow] = useState<Standing | null>(null), [files, setFiles] = useState<readonly File[]>([]), [told, setTold] = useState<Told | null>(null);
	const asking = useAction(), action = useAction();
	useEffect(() => {
		void asking.run(async () => setNow(await ask<Standing>('GET', path)));
	}, [path, candidates]);
	const take = (chosen: readonly File[]) => action.run(async () => {
		setTold(null);
		setFiles(chosen);
		setTold(await bring(path, chosen, true, setNow));
	});
	const go = () => action.run(async () => setTold(await bring(path, files, false, setNow)));
	if (now && !now.candidates)
		return null;
	return <section aria-labelledby="photos-title">
		<h2 id="photos-title">{t('centre.photos')}</h2>
		<Fault problem={asking.problem}/>
		{now && !now.kept && <p>{t('centre.photosUnkept')}</p>}
		{now?.kept && <>
			<div role="status" class="photos-now"><Missing now={now}/></div>
			<p>{t('centre.photosText')}</p>
			<div class="field">
				<label for="photos">{t('centre.photosFile')}</label>
				<input id="photos" type="file" accept=".zip,.jpg,.jpeg,.png" multiple disabled={action.busy} onChange={e => {
					const chosen = [...e.currentTarget.files ?? []];
					if (chosen.length)
						void take(chosen);
				}}/>
			</div>
			<Fault problem={action.problem}/>
			{action.busy && <p role="status">{t('common.wait')}</p>}
			{told && told.faultCount > 0 && <div class="notice bad" role="alert">
				<p>{t('centre.photosFaults', {n: told.faultCount})}</p>
				<ul>{told.faults.map((f, i) => <li key={i}><strong>{f.file}</strong>: {(reasons[f.why] ?? (() => t('centre.photoDamaged')))()}</li>)}</ul>
				{told.faultCount > told.faults.length && <p>{t('centre.moreFaults', {n: told.faultCount - told.faults.length})}</p>}
			</div>}
			{told && (told.set + told.same > 0 || !told.faultCount) && <div class={told.done ? 'notice good' : 'notice'} role="status">
				<p>{told.done ? t('centre.photosDone', {set: told.set, same: told.same}) : t('centre.photosChecked', {set: told.set, same: told.same})}</p>
				{!told.done && told.set > 0 && <button type="button" aria-disabled={action.busy} onClick={go}>{t('centre.photosNow', {n: told.set})}</button>}
			</div>}
		</>}
	</section>;
}
