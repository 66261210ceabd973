// A browser without a window, driven through its DevTools protocol over a pipe, and a web server for a folder.
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {extname, join, normalize} from 'node:path';

const TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.webmanifest': 'application/manifest+json'};

// {port, seen: requests, close()}
export function serve(folder) {
	const seen = [];
	const server = createServer((request, response) => {
		seen.push(request.url);
		const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
		try {
			const bytes = readFileSync(join(folder, path.endsWith('/') || path === '/v' ? 'index.html' : path));
			response.writeHead(200, {'Content-Type': TYPES[extname(path)] ?? (path.endsWith('/') || path === '/v' ? TYPES['.html'] : 'application/octet-stream'), 'X-Content-Type-Options': 'nosniff'});
			response.end(bytes);
		} catch {
			response.writeHead(404);
			response.end();
		}
	});
	return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({
		port: server.address().port,
		seen,
		close: () => new Promise(done => {
			server.closeAllConnections?.();
			server.close(done);
		}),
	})));
}

export class Browser {
	static async open(program) {
		const browser = new Browser();
		browser.profile = mkdtempSync(join(tmpdir(), 'bv-chromium-'));
		browser.child = spawn(program, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--remote-debugging-pipe', '--force-device-scale-factor=1', `--user-data-dir=${browser.profile}`, 'about:blank'],
			{stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
		browser.next = 1;
		browser.waiting = new Map();
		browser.events = []; // {method, params}
		browser.closed = new Promise(resolve => browser.child.on('exit', resolve));
		let rest = Buffer.alloc(0);
		browser.child.stdio[4].on('data', data => {
			rest = Buffer.concat([rest, data]);
			for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
				browser.hear(JSON.parse(rest.subarray(0, end).toString()));
				rest = rest.subarray(end + 1);
			}
		});
		const {targetInfos} = await browser.send('Target.getTargets', {}, null);
		const {sessionId} = await browser.send('Target.attachToTarget', {targetId: targetInfos.find(({type}) => type === 'page').targetId, flatten: true}, null);
		browser.session = sessionId;
		for (const domain of ['Page', 'Runtime', 'Log', 'Network'])
			await browser.send(`${domain}.enable`);
		return browser;
	}

	hear(message) {
		if (message.id) {
			const {resolve, reject} = this.waiting.get(message.id);
			this.waiting.delete(message.id);
			if (message.error)
				reject(new Error(message.error.message));
			else
				resolve(message.result);
		} else {
			this.events.push(message);
		}
	}

	send(method, params = {}, sessionId = this.session) {
		const id = this.next++;
		this.child.stdio[3].write(JSON.stringify({id, method, params, ...sessionId && {sessionId}}) + '\0');
		return new Promise((resolve, reject) => this.waiting.set(id, {resolve, reject}));
	}

	// The value of an expression, which may be a promise.
	async value(expression) {
		const {result, exceptionDetails} = await this.send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
		if (exceptionDetails)
			throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	}

	async until(expression, wait_ms = 20000) {
		for (const start = Date.now(); Date.now() - start < wait_ms; await new Promise(resolve => setTimeout(resolve, 50))) {
			const value = await this.value(expression).catch(() => false); // the page may be on its way elsewhere
			if (value)
				return value;
		}
		throw new Error(`in ${wait_ms} ms this did not come true: ${expression}`);
	}

	async go(url) {
		await this.send('Page.navigate', {url: 'about:blank'});
		await this.send('Page.navigate', {url});
		await this.until('document.readyState === "complete"');
	}

	async key(key, modifiers = 0) {
		const code = {Tab: 9, Enter: 13, ' ': 32}[key], text = {Enter: '\r', ' ': ' '}[key];
		for (const type of ['keyDown', 'keyUp'])
			await this.send('Input.dispatchKeyEvent', {type, key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: code, modifiers, ...type === 'keyDown' && text && {text}});
	}

	async picture() {
		const {data} = await this.send('Page.captureScreenshot', {format: 'png', captureBeyondViewport: true});
		return Buffer.from(data, 'base64');
	}

	async close() {
		await this.send('Browser.close', {}, null).catch(() => {});
		await this.closed;
		rmSync(this.profile, {recursive: true, force: true, maxRetries: 5});
	}
}
