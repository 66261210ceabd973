// Colours may be chosen at the foot of every page that has a script.
import {h} from './dom';
import {setTheme, type Theme, theme, themes} from './theme';
import {t} from './words';

export function themeChoice(id = 'theme'): HTMLElement {
	const names: Record<Theme, string> = {'': t('common.themeUsual'), contrast: t('common.themeContrast'), dark: t('common.themeDark')};
	const select = h('select', {id}, themes.map(name => h('option', {value: name, selected: name === theme()}, names[name])));
	select.addEventListener('change', () => setTheme(select.value as Theme));
	return h('div', {class: 'theme'}, h('label', {for: id}, t('common.theme')), select);
}

export function addThemeChoice(): void {
	document.querySelector('.bottom .wide')?.append(themeChoice());
}
