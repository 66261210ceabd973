// The page of a sample certificate after a template, as the server draws it: a picture, and what it says in words for who does not see it.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import type {Problem} from '../../lib/api';
import {t} from '../../lib/words';
import {problemText} from '../form';
import {Technical} from '../technical';
import {useNewest} from './documents';
import {type Drawn, drawTemplate, type Sample, samples} from './template';

const AFTER_MS = 500;

// Drawn half a second after the last change.
function useDrawing(text: string, sample: Sample, english: boolean): {drawn: Drawn | null; waiting: boolean; problem: Problem | null} {
	const {said, waiting, problem} = useNewest(`${sample} ${english} ${text}`, AFTER_MS, () => drawTemplate(text, sample, english), text !== '');
	return {drawn: said, waiting: waiting && !problem, problem};
}

function Page({drawn, alt}: {drawn: Drawn; alt: string}): JSX.Element {
	return <>
		{drawn.png && <img class="template-page" src={`data:image/png;base64,${drawn.png}`} width={drawn.width} height={drawn.height} alt={alt}/>}
		<details class="more"><summary>{t('template.inWords')}</summary>
			<ul>{drawn.said.map((s, i) => <li key={i}>{s.part === 'qr' ? t('template.saysQr', {text: s.text}) : s.part === 'area' ? t('template.saysArea', {text: s.text}) : s.text}</li>)}</ul></details>
	</>;
}

function Samples({id, sample, english, set}: {id: string; sample: Sample; english: boolean; set(sample: Sample, english: boolean): void}): JSX.Element {
	return <div class="cells">
		<div class="field"><label for={`${id}-sample`}>{t('template.sample')}</label>
			<select id={`${id}-sample`} value={sample} onChange={e => set(e.currentTarget.value as Sample, english)}>{samples.map(s => <option key={s} value={s}>{t(`template.sample_${s}`)}</option>)}</select></div>
		<div class="field"><label for={`${id}-names`}>{t('template.names')}</label>
			<select id={`${id}-names`} value={english ? 'both' : 'one'} onChange={e => set(sample, e.currentTarget.value === 'both')}>
				<option value="both">{t('template.namesBoth')}</option><option value="one">{t('template.namesOne')}</option></select></div>
	</div>;
}

function Picture({text, sample, english, name}: {text: string; sample: Sample; english: boolean; name: string}): JSX.Element {
	const {drawn, waiting, problem} = useDrawing(text, sample, english);
	return <div aria-busy={waiting}>
		<p role="status" class="small quiet">{problem ? '' : waiting ? t('template.drawing') : drawn?.faults.length ? t('template.drawnWithout', {n: drawn.faults.length}) : t('template.drawn')}</p>
		{problem && <div class="notice warn" role="status"><p>{problem.type === 'invalid' ? t('template.notDrawn') : problemText(problem)}</p><Technical text={problem.reason}/></div>}
		{drawn && <Page drawn={drawn} alt={t('template.alt', {name})}/>}
	</div>;
}

export function Preview({id, text}: {id: string; text: string}): JSX.Element {
	const [{sample, english}, set] = useState<{sample: Sample; english: boolean}>({sample: 'typical', english: true});
	return <section aria-labelledby={`${id}-title`}>
		<h3 id={`${id}-title`}>{t('template.preview')}</h3>
		<p class="quiet">{t('template.previewLead')}</p>
		<Samples id={id} sample={sample} english={english} set={(s, e) => set({sample: s, english: e})}/>
		<Picture text={text} sample={sample} english={english} name={t(`template.sample_${sample}`)}/>
	</section>;
}

// Two versions side by side, with the same certificate.
export function Compared({before, after}: {before: string; after: string}): JSX.Element {
	const [{sample, english}, set] = useState<{sample: Sample; english: boolean}>({sample: 'typical', english: true});
	return <section>
		<Samples id="compared" sample={sample} english={english} set={(s, e) => set({sample: s, english: e})}/>
		<div class="template-compared">
			<div><h3>{t('template.before')}</h3><Picture text={before} sample={sample} english={english} name={t('template.before')}/></div>
			<div><h3>{t('template.after')}</h3><Picture text={after} sample={sample} english={english} name={t('template.after')}/></div>
		</div>
	</section>;
}
