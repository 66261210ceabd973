// Modules of the pages for node, bundled by the esbuild that the build has; and tests that need no browser.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const web = resolve(process.env.BV_SOURCE ?? '.', 'tools/httpd/web');

export async function load(path) {
	const { build } = createRequire(process.env.BV_WEB_MODULES ?? `${web}/package.json`)('esbuild');
	const made = await build({ entryPoints: [`${web}/${path}`], bundle: true, format: 'esm', platform: 'neutral', write: false, target: 'es2020', logLevel: 'error' });
	return import('data:text/javascript;base64,' + Buffer.from(made.outputFiles[0].contents).toString('base64'));
}

let count = 0, failed = 0;

/** Runs body, which throws when something is wrong; without arguments: the end. */
export async function test(name, body) {
	if (!name) {
		console.log(`1..${count}`);
		process.exit(failed ? 1 : 0);
	}
	try {
		await body();
		console.log(`ok ${++count} - ${name}`);
	} catch (e) {
		failed++;
		console.log(`not ok ${++count} - ${name}`);
		for (const line of String(e.stack).split('\n').slice(0, 20))
			console.log(`# ${line}`);
	}
}
