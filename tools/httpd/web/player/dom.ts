// What lib/dom.ts has not: SVG, and attributes of elements that are there already.
type Props = Record<string, string | number | boolean | null | undefined>;

export function put(node: Element, props: Props): void {
	for (const [name, value] of Object.entries(props))
		if (value === null || value === undefined || value === false) node.removeAttribute(name);
		else node.setAttribute(name, value === true ? '' : String(value));
}

export function svg(name: string, props: Props, ...children: (Node | string)[]): SVGElement {
	const node = document.createElementNS('http://www.w3.org/2000/svg', name);
	put(node, props);
	node.append(...children);
	return node;
}

// A button that never submits and is quiet beside the shell's own.
export function button(label: Node | string, press: () => void, props: Props = {}): HTMLButtonElement {
	const node = document.createElement('button');
	node.type = 'button';
	put(node, {...props, class: `second ${String(props['class'] ?? '')}`.trim()});
	node.append(label);
	node.addEventListener('click', press);
	return node;
}
