// Places on an image: drawn on it, or written as numbers.
import type {JSX} from 'preact';
import {useRef, useState} from 'preact/hooks';
import {t} from '../../lib/words';

export interface Shape {
	name: string;
	shape: string;
	coords: string;
}

const numbers = (coords: string): number[] => coords.split(',').map(n => parseFloat(n)).map(n => Number.isFinite(n) ? n : 0);

function Outline({shape, coords, name, chosen}: Shape & {chosen: boolean}): JSX.Element | null {
	const n = numbers(coords), [a = 0, b = 0, c = 0, d = 0] = n, attributes = {class: chosen ? 'spot chosen' : 'spot'};
	let outline: JSX.Element | null = null, x = a, y = b;
	if (shape === 'circle')
		outline = <circle cx={a} cy={b} r={Math.max(c, 0)} {...attributes}/>;
	else if (shape === 'ellipse')
		outline = <ellipse cx={a} cy={b} rx={Math.max(c, 0)} ry={Math.max(d, 0)} {...attributes}/>;
	else if (shape === 'rect') {
		outline = <rect x={Math.min(a, c)} y={Math.min(b, d)} width={Math.abs(c - a)} height={Math.abs(d - b)} {...attributes}/>;
		x = (a + c) / 2;
		y = (b + d) / 2;
	} else if (shape === 'poly')
		outline = <polygon points={n.join(' ')} {...attributes}/>;
	return outline && <g>{outline}<text x={x} y={y} class="spot-name">{name}</text></g>;
}

// Draws the chosen shape by two corners, or from its middle; of a polygon each press is a corner. Whoever has no pointer writes the numbers.
export function Canvas({src, alt, width, height, shapes, chosen, set}: {src: string | undefined; alt: string; width: number; height: number; shapes: Shape[]; chosen: number; set?(coords: string): void}): JSX.Element {
	const from = useRef<[number, number] | null>(null), [drawn, setDrawn] = useState<string | null>(null), shape = shapes[chosen];
	const at = (e: PointerEvent): [number, number] => {
		const box = (e.currentTarget as Element).getBoundingClientRect();
		return [Math.round((e.clientX - box.left) * width / box.width), Math.round((e.clientY - box.top) * height / box.height)];
	};
	const between = ([x, y]: [number, number], [u, v]: [number, number]): string =>
		shape?.shape === 'circle' ? `${x},${y},${Math.round(Math.hypot(u - x, v - y))}` :
			shape?.shape === 'ellipse' ? `${x},${y},${Math.abs(u - x)},${Math.abs(v - y)}` : `${Math.min(x, u)},${Math.min(y, v)},${Math.max(x, u)},${Math.max(y, v)}`;
	return <div class="canvas">
		{src ? <img src={src} alt={alt} width={width} height={height}/> : <div class="canvas-none">{t('author.noImage')}</div>}
		<svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" class={set && shape ? 'draws' : undefined}
			onPointerDown={e => {
				if (!set || !shape)
					return;
				e.preventDefault();
				if (shape.shape === 'poly') {
					set([...shape.coords ? [shape.coords] : [], at(e).join(',')].join(','));
					return;
				}
				from.current = at(e);
				(e.currentTarget as Element).setPointerCapture(e.pointerId);
			}}
			onPointerMove={e => from.current && setDrawn(between(from.current, at(e)))}
			onPointerUp={e => {
				const start = from.current, end = at(e);
				from.current = null;
				setDrawn(null);
				if (start && set && Math.hypot(end[0] - start[0], end[1] - start[1]) > 2)
					set(between(start, end));
			}}>
			{shapes.map((s, i) => <Outline key={i} {...s} coords={i === chosen && drawn ? drawn : s.coords} chosen={i === chosen}/>)}
		</svg>
	</div>;
}

const shapeNames = ['rect', 'circle', 'ellipse', 'poly', 'default'];

export function ShapeFields({id, shape, coords, set, disabled}: {id: string; shape: string; coords: string; set(shape: string, coords: string): void; disabled: boolean}): JSX.Element {
	const words: Record<string, string> = {rect: t('author.shapeRect'), circle: t('author.shapeCircle'), ellipse: t('author.shapeEllipse'), poly: t('author.shapePoly'), default: t('author.shapeDefault')};
	const hints: Record<string, string> = {rect: t('author.coordsRect'), circle: t('author.coordsCircle'), ellipse: t('author.coordsEllipse'), poly: t('author.coordsPoly')};
	return <div class="shape-fields">
		<div class="field"><label for={`${id}-shape`}>{t('author.shape')}</label>
			<select id={`${id}-shape`} value={shape} disabled={disabled} onChange={e => set(e.currentTarget.value, coords)}>{shapeNames.map(s => <option key={s} value={s}>{words[s]}</option>)}</select></div>
		{shape !== 'default' && <div class="field"><label for={`${id}-coords`}>{t('author.coords')}</label>
			<input id={`${id}-coords`} value={coords} disabled={disabled} autocomplete="off" aria-describedby={`${id}-coords-hint`} onInput={e => set(shape, e.currentTarget.value.replace(/[^\d.,%-]/g, ''))}/>
			<span class="hint small" id={`${id}-coords-hint`}>{hints[shape]}</span></div>}
	</div>;
}
