// What lists, blueprints and statistics go by: competence, level, difficulty, time, keywords.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Competence, CompetenceList} from '../competence';
import {Field} from '../form';
import {levels, levelText, type Metadata} from './bank';

const words = (text: string): string[] => [...new Set(text.split(',').map(s => s.trim()).filter(Boolean))];
const number = (text: string, most: number): number => Math.min(most, Number(text.replace(/\D/g, '') || 0));

// What is typed stays as it is while it is typed: "a, " is a list of one already.
function List({all, set, ...field}: {id: string; label: string; hint: string; all: string[]; set(all: string[]): void}): JSX.Element {
	const [text, setText] = useState(all.join(', '));
	useEffect(() => {
		if (words(text).join() !== all.join())
			setText(all.join(', '));
	}, [all]);
	return <Field {...field} value={text} maxLength={1000} set={now => {
		setText(now);
		set(words(now));
	}}/>;
}

export function MetadataForm({metadata: m, set}: {metadata: Metadata; set?(metadata: Metadata): void}): JSX.Element {
	const change = (now: Partial<Metadata>) => set?.({...m, ...now});
	return <details class="metadata">
		<summary>{t('author.metadata')}</summary>
		<fieldset disabled={!set}>
			<legend class="hidden-text">{t('author.metadata')}</legend>
			<Field id="competence" label={t('author.competence')} hint={t('author.competenceHint')} value={m.competence} set={competence => change({competence: competence.trim()})} maxLength={32} list="competences"/>
			{m.competence && <p class="quiet small"><Competence code={m.competence}/></p>}
			<CompetenceList id="competences"/>
			<Field id="component" label={t('author.component')} hint={t('author.componentHint')} value={m.component} set={component => change({component: component.trim()})} maxLength={32}/>
			<div class="field"><label for="cognitive">{t('author.level')}</label>
				<select id="cognitive" value={m.level} onChange={e => change({level: e.currentTarget.value})}>
					{['', ...levels].map(l => <option key={l} value={l}>{levelText(l)}</option>)}
				</select></div>
			<div class="field"><label for="difficulty">{t('author.difficulty')}</label>
				<select id="difficulty" value={String(m.difficultyStep)} onChange={e => change({difficultyStep: Number(e.currentTarget.value)})}>
					{[t('author.levelNone'), t('author.difficulty1'), t('author.difficulty2'), t('author.difficulty3'), t('author.difficulty4'), t('author.difficulty5')].map((d, i) => <option key={i} value={String(i)}>{d}</option>)}
				</select></div>
			<Field id="seconds" label={t('author.seconds')} value={m.expectedSeconds ? String(m.expectedSeconds) : ''} set={s => change({expectedSeconds: number(s, 86400)})} inputMode="numeric" class="digits" maxLength={5}/>
			<Field id="writer" label={t('author.writer')} value={m.author} set={author => change({author})} maxLength={255}/>
			<List id="tags" label={t('author.tags')} hint={t('author.tagsHint')} all={m.tags} set={tags => change({tags})}/>
			<List id="enemies" label={t('author.enemies')} hint={t('author.enemiesHint')} all={m.enemies} set={enemies => change({enemies})}/>
		</fieldset>
	</details>;
}
