/* drawing: lines over an image, by pointer or with a pen that the arrow keys move. The response is the picture with them, as PNG. */
import {announce, h} from '../../lib/dom';
import {button} from '../dom';
import {frame, others, type Make} from '../page';
import {file, nothing, single} from '../pci';
import type {FileValue} from '../types';
import {t} from '../../lib/words';
import {Stage} from './stage';

interface Line {
	readonly erase: boolean;
	readonly points: [number, number][];
}

export const drawing: Make = (node, page, saved) => {
	const own = frame('drawing', node, page, t('player.drawing')),
		stage = new Stage(node, page);
	const help = h('span', {class: 'hidden-text', id: page.id()}, t('player.drawHelp'));
	const canvas = h('canvas', {class: 'q-canvas', tabindex: 0, role: 'application', 'aria-label': t('player.drawLabel'), 'aria-describedby': help.id});
	const lines: Line[] = [];
	let held: FileValue | null = file(saved),
		before: HTMLImageElement | null = null,
		erase = false;
	let pen: [number, number] | null = null,
		down: Line | null = null;
	const thick = (): number => Math.max(3, stage.width / 160);
	const draw = (): void => {
		const c = canvas.getContext('2d')!;
		c.clearRect(0, 0, canvas.width, canvas.height);
		if (before) c.drawImage(before, 0, 0, canvas.width, canvas.height);
		for (const line of lines) {
			c.globalCompositeOperation = line.erase ? 'destination-out' : 'source-over';
			c.lineWidth = thick() * (line.erase ? 6 : 1);
			c.lineCap = c.lineJoin = 'round';
			c.strokeStyle = '#b3001b';
			c.beginPath();
			line.points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
			if (line.points.length === 1) c.lineTo(line.points[0]![0] + 0.1, line.points[0]![1]);
			c.stroke();
		}
		c.globalCompositeOperation = 'source-over';
		undo.disabled = !lines.length;
		wipe.disabled = !lines.length && !before;
		cursor.hidden = !pen;
		if (pen) {
			cursor.style.left = `${(pen[0] / stage.width) * 100}%`;
			cursor.style.top = `${(pen[1] / stage.height) * 100}%`;
			cursor.classList.toggle('q-on', !!down);
		}
	};
	/* The lines with the image under them: who marks sees at once what was meant. */
	const picture = (): string => {
		/* A photograph as it is may be more than the server takes. */
		const scale = Math.min(1, 1280 / Math.max(stage.width, stage.height)),
			whole = h('canvas', {width: Math.round(stage.width * scale), height: Math.round(stage.height * scale)}),
			c = whole.getContext('2d')!,
			image = stage.image instanceof HTMLImageElement ? stage.image : stage.image.querySelector('img');
		if (image?.complete && image.naturalWidth) c.drawImage(image, 0, 0, whole.width, whole.height);
		c.drawImage(canvas, 0, 0, whole.width, whole.height);
		return whole.toDataURL('image/png').replace(/^[^,]*,/, '');
	};
	const changed = (): void => {
		draw();
		held = lines.length || before ? {data: picture(), mime: 'image/png', name: 've.png'} : null;
		page.changed();
	};
	const cursor = h('span', {class: 'q-pen', hidden: true, 'aria-hidden': 'true'});
	const tool = (label: string, on: boolean): HTMLButtonElement =>
		button(
			label,
			() => {
				erase = on;
				pencil.setAttribute('aria-pressed', String(!on));
				rubber.setAttribute('aria-pressed', String(on));
			},
			{'aria-pressed': String(!on)},
		);
	const pencil = tool(t('player.pencil'), false),
		rubber = tool(t('player.rubber'), true);
	const undo = button(t('player.undo'), () => {
		lines.pop();
		changed();
	});
	const wipe = button(t('player.wipe'), () => {
		lines.length = 0;
		before = null;
		changed();
		canvas.focus();
	});
	canvas.addEventListener('pointerdown', event => {
		const p = stage.point(event);
		if (!p || !event.isPrimary || event.button) return;
		pen = null;
		canvas.setPointerCapture(event.pointerId);
		lines.push((down = {erase, points: [p]}));
		draw();
	});
	canvas.addEventListener('pointermove', event => {
		const p = down && !pen && stage.point(event);
		if (p) {
			down!.points.push(p);
			draw();
		}
	});
	const lift = (): void => {
		if (down && !pen) {
			down = null;
			changed();
		}
	};
	canvas.addEventListener('pointerup', lift);
	canvas.addEventListener('pointercancel', lift);
	canvas.addEventListener('keydown', event => {
		const by = ({ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]} as {[key: string]: [number, number]})[event.key];
		const step = event.shiftKey ? 1 : Math.max(1, Math.round(stage.width / 64));
		if (by) {
			pen ??= [Math.round(stage.width / 2), Math.round(stage.height / 2)];
			pen = [Math.min(Math.max(pen[0] + by[0] * step, 0), stage.width), Math.min(Math.max(pen[1] + by[1] * step, 0), stage.height)];
			down?.points.push(pen);
		} else if (event.key === ' ' || event.key === 'Enter') {
			pen ??= [Math.round(stage.width / 2), Math.round(stage.height / 2)];
			if (down) down = null;
			else lines.push((down = {erase, points: [pen]}));
			announce(t(down ? 'player.penDown' : 'player.penUp'));
		} else return;
		event.preventDefault();
		if (down || event.key === ' ' || event.key === 'Enter') changed();
		else draw();
	});
	canvas.addEventListener('blur', () => {
		if (pen) {
			pen = down = null;
			draw();
		}
	});
	stage.over(canvas);
	stage.over(cursor);
	stage.sized(() => {
		canvas.width = stage.width;
		canvas.height = stage.height;
		draw();
		if (!held) return;
		const image = new Image();
		image.onload = () => {
			before = image;
			draw();
		};
		image.src = `data:${held.mime === 'image/png' ? held.mime : 'image/png'};base64,${held.data}`;
	});
	own.body.append(
		...others(node, page, 'img', 'picture', 'figure'),
		help,
		h('div', {class: 'q-tools', role: 'toolbar', 'aria-label': t('player.drawTools')}, pencil, rubber, undo, wipe),
		stage.node,
	);
	draw();
	return {node: own.node, value: () => (held ? single('file', held) : nothing), complete: () => true, focus: () => canvas.focus()};
};
