// A window over the page: the browser's own, with its focus and its Escape.
import type {ComponentChildren, JSX} from 'preact';
import {useLayoutEffect, useRef} from 'preact/hooks';
import {t} from '../lib/words';

interface Props {
	title: string;
	close(): void;
	children: ComponentChildren;
	class?: string;
	must?: boolean; // it cannot be put away
}

export function Dialog({title, close, children, class: name, must}: Props): JSX.Element {
	const box = useRef<HTMLDialogElement>(null);
	useLayoutEffect(() => {
		const back = document.activeElement;
		box.current?.showModal();
		return () => {
			if (back instanceof HTMLElement && back.isConnected)
				back.focus();
		};
	}, []);
	return <dialog ref={box} class={name} aria-labelledby="dialog-title" onCancel={e => {
		e.preventDefault();
		if (!must)
			close();
	}}>
		<div class="dialog-head">
			<h2 id="dialog-title" tabIndex={-1}>{title}</h2>
			{!must && <button type="button" class="second" onClick={close}>{t('console.close')}</button>}
		</div>
		{children}
	</dialog>;
}
