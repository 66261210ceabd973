// Forms: fields with their label, hint and fault; what is being sent, and what went wrong.
import type {ComponentChildren, JSX} from 'preact';
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {Problem} from '../lib/api';
import {t} from '../lib/words';

// What a problem says, and what to do.
export function problemText(e: unknown): string {
	if (!(e instanceof Problem))
		throw e;
	if (e.status === 0)
		return t('common.unreachable');
	if (e.status === 429)
		return t('common.tooMany', {n: Math.max(1, e.retryAfter_s)});
	return [e.message + '.', e.advice].filter(Boolean).join(' ');
}

// run(work) sends: not twice at a time; problem is what came of the last.
export function useAction(): {busy: boolean; problem: Problem | null; run(work: () => Promise<void>): Promise<void>} {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const going = useRef(false);
	return {
		busy, problem,
		async run(work) {
			if (going.current)
				return;
			going.current = true;
			setBusy(true);
			setProblem(null);
			try {
				await work();
			} catch (e) {
				if (!(e instanceof Problem))
					throw e;
				setProblem(e);
			} finally {
				going.current = false;
				setBusy(false);
			}
		},
	};
}

// Says what went wrong, and has the focus then.
// The focus moves with what appears, not a moment later, when somebody may be typing.
export function Fault({problem}: {problem: Problem | null}): JSX.Element | null {
	const box = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => box.current?.focus(), [problem]);
	return problem && <div class="notice bad" role="alert" tabIndex={-1} ref={box}><p>{problemText(problem)}</p></div>;
}

interface FieldProps {
	id: string;
	label: string;
	hint?: string;
	fault?: string;
	value: string;
	set(value: string): void;
	type?: 'text' | 'password' | 'search';
	class?: string;
	autocomplete?: string;
	inputMode?: 'text' | 'numeric';
	required?: boolean;
	maxLength?: number;
	list?: string; // id of a <datalist>
}

export function Field({id, label, hint, fault, value, set, type = 'text', autocomplete = 'off', ...more}: FieldProps): JSX.Element {
	const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
	return <div class={fault ? 'field wrong' : 'field'}>
		<label for={id}>{label}</label>
		{hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
		{fault && <span class="fault" id={`${id}-fault`}>{fault}</span>}
		<input id={id} name={id} type={type as 'text'} autocomplete={autocomplete as 'off'} autocapitalize="none" spellcheck={false} value={value} aria-describedby={described || undefined}
			aria-invalid={fault ? true : undefined} onInput={e => set(e.currentTarget.value)} {...more}/>
	</div>;
}

export function Submit({busy, children}: {busy: boolean; children: ComponentChildren}): JSX.Element {
	return <button aria-disabled={busy}>{busy ? t('common.wait') : children}</button>;
}

// A heading that has the focus when it appears: readers of screens hear where they are. The page's title says the same.
export function Title({children}: {children: string}): JSX.Element {
	const heading = useRef<HTMLHeadingElement>(null);
	const first = useRef(true);
	useLayoutEffect(() => {
		document.title = `${children} – Bảng Vàng`;
		if (document.activeElement === document.body || !first.current)
			heading.current?.focus();
		first.current = false;
	}, [children]);
	return <h1 tabIndex={-1} ref={heading}>{children}</h1>;
}
