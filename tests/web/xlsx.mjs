// A workbook as Excel writes it, in as few parts as there may be: for tests. cells: rows of texts, or numbers.
import zlib from 'node:zlib';

const crc = zlib.crc32 ?? (bytes => { // it is there from Node 20 on
	let c = ~0;
	for (const b of bytes) {
		c ^= b;
		for (let k = 0; k < 8; k++)
			c = c >>> 1 ^ (c & 1 ? 0xedb88320 : 0);
	}
	return ~c >>> 0;
});

export function zip(files) {
	const parts = [], central = [];
	let at = 0;
	for (const [name, text] of Object.entries(files)) {
		const raw = Buffer.from(text), data = zlib.deflateRawSync(raw), path = Buffer.from(name);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(8, 4);
		common.writeUInt32LE(crc(raw), 10);
		common.writeUInt32LE(data.length, 14);
		common.writeUInt32LE(raw.length, 18);
		common.writeUInt16LE(path.length, 22);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(at, 10);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, place, path]));
		parts.push(local);
		at += local.length;
	}
	const directory = Buffer.concat(central), end = Buffer.alloc(18);
	end.writeUInt16LE(central.length, 4);
	end.writeUInt16LE(central.length, 6);
	end.writeUInt32LE(directory.length, 8);
	end.writeUInt32LE(at, 12);
	return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}

const escape = s => s.replace(/&/g, '&amp;').replace(/</g, '&lt;');

export function workbook(cells) {
	const texts = [...new Set(cells.flat().filter(c => typeof c === 'string' && c))];
	const ref = (r, c) => String.fromCharCode(65 + c) + (r + 1);
	const rows = cells.map((row, r) => `<row r="${r + 1}" spans="1:9">` + row.map((c, i) => c === '' || c === null ? `<c r="${ref(r, i)}" s="1"/>`
		: typeof c === 'number' ? `<c r="${ref(r, i)}"><v>${c}</v></c>` : `<c r="${ref(r, i)}" t="s"><v>${texts.indexOf(c)}</v></c>`).join('') + '</row>');
	return zip({
		'[Content_Types].xml': '<Types/>',
		'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>',
		'xl/sharedStrings.xml': `<sst count="${texts.length}">${texts.map(s => `<si><t xml:space="preserve">${escape(s)}</t></si>`).join('')}</sst>`,
		'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`,
	});
}
