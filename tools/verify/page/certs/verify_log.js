// Is it in the public log (certs/verify_log.c)?

export async function verifyLog(r, document, key, options) {
	if (!options.policy)
		r.find('log', 'not-done', 'không nêu sổ công khai nào để tra', 'no public log was named to look in');
	else
		r.unchecked('log', 'chương trình này chưa tra được sổ công khai', 'this program cannot look into a public log yet');
}
