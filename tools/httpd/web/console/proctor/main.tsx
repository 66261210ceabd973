// /proctor: rooms, and one of them.
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import {startConsole} from '../frame';
import {useRoute} from '../route';
import type {Session} from '../session';
import {Room} from './room';
import {Rooms} from './rooms';

function Proctor({session}: {session: Session}): JSX.Element {
	const [sitting, room, view] = useRoute();
	return sitting && room ? <Room key={`${sitting}/${room}`} sitting={sitting} room={room} view={view} session={session}/> : <Rooms/>;
}

startConsole({title: t('proctor.title'), children: session => <Proctor session={session}/>});
