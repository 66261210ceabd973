// CSV as Excel and others write it (RFC 4180): commas, semicolons or tabs, with or without a mark at the beginning.
export interface Line {
	line: number; // of the file
	cells: string[];
}

// What stands between cells is what the first line has most of, outside quotes.
function separator(text: string): string {
	const first = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
	return [',', ';', '\t'].reduce((best, c) => first.split(c).length > first.split(best).length ? c : best);
}

export function readCsv(given: string): Line[] {
	const text = given.replace(/^\uFEFF/, ''), sep = separator(text);
	const out: Line[] = [];
	let cells: string[] = [], cell = '', quoted = false, line = 1, begun = 1;
	const end = () => {
		cells.push(cell);
		cell = '';
	};
	for (let i = 0; i <= text.length; i++) {
		const c = text[i];
		if (c === '\n')
			line++;
		if (quoted && c !== undefined) {
			if (c !== '"')
				cell += c;
			else if (text[i + 1] === '"')
				cell += text[i++];
			else
				quoted = false;
		} else if (c === '"' && !cell) {
			quoted = true;
		} else if (c === sep) {
			end();
		} else if (c === '\n' || c === undefined) {
			end();
			if (cells.some(x => x.trim()))
				out.push({line: begun, cells: cells.map(x => x.trim())});
			cells = [];
			begun = line;
		} else if (c !== '\r') {
			cell += c;
		}
	}
	return out;
}
