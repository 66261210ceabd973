// Whatever bytes come, the page's readers answer: no exception, no endless loop, and never "valid" for what is not byte for byte what was signed.
// Argument, optional: how many mutants of each file. Seeded: the same on every machine.
import {basename} from 'node:path';
import {bytesOf, certs, end, filesOf, mutant, note, ok, random, SOURCE, trustOf, verify} from './modules.mjs';

const COUNT = Number(process.argv[2] ?? 40), LONGEST_MS = 5000, at = Date.parse('2027-01-01T00:00:00Z') / 1000;
const vectors = `${SOURCE}/tests/vectors/certs`, trust = trustOf(`${vectors}/trust`), {canonical, parseJson} = await certs('json');
// What a JSON certificate says, however it is written; other envelopes have one spelling.
const meaning = bytes => {
	const {value, error} = parseJson(bytes);
	return error ? null : canonical(value);
};

const files = filesOf(vectors).filter(path => /^good-/.test(basename(path))), all = files.map(bytesOf), r = random(5);
let broken = '', accepted = '', slowest = 0, verified = 0;
for (const [n, bytes] of all.entries()) {
	for (let k = 0; k < COUNT; k++) {
		const changed = mutant(r, bytes, all), start = performance.now();
		try {
			const report = await verify(changed, trust, {at});
			report.json('x', 1);
			if (report.verdict() === 'valid' && !all.some(good => meaning(good) !== null && meaning(good) === meaning(changed)) && !all.some(good => good.join() === changed.join()))
				accepted ||= `${files[n]} ${k}: ${Buffer.from(changed).toString('base64')}`;
		} catch (error) {
			broken ||= `${files[n]} ${k}: ${error.stack}\n${Buffer.from(changed).toString('base64')}`;
		}
		slowest = Math.max(slowest, performance.now() - start);
		verified++;
	}
}
ok(!broken, `no mutant of ${files.length} files breaks a reader`, broken);
ok(!accepted, 'no mutant is valid', accepted);
ok(slowest < LONGEST_MS, 'none takes long');
note(`${verified} mutants, the slowest ${slowest.toFixed(1)} ms`);
end();
