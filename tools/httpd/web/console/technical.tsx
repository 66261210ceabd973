// What exactly a program says: in English, so on other pages behind a summary.
import type {JSX} from 'preact';
import {language, t} from '../lib/words';

export function Technical({text}: {text?: string}): JSX.Element | null {
	if (!text)
		return null;
	return language === 'en' ? <p class="quiet small technical">{text}</p> : <details class="technical small"><summary>{t('console.technical')}</summary><p class="quiet" lang="en">{text}</p></details>;
}
