// The health of the server: what is wrong and what to do first, lines that go on with their numbers, and everything else that is known.
import type {JSX} from 'preact';
import {useEffect, useReducer, useRef, useState} from 'preact/hooks';
import {announce} from '../../lib/dom';
import {asset, formatMoment, formatNumber, formatTime, type Key, t} from '../../lib/words';
import {problemText, Title} from '../form';
import {type Sample, type State, Watch} from './health';
import type * as Live from './live_chart';

const GIB = 2 ** 30, ROWS = 10, CLOCK_MS = 30000;

function Finding({name, level}: {name: string; level: 'bad' | 'warn'}): JSX.Element {
	const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
	return <li><div class={`notice ${level}`}>
		<p><strong>{t(`health.${key}` as Key)}</strong></p>
		<p>{t(`health.${key}Do` as Key)}</p>
	</div></li>;
}

// What this page alone can see: the two clocks.
function Clocks({state, heard}: {state: State; heard: number}): JSX.Element | null {
	const off = Math.round((heard - state.atMs) / 1000);
	return Math.abs(off) * 1000 < CLOCK_MS ? null : <div class="notice warn"><p>{t('health.clocks', {n: formatNumber(Math.abs(off))})}</p></div>;
}

// All is well: only while that is heard of the server.
function Findings({state, heard, good}: {state: State; heard: number; good: boolean}): JSX.Element {
	return <>
		{state.findings.length === 0
			? good && <div class="notice good"><p>{t('health.allWell')}</p></div>
			: <><h2>{t('health.todo', {n: state.findings.length})}</h2><ol class="findings">{state.findings.map(f => <Finding key={f.name} {...f}/>)}</ol></>}
		<Clocks state={state} heard={heard}/>
	</>;
}

interface LineProps {
	title: string;
	unit: string;
	samples: Sample[];
	value(s: Sample): number | null;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const said = (n: number | null | undefined): string => n === null || n === undefined ? '–' : formatNumber(n);

function Line({title, unit, samples, value}: LineProps): JSX.Element {
	const box = useRef<HTMLDivElement>(null), chart = useRef<Live.LiveChart | null>(null), [ready, setReady] = useState(false), [missing, setMissing] = useState(false);
	useEffect(() => {
		let gone = false;
		void (import(asset('live-chart')) as Promise<typeof Live>).then(({liveChart}) => {
			if (gone || !box.current)
				return;
			chart.current = liveChart(box.current);
			setReady(true);
		}, () => setMissing(true));
		return () => {
			gone = true;
			chart.current?.end();
		};
	}, []);
	useEffect(() => chart.current?.set(samples.map(s => s.at_s), samples.map(value)), [samples, ready]);
	const known = samples.map(value).filter((n): n is number => n !== null), last = known[known.length - 1];
	const words = known.length ? t('health.line', {title, now: said(last), most: said(Math.max(...known)), unit}) : t('health.lineNone', {title});
	return <section class="live">
		<h3>{title}</h3>
		<p class="quiet">{words}</p>
		{missing ? <p class="quiet">{t('health.noChart')}</p> : <div class="live-chart" ref={box} role="img" aria-label={words}/>}
		<details><summary>{t('health.numbers', {title})}</summary>
			<table role="table"><thead><tr><th scope="col">{t('health.time')}</th><th scope="col">{unit}</th></tr></thead>
				<tbody>{samples.slice(-ROWS).reverse().map(s => <tr key={s.at_s}><th scope="row">{formatTime(s.at_s * 1000, true)}</th><td>{said(value(s))}</td></tr>)}</tbody></table>
		</details>
	</section>;
}

function Fact({name, children}: {name: string; children: string}): JSX.Element {
	return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Facts({state}: {state: State}): JSX.Element {
	const {now, ledger, counters} = state;
	return <>
		<h2>{t('health.details')}</h2>
		<dl class="facts">
			<Fact name={t('health.version')}>{t('health.versionIs', {version: state.version, since: formatMoment(Date.parse(state.started))})}</Fact>
			<Fact name={t('health.database')}>{t('health.databaseIs', {kind: state.database === 'sqlite' ? 'SQLite' : 'PostgreSQL', n: formatNumber(now.databaseMs)})}</Fact>
			<Fact name={t('health.queue')}>{t('health.queueIs', {n: formatNumber(now.queue), most: formatNumber(now.queueMax), passwords: formatNumber(now.passwords)})}</Fact>
			<Fact name={t('health.failed')}>{t('health.failedIs', {n: formatNumber(counters.failed), all: formatNumber(counters.answers)})}</Fact>
			<Fact name={t('health.people')}>{t('health.peopleIs', {n: formatNumber(now.sessions), streams: formatNumber(now.streams)})}</Fact>
			{state.disks.map(d => <Fact key={d.what} name={t('health.disk', {what: t(`health.disk${capital(d.what)}` as Key)})}>{t('health.diskIs', {free: formatNumber(Math.round(d.free / GIB * 10) / 10), total: formatNumber(Math.round(d.total / GIB))})}</Fact>)}
			{ledger ? <>
				<Fact name={t('health.ledger')}>{ledger.stopped ? t('health.ledgerStopped') : t('health.ledgerIs', {n: formatNumber(counters.stored), attempts: formatNumber(now.attempts), open: formatNumber(now.open)})}</Fact>
				<Fact name={t('health.tree')}>{ledger.treeFailed ? t('health.treeStopped') : t('health.treeIs', {n: formatNumber(ledger.treeLag)})}</Fact>
				<Fact name={t('health.clock')}>{ledger.held || ledger.unsure ? t('health.clockHeld') : t('health.clockIs', {n: formatNumber(ledger.driftMs)})}</Fact>
				<Fact name={t('health.nodes')}>{ledger.followed ? t('health.nodesMany', {n: formatNumber(ledger.followed), skew: formatNumber(ledger.skewMs)}) : t('health.nodesOne')}</Fact>
			</> : <Fact name={t('health.ledger')}>{t('health.noExams')}</Fact>}
			<Fact name={t('health.register')}>{state.register ? t('health.registerIs') : t('health.registerNone')}</Fact>
			<Fact name={t('health.log')}>{t(`health.logIs${capital(state.log)}` as Key)}</Fact>
		</dl>
	</>;
}

function Reach({watch}: {watch: Watch}): JSX.Element | null {
	const {link, state} = watch;
	if (link.is === 'good' || link.is === 'starting')
		return null;
	return <div class="notice bad" role="alert">
		<p><strong>{problemText(link.problem)}</strong></p>
		{link.is === 'lost' && <p>{t('health.again', {when: formatTime(link.next, true)})} {state && t('health.old', {when: formatTime(state.atMs, true)})}</p>}
		<p><button type="button" class="second" onClick={() => watch.now()}>{t('health.now')}</button></p>
	</div>;
}

export function Health(): JSX.Element {
	const [, changed] = useReducer<number, void>(n => n + 1, 0), watch = useRef<Watch | null>(null), heard = useRef(0), names = useRef('');
	useEffect(() => {
		const w = watch.current = new Watch(() => {
			heard.current = Date.now();
			const now = w.state?.findings.map(f => f.name).join() ?? '';
			// Who cannot see the page hears what is new on it, and not the same every two seconds.
			if (now !== names.current)
				announce(now ? t('health.todo', {n: w.state?.findings.length ?? 0}) : t('health.allWell'));
			names.current = now;
			changed();
		});
		return () => w.stop();
	}, []);
	const w = watch.current;
	return <>
		<Title>{t('health.title')}</Title>
		{w && <Reach watch={w}/>}
		{!w?.state ? <p>{w?.link.is === 'lost' ? t('health.nothingYet') : t('common.wait')}</p> : <>
			<Findings state={w.state} good={w.link.is === 'good'} heard={w.link.is === 'good' ? heard.current : w.state.atMs}/>
			<h2>{t('health.live')}</h2>
			<p class="quiet">{t('health.liveText')}</p>
			<Line title={t('health.stored')} unit={t('health.storedUnit')} samples={w.samples} value={s => s.stored}/>
			<Line title={t('health.latency')} unit={t('health.latencyUnit')} samples={w.samples} value={s => s.latency}/>
			<Line title={t('health.connections')} unit={t('health.connectionsUnit')} samples={w.samples} value={s => s.connections}/>
			<Facts state={w.state}/>
		</>}
	</>;
}
