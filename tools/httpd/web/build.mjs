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

function compressed(raw) {
	const gzip = gzipSync(raw, {level: 9}), br = brotliCompressSync(raw, {params: {[constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length}});
	gzip[9] = 255; // the system it was made on does not matter
	return {gzip: smaller(gzip, raw), br: smaller(br, raw)};
}

function smaller(bytes, than) {
	return bytes.length < than.length ? bytes : Buffer.alloc(0);
}

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

// Keys that sources use, as tests/style/words.py finds them: whole ones, and t(`section.prefix${…}`), which uses all that begin so.
function keysOf(sources) {
	const text = sources.filter(f => !f.includes('node_modules')).map(f => read(f)).join('\n');
	const whole = new Set(text.match(/(?<=['"`])\w+\.\w+(?=['"`])/g)), prefixes = [...text.matchAll(/`(\w+\.\w*)\$\{/g)].map(m => m[1]);
	return wordRows().map(([key]) => key).filter(key => whole.has(key) || prefixes.some(p => key.startsWith(p)));
}

function pick(keys, language) {
	const some = {};
	for (const [section, name] of keys.map(k => k.split('.')))
		(some[section] ??= {})[name] = words[language][section][name];
	return some;
}

// A page in which all stands has the words of its own script only, and what it fetches later brings the rest: one file a language.
const brought = new Map(); // source → language → name
for (const {script, loads} of pages.filter(p => p.inline)) {
	const known = new Set(keysOf(at.get(script).from));
	for (const {script: later} of loaded.filter(l => loads.includes(l.name))) {
		const {name, from} = at.get(later), keys = keysOf(from).filter(k => !known.has(k)), text = assets.get(name);
		if (!keys.length)
			continue;
		assets.delete(name);
		brought.set(later, Object.fromEntries(languages.map(l => {
			const bytes = Buffer.concat([Buffer.from(`const WORDS=${JSON.stringify(pick(keys, l))};`), text]);
			const own = `${named.get(later)}-${l}-${sha256(bytes, 'hex').slice(0, 8)}.js`;
			assets.set(own, bytes);
			return [l, own];
		})));
	}
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
	const some = page.inline ? pick(keysOf(at.get(page.script).from), language) : Object.fromEntries((page.words ?? []).map(s => {
		if (!words[language][s])
			throw new Error(`pages.mjs: page ${page.name} wants section '${s}', which words/${language}.json has not`);
		return [s, words[language][s]];
	}));
	const loads = Object.fromEntries((page.loads ?? []).map(n => {
		const row = loaded.find(l => l.name === n);
		if (!row)
			throw new Error(`pages.mjs: page ${page.name} loads '${n}', which is no row of loaded`);
		const own = brought.get(row.script)?.[language];
		return [n, row.fixed ?? (own ? '/a/' + own : address(row.script))];
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
	const icon = page.inline ? `data:image/svg+xml,${encodeURIComponent(read('style/icon.svg').toString().trim())}` : address('style/icon.svg');
	let text = `<link rel="icon" href="${icon}">\n${firstTheme}\n`;
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

// ---- The frame of a page. Where html.c goes on, it puts in what it alone knows: the title, whether search engines leave the page out, its address.

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const said = (key, language) => escaped(words[language][key.split('.')[0]][key.split('.')[1]]);
const names = {vi: 'Tiếng Việt', en: 'English'};

function frame(page, language) {
	const other = languages.find(l => l !== language);
	return {
		before: `<!doctype html>\n<html lang="${language}">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>`,
		titled: ' – Bảng Vàng</title>\n',
		to_address: head(page) + (page.bare ? '' : `<a class="skip" href="#main">${said('common.skip', language)}</a>\n` +
			'<header class="top"><div class="wide"><a class="brand" href="/">Bảng Vàng</a><a class="language" href="'),
		to_main: page.bare ? '<main id="main">\n' : `?lang=${other}" lang="${other}" hreflang="${other}">${names[other]}</a></div></header>\n<main id="main" class="wide">\n`,
		after: '</main>\n' + (page.bare ? '' : `<footer class="bottom"><div class="wide">${said('common.footer', language)}</div></footer>\n`) +
			(page.script ? `<script type="application/json" id="words">${given(page, language)}</script>\n` : '') + foot(page) + '</html>\n',
	};
}

function shell(page, language) {
	const f = frame(page, language), content = `<div id="app"><noscript><p class="notice">${said('common.needsScript', language)}</p></noscript></div>\n`;
	return f.before + said(`${page.name}.title`, language) + f.titled + '<meta name="robots" content="noindex">\n' + f.to_address + (page.bare ? '' : `/${page.name}`) + f.to_main + content + f.after;
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

const cAsset = (name, type, raw) => {
	const {gzip, br} = compressed(raw);
	return `{ "${name}", "${type}",\n${cView(raw)},\n${cView(gzip)},\n${cView(br)} }`;
};

function assetsC() {
	const rows = [...assets].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([name, raw]) => {
		if (name.length > 64)
			throw new Error(`${name} is longer than what a route takes`);
		return `\t${cAsset(name, types[extname(name)], raw)},\n`;
	});
	const shells = pages.filter(p => p.shell);
	const shellsC = p => `static const struct asset shell_${p.name}[] = {\n${languages.map(l => `\t${cAsset(p.name, 'text/html; charset=utf-8', Buffer.from(shell(p, l)))},\n`).join('')}};\n\n`;
	const frameC = (p, l) => `\t    { ${Object.values(frame(p, l)).map(cView).join(', ')} },\n`;
	const pageRows = pages.map(p => `\t{ "${p.name}", ${p.shell ? `shell_${p.name}` : 'NULL'},\n\t  {\n${p.shell ? '\t    { { 0 } },\n' : languages.map(l => frameC(p, l)).join('')}\t  } },\n`);
	const fixedRows = loaded.filter(l => l.fixed).map(l => `\t{ "${l.name}", "${at.get(l.script).name}" },\n`);
	return '/* Made by build.mjs. */\n#pragma GCC diagnostic ignored "-Woverlength-strings"\n#include "tools/httpd/asset.h"\n\n' +
		`const struct asset assets[] = {\n${rows.join('')}};\nconst size_t asset_count = ${rows.length};\n\n` +
		shells.map(shellsC).join('') + `const struct asset_page asset_pages[] = {\n${pageRows.join('')}\t{ 0 },\n};\n\n` +
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
