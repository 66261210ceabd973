// A chart that the server has drawn, with the table of its numbers. It comes as XML by XMLHttpRequest, which makes a document of it and no HTML of a text.
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {language, t} from '../lib/words';

export function Chart({path}: {path: string}): JSX.Element {
	const place = useRef<HTMLDivElement>(null), [state, setState] = useState<'waiting' | 'there' | 'failed'>('waiting');
	useEffect(() => {
		const x = new XMLHttpRequest();
		x.open('GET', path);
		x.setRequestHeader('Accept-Language', language);
		x.responseType = 'document';
		x.onload = () => {
			const figure = x.status === 200 ? x.responseXML?.documentElement : null;
			if (figure && place.current)
				place.current.replaceChildren(document.importNode(figure, true));
			setState(figure ? 'there' : 'failed');
		};
		x.onerror = () => setState('failed');
		x.send();
		return () => x.abort();
	}, [path]);
	return <>
		{state === 'waiting' && <p>{t('common.wait')}</p>}
		{state === 'failed' && <div class="notice bad"><p>{t('common.unreachable')}</p></div>}
		<div ref={place}/>
	</>;
}
