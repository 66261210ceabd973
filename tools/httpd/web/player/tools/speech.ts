// Reads the question with the voices that the machine has.
const silent = '[hidden], .hidden-text, select, textarea, script, .q-warning, .q-narrow, .covered .q-option, .q-line > button, [data-qti-suppress-tts="all"], [data-qti-suppress-tts="computer-read-aloud"]';

/** What is read of an element: texts, names of images, and what SSML says instead. */
export function spoken(node: Node): string {
	if (node.nodeType === Node.TEXT_NODE)
		return node.nodeValue ?? '';
	if (!(node instanceof Element) || node.matches(silent))
		return '';
	const instead = node.getAttribute('data-ssml-sub-alias') ?? (node.localName === 'img' ? node.getAttribute('alt') : null) ?? node.getAttribute('alttext');
	if (instead !== null)
		return ` ${instead}. `;
	const inside = [...node.childNodes].map(spoken).join(''), block = /^(p|div|li|label|tr|h\d|table|ul|ol|dd|dt|caption|fieldset)$/.test(node.localName);
	return block && inside.trim() && !/[.?!:]\s*$/.test(inside) ? ` ${inside}. ` : block ? ` ${inside} ` : inside;
}

/** Sentences, short enough for every voice. */
export const sentences = (text: string): string[] => (text.replace(/\s+/g, ' ').replace(/(\s*\.){2,}/g, '.').match(/[^.?!:;]+[.?!:;]*\s*/g) ?? []).map(s => s.trim()).filter(s => /[\p{L}\d]/u.test(s));

export const canSpeak = (language: string): boolean => 'speechSynthesis' in globalThis && speechSynthesis.getVoices().some(v => v.lang.toLowerCase().startsWith(language));

export function speak(root: Element, language: string, rate: number, ended: () => void): void {
	const voice = speechSynthesis.getVoices().find(v => v.lang.toLowerCase().startsWith(language)) ?? null, parts = sentences(spoken(root));
	speechSynthesis.cancel();
	parts.forEach((text, i) => {
		const one = new SpeechSynthesisUtterance(text);
		one.lang = language;
		one.voice = voice;
		one.rate = rate;
		if (i === parts.length - 1)
			one.onend = ended;
		one.onerror = ended;
		speechSynthesis.speak(one);
	});
	if (!parts.length)
		ended();
}

export const hush = (): void => {
	if ('speechSynthesis' in globalThis)
		speechSynthesis.cancel();
};
