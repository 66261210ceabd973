// Elements without a library and without HTML in strings.
type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

// on… of attributes is a listener; true is an attribute without a value; false, null and undefined are none.
export function h<K extends keyof HTMLElementTagNameMap>(name: K, attributes?: Attributes | null, ...children: (Child | Child[])[]): HTMLElementTagNameMap[K] {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (typeof value === 'function')
			element.addEventListener(key.slice(2).toLowerCase(), value as EventListener);
		else if (value === true)
			element.setAttribute(key, '');
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(key, String(value));
	}
	for (const child of children.flat())
		if (child !== null && child !== undefined && child !== false)
			element.append(child instanceof Node ? child : String(child));
	return element;
}

export function byId(id: string): HTMLElement {
	const element = document.getElementById(id);
	if (!element)
		throw new Error(`the page has no #${id}`);
	return element;
}

// Says it to who cannot see it, without moving the focus.
export function announce(text: string): void {
	const region = document.getElementById('said') ?? document.body.appendChild(h('div', {id: 'said', class: 'hidden-text', role: 'status'}));
	region.textContent = '';
	setTimeout(() => {
		region.textContent = text;
	}, 50);
}
