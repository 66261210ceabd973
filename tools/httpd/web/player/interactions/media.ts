/* media: how often a sound or a film was played is the response. With a limit there is one button and no way to wind back. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {build, elements} from '../jsonml';
import {facts, frame, others, type Make} from '../page';
import {atoms, single} from '../pci';
import {t} from '../../lib/words';

export const media: Make = (node, page, saved) => {
	const f = facts(node),
		least = f.number('min-plays'),
		most = f.number('max-plays');
	const own = frame('media', node, page, most ? t('player.mediaMost', {n: most}) : least ? t('player.mediaLeast', {n: least}) : t('player.media'));
	const source = elements(node, 'audio', 'video')[0],
		made = source ? (build(source, page) as HTMLMediaElement) : null;
	let plays = Number(atoms(saved)[0] ?? 0),
		running = false;
	const said = h('p', {class: 'q-small'});
	const play = button('', () => void made?.play(), {class: 'q-play'});
	const draw = (): void => {
		const left = Math.max(0, most - plays);
		said.textContent = most ? t('player.playsLeft', {n: left}) : plays ? t('player.played', {n: plays}) : '';
		play.textContent = running ? t('player.playing') : t('player.play');
		play.disabled = running || (most > 0 && left <= 0);
	};
	if (made) {
		made.preload = 'auto';
		made.controls = !most;
		made.loop = false;
		made.removeAttribute('autoplay');
		made.addEventListener('play', () => {
			/* A pause in the middle goes on with the same play. */
			if (running) return;
			if (most && plays >= most) {
				made.pause();
				return;
			}
			running = true;
			plays++;
			draw();
			page.changed();
			page.options.onPlay?.(f.id, plays);
		});
		made.addEventListener('ended', () => {
			running = false;
			draw();
		});
		made.addEventListener('error', () => own.warn(t('player.mediaBroken')));
		own.body.append(made);
	}
	if (most) own.body.append(play);
	own.body.append(said, ...others(node, page, 'audio', 'video', 'img', 'picture'), ...elements(node, 'img', 'picture').map(n => build(n, page)!));
	draw();
	return {
		node: own.node,
		value: () => single('integer', plays || null),
		complete: () => plays >= least,
		focus: () => (most ? play : made)?.focus(),
		destroy: () => {
			made?.pause();
		},
	};
};
