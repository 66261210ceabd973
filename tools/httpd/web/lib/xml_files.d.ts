// A document of the project, as text (build.mjs).
declare module '*.xml' {
	const text: string;
	export default text;
}
