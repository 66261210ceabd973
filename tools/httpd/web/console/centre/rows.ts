// What a table says of candidates: which column is what, by its heading in Vietnamese or English; days and numbers as the server wants them.
import type {Line} from './csv';

export const fields = ['ticket', 'room', 'seat', 'centre', 'machine', 'language', 'extraPercent', 'extraMinutes', 'pnp', 'name', 'personalId', 'birth', 'unit', 'contact'] as const;
export type Field = typeof fields[number];
export type Row = {line: number} & Partial<Record<Field, string>>;

const headings: Record<Field, readonly string[]> = {
	ticket: ['so bao danh', 'sbd', 'ma du thi', 'ticket'], room: ['phong', 'phong thi', 'room'], seat: ['cho', 'cho ngoi', 'so cho', 'vi tri', 'seat'], centre: ['trung tam', 'diem thi', 'centre'],
	machine: ['may', 'may tinh', 'machine'], language: ['ngon ngu', 'language'], extraPercent: ['them phan tram', 'extrapercent', 'extra percent'], extraMinutes: ['them phut', 'extraminutes', 'extra minutes'],
	pnp: ['ho tro', 'ho tro khac', 'dieu chinh', 'pnp', 'support', 'accommodation', 'accommodations'],
	name: ['ho va ten', 'ho ten', 'ho ten thi sinh', 'ho va ten thi sinh', 'name', 'full name'],
	personalId: ['cccd', 'so cccd', 'can cuoc', 'so can cuoc', 'so can cuoc cong dan', 'can cuoc cong dan', 'so dinh danh', 'so dinh danh ca nhan', 'personalid', 'personal id'],
	birth: ['ngay sinh', 'ngay thang nam sinh', 'birth', 'date of birth'], unit: ['don vi', 'co quan', 'don vi cong tac', 'noi cong tac', 'unit'], contact: ['dien thoai', 'so dien thoai', 'email', 'lien he', 'contact'],
};

export const plain = (s: string) => s.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();

// What is granted besides time, as an official writes it; what is not known here is handed on as it is: the server knows all names of an AfA PNP.
const supports: Record<string, readonly string[]> = {
	'high-contrast': ['tuong phan cao', 'high contrast'], 'invert-display-polarity': ['dao mau', 'dao mau man hinh', 'invert colours', 'inverted colours'],
	'layout-single-column': ['mot cot', '1 cot', 'single column'], 'line-reader': ['thuoc doc', 'thuoc doc dong', 'line reader'], 'answer-masking': ['che dap an', 'che phuong an', 'answer masking'],
	spoken: ['doc to', 'doc thanh tieng', 'read aloud', 'spoken'], 'calculator-on-screen': ['may tinh', 'may tinh bo tui', 'calculator'],
	'keyboard-directions': ['huong dan ban phim', 'chi dan ban phim', 'keyboard directions'],
};

export function supportsOf(cell: string): string {
	// Commas also stand in 1,5 and before a setting: fontSize=24,lineHeight=1.8.
	return cell.split(/[;\n]|,(?!\s*[A-Za-z]+=)(?!\d)/).map(piece => piece.trim()).filter(Boolean).map(piece => {
		const name = plain(piece), known = Object.keys(supports).find(s => supports[s]?.includes(name));
		const sized = piece.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().match(/^(phong to|phong chu|magnify|magnification|co chu|font size) *:? *(\d+)(?:[.,](\d+))? *(%|x|lan|times)?$/);
		if (!sized)
			return known ?? piece;
		const value = Number(`${sized[2]}.${sized[3] ?? 0}`);
		return /^co|^font/.test(sized[1] ?? '') ? `text-appearance:fontSize=${value}` : `magnification:allContent=${sized[4] === '%' ? value / 100 : value}`;
	}).join(' ');
}

function fieldOf(heading: string): Field | undefined {
	const name = plain(heading);
	return fields.find(f => headings[f].includes(name));
}

// 31/01/1990, 1990-01-31, and Excel's number of days.
export function dayOf(s: string): string {
	const dmy = s.match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
	if (dmy)
		return `${dmy[3]}-${dmy[2]?.padStart(2, '0')}-${dmy[1]?.padStart(2, '0')}`;
	if (/^\d{4,5}$/.test(s) && Number(s) > 1000)
		return new Date(Date.UTC(1899, 11, 30) + Number(s) * 86400000).toISOString().slice(0, 10);
	return s;
}

// Excel drops the zeros before a number.
const idOf = (s: string) => /^\d{10,11}$/.test(s) ? s.padStart(12, '0') : s.replace(/\s/g, '');

export interface Table {
	rows: Row[];
	missing: Field[];   // columns that must be there and are not
	unknown: string[];  // headings that mean nothing here
	twice: Field[];     // fields that two columns are called
	columns: Partial<Record<Field, string>>; // as a spreadsheet calls them: A, B …
}

export function tableOf(lines: readonly Line[]): Table {
	const at = lines.findIndex(l => l.cells.filter(c => fieldOf(c)).length >= 2), head = lines[at];
	if (!head)
		return {rows: [], missing: ['room', 'name'], unknown: [], twice: [], columns: {}};
	const of = head.cells.map(fieldOf), has = (f: Field) => of.includes(f);
	const last = new Map<string, number>(); // seats that were given here, by room
	const rows = lines.slice(at + 1).map(({line, cells}) => {
		const row: Row = {line};
		of.forEach((f, i) => {
			const value = cells[i]?.normalize('NFC') ?? '';
			if (f && value)
				row[f] = f === 'birth' ? dayOf(value) : f === 'personalId' ? idOf(value) : f === 'pnp' ? supportsOf(value) : value;
		});
		if (!has('seat') && row.room) {
			last.set(row.room, (last.get(row.room) ?? 0) + 1);
			row.seat = String(last.get(row.room));
		}
		return row;
	});
	const letter = (i: number): string => (i >= 26 ? letter(Math.floor(i / 26) - 1) : '') + String.fromCharCode(65 + i % 26);
	return {rows, missing: has('room') ? [] : ['room'], unknown: head.cells.filter((c, i) => c && !of[i]), twice: fields.filter(f => of.indexOf(f) !== of.lastIndexOf(f)),
		columns: Object.fromEntries(fields.filter(has).map(f => [f, letter(of.indexOf(f))]))};
}
