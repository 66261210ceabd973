// What has changed from one list to another: Myers' O(ND) difference (Algorithmica 1, 1986), of words and of lines.
export interface Change<T> {
	kind: 'same' | 'gone' | 'new';
	was?: T; // same, gone
	now?: T; // same, new
}

const STEPS_MAX = 1500; // of what differs: beyond it all is told as gone and new

// The furthest points by diagonal after each step, until the end is reached; null: after too many.
function walk<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): Int32Array[] | null {
	const most = Math.min(a.length + b.length, STEPS_MAX), trace: Int32Array[] = [];
	let v = new Int32Array(2 * most + 3);
	const at = (k: number) => k + most + 1;
	for (let d = 0; d <= most; d++) {
		trace.push(v.slice());
		for (let k = -d; k <= d; k += 2) {
			let x = k === -d || (k !== d && v[at(k - 1)]! < v[at(k + 1)]!) ? v[at(k + 1)]! : v[at(k - 1)]! + 1;
			while (x < a.length && x - k < b.length && same(a[x]!, b[x - k]!))
				x++;
			v[at(k)] = x;
			if (x >= a.length && x - k >= b.length)
				return trace;
		}
		v = v.slice();
	}
	return null;
}

function middle<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): Change<T>[] {
	const trace = a.length && b.length ? walk(a, b, same) : null;
	if (!trace)
		return [...a.map(was => ({kind: 'gone' as const, was})), ...b.map(now => ({kind: 'new' as const, now}))];
	const changes: Change<T>[] = [], most = (trace[0]!.length - 3) / 2;
	let x = a.length, y = b.length;
	for (let d = trace.length - 1; d >= 0; d--) {
		const v = trace[d]!, k = x - y, at = (n: number) => n + most + 1;
		const from = k === -d || (k !== d && v[at(k - 1)]! < v[at(k + 1)]!) ? k + 1 : k - 1, old = d ? v[at(from)]! : 0;
		const start = d ? old - from : 0;
		while (x > old && y > start && x > 0 && y > 0 && same(a[x - 1]!, b[y - 1]!))
			changes.push({kind: 'same', was: a[--x], now: b[--y]});
		if (d && from === k + 1)
			changes.push({kind: 'new', now: b[--y]});
		else if (d)
			changes.push({kind: 'gone', was: a[--x]});
	}
	return changes.reverse();
}

export function difference<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean = Object.is): Change<T>[] {
	let start = 0, end = 0;
	while (start < a.length && start < b.length && same(a[start]!, b[start]!))
		start++;
	while (end < a.length - start && end < b.length - start && same(a[a.length - 1 - end]!, b[b.length - 1 - end]!))
		end++;
	const kept = (from: number, to: number): Change<T>[] => a.slice(from, to).map((was, i) => ({kind: 'same', was, now: b[(from ? b.length - end : 0) + i]}));
	return [...kept(0, start), ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), same), ...end ? kept(a.length - end, a.length) : []];
}

// Words with the space after them, so that what is put together again is the text.
export const wordsOf = (text: string): string[] => text.match(/\s*[\p{L}\p{N}\p{M}]+|\s*[^\p{L}\p{N}\p{M}\s]|\s+$/gu) ?? [];

export interface Line {
	kind: Change<string>['kind'] | 'fold';
	text: string; // fold: empty
	was: number; // its number there; 0: none
	now: number;
	count: number; // fold: lines that are left out
}

// Lines that changed with some around them.
export function lineDifference(was: string, now: string, around = 3): Line[] {
	const lines: Line[] = [], split = (s: string) => s.replace(/\r\n?/g, '\n').split('\n');
	let a = 0, b = 0;
	for (const c of difference(split(was), split(now)))
		lines.push({kind: c.kind, text: (c.kind === 'new' ? c.now : c.was) ?? '', was: c.kind === 'new' ? 0 : ++a, now: c.kind === 'gone' ? 0 : ++b, count: 0});
	const near = new Uint8Array(lines.length);
	lines.forEach((l, i) => l.kind !== 'same' && near.fill(1, Math.max(0, i - around), i + around + 1));
	const shown: Line[] = [];
	lines.forEach((l, i) => {
		const last = shown[shown.length - 1];
		if (near[i])
			shown.push(l);
		else if (last?.kind === 'fold')
			last.count++;
		else
			shown.push({kind: 'fold', text: '', was: 0, now: 0, count: 1});
	});
	return shown;
}
