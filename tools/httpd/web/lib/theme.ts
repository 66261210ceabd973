// '' as usual, 'dark', 'contrast': kept on this machine, shown by style/tokens.css. theme_first.js sets it before anything is seen.
export type Theme = '' | 'dark' | 'contrast';
export const themes: readonly Theme[] = ['', 'contrast', 'dark'];

export function theme(): Theme {
	const chosen = document.documentElement.dataset.theme;
	return chosen === 'dark' || chosen === 'contrast' ? chosen : '';
}

export function setTheme(chosen: Theme): void {
	document.documentElement.dataset.theme = chosen;
	try {
		localStorage.setItem('theme', chosen);
	} catch {
		// storage is closed: it holds until the page is left
	}
}
