// Bringing candidates: a file from Excel or a CSV, looked at before anything is done, faults by their lines.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, useAction} from '../form';
import {readCsv} from './csv';
import {type Field, type Row, type Table, tableOf} from './rows';
import {NotExcel, readXlsx} from './xlsx';

interface Wrong {
	line: number;
	field?: Field;
	why: string;
	other?: number;
}

interface Change {
	line: number;
	ticket: string;
	field: Field | 'person';
	from?: string;
	to?: string;
}

interface Answer {
	done: boolean;
	rows: number;
	added: number;
	changed: number;
	same: number;
	absent: number;
	faultCount: number;
	faults: Wrong[];
	changes: Change[];
}

const fieldWords: Record<Field, () => string> = {
	ticket: () => t('centre.fieldTicket'), room: () => t('centre.fieldRoom'), seat: () => t('centre.fieldSeat'), centre: () => t('centre.fieldCentre'), machine: () => t('centre.fieldMachine'),
	language: () => t('centre.fieldLanguage'), extraPercent: () => t('centre.fieldPercent'), extraMinutes: () => t('centre.fieldMinutes'),
	pnp: () => t('centre.fieldSupports'), name: () => t('centre.fieldName'),
	personalId: () => t('centre.fieldId'), birth: () => t('centre.fieldBirth'), unit: () => t('centre.fieldUnit'), contact: () => t('centre.fieldContact'),
};
// How a thing is written, and what to do.
const rules: Partial<Record<Field, () => string>> = {
	room: () => t('centre.ruleRoom'), seat: () => t('centre.ruleSeat'), centre: () => t('centre.ruleRoom'), machine: () => t('centre.ruleMachine'), language: () => t('centre.ruleLanguage'),
	name: () => t('centre.ruleName'), personalId: () => t('centre.ruleId'), birth: () => t('centre.ruleBirth'), extraPercent: () => t('centre.rulePercent'), extraMinutes: () => t('centre.ruleMinutes'),
	ticket: () => t('centre.ruleTicket'), pnp: () => t('centre.ruleSupports'),
};
const line = (n: number | undefined) => n ? t('centre.inLine', {n: String(n)}) : t('centre.notInFile');
const reasons: Record<string, (f: Wrong) => string> = {
	table: () => t('centre.whyTable'), empty: () => t('centre.whyEmpty'), form: f => f.field && rules[f.field]?.() || t('centre.whyForm'),
	twice: f => f.field === 'pnp' ? t('centre.whySupportTwice') : f.field === 'seat' ? t('centre.whySeatTaken', {where: line(f.other)}) : t('centre.whyTwice', {where: line(f.other)}),
	taken: f => f.field === 'seat' ? t('centre.whySeatTaken', {where: line(f.other)}) : t('centre.whyTicketTaken'), centre: f => t('centre.whyCentre', {where: line(f.other)}),
	time: () => t('centre.whyTime'), started: () => t('centre.whyStarted'), feature: () => t('centre.whySupport', {how: t('centre.ruleSupports')}),
	setting: () => t('centre.whySetting', {how: t('centre.ruleSupports')}), elsewhere: () => t('centre.whyElsewhere'), scope: () => t('centre.whyScope'), unkept: () => t('centre.whyUnkept'),
};

// "Dòng 4, cột D (ngày sinh)".
function placeOf(f: Wrong, table: Table): string {
	if (!f.line)
		return t('centre.wholeFile');
	const n = String(f.line), field = f.field && fieldWords[f.field](), column = f.field && table.columns[f.field];
	return !field ? t('centre.line', {n}) : column ? t('centre.lineColumn', {n, column, field}) : t('centre.lineField', {n, field});
}

async function read(file: File): Promise<Table> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
	return tableOf(zip ? await readXlsx(bytes) : readCsv(new TextDecoder().decode(bytes)));
}

function Faults({answer, table}: {answer: Answer; table: Table}): JSX.Element {
	return <div class="notice bad" role="alert">
		<p>{t('centre.faults', {n: answer.faultCount})}</p>
		<ul>{answer.faults.map((f, i) => {
			const written = f.field && table.rows.find(r => r.line === f.line)?.[f.field];
			return <li key={i}><strong>{placeOf(f, table)}</strong>: {(reasons[f.why] ?? (() => t('centre.whyForm')))(f).replace(/\.?$/, '.')}{written && <> <span class="quiet">{t('centre.written', {text: written})}</span></>}</li>;
		})}</ul>
		{answer.faultCount > answer.faults.length && <p>{t('centre.moreFaults', {n: answer.faultCount - answer.faults.length})}</p>}
	</div>;
}

function Changes({changes}: {changes: readonly Change[]}): JSX.Element {
	const cell = (s: string | undefined) => s ? `“${s}”` : t('centre.nothing');
	return <ul>{changes.map((c, i) => <li key={i}><strong>{t('centre.line', {n: String(c.line)})}</strong> <span class="code">{c.ticket}</span>: {c.field === 'person' ? t('centre.changePerson')
		: t('centre.change', {field: fieldWords[c.field](), to: cell(c.to), from: cell(c.from)})}</li>)}</ul>;
}

export function Roster({sitting, done}: {sitting: string; done(added: number): void}): JSX.Element {
	const [table, setTable] = useState<Table | null>(null), [answer, setAnswer] = useState<Answer | null>(null), [wrong, setWrong] = useState('');
	const action = useAction();
	const send = (rows: readonly Row[], dry: boolean) => ask<Answer>('POST', `/api/sittings/${encodeURIComponent(sitting)}/roster`, {dry, rows}, {timeout_ms: 120000});
	const take = (file: File) => action.run(async () => {
		setAnswer(null);
		setWrong('');
		setTable(null);
		try {
			const found = await read(file);
			if (found.missing.length || !found.rows.length)
				setWrong(t('centre.noColumns'));
			else if (found.twice[0])
				setWrong(t('centre.columnTwice', {field: fieldWords[found.twice[0]]()}));
			else {
				setTable(found);
				setAnswer(await send(found.rows, true));
			}
		} catch (e) {
			if (!(e instanceof NotExcel))
				throw e;
			setWrong(t('centre.notExcel'));
		}
	});
	const go = () => table && action.run(async () => {
		const came = await send(table.rows, false);
		setAnswer(came);
		done(came.done ? came.added : 0);
	});
	return <section aria-labelledby="roster-title">
		<h2 id="roster-title">{t('centre.import')}</h2>
		<p>{t('centre.importText')}</p>
		<div class="field">
			<label for="roster">{t('centre.file')}</label>
			<input id="roster" type="file" accept=".xlsx,.csv,.txt" disabled={action.busy} onChange={e => {
				const [file] = e.currentTarget.files ?? [];
				if (file)
					void take(file);
			}}/>
		</div>
		<Fault problem={action.problem}/>
		{wrong && <div class="notice bad" role="alert"><p>{wrong}</p></div>}
		{action.busy && <p role="status">{t('common.wait')}</p>}
		{table && table.unknown.length > 0 && <p class="quiet">{t('centre.unknown', {list: table.unknown.join(', ')})}</p>}
		{answer && table && answer.faultCount > 0 && <Faults answer={answer} table={table}/>}
		{answer && !answer.faultCount && <div class={answer.done ? 'notice good' : 'notice'} role="status">
			<p>{answer.done ? t('centre.imported', {added: answer.added, changed: answer.changed, same: answer.same}) : t('centre.checked', {n: answer.rows, added: answer.added, changed: answer.changed, same: answer.same})}</p>
			{answer.absent > 0 && <p>{t('centre.absent', {n: answer.absent})}</p>}
			{answer.changes.length > 0 && <Changes changes={answer.changes}/>}
			{!answer.done && answer.added + answer.changed > 0 && <button type="button" aria-disabled={action.busy} onClick={go}>{t('centre.importNow', {n: answer.added + answer.changed})}</button>}
		</div>}
	</section>;
}
