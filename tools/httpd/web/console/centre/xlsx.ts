// The first sheet of an Excel workbook (ECMA-376), read here: a zip of XML, of which only cells matter. Nothing of it is run, and the server gets rows only.
import type {Line} from './csv';

const FILE_MAX = 20 << 20, PART_MAX = 60 << 20;

export class NotExcel extends Error {}

function bad(): never {
	throw new NotExcel();
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
	const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
	const parts: Uint8Array[] = [];
	let size = 0;
	for (;;) {
		const {value, done} = await stream.read().catch(bad);
		if (done)
			break;
		size += value.length;
		if (size > PART_MAX)
			bad();
		parts.push(value);
	}
	const out = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

// The files of a zip by name (APPNOTE 4.3): by its central directory, which stands at the end.
function directory(bytes: Uint8Array): (name: string) => Promise<string | null> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const u16 = (at: number) => at + 2 <= bytes.length ? view.getUint16(at, true) : bad();
	const u32 = (at: number) => at + 4 <= bytes.length ? view.getUint32(at, true) : bad();
	let end = bytes.length - 22;
	while (end >= 0 && u32(end) !== 0x06054b50)
		end--;
	if (end < 0)
		bad();
	const files = new Map<string, {method: number; size: number; at: number}>();
	for (let i = 0, at = u32(end + 16); i < u16(end + 10); i++) {
		if (u32(at) !== 0x02014b50)
			bad();
		const length = u16(at + 28);
		files.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)), {method: u16(at + 10), size: u32(at + 20), at: u32(at + 42)});
		at += 46 + length + u16(at + 30) + u16(at + 32);
	}
	return async name => {
		const file = files.get(name);
		if (!file)
			return null;
		const from = file.at + 30 + u16(file.at + 26) + u16(file.at + 28), data = bytes.subarray(from, from + file.size);
		return new TextDecoder().decode(file.method === 0 ? data : file.method === 8 ? await inflate(data) : bad());
	};
}

const entities: Record<string, string> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
const unescape = (s: string) => s.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex?: string, dec?: string, name?: string) =>
	name ? entities[name] ?? '' : String.fromCodePoint(Math.min(parseInt(hex ?? dec ?? '0', hex ? 16 : 10), 0x10ffff)));
// All <t> of a piece, but for what stands above letters (rPh).
const texts = (xml: string) => [...xml.replace(/<rPh[\s\S]*?<\/rPh>/g, '').matchAll(/<t(?:\s[^>]*)?>([^<]*)<\/t>/g)].map(m => unescape(m[1] ?? '')).join('');
const columnOf = (ref: string) => [...ref.replace(/\d/g, '')].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;

export async function readXlsx(bytes: Uint8Array): Promise<Line[]> {
	if (bytes.length > FILE_MAX)
		bad();
	const file = directory(bytes);
	const shared = [...(await file('xl/sharedStrings.xml') ?? '').matchAll(/<si>([\s\S]*?)<\/si>/g)].map(m => texts(m[1] ?? ''));
	const names = (await file('xl/_rels/workbook.xml.rels') ?? '').match(/Target="(?:\/xl\/)?(worksheets\/[^"]+)"/);
	const sheet = await file(`xl/${names?.[1] ?? 'worksheets/sheet1.xml'}`) ?? await file('xl/worksheets/sheet1.xml') ?? bad();
	const out: Line[] = [];
	for (const [, attributes = '', row = ''] of sheet.matchAll(/<row\b([^>]*)>([\s\S]*?)<\/row>/g)) {
		const cells: string[] = [];
		for (const [, about = '', inside = ''] of row.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
			const at = columnOf(about.match(/\br="([A-Z]+\d+)"/)?.[1] ?? bad()), type = about.match(/\bt="(\w+)"/)?.[1];
			const value = unescape(inside.match(/<v>([^<]*)<\/v>/)?.[1] ?? '');
			if (at > 200)
				continue;
			cells[at] = (type === 's' ? shared[Number(value)] ?? '' : type === 'inlineStr' ? texts(inside) : value).trim();
		}
		const line = Number(attributes.match(/\br="(\d+)"/)?.[1] ?? out.length + 1);
		if (cells.some(c => c))
			out.push({line, cells: Array.from(cells, c => c ?? '')});
	}
	return out;
}
