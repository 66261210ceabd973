// Responses as they go over the wire: PCI JSON under the names of the page.

export type Responses = Record<string, unknown>;

/** The same spelling for the same value, whatever the order of its members. */
export function spelling(value: unknown): string {
	if (Array.isArray(value)) return '[' + value.map(spelling).join(',') + ']';
	if (value && typeof value === 'object')
		return '{' + Object.keys(value).sort().map((k) => JSON.stringify(k) + ':' + spelling((value as Responses)[k])).join(',') + '}';
	return JSON.stringify(value) ?? 'null';
}

export function same(a: unknown, b: unknown): boolean {
	return spelling(a) === spelling(b);
}

/** Is there anything but null in it? */
export function answered(responses: Responses | null | undefined): boolean {
	const has = (base: unknown): boolean => base !== null && base !== undefined && Object.values(base).some((v) => v !== '' && v !== null);
	return Object.values(responses ?? {}).some((r) => {
		const { base, list, record } = r as { base?: unknown; list?: Responses; record?: { base: unknown }[] };
		return has(base) || Object.values(list ?? {}).some((v) => (v as unknown[]).length > 0) || !!record?.some((f) => has(f.base));
	});
}
