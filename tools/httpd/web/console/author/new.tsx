// A new item: what kind of question, under which name; then the desk, as for any other.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatMoment, t} from '../../lib/words';
import {CompetenceList} from '../competence';
import {Field, Title} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {kindText, type Metadata} from './bank';
import {type Draft, listDrafts} from './drafts';
import {Desk, noMetadata, type Work} from './edit';
import {kindRows, newKinds} from './kinds';
import {newItem} from './qti';

// Of QTI, and of the server's addresses.
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;

interface Begun {
	identifier: string;
	language: string;
	work: Work;
	restored: Draft | null;
}

function usualName(): string {
	const day = new Date().toISOString().slice(2, 10).replace(/-/g, '');
	return `CH-${day}-${Array.from(crypto.getRandomValues(new Uint8Array(2)), b => b.toString(16).padStart(2, '0')).join('').toUpperCase()}`;
}

function Begin({session, begin}: {session: Session; begin(begun: Begun): void}): JSX.Element {
	const [kind, setKind] = useState('qti-choice-interaction'), [identifier, setIdentifier] = useState(usualName), [language, setLanguage] = useState('vi'), [title, setTitle] = useState(''), [competence, setCompetence] = useState('');
	const [wrong, setWrong] = useState(false), [drafts, setDrafts] = useState<Draft[]>([]);
	useEffect(() => {
		void listDrafts(session.account).then(all => setDrafts(all.filter(d => d.base === 0)), () => undefined);
	}, []);
	return <>
		{drafts.length > 0 && <section aria-labelledby="drafts-title">
			<h2 id="drafts-title">{t('author.drafts')}</h2>
			<ul class="ways">{drafts.map(d => <li key={d.key}>
				<button type="button" class="plain" onClick={() => {
					const [, id = '', lang = 'vi'] = d.key.split('/');
					begin({identifier: id, language: lang, work: d, restored: d});
				}}>{t('author.goOn', {name: d.key.split('/')[1] ?? '', when: formatMoment(d.at)})}</button></li>)}</ul>
		</section>}
		<form onSubmit={e => {
			e.preventDefault();
			setWrong(!IDENTIFIER.test(identifier));
			if (!IDENTIFIER.test(identifier))
				return;
			const row = kindRows[kind]!, metadata: Metadata = {...noMetadata, competence: competence.trim(), author: session.name ?? ''};
			begin({identifier, language, restored: null, work: {base: 0, xml: newItem(identifier, title.trim(), language, row.start, !row.inline), metadata, files: []}});
		}}>
			<fieldset class="kinds"><legend>{t('author.whichKind')}</legend>
				{newKinds.map(n => <label key={n} class="choice"><input type="radio" name="kind" value={n} checked={kind === n} onChange={() => setKind(n)}/>{kindText(kindRows[n]!.name)}</label>)}</fieldset>
			<Field id="new-title" label={t('author.itemTitle')} hint={t('author.itemTitleHint')} value={title} set={setTitle} required maxLength={300}/>
			<Field id="new-identifier" label={t('author.identifier')} hint={t('author.identifierHint')} fault={wrong ? t('author.identifierWrong') : undefined} value={identifier} set={setIdentifier} required maxLength={100}/>
			<Field id="new-competence" label={t('author.competence')} hint={t('author.competenceHint')} value={competence} set={setCompetence} maxLength={32} list="new-competences"/>
			<CompetenceList id="new-competences"/>
			<div class="field"><label for="new-language">{t('author.language')}</label>
				<select id="new-language" value={language} onChange={e => setLanguage(e.currentTarget.value)}><option value="vi">{t('author.langVi')}</option><option value="en">{t('author.langEn')}</option></select></div>
			<div class="buttons"><button>{t('author.begin')}</button></div>
		</form>
	</>;
}

export function NewItem({session}: {session: Session}): JSX.Element {
	const [begun, setBegun] = useState<Begun | null>(null);
	return <>
		<p><a href={hrefOf()}>{t('author.toBank')}</a></p>
		<Title>{begun ? t('author.newNamed', {name: begun.identifier}) : t('author.new')}</Title>
		{begun
			? <Desk session={session} item={null} identifier={begun.identifier} language={begun.language} start={begun.work} restored={begun.restored} dropped={() => setBegun(null)} saved={async done => {
				location.hash = hrefOf('item', done.identifier, done.language);
			}}/>
			: <Begin session={session} begin={setBegun}/>}
	</>;
}
