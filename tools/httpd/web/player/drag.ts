/* Dragging by mouse, pen or finger. It is never the only way (WCAG 2.5.7): each interaction has buttons or lists besides. */

export interface Drag {
	/** What to take along under the pointer; null when nothing is to be dragged now. */
	ghost(): HTMLElement | null;
	/** Where the pointer is: for showing what would happen. */
	over?(target: Element | null, event: PointerEvent): void;
	/** It was let go, over target. */
	drop(target: Element | null, event: PointerEvent): void;
	/** It ended, with a drop or without. */
	end?(): void;
}

const FAR = 6; /* CSS px before a press is a drag */

/** The element needs touch-action: none in the style sheet. */
export function draggable(source: HTMLElement, drag: Drag): void {
	let from: PointerEvent | null = null,
		ghost: HTMLElement | null = null;
	const at = (event: PointerEvent): Element | null => document.elementFromPoint(event.clientX, event.clientY);
	const stop = (): void => {
		ghost?.remove();
		if (ghost) drag.end?.();
		ghost = from = null;
	};
	source.addEventListener('pointerdown', event => {
		if (!event.isPrimary || event.button !== 0) return;
		from = event;
		/* A quick hand is outside before it has moved. */
		source.setPointerCapture(event.pointerId);
	});
	source.addEventListener('pointermove', event => {
		if (!from || event.pointerId !== from.pointerId) return;
		if (!ghost) {
			if (Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < FAR || !(ghost = drag.ghost())) {
				return;
			}
			ghost.classList.add('q-ghost');
			ghost.setAttribute('aria-hidden', 'true');
			document.body.append(ghost);
		}
		event.preventDefault();
		ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
		drag.over?.(at(event), event);
	});
	source.addEventListener('pointerup', event => {
		if (ghost) {
			const target = at(event);
			/* The press that begins a drag is no click. With a finger none follows: the next one is meant. */
			const quell = (e: Event): void => {
				e.preventDefault();
				e.stopImmediatePropagation();
			};
			source.addEventListener('click', quell, {capture: true});
			setTimeout(() => source.removeEventListener('click', quell, {capture: true}), 0);
			stop();
			drag.drop(target, event);
		}
		from = null;
	});
	source.addEventListener('pointercancel', stop);
	source.addEventListener('dragstart', event => event.preventDefault());
}

/** A copy to be dragged, without ids and names. */
export function copy_of(node: Element): HTMLElement {
	const made = node.cloneNode(true) as HTMLElement;
	for (const n of [made, ...made.querySelectorAll('[id]')]) n.removeAttribute('id');
	return made;
}
