// Bundles what pages.mjs names, compresses it, and writes it with the words as C: node build.mjs OUT [DEPFILE]. Run by meson.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {basename, dirname, extname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {files, loaded, pages} from './pages.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [out, depfile] = process.argv.slice(2);
const languages = ['vi', 'en'];
const types = {'.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json', '.webmanifest': 'application/manifest+json'};
const inputs = new Set(['build.mjs', 'pages.mjs', 'package-lock.json', 'tsconfig.json', 'lib/theme_first.js', ...languages.map(l => `words/${l}.json`), ...files].map(f => join(here, f)));

const sha256 = (bytes, form) => createHash('sha256').update(bytes).digest(form);
const read = file => readFileSync(join(here, file));

// ---- Bundles: assets is name → bytes; at says where a source went

const assets = new Map();
const parts = new Map(); // name → {name, needs: names of what it imports at once, from: sources}
const at = new Map(); // source → the same
const inlined = new Map(); // source → text

async function bundle(sources, options) {
	if (!sources.length)
		return;
	const made = await build({
		entryPoints: sources.map(s => ({in: join(here, s), out: named.get(s) ?? basename(s, extname(s))})), absWorkingDir: here, outdir: '/a', bundle: true, minify: true, target: 'es2020', write: false, metafile: true,
		entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', legalComments: 'none', logLevel: 'warning', jsx: 'automatic', jsxImportSource: 'preact', loader: {'.xml': 'text'},
		define: {PAGES: JSON.stringify(pages.filter(p => p.shell).map(p => p.name))}, ...options,
	});
	const real = input => !input.startsWith('<'); // <define:…>
	for (const input of Object.keys(made.metafile.inputs).filter(real))
		inputs.add(join(here, input));
	const outputs = Object.entries(made.metafile.outputs).map(([path, o]) => ({name: basename(path), ...o}));
	for (const {name, entryPoint, imports, inputs: from} of outputs) {
		const made = {name, needs: imports.filter(i => i.kind === 'import-statement').map(i => basename(i.path)), from: Object.keys(from).filter(real)};
		parts.set(name, made);
		if (entryPoint)
			at.set(relative(here, join(here, entryPoint)), made);
	}
	for (const {path, contents} of made.outputFiles)
		assets.set(basename(path), Buffer.from(contents));
}

// A script is called as its page is, and a style as its file.
const named = new Map([...pages, ...loaded].filter(p => p.script).map(p => [p.script, p.name]));
const unique = list => [...new Set(list)];
const together = pages.filter(p => !p.inline);
await bundle(unique(together.map(p => p.script).filter(Boolean)), {format: 'esm', splitting: true});
await bundle(unique(pages.flatMap(p => p.styles ?? [])), {external: ['*.svg', '/a/*']});
for (const {script} of loaded)
	await bundle([script], {format: 'esm'});
for (const {script} of pages.filter(p => p.inline && p.script)) {
	await bundle([script], {format: 'iife'});
	const {name} = at.get(script);
	inlined.set(script, assets.get(name).toString().trimEnd());
	assets.delete(name);
}
for (const file of files) {
	const bytes = read(file);
	const name = `${basename(file, extname(file))}-${sha256(bytes, 'hex').slice(0, 8)}${extname(file)}`;
	at.set(file, {name, needs: []});
	assets.set(name, bytes);
}
const address = source => '/a/' + at.get(source).name;

// ---- Words

const words = Object.fromEntries(languages.map(l => [l, JSON.parse(read(`words/${l}.json`))]));
const sections = Object.keys(words.vi);

function wordRows() {
	const rows = sections.flatMap(s => Object.keys(words.vi[s]).map(k => [`${s}.${k}`, ...languages.map(l => words[l][s]?.[k])]));
	const missing = rows.filter(r => r.includes(undefined)).map(r => r[0]);
	if (missing.length)
		throw new Error(`words/en.json lacks ${missing.join(', ')}`);
	return rows.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

// Every section of which the script uses a key is in the page.
function sectionsGood(page) {
	const made = at.get(page.script);
	for (const file of [made, ...[...needed(made)].map(n => parts.get(n))].flatMap(p => p.from))
		for (const [, section] of file.includes('node_modules') ? [] : read(file).toString().matchAll(/\bt\(['`](\w+)\./g))
			if (!page.words?.includes(section))
				throw new Error(`pages.mjs: page ${page.name} needs section '${section}' of words, for ${file}`);
}

// What lib/words.ts reads.
function given(page, language) {
	sectionsGood(page);
	const some = Object.fromEntries((page.words ?? []).map(s => {
		if (!words[language][s])
			throw new Error(`pages.mjs: page ${page.name} wants section '${s}', which words/${language}.json has not`);
		return [s, words[language][s]];
	}));
	const loads = Object.fromEntries((page.loads ?? []).map(n => {
		const row = loaded.find(l => l.name === n);
		if (!row)
			throw new Error(`pages.mjs: page ${page.name} loads '${n}', which is no row of loaded`);
		return [n, row.fixed ?? address(row.script)];
	}));
	return JSON.stringify({language, words: some, assets: loads}).replaceAll('<', '\\u003c');
}

// ---- Pages: what stands in the head and at the end of the body

const scriptHashes = new Set(), styleHashes = new Set();

function inlineScript(text) {
	if (/<\/script|<!--/i.test(text))
		throw new Error('a script that is to stand in a page would end it');
	scriptHashes.add(sha256(text, 'base64'));
	return `<script>${text}</script>`;
}

const firstTheme = inlineScript(read('lib/theme_first.js').toString().replace(/^\/\/.*\n/gm, '').trim());

function head(page) {
	let text = `<link rel="icon" href="${address('style/icon.svg')}">\n${firstTheme}\n`;
	if (page.inline) {
		const style = (page.styles ?? []).map(s => assets.get(at.get(s).name).toString().trimEnd()).join('');
		styleHashes.add(sha256(style, 'base64'));
		return text + `<style>${style}</style>\n`;
	}
	for (const s of page.styles ?? [])
		text += `<link rel="stylesheet" href="${address(s)}">\n`;
	if (page.script)
		for (const name of needed(at.get(page.script)))
			text += `<link rel="modulepreload" href="/a/${name}">\n`;
	return text;
}

// What a script imports at once, however deep.
function needed({needs}, found = new Set()) {
	for (const name of needs)
		if (!found.has(name)) {
			found.add(name);
			needed(parts.get(name), found);
		}
	return found;
}

function foot(page) {
	if (!page.script)
		return '';
	return page.inline ? inlineScript(inlined.get(page.script)) + '\n' : `<script type="module" src="${address(page.script)}"></script>\n`;
}

// ---- C

const escapes = new Map([[10, '\\n'], [9, '\\t'], [34, '\\"'], [92, '\\\\'], [63, '\\?']]);

function cString(bytes) {
	let text = '', line = '';
	for (const byte of Buffer.from(bytes)) {
		line += escapes.get(byte) ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '\\' + byte.toString(8).padStart(3, '0'));
		if (line.length > 4000) {
			text += `"${line}"\n`;
			line = '';
		}
	}
	return text + `"${line}"`;
}
const cView = bytes => `{ ${bytes.length ? cString(bytes) : '""'}, ${Buffer.from(bytes).length} }`;

function smaller(bytes, than) {
	return bytes.length < than.length ? bytes : Buffer.alloc(0);
}

function assetsC() {
	const rows = [...assets].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([name, raw]) => {
		if (name.length > 64)
			throw new Error(`${name} is longer than what a route takes`);
		const gzip = gzipSync(raw, {level: 9}), br = brotliCompressSync(raw, {params: {[constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length}});
		gzip[9] = 255; // the system it was made on does not matter
		return `\t{ "${name}", "${types[extname(name)]}",\n${cView(raw)},\n${cView(smaller(gzip, raw))},\n${cView(smaller(br, raw))} },\n`;
	});
	const pageRows = pages.map(p => `\t{ "${p.name}", ${!!p.shell}, ${!!p.bare}, ${cView(head(p))}, ${cView(foot(p))},\n\t  { ${languages.map(l => cView(p.script ? given(p, l) : '')).join(', ')} } },\n`);
	const fixedRows = loaded.map(l => `\t{ "${l.name}", "${at.get(l.script).name}" },\n`);
	return '/* Made by build.mjs. */\n#pragma GCC diagnostic ignored "-Woverlength-strings"\n#include "tools/httpd/asset.h"\n\n' +
		`const struct asset assets[] = {\n${rows.join('')}};\nconst size_t asset_count = ${rows.length};\n\n` +
		`const struct asset_page asset_pages[] = {\n${pageRows.join('')}\t{ 0 },\n};\n\n` +
		`const struct asset_name asset_names[] = {\n${fixedRows.join('')}\t{ 0 },\n};\n`;
}

function wordsC() {
	const cell = v => typeof v === 'string' ? [cString(v), 'NULL'] : [cString(v.other), cString(v.one ?? v.other)];
	const rows = wordRows().map(([key, vi, en]) => `\t{ "${key}", { ${cell(vi)[0]}, ${cell(en)[0]} }, ${cell(en)[1]} },\n`);
	return '/* Made by build.mjs. */\n#include <stddef.h>\n\n#include "tools/httpd/words.h"\n\n' +
		`const struct words_row words_rows[] = {\n${rows.join('')}};\nconst size_t words_count = ${rows.length};\n`;
}

const c = {'assets.c': assetsC(), 'words.c': wordsC()};
const hashes = set => [...set].map(h => ` 'sha256-${h}'`).join('');
c['hashes.h'] = '/* Made by build.mjs: of what stands in pages. */\n#ifndef BV_TOOLS_HTTPD_WEB_HASHES_H\n#define BV_TOOLS_HTTPD_WEB_HASHES_H\n\n' +
	`#define WEB_SCRIPT_HASHES "${hashes(scriptHashes)}"\n#define WEB_STYLE_HASHES "${hashes(styleHashes)}"\n\n#endif\n`;
c['qr.js'] = assets.get(at.get('public/qr_worker.ts').name); // for the verification page, tools/verify/page
for (const [name, text] of Object.entries(c))
	writeFileSync(join(out, name), text);
if (depfile)
	writeFileSync(depfile, `${join(out, 'assets.c')}: ${[...inputs].filter(f => !f.includes('node_modules')).map(f => f.replaceAll(' ', '\\ ')).join(' ')}\n`);
