// A candidate's machine without a browser: it signs in, asks every four seconds what state it is in, says what it has shown, and answers.
import {setTimeout as sleep} from 'node:timers/promises';

export class Machine {
	constructor(world, ticket) {
		Object.assign(this, {world, ticket, cookies: new Map(), fields: {}, number: 0, state: '', seen: [], going: false});
	}

	async ask(method, path, body) {
		const answer = await fetch(this.world.url + path, {
			method, headers: {...this.fields, Cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '), ...body !== undefined && {'Content-Type': 'application/json'}},
			...body !== undefined && {body: JSON.stringify(body)},
		});
		// Older Node.js 18 has them in one text only.
		for (const line of answer.headers.getSetCookie?.() ?? (answer.headers.get('set-cookie') ?? '').split(/, (?=__Host-)/).filter(Boolean)) {
			const [pair] = line.split(';'), at = pair.indexOf('=');
			this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
		}
		const text = await answer.text();
		return {status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : null};
	}

	async enter() {
		const {status, json} = await this.ask('POST', '/api/entry', {sitting: this.world.sitting, ticket: this.ticket, code: this.world.codes[this.ticket]});
		if (status !== 201)
			throw new Error(`${this.ticket}: ${status} ${JSON.stringify(json)}`);
		this.attempt = Number(json.attempt);
		this.path = `/api/attempts/${this.attempt}`;
		this.fields['X-CSRF-Token'] = json.csrfToken;
		return this;
	}

	say(remark, more = {}) {
		return this.ask('POST', `${this.path}/remarks`, {remark, ...more});
	}

	async start() {
		const {json} = await this.ask('POST', `${this.path}/lease`);
		this.fields['X-Lease'] = String(json.lease);
		return this.ask('POST', `${this.path}/start`);
	}

	// Once; what is new is kept with the time when this machine learned of it.
	async poll() {
		const {status, json} = await this.ask('GET', this.path);
		if (status !== 200)
			return;
		const order = json.order?.seq ?? 0, news = order > (this.order ?? 0) || json.state !== this.state;
		this.state = json.state;
		this.left_ms = json.leftMs;
		if (news)
			this.seen.push({state: json.state, act: json.order?.act, left_ms: json.leftMs, at: Date.now()});
		if (order > (this.order ?? 0)) {
			this.order = order;
			await this.say('told', {seq: json.seq});
		}
	}

	// As a page does, until stop().
	async live() {
		this.going = true;
		while (this.going) {
			await this.poll().catch(() => {});
			await sleep(3600 * (0.8 + 0.4 * Math.random()));
		}
	}

	stop() {
		this.going = false;
	}
}
