// Answers of a choice that are struck out, or covered until they are asked for. Neither changes what is chosen.
import {t} from '../../lib/words';
import {button} from '../dom';
import type {PageView} from '../types';

export class Lines {
	private readonly lines: HTMLElement[];
	private readonly struck: Set<string>;
	private readonly seen = new Set<string>();
	striking = false;
	masking = false;

	constructor(private readonly view: PageView) {
		this.lines = [...view.root.querySelectorAll<HTMLElement>('.q-line')];
		this.struck = new Set(view.kept('struck') as string[] | undefined ?? []);
		/* Who chooses a struck answer has changed his mind. */
		for (const line of this.lines)
			line.addEventListener('change', () => {
				if (this.struck.delete(this.id(line)))
					this.kept();
			});
	}

	private id(line: HTMLElement): string {
		return line.dataset['option'] ?? '';
	}

	private kept(): void {
		this.view.keep('struck', this.struck.size ? [...this.struck] : undefined);
		this.show();
	}

	get any(): boolean {
		return this.lines.length > 0;
	}

	show(): void {
		for (const line of this.lines) {
			const id = this.id(line), letter = line.dataset['letter'] ?? '', struck = this.struck.has(id), covered = this.masking && !this.seen.has(id);
			line.classList.toggle('struck', struck);
			line.classList.toggle('covered', covered);
			const had = line.contains(document.activeElement) && document.activeElement?.matches('button') ? document.activeElement.className : '';
			line.querySelectorAll(':scope > button').forEach(b => b.remove());
			if (covered)
				line.append(button(t('tools.uncover', {letter}), () => { this.seen.add(id); this.show(); line.querySelector('input')?.focus(); }, {class: 'tool-uncover'}));
			else if (this.masking)
				line.append(button(t('tools.cover'), () => { this.seen.delete(id); this.show(); line.querySelector('button')?.focus(); }, {class: 'tool-cover', 'aria-label': t('tools.coverWhat', {letter})}));
			if (this.striking && !covered)
				line.append(button(struck ? t('tools.unstrike') : t('tools.strike'), () => {
					if (!this.struck.delete(id))
						this.struck.add(id);
					this.kept();
				}, {class: 'tool-strike', 'aria-label': struck ? t('tools.unstrikeWhat', {letter}) : t('tools.strikeWhat', {letter})}));
			if (had)
				line.querySelector<HTMLElement>(`button[class="${had}"]`)?.focus();
		}
	}
}
