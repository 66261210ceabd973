// Where a console is: the part of the address behind '#', whose pieces are between slashes. Back and a reload do what they should.
import {useEffect, useState} from 'preact/hooks';

function pieces(): string[] {
	return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
}

export const hrefOf = (...names: string[]): string => '#/' + names.map(encodeURIComponent).join('/');

export function useRoute(): string[] {
	const [route, setRoute] = useState(pieces);
	useEffect(() => {
		const look = () => setRoute(pieces());
		addEventListener('hashchange', look);
		return () => removeEventListener('hashchange', look);
	}, []);
	return route;
}
