// Questions in the real player, each from its QTI file through `bangvang item render`, under the server's policy; answers go back through `bangvang item score`.
import {spawnSync} from 'node:child_process';
import {createHash, createHmac} from 'node:crypto';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), source = process.env.BV_SOURCE ?? join(here, '../../..');
const web = join(source, 'tools/httpd/web'), bangvang = join(process.env.BV_BUILD ?? join(source, 'build'), 'tools/cli/bangvang');
const {build} = createRequire(join(web, 'package.json'))('esbuild');

function run(...args) {
	const {status, stdout, stderr} = spawnSync(bangvang, args, {encoding: 'utf8', maxBuffer: 64 << 20, timeout: 60000});
	if (status !== 0)
		throw new Error(`bangvang ${args.join(' ')}: ${stderr}`);
	return stdout;
}

// An item as its author wrote it, which the page never sees.
export class Item {
	constructor(file, pnp) {
		this.file = file;
		this.xml = readFileSync(file, 'utf8');
		this.identifier = /<qti-assessment-item[^>]*\sidentifier="([^"]*)"/.exec(this.xml)[1];
		this.responses = [...this.xml.matchAll(/<qti-[a-z-]+-interaction[^>]*\sresponse-identifier="([^"]*)"/g)].map(m => m[1]);
		this.page = run('item', 'render', '--json', ...(pnp ? ['--pnp', pnp] : []), file);
	}

	// doc/delivery.md: the key of `item render` is zeros.
	opaque(response, own) {
		const bytes = createHmac('sha256', Buffer.alloc(32)).update(['BV-DELIVERY-1', this.identifier, response, own].join('\0')).digest();
		let bits = '';
		for (const byte of bytes.subarray(0, 10))
			bits += byte.toString(2).padStart(8, '0');
		return 'c' + bits.match(/.{5}/g).map(five => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)]).join('');
	}

	// What the page answered under the item's own names.
	own(responses) {
		return Object.fromEntries(Object.entries(responses).map(([r, value]) => {
			const response = this.responses[Number(r.slice(1)) - 1];
			const names = new Map([...this.xml.matchAll(/\sidentifier="([^"]*)"/g)].map(m => [this.opaque(response, m[1]), m[1]]));
			return [response, JSON.parse(JSON.stringify(value), (_, v) => typeof v === 'string' && names.has(v) ? names.get(v) : v)];
		}));
	}

	score(responses) {
		const file = `${this.file}.json`;
		writeFileSync(file, JSON.stringify(this.own(responses)));
		const {outcomes} = JSON.parse(run('item', 'score', '--responses', file, this.file));
		return outcomes.SCORE.value.base?.float ?? outcomes.SCORE.value.base?.integer ?? null;
	}
}

// A server of questions: bench.url + '/item/NAME?lang=vi'.
export async function open() {
	const folder = mkdtempSync(join(tmpdir(), 'bv-items-')), items = new Map(), media = new Map(), pages = new Map();
	cpSync(join(here, 'items'), folder, {recursive: true});
	cpSync(join(source, 'itembank/sample/d146'), folder, {recursive: true});
	for (const name of readdirSync(join(folder, 'media'))) {
		const bytes = readFileSync(join(folder, 'media', name));
		media.set(createHash('sha256').update(bytes).digest('hex'), {bytes, type: name.endsWith('.png') ? 'image/png' : 'audio/mpeg'});
	}
	const outputs = await build({
		entryPoints: {script: join(here, 'page.ts'), fields: join(web, 'player/fields.ts'), lists: join(web, 'player/lists.ts'), pairs: join(web, 'player/pairs.ts'), graphic: join(web, 'player/graphic.ts'), support: join(web, 'player/support.ts'), tools: join(web, 'player/tools/index.ts'), style: join(web, 'style/base.css'), player: join(web, 'style/player.css'), 'tools-style': join(web, 'style/tools.css')}, bundle: true, minify: true, target: 'es2020', format: 'esm',
		outdir: '/a', write: false, external: ['*.svg'], logLevel: 'warning',
	});
	const assets = new Map(outputs.outputFiles.map(f => [f.path, f.contents]));
	const words = Object.fromEntries(['vi', 'en'].map(l => [l, JSON.parse(readFileSync(join(web, `words/${l}.json`)))]));
	const policy = /html_csp\[\] =\s*((?:\s*"[^"]*"|\s*[A-Z_]+)+);/.exec(readFileSync(join(source, 'tools/httpd/html.c'), 'utf8'))[1]
		.replace(/\s*[A-Z_]+\s*/g, '').replace(/"\s*"/g, '').replace(/^\s*"|"\s*$/g, '');
	const item = name => {
		if (!items.has(name))
			items.set(name, new Item(join(folder, `${name}.xml`)));
		return items.get(name);
	};
	const html = (lang, theme) => `<!doctype html><html lang="${lang}" data-theme="${theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<title>Câu hỏi</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/a/style.css"><link rel="stylesheet" href="/a/player.css"><link rel="stylesheet" href="/a/tools-style.css"></head><body><main class="wide"><h1>Câu 1</h1><div id="tools"></div></main>` +
		`<script type="application/json" id="words">${JSON.stringify({language: lang, words: {player: words[lang].player, tools: words[lang].tools ?? {}}, assets: {'player-fields': '/a/fields.js', 'player-lists': '/a/lists.js', 'player-pairs': '/a/pairs.js', 'player-graphic': '/a/graphic.js', 'player-support': '/a/support.js', 'player-tools': '/a/tools.js'}}).replaceAll('<', '\\u003c')}</script>` +
		'<script type="module" src="/a/script.js"></script></body></html>';
	const server = createServer((request, response) => {
		const url = new URL(request.url, 'http://localhost'), [, kind, name] = url.pathname.split('/');
		const answer = (type, body) => {
			response.writeHead(body === undefined ? 404 : 200, {'Content-Type': type, 'Content-Security-Policy': policy});
			response.end(body);
		};
		try {
			if (kind === 'item')
				answer('text/html; charset=utf-8', html(url.searchParams.get('lang') ?? 'vi', url.searchParams.get('theme') ?? ''));
			else if (kind === 'page')
				answer('application/json', pages.get(name) ?? item(name).page);
			else if (kind === 'media')
				answer(media.get(name)?.type ?? 'text/plain', media.get(name)?.bytes);
			else
				answer(name?.endsWith('.css') ? 'text/css' : 'text/javascript', assets.get(url.pathname));
		} catch (e) {
			console.log(`# ${e.message}`);
			answer('text/plain');
		}
	});
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://localhost:${server.address().port}`, item, policy, assets, folder,
		/* JsonML that no item gives. */
		pages,
		close() {
			server.close();
			server.closeAllConnections();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}
