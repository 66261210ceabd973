// The code of the day, where the sitting demands one of everybody who signs in: to be written on the board of the room, or scanned from this screen.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatMoment, t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, useAction} from '../form';

interface Door {
	demanded: boolean;
	code?: string;
	untilMs?: number;
	qr?: string;
}

const AGAIN_MS = 2000, LONGEST_MS = 3600000;

export function RoomCode({sitting, room}: {sitting: string; room: string}): JSX.Element | null {
	const [door, setDoor] = useState<Door | null>(null), asking = useAction();
	const look = () => asking.run(async () => setDoor(await ask<Door>('GET', `/api/sittings/${encodeURIComponent(sitting)}/rooms/${encodeURIComponent(room)}/code`)));
	useEffect(() => {
		void look();
	}, [sitting, room]);
	// A timer of a machine that slept is late: it is asked each hour, too.
	useEffect(() => {
		if (!door?.untilMs)
			return;
		const timer = setTimeout(() => void look(), Math.min(Math.max(door.untilMs - Date.now(), 0) + AGAIN_MS, LONGEST_MS));
		return () => clearTimeout(timer);
	}, [door]);
	if (asking.problem)
		return <div class="no-print"><Fault problem={asking.problem}/><button type="button" class="second" onClick={() => void look()}>{t('common.again')}</button></div>;
	return door?.code ? <section class="notice door" aria-labelledby="door-title">
		<h2 id="door-title">{t('proctor.roomCode')} <b class="code">{door.code}</b></h2>
		<p>{t('proctor.roomCodeText', {time: formatMoment(door.untilMs ?? 0)})}</p>
		{door.qr && <details><summary>{t('proctor.roomCodeScan')}</summary><img class="qr" src={`data:image/svg+xml,${encodeURIComponent(door.qr)}`} alt={t('proctor.roomCodeQr')} width="224" height="224"/></details>}
	</section> : null;
}
