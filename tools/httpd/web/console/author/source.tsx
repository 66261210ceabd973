// The QTI document with the numbers of its lines; a line at fault is marked and says what is wrong.
import type {JSX} from 'preact';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {t} from '../../lib/words';
import type {Finding} from './bank';

interface Props {
	xml: string;
	set?(xml: string): void; // not there: it may only be read
	findings: Finding[];
	at: {line: number} | null; // to go there; a new object each time
}

export function Source({xml, set, findings, at}: Props): JSX.Element {
	const area = useRef<HTMLTextAreaElement>(null), lines = useRef<HTMLDivElement>(null);
	const count = xml.split('\n').length, marked = new Map(findings.filter(f => f.line).map(f => [f.line as number, f.severity]));
	const end = xml.includes('\r\n') ? '\r\n' : '\n'; // the field knows one only
	const follow = () => {
		if (area.current && lines.current)
			lines.current.scrollTop = area.current.scrollTop;
	};
	useLayoutEffect(follow);
	useEffect(() => {
		const box = area.current;
		if (!at || !box)
			return;
		const text = box.value, start = text.split('\n').slice(0, at.line - 1).reduce((sum, line) => sum + line.length + 1, 0), stop = text.indexOf('\n', start);
		box.focus();
		box.setSelectionRange(start, stop < 0 ? text.length : stop);
		box.scrollTop = (at.line - 4) * parseFloat(getComputedStyle(box).lineHeight);
	}, [at]);
	return <div class="source">
		<label for="source">{t('author.source')}</label>
		<span class="hint" id="source-hint">{set ? t('author.sourceHint') : t('author.sourceRead')}</span>
		<div class="source-box">
			<div class="source-lines" ref={lines} aria-hidden="true">{Array.from({length: count}, (_, i) => <div key={i} class={marked.get(i + 1)}>{i + 1}</div>)}</div>
			<textarea id="source" ref={area} value={xml} readOnly={!set} spellcheck={false} autocapitalize="none" autocomplete="off" wrap="off" rows={24} aria-describedby="source-hint"
				aria-invalid={findings.some(f => f.severity === 'error') || undefined} onScroll={follow} onInput={e => set?.(e.currentTarget.value.replace(/\r?\n/g, end))}/>
		</div>
	</div>;
}
