// Templates of certificates' pages: a form for what is usually changed beside the source, the page as it will be, what long names do to it, the second person.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatNumber, t, type Key} from '../../lib/words';
import {attr, type Doc, type Elem, parseXml, setAttr} from '../author/xml';
import {Field} from '../form';
import type {Session} from '../session';
import {Technical} from '../technical';
import {DocumentEditor, DocumentFile, DocumentList, faultText, Source, type Writing} from './document_view';
import type {Opened} from './documents';
import type {SectionProps} from './sections';
import {type Advice, changed, coloursOf, contentOf, type Finding, first, groupsOf, headingOf, plainOf, type SaidTemplate, setContent, titleOf, withColour, withShape, withTitle} from './template';
import {Compared, Preview} from './template_preview';

// ---- What is wrong, and what could be better

// The line in the source, chosen, with the keyboard in it.
function goToLine(line: number): void {
	const source = document.getElementById('source');
	if (!(source instanceof HTMLTextAreaElement))
		return;
	for (let d = source.closest('details'); d; d = d.parentElement?.closest('details') ?? null)
		d.open = true;
	const lines = source.value.split('\n'), from = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
	source.focus();
	source.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
	source.scrollTop = Math.max(0, (line - 5) * (source.scrollHeight / Math.max(lines.length, 1)));
}

function Where({line, text}: {line: number | undefined; text: string}): JSX.Element | null {
	const said = line ? text.split('\n')[line - 1]?.trim() : '';
	return line ? <p class="small"><button type="button" class="plain" onClick={() => goToLine(line)}>{t('template.toLine', {n: line})}</button> {said && <code class="said">{said.slice(0, 160)}</code>}</p> : null;
}

const partText = (about: string | undefined): string => about === undefined ? '' : t(`template.part_${(about ?? '').replace('.', '_')}` as Key);
const sampleText = (f: {sample?: string; english?: boolean}): string => t(f.english ? `template.sampleBoth_${f.sample ?? ''}` as Key : `template.sampleOne_${f.sample ?? ''}` as Key);

// What the server quotes in its sentence is what is told; the sentence itself is ours.
function findingText(f: Finding): string {
	const message = f.message ?? '', about = f.code === 'drawing' || f.code === 'path-is-wrong' || f.code === 'outside' ? message : /["']([^"']*)["']/.exec(message)?.[1] ?? message;
	return t(`template.fault_${f.code.replace(/-/g, '_')}` as Key, {about, part: partText(f.about)});
}

function adviceText(a: Advice): string {
	if (a.about === 'overlap')
		return t('template.overlap', {n: a.line, other: a.other ?? 0, sample: sampleText(a)});
	const points = (n: number | undefined) => formatNumber((n ?? 0) / 100);
	const marks = [a.upper && t('template.upper'), a.bold && t('template.bold'), a.italic ? t('template.italic') : t('template.upright')].filter(Boolean).join(', ');
	return t('template.form', {part: partText(a.about), size: points(a.sizeHundredths), least: points(a.leastHundredths), most: points(a.mostHundredths), marks});
}

function Findings({said, text}: {said: SaidTemplate; text: string}): JSX.Element {
	const faults = said.drawn?.faults ?? [], advice = said.drawn?.advice ?? [], bad = faults.length + (said.numberOf ? 1 : 0) + (said.drawn ? 0 : 1);
	return <>
		<div role="status" class={`notice ${bad ? 'bad' : 'good'}`}>
			<p>{bad ? t('template.notReady', {n: bad}) : t('template.ready')}</p>
			{bad > 0 && <ul class="template-findings">
				{said.numberOf && <li>{t('template.numberTaken', {version: said.version, n: said.numberOf})}</li>}
				{!said.drawn && <li>{t('template.notDrawn')}<Where line={said.notDrawnLine} text={text}/><Technical text={said.notDrawn}/></li>}
				{faults.map((f, i) => <li key={i}>{findingText(f)} {f.code !== 'missing' && <span class="quiet">({sampleText(f)})</span>}<Where line={f.line} text={text}/></li>)}
			</ul>}
		</div>
		{advice.length > 0 && <details class="more"><summary>{t('template.advice', {n: advice.length})}</summary>
			<p class="quiet">{t('template.adviceLead')}</p>
			<ul>{advice.map((a, i) => <li key={i}>{adviceText(a)}<Where line={a.line} text={text}/></li>)}</ul></details>}
	</>;
}

// ---- The form

const point = (s: string): string => s.trim().replace(/^(-?\d*),(\d*)$/, '$1.$2');

// A number of an element; empty takes an attribute away that may be absent.
function Measure({id, element, name, label, put, must}: {id: string; element: Elem; name: string; label: string; put(change: (e: Elem) => void): void; must?: boolean}): JSX.Element {
	return <Field id={`${id}-${name}`} label={label} value={attr(element, name)} maxLength={9} set={v => put(e => setAttr(e, name, point(v) || must ? point(v) : null))}/>;
}

function Choice({id, label, value, options, set}: {id: string; label: string; value: string; options: [string, string][]; set(v: string): void}): JSX.Element {
	return <div class="field"><label for={id}>{label}</label>
		<select id={id} value={value} onChange={e => set(e.currentTarget.value)}>{options.map(([v, words]) => <option key={v} value={v}>{words}</option>)}</select></div>;
}

interface RowProps {
	id: string;
	element: Elem;
	faults: string[];
	put(change: (e: Elem) => void): void;
}

function TextRow({id, element, put}: RowProps): JSX.Element {
	const content = contentOf(element), [typed, setTyped] = useState(content), same = typed.replace(/\s+/g, ' ').trim() === content;
	const mark = (name: string, on: string) => (e: {currentTarget: HTMLInputElement}) => {
		const {checked} = e.currentTarget;
		put(x => setAttr(x, name, checked ? on : null));
	};
	return <>
		<Field id={`${id}-content`} label={t('template.content')} hint={t('template.contentHint', {holder: '{holder}'})} value={same ? typed : content} set={v => {
			setTyped(v);
			put(e => setContent(e, v));
		}}/>
		<div class="cells">
			<Measure id={id} element={element} name="size" label={t('template.size')} put={put}/>
			<Measure id={id} element={element} name="least" label={t('template.least')} put={put}/>
			<Measure id={id} element={element} name="lines" label={t('template.lines')} put={put}/>
			<Choice id={`${id}-align`} label={t('template.align')} value={attr(element, 'align') || 'left'} options={[['left', t('template.left')], ['center', t('template.center')], ['right', t('template.right')]]} set={v => put(e => setAttr(e, 'align', v))}/>
			<Measure id={id} element={element} name="x" label={t('template.x')} put={put} must/>
			<Measure id={id} element={element} name="y" label={t('template.y')} put={put} must/>
			<Measure id={id} element={element} name="width" label={t('template.width')} put={put} must/>
		</div>
		<label class="choice"><input type="checkbox" checked={attr(element, 'weight') === 'bold'} onChange={mark('weight', 'bold')}/>{t('template.markBold')}</label>
		<label class="choice"><input type="checkbox" checked={attr(element, 'style') === 'italic'} onChange={mark('style', 'italic')}/>{t('template.markItalic')}</label>
		<label class="choice"><input type="checkbox" checked={attr(element, 'case') === 'upper'} onChange={mark('case', 'upper')}/>{t('template.markUpper')}</label>
	</>;
}

function PlaceRow({id, element, put}: RowProps): JSX.Element {
	return <div class="cells">
		<Measure id={id} element={element} name="x" label={t('template.x')} put={put} must/>
		<Measure id={id} element={element} name="y" label={t('template.y')} put={put} must/>
		{element.name !== 'path' && <Measure id={id} element={element} name="width" label={t('template.width')} put={put} must={element.name !== 'line'}/>}
		{element.name !== 'path' && element.name !== 'qr' && <Measure id={id} element={element} name="height" label={t('template.height')} put={put} must={element.name === 'rect' || element.name === 'chart'}/>}
		{element.name !== 'chart' && element.name !== 'qr' && <Measure id={id} element={element} name="stroke" label={t('template.stroke')} put={put}/>}
	</div>;
}

function Row(props: RowProps): JSX.Element {
	const {element, faults} = props, text = element.name === 'text', [open, setOpen] = useState(false);
	return <details class="row" onToggle={e => setOpen(e.currentTarget.open)}>
		<summary><strong>{text ? plainOf(element).slice(0, 80) || t('template.empty') : t(`template.kind_${element.name}` as Key)}</strong>{' '}
			<span class="quiet">{text && attr(element, 'size') ? t('template.points', {n: attr(element, 'size')}) : t('template.at', {x: attr(element, 'x'), y: attr(element, 'y')})}</span>
			{faults.length > 0 && <> <span class="tag bad">{t('office.tagFault')}</span></>}</summary>
		{faults.map(f => <p key={f} class="fault">{f}</p>)}
		{open && (text ? <TextRow {...props}/> : <PlaceRow {...props}/>)}
	</details>;
}

function Form({writing, isNew, doc}: {writing: Writing<SaidTemplate>; isNew: boolean; doc: Doc}): JSX.Element {
	const {text, set, look} = writing;
	const root = (name: string, value: string) => set(changed(text, d => setAttr(d.root, name, value)));
	const faultsAt = (line: number): string[] => [
		...look?.said?.drawn?.faults.filter(f => f.line === line).map(findingText) ?? [],
		...look?.fault?.line === line ? [t('office.fault', {message: look.fault.meaning})] : [],
	];
	let index = 0;
	return <div class="template-form">
		<div class="cells">
			{isNew && <Field id="identifier" label={t('template.identifier')} hint={t('office.rowNameHint')} value={attr(doc.root, 'identifier')} set={v => root('identifier', v.trim())} maxLength={64}/>}
			<Field id="version" label={t('template.version')} hint={t('template.versionHint')} value={attr(doc.root, 'version')} set={v => root('version', v.trim())} maxLength={32}/>
			<Field id="title-vi" label={t('office.titleVi')} value={titleOf(doc, 'vi')} set={v => set(withTitle(text, 'vi', v))} maxLength={200}/>
			<Field id="title-en" label={t('office.titleEn')} value={titleOf(doc, 'en')} set={v => set(withTitle(text, 'en', v))} maxLength={200}/>
			<Field id="address" label={t('template.address')} hint={t('template.addressHint')} value={attr(doc.root, 'address')} set={v => root('address', v.trim())} maxLength={200}/>
			<Field id="font" label={t('template.font')} hint={t('template.fontHint')} value={attr(doc.root, 'font')} set={v => root('font', v)} maxLength={100}/>
		</div>
		<fieldset><legend>{t('template.colours')}</legend>
			<div class="cells">{coloursOf(doc).map(({colour, uses}, i) => <div key={i} class="field"><label for={`colour-${i}`}>{t('template.colour', {colour, n: uses})}</label>
				<input id={`colour-${i}`} type="color" value={colour} onChange={e => set(withColour(text, colour, e.currentTarget.value))}/></div>)}</div>
		</fieldset>
		{groupsOf(doc).map((group, g) => <section key={g}>
			<h3>{headingOf(group) || t('template.others')}</h3>
			{group.shapes.map(({element, line}) => {
				const i = index++;
				return <Row key={i} id={`shape-${i}`} element={element} faults={faultsAt(line)} put={change => set(withShape(text, i, change))}/>;
			})}
		</section>)}
	</div>;
}

// ---- One that was approved, and the command that takes it

function Commands({said, opened}: {said: SaidTemplate; opened: Opened<SaidTemplate>}): JSX.Element {
	const version = opened.versions.find(v => v.version === opened.version), file = `${said.identifier}-${said.version}.xml`;
	if (!version?.approver)
		return <div class="notice"><p>{t('template.notYet')}</p></div>;
	return <section>
		<h2>{t('template.use')}</h2>
		<p>{t('template.useText')}</p>
		<ol>
			<li>{t('template.useFile')}<ul><DocumentFile kind="template" of={{name: said.identifier, version: opened.version}} file={file} hash={version.hash}/></ul></li>
			<li>{t('template.useCommand')}<pre class="commands" tabIndex={0}>{[`printf '%s  %s\\n' ${version.hash} ${file} | sha256sum -c`,
				`bangvang cert render certificate.json --template ${file} --key "$KEY" --out certificate.pdf`,
				`bangvang cert verify certificate.pdf --trust "$TRUST" --template ${file}`].join('\n')}</pre></li>
		</ol>
		<p class="quiet">{t('template.useNever')}</p>
	</section>;
}

// Which sample a new one is made of.
function Start({writing}: {writing: Writing<SaidTemplate>}): JSX.Element {
	return <div class="buttons">{(['landscape', 'portrait'] as const).map(way => <button key={way} type="button" class="second" onClick={() => writing.set(first[way])}>{t(`template.start_${way}`)}</button>)}</div>;
}

function Editing({writing, isNew}: {writing: Writing<SaidTemplate>; isNew: boolean}): JSX.Element {
	const {text, look} = writing, doc = parseXml(text), [shown, setShown] = useState(text);
	// What cannot be read is not drawn: the last page that could be stays, with what is wrong beside it.
	useEffect(() => {
		if (look?.good && !writing.waiting)
			setShown(text);
	}, [text, look, writing.waiting]);
	return <>
		<h2>{isNew ? t('office.writeNew') : t('office.write')}</h2>
		{isNew && <Start writing={writing}/>}
		<div class="template-sides">
			<div>
				{look && !look.good && !writing.waiting && <div class="notice bad" role="status"><p>{faultText(look)}</p><Technical text={look.fault?.message}/><Where line={look.fault?.line} text={text}/></div>}
				{look?.said && <Findings said={look.said} text={text}/>}
				{doc && doc.root.name === 'certificate-template' ? <Form writing={writing} isNew={isNew} doc={doc}/> : <p>{t('office.sourceFirst')}</p>}
			</div>
			<div class="template-side"><Preview id="preview" text={shown}/></div>
		</div>
		<details class="more" open={!doc}><summary>{t('office.showSource')}</summary><Source {...writing}/></details>
	</>;
}

export function Templates({session, route: [name]}: SectionProps): JSX.Element {
	if (!name)
		return <DocumentList kind="template" section="templates" session={session} title={t('template.title')} lead={t('template.lead')} none={t('template.none')} add={t('template.add')}/>;
	return <DocumentEditor<SaidTemplate> key={name} kind="template" section="templates" name={name} session={session} first={first.landscape} newTitle={t('template.add')} back={t('template.title')}
		view={(said, opened) => <View said={said} opened={opened} session={session}/>}
		compare={(before, after) => <Compared before={before} after={after}/>}
		edit={writing => <Editing writing={writing} isNew={name === 'new'}/>}/>;
}

// Who does not write sees the page too.
function View({said, opened, session}: {said: SaidTemplate; opened: Opened<SaidTemplate>; session: Session}): JSX.Element {
	const writes = session.roles.includes('scheme-owner');
	return <>
		{!writes && <><Findings said={said} text={opened.text}/><Preview id="preview" text={opened.text}/></>}
		<Commands said={said} opened={opened}/>
	</>;
}
