// A calculator of four operations, percent and brackets. It reads what is written; nothing is evaluated by the browser.
import {h} from '../../lib/dom';
import {language, t} from '../../lib/words';
import {button} from '../dom';

/** The value of an expression of numbers, + − × ÷ % and brackets; null when it is none, or has no value. */
export function calculate(text: string): number | null {
	const tokens = text.replace(/\s/g, '').replace(/,/g, '.').replace(/[×x]/g, '*').replace(/[÷:]/g, '/').replace(/−/g, '-').match(/\d+\.?\d*|\.\d+|[-+*/%()]|./g) ?? [];
	let at = 0, good = true;
	const take = (...wanted: string[]): string | undefined => wanted.includes(tokens[at] ?? '') ? tokens[at++] : undefined;
	const atom = (): number => {
		if (take('-'))
			return -atom();
		if (take('+'))
			return atom();
		let value = NaN;
		if (take('(')) {
			value = sum();
			good = take(')') !== undefined && good;
		} else if (/^[\d.]/.test(tokens[at] ?? ''))
			value = Number(tokens[at++]);
		else
			good = false;
		while (good && take('%'))
			value /= 100;
		return value;
	};
	const product = (): number => {
		let value = atom();
		for (let sign; good && (sign = take('*', '/'));) {
			const by = atom();
			value = sign === '*' ? value * by : value / by;
		}
		return value;
	};
	const sum = (): number => {
		let value = product();
		for (let sign; good && (sign = take('+', '-'));) {
			const by = product();
			value = sign === '+' ? value + by : value - by;
		}
		return value;
	};
	const value = tokens.length > 0 && tokens.length < 200 ? sum() : NaN;
	/* 0,1 + 0,2 is 0,3. */
	return good && at === tokens.length && isFinite(value) ? Number(value.toPrecision(12)) : null;
}

export function calculator(): HTMLElement[] {
	const shown = h('input', {type: 'text', class: 'calc-in', inputmode: 'decimal', autocomplete: 'off', 'aria-label': t('tools.expression')});
	const result = h('output', {class: 'calc-out', 'aria-live': 'polite'});
	const comma = language === 'vi' ? ',' : '.';
	const write = (text: string): void => {
		const at = shown.selectionStart ?? shown.value.length;
		shown.setRangeText(text, at, shown.selectionEnd ?? at, 'end');
		result.textContent = '';
	};
	const equals = (): void => {
		const value = calculate(shown.value);
		result.textContent = shown.value.trim() === '' ? '' : value === null ? t('tools.noValue') : `= ${String(value).replace('.', comma)}`;
	};
	shown.addEventListener('keydown', event => {
		if (event.key === 'Enter' || event.key === '=') {
			event.preventDefault();
			equals();
		}
	});
	const names: Record<string, string> = {'⌫': t('tools.back'), 'C': t('tools.clear'), '×': t('tools.times'), '÷': t('tools.over'), '−': t('tools.minus'), '+': t('tools.plus')};
	const keys = h('div', {class: 'calc-keys'}, ['(', ')', '%', 'C', '7', '8', '9', '÷', '4', '5', '6', '×', '1', '2', '3', '−', '0', comma, '⌫', '+'].map(key => button(key, () => {
		if (key === 'C') {
			shown.value = '';
			result.textContent = '';
		} else if (key === '⌫')
			shown.value = shown.value.slice(0, -1);
		else
			write(key);
	}, {'aria-label': names[key] ?? null})), button('=', equals, {class: 'calc-equals', 'aria-label': t('tools.equals')}));
	return [shown, result, keys];
}
