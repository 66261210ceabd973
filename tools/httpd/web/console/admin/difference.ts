// Two texts line by line: what went, what came, and what stayed.
export interface Line {
	kind: 'same' | 'gone' | 'new';
	text: string;
	number: number; // in the text that it is of; of what stayed in the newer
}

const CELLS = 4_000_000; // of the table; texts that differ by more are told as whole

export function difference(before: string, after: string): Line[] {
	const a = before.split('\n'), b = after.split('\n');
	let start = 0, end = 0;
	while (start < a.length && start < b.length && a[start] === b[start])
		start++;
	while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
		end++;
	const same = (from: number, to: number): Line[] => b.slice(from, to).map((text, i) => ({kind: 'same', text, number: from + i + 1}));
	return [...same(0, start), ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start), ...same(b.length - end, b.length)];
}

function middle(a: string[], b: string[], from: number): Line[] {
	const gone = (i: number): Line => ({kind: 'gone', text: a[i] ?? '', number: from + i + 1});
	const come = (k: number): Line => ({kind: 'new', text: b[k] ?? '', number: from + k + 1});
	const width = b.length + 1;
	if ((a.length + 1) * width > CELLS)
		return [...a.map((_, i) => gone(i)), ...b.map((_, k) => come(k))];
	// longest[i, k]: lines that a from i and b from k have in common, in order
	const longest = new Uint32Array((a.length + 1) * width), at = (i: number, k: number) => longest[i * width + k] ?? 0;
	for (let i = a.length - 1; i >= 0; i--)
		for (let k = b.length - 1; k >= 0; k--)
			longest[i * width + k] = a[i] === b[k] ? at(i + 1, k + 1) + 1 : Math.max(at(i + 1, k), at(i, k + 1));
	const out: Line[] = [];
	for (let i = 0, k = 0; i < a.length || k < b.length;)
		if (i < a.length && k < b.length && a[i] === b[k]) {
			out.push({kind: 'same', text: b[k] ?? '', number: from + k + 1});
			i++;
			k++;
		} else if (i < a.length && (k === b.length || at(i + 1, k) >= at(i, k + 1)))
			out.push(gone(i++));
		else
			out.push(come(k++));
	return out;
}
