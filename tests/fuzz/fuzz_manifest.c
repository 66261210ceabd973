/* Any bytes as imsmanifest.xml: what is taken from it lies below its folder and within its limits. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "itembank/bank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bank_files_finish) struct bank_files files = { 0 };
	const struct bv_import_opts opts = { 0 };
	struct bv_import_counts counts = { 0 };
	struct bv_err err = { 0 };

	if (bank_manifest_parse(&files, "folder/imsmanifest.xml", (struct bv_str){ (const char *)p, len }, &opts, &counts, &err) != BV_OK)
		assert(err.msg[0] && !files.count);
	for (size_t i = 0; i < files.count; i++) {
		const struct bank_file *file = &files.all[i];
		const struct bank_metadata *m = file->metadata;
		assert(strncmp(file->path, "folder/", 7) == 0 && file->path[7] && file->path[7] != '/' && !strstr(file->path, "/../"));
		assert(file->line > 0 && file->manifest);
		assert(!m || !file->refused);
		if (m)
			assert(m->competence.len <= BANK_PATH_MAX && m->component.len <= BANK_PATH_MAX && m->expected_s <= 86400 &&
			       m->difficulty_step <= 5 && m->level <= BV_COGNITIVE_APPLY && bv_text_valid(m->author));
	}
	return 0;
}
