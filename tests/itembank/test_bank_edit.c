/* Items as authors write them: new ones and next versions, their files, what is refused, and whoever saves second. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "itembank/itembank.h"
#include "tests/check.h"
#include "tests/itembank/folder.h"

#define NS "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'"
#define PNG "\x89PNG\r\n\x1a\n"

#define TEXT(title, inside) \
	"<?xml version='1.0'?>\r\n<qti-assessment-item " NS " identifier='E' title='" title "' adaptive='false' time-dependent='false' xml:lang='vi'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'><qti-correct-response><qti-value>A</qti-value>" \
	"</qti-correct-response></qti-response-declaration><qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>" \
	"<qti-item-body>" inside "<qti-choice-interaction response-identifier='RESPONSE' max-choices='1'><qti-simple-choice identifier='A'>a" \
	"</qti-simple-choice><qti-simple-choice identifier='B'>b</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>"
#define PICTURE "<p><img src='m/a.png' alt='x'/></p>"

static struct bv_bank *bank;

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status == BV_OK)
		return;
	printf("Bail out! %s\n", err->msg);
	exit(1);
}

static int64_t now_s = 1000;

static enum bv_status
save(struct bv_bank_saved *saved, uint32_t base, const char *xml, const struct bv_edit_file *file, const struct bv_pool_item *metadata, struct bv_err *err)
{
	const struct bv_bank_edit edit = {
		.xml = bv_str_of(xml), .identifier = BV_STR("E"), .language = BV_STR("vi"), .base = base, .files = file, .file_count = file ? 1 : 0, .metadata = metadata,
		.doing = { .who = BV_STR("Lê Soạn"), .now_s = ++now_s },
	};

	return bv_bank_save(saved, bank, &edit, err);
}

static size_t
files_of(uint32_t version)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	struct bv_err err;

	must(bv_bank_item_parts(&parts, bank, BV_STR("E"), BV_STR("vi"), version, &err), &err);
	size_t count = 0;
	for (size_t i = 0; i < parts.count; i++)
		count += parts.all[i].role == BV_PART_MEDIA;
	return count;
}

static enum bv_status
count_one(void *ctx, const struct bv_pool_item *item, struct bv_err *err)
{
	(void)err;
	*(size_t *)ctx += bv_str_is(item->competence, "IU01.1") && item->tag_count == 1;
	return BV_OK;
}

static void
versions(void)
{
	const struct bv_str tags[] = { BV_STR("mạng") };
	const struct bv_pool_item metadata = { .competence = BV_STR("IU01.1"), .level = BV_COGNITIVE_APPLY, .difficulty_step = 2, .expected_s = 30, .tags = tags, .tag_count = 1 };
	const struct bv_edit_file picture = { BV_STR("m/a.png"), { PNG "1", 9 } }, other = { BV_STR("m/a.png"), { PNG "2", 9 } };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1 << 20);
	struct bv_bank_saved saved, again;
	size_t found = 0;
	struct bv_err err;

	CHECK_OK(save(&saved, 0, TEXT("một", ""), NULL, &metadata, &err), &err, "a new item");
	CHECK(saved.version == 1 && saved.added && saved.changed, "is its first version");
	CHECK_REFUSED(save(&again, 0, TEXT("một", ""), NULL, &metadata, &err), BV_ECONFLICT, &err, "already", "new once more");
	CHECK_OK(save(&saved, 1, TEXT("hai", PICTURE), &picture, NULL, &err), &err, "its next version, with a picture");
	CHECK(saved.version == 2 && !saved.added && saved.changed && files_of(2) == 1 && files_of(1) == 0, "has the picture, and the first has not");
	CHECK_OK(bv_bank_load_xml(&xml, bank, BV_STR("E"), BV_STR("vi"), 2, &err), &err, "its document");
	CHECK(bv_str_is(bv_buf_str(&xml), TEXT("hai", PICTURE)), "byte for byte");
	CHECK_REFUSED(save(&again, 1, TEXT("ba", ""), NULL, NULL, &err), BV_ECONFLICT, &err, "version 2 is the current one", "who edited the one before");
	CHECK_REFUSED(save(&again, 7, TEXT("ba", ""), NULL, NULL, &err), BV_ENOTFOUND, &err, "of that version", "or one that never was");
	CHECK_OK(save(&again, 2, TEXT("hai", PICTURE), NULL, NULL, &err), &err, "the same again");
	CHECK(again.version == 2 && !again.changed && bv_hash_eq(again.hash, saved.hash), "is no version");
	CHECK_OK(save(&again, 2, TEXT("hai", PICTURE), &other, NULL, &err), &err, "the same with another picture");
	CHECK(again.version == 3 && again.changed && !bv_hash_eq(again.hash, saved.hash), "is one");
	CHECK_OK(save(&again, 3, TEXT("bốn", ""), NULL, NULL, &err), &err, "without the picture");
	CHECK(files_of(again.version) == 0, "it does not keep it");
	CHECK_OK(bv_bank_each(bank, &(struct bv_bank_filter){ .competence = BV_STR("IU01") }, count_one, &found, &err), &err, "each item of a competence");
	CHECK(found == 1, "once, with the metadata that it was saved with");
	CHECK_OK(save(&again, 4, TEXT("bốn", ""), NULL, &(struct bv_pool_item){ .competence = BV_STR("IU02") }, &err), &err, "other metadata");
	found = 0;
	CHECK_OK(bv_bank_each(bank, &(struct bv_bank_filter){ .competence = BV_STR("IU01") }, count_one, &found, &err), &err, "each item of that competence");
	CHECK(again.version == 4 && !again.changed && found == 0, "make no version, and count at once");
}

static void
refusals(void)
{
	static const struct {
		const char *name, *xml, *says, *href, *bytes;
	} cases[] = {
		{ "what is not well-formed", "<a><b></a>", "b", NULL, NULL },
		{ "what is no item", "<a/>", "", NULL, NULL },
		{ "an entity", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "DOCTYPE", NULL, NULL },
		{ "a picture that is nowhere", TEXT("x", PICTURE), "m/a.png", NULL, NULL },
		{ "what is no picture", TEXT("x", PICTURE), "SVG", "m/a.png", "<svg onload='x'/>" },
		{ "a file that leads out", TEXT("x", ""), "", "../a.png", PNG },
	};
	struct bv_bank_saved saved;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const struct bv_edit_file file = { bv_str_of(cases[i].href), bv_str_of(cases[i].bytes) };
		enum bv_status status = save(&saved, 4, cases[i].xml, file.href.len ? &file : NULL, NULL, &err);
		CHECK((status == BV_EPARSE || status == BV_EINVAL) && strstr(err.msg, cases[i].says), "%s is refused: %s", cases[i].name, err.msg);
	}
	struct bv_bank_edit edit = { .xml = BV_STR(TEXT("x", "")), .identifier = BV_STR("F"), .language = BV_STR("vi"), .doing = { .who = BV_STR("Lê Soạn"), .now_s = 1 } };
	CHECK_REFUSED(bv_bank_save(&saved, bank, &edit, &err), BV_EINVAL, &err, "it must stay 'F'", "another identifier than it was told");
	edit.identifier = BV_STR("E");
	edit.language = BV_STR("en");
	CHECK_REFUSED(bv_bank_save(&saved, bank, &edit, &err), BV_EINVAL, &err, "it must stay 'en'", "another language");
	const size_t too_large = BV_EDIT_FILES_MAX + 1;
	const struct bv_edit_file large = { BV_STR("a.png"), { calloc(too_large, 1), too_large } };
	CHECK_REFUSED(save(&saved, 4, TEXT("x", ""), &large, NULL, &err), BV_ELIMIT, &err, "at most", "files without end");
	free((void *)(uintptr_t)large.bytes.p);
	CHECK_REFUSED(bv_bank_each(bank, &(struct bv_bank_filter){ .state = BV_STATE_SUPERSEDED }, count_one, &saved, &err), BV_EINVAL, &err, "", "a filter that cannot be");
}

static void
life(void)
{
	const struct bv_doing doing = { .who = BV_STR("Trần Chủ"), .now_s = 5000 };
	struct bv_bank_saved saved;
	struct bv_bank_edit edit = { .xml = BV_STR(TEXT("đời", "")), .identifier = BV_STR("E"), .language = BV_STR("vi"), .base = 4, .doing = { .now_s = 6000 } };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	uint64_t adopted;
	struct bv_err err;

	must(bv_bank_life_begin(&adopted, bank, &(struct bv_life_rule){ 1, false }, BV_STATE_OPERATIONAL, &doing, &err), &err);
	CHECK_REFUSED(bv_bank_save(&saved, bank, &edit, &err), BV_EINVAL, &err, "somebody", "nobody saves where a life is kept");
	edit.doing.who = BV_STR("Lê Soạn");
	CHECK_OK(bv_bank_save(&saved, bank, &edit, &err), &err, "somebody does");
	must(bv_bank_show(&json, bank, BV_STR("E"), BV_STR("vi"), &err), &err);
	const struct bv_json *version = bv_json_at(bv_json_find(json, "versions"), 4);
	CHECK(bv_str_is(bv_json_str(bv_json_find(version, "state")), "draft") && bv_str_is(bv_json_str(bv_json_find(version, "by")), "Lê Soạn"), "it is his draft");
	CHECK(bv_json_int(bv_json_find(json, "operationalVersion")) == 4, "and what is in use stays");
}

int
main(void)
{
	struct bv_bank_saved saved;
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	must(bv_bank_open(&bank, at("bank.db"), BV_BANK_CREATE, &err), &err);
	if (save(&saved, 1, TEXT("x", ""), NULL, NULL, &err) == BV_EDENIED)
		printf("# %s\n", err.msg);
	else {
		CHECK(err.status == BV_ENOTFOUND, "the next version of nothing");
		versions();
		refusals();
		life();
	}
	bv_bank_close(bank);
	unlink(at("bank.db"));
	rmdir(folder);
	return check_end();
}
