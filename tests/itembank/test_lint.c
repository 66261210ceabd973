/* Every rule of the lint: its bad fixture breaks it and nothing else, its good one breaks nothing. tests/vectors/itembank/lint */
#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

struct seen {
	char rules[2048]; /* each followed by a space */
	size_t errors, warnings;
	int line;
};

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->rules);

	snprintf(seen->rules + len, sizeof seen->rules - len, "%s ", d->rule);
	*(d->severity == BV_SEVERITY_ERROR ? &seen->errors : &seen->warnings) += 1;
	seen->line = d->line;
}

static void
load(struct bv_buf *buf, const char *name)
{
	const char *source = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/lint/%s", source ? source : ".", name);
	*buf = BV_BUF(2u << 20);
	if (bv_file_read(buf, path, &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

static void
lint(struct seen *seen, const char *const *names)
{
	BV_AUTO(bv_lint_free) struct bv_lint *l = bv_lint_new(see, seen);

	for (; *names; names++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		load(&xml, *names);
		bv_item_check(*names, bv_buf_str(&xml), see, seen);
		bv_lint_add(l, *names, bv_buf_str(&xml));
	}
	bv_lint_end(l);
}

static void
test_items(void)
{
	static const struct {
		const char *files[3];
		const char *rule; /* NULL: nothing to say */
		bool error;
	} cases[] = {
		{ { "bad-no-key.xml" }, "no-key ", true },
		{ { "bad-two-keys.xml" }, "two-keys ", true },
		{ { "bad-two-keys-multiple.xml" }, "two-keys ", true },
		{ { "bad-key-not-choice.xml" }, "key-not-choice ", true },
		{ { "bad-key-not-valid.xml" }, "key-not-valid ", true },
		{ { "bad-key-much-longer.xml" }, "key-much-longer ", false },
		{ { "bad-repeated-option.xml" }, "repeated-option ", true },
		{ { "bad-missing-alt.xml" }, "missing-alt ", true },
		{ { "bad-missing-title.xml" }, "missing-title ", false },
		{ { "bad-missing-language.xml" }, "missing-language ", false },
		{ { "bad-missing-maximum.xml" }, "missing-maximum ", false },
		{ { "bad-translation.xml", "bad-translation.en.xml" }, "translation-differs ", true },
		{ { "bad-translation-choices.xml", "bad-translation-choices.en.xml" }, "translation-differs ", true },
		{ { "good-translation.xml", "good-no-key.xml" }, NULL, false },
		{ { "good-translation.xml", "bad-translation.xml" }, "duplicate-item ", true },
		{ { "bad-all-of-the-above.xml" }, "all-of-the-above ", false },
		{ { "bad-all-of-the-above-en.xml" }, "all-of-the-above ", false },
		{ { "bad-no-response-processing.xml" }, "no-response-processing ", true },
		{ { "bad-unused-template.xml" }, "unused-template ", false },
		{ { "bad-unused-template-math.xml" }, "unused-template ", false },
		{ { "bad-unreachable-maximum.xml" }, "unreachable-maximum ", true },
		{ { "bad-unreachable-maximum-clone.xml" }, "unreachable-maximum ", true },
		{ { "bad-empty-scores.xml" }, "empty-scores ", true },
		{ { "bad-negative-stem.xml" }, "negative-stem ", false },
		{ { "bad-negative-stem-en.xml" }, "negative-stem ", false },
		{ { "bad-unlabelled-hotspot.xml" }, "unlabelled-hotspot ", false },
		{ { "bad-hotspot-outside.xml" }, "hotspot-outside ", true },
		{ { "bad-hotspot-outside-percent.xml" }, "hotspot-outside ", true },
		{ { "bad-missing-alt-object.xml" }, "missing-alt ", true },
		{ { "bad-no-key-button.xml" }, "no-key ", false },
		{ { "bad-no-key-area.xml" }, "no-key ", true },
		{ { "bad-undeliverable.xml" }, "undeliverable ", false },
		{ { "bad-undeliverable-custom.xml" }, "undeliverable ", false },
		{ { "good-unreachable-maximum-upload.xml" }, NULL, false },
		{ { "good-unreachable-maximum-media.xml" }, NULL, false },
		{ { "good-undeliverable.xml" }, NULL, false },
		{ { "good-unlabelled-hotspot.xml" }, NULL, false },
		{ { "good-hotspot-outside.xml" }, NULL, false },
		{ { "good-missing-alt-object.xml" }, NULL, false },
		{ { "good-no-key-button.xml" }, NULL, false },
		{ { "good-no-key-area.xml" }, NULL, false },
		{ { "good-no-key.xml" }, NULL, false },
		{ { "good-two-keys.xml" }, NULL, false },
		{ { "good-two-keys-multiple.xml" }, NULL, false },
		{ { "good-key-not-choice.xml" }, NULL, false },
		{ { "good-key-not-valid.xml" }, NULL, false },
		{ { "good-key-much-longer.xml" }, NULL, false },
		{ { "good-repeated-option.xml" }, NULL, false },
		{ { "good-missing-alt.xml" }, NULL, false },
		{ { "good-missing-title.xml" }, NULL, false },
		{ { "good-missing-language.xml" }, NULL, false },
		{ { "good-missing-maximum.xml" }, NULL, false },
		{ { "good-translation.xml", "good-translation.en.xml" }, NULL, false },
		{ { "good-all-of-the-above.xml" }, NULL, false },
		{ { "good-no-response-processing.xml" }, NULL, false },
		{ { "good-no-response-processing-human.xml" }, NULL, false },
		{ { "good-unused-template.xml" }, NULL, false },
		{ { "good-unused-template-math.xml" }, NULL, false },
		{ { "good-unreachable-maximum.xml" }, NULL, false },
		{ { "good-empty-scores.xml" }, NULL, false },
		{ { "good-negative-stem.xml" }, NULL, false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen seen = { 0 };
		lint(&seen, cases[i].files);
		CHECK(strcmp(seen.rules, cases[i].rule ? cases[i].rule : "") == 0 && seen.errors == (size_t)cases[i].error, "%s: %s",
		      cases[i].files[cases[i].files[1] != NULL], seen.rules[0] ? seen.rules : "nothing to say");
	}
}

/* The bank's item with its placeholders filled: @ID@, @KEY@, and four options of which `longest` (or none, -1) is the longest. */
static void
bank_item(struct bv_buf *out, struct bv_str template, int id, char key, int longest)
{
	*out = BV_BUF(1u << 20);
	for (size_t i = 0; i < template.len; i++) {
		struct bv_str rest = bv_str_sub(template, i, template.len);
		if (bv_str_starts(rest, BV_STR("@ID@"))) {
			bv_buf_printf(out, "item%d", id);
			i += 3;
		} else if (bv_str_starts(rest, BV_STR("@KEY@"))) {
			bv_buf_addc(out, key);
			i += 4;
		} else if (rest.len > 2 && rest.p[0] == '@' && rest.p[2] == '@') {
			bv_buf_printf(out, "%s %c", longest == rest.p[1] - 'A' ? "thiết bị" : "vật", rest.p[1]);
			i += 2;
		} else {
			bv_buf_addc(out, rest.p[0]);
		}
	}
}

/* keys[i % period] is the key of item i; it is the longest option in the first `longest` of them. */
static void
test_bank(void)
{
	static const struct {
		const char *name, *keys;
		int items, longest;
		const char *rule;
	} cases[] = {
		{ "keys spread evenly", "ABCD", 40, 0, "" },
		{ "keys mostly A", "AAAABCD", 70, 0, "key-position " },
		{ "39 items are too few to tell", "A", 39, 0, "" },
		{ "40 items with one place", "A", 40, 0, "key-position " },
		/* chi-square 11.2 and 11.6 of 40 items, on both sides of 11.345 */
		{ "19, 7, 7, 7: 10.8", "AAAAAAAAAAAAAAAAAAABBBBBBBCCCCCCCDDDDDDD", 40, 0, "" },
		{ "20, 7, 7, 6: 13.4", "AAAAAAAAAAAAAAAAAAAABBBBBBBCCCCCCCDDDDDD", 40, 0, "key-position " },
		{ "longest in 9 of 20: 45 %", "ABCD", 20, 9, "" },
		{ "longest in 10 of 20: 50 %", "ABCD", 20, 10, "longest-key " },
		{ "longest in 19 of 19: too few to tell", "ABCD", 19, 19, "" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf template;

	load(&template, "bank-item.xml");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen seen = { 0 };
		BV_AUTO(bv_lint_free) struct bv_lint *l = bv_lint_new(see, &seen);
		for (int k = 0; k < cases[i].items; k++) {
			BV_AUTO(bv_buf_finish) struct bv_buf xml;
			char key = cases[i].keys[(size_t)k % strlen(cases[i].keys)], path[32];
			bank_item(&xml, bv_buf_str(&template), k, key, k < cases[i].longest ? key - 'A' : -1);
			snprintf(path, sizeof path, "item%d.xml", k);
			bv_lint_add(l, path, bv_buf_str(&xml));
		}
		bv_lint_end(l);
		CHECK(strcmp(seen.rules, cases[i].rule) == 0, "%s: %s", cases[i].name, seen.rules[0] ? seen.rules : "nothing to say");
	}
}

/* Where a negation stands and how it is set decides. */
static void
test_negations(void)
{
	static const struct {
		const char *stem;
		bool negative;
	} cases[] = {
		{ "Việc nào sau đây không nên làm?", true },
		{ "Việc nào sau đây KHÔNG nên làm?", false },
		{ "Việc nào sau đây <em>không</em> nên làm?", false },
		{ "Phát biểu nào dưới đây sai?", true },
		{ "Có nên bật tường lửa không?", false },
		{ "Máy không khởi động được. Việc nào nên làm trước?", false },
		{ "Cách nào giúp đọc tệp mà không cần mạng?", false },
		{ "Điều gì xảy ra khi ổ đĩa không còn chỗ trống?", false },
		{ "Which of these is not a browser?", true },
		{ "Which of these is NOT a browser?", false },
		{ "The screen is not on. Which key helps?", false },
		{ "Which option works when the network is not available?", false },
	};
	static const char form[] =
		"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" xml:lang=\"vi\" "
		"time-dependent=\"false\"><qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">"
		"<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>"
		"<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"1\"/><qti-item-body>"
		"<qti-choice-interaction response-identifier=\"RESPONSE\"><qti-prompt>%s</qti-prompt><qti-simple-choice identifier=\"A\">x"
		"</qti-simple-choice><qti-simple-choice identifier=\"B\">y</qti-simple-choice></qti-choice-interaction></qti-item-body>"
		"<qti-response-processing template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml\"/>"
		"</qti-assessment-item>";

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen seen = { 0 };
		BV_AUTO(bv_lint_free) struct bv_lint *l = bv_lint_new(see, &seen);
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
		bv_buf_printf(&xml, form, cases[i].stem);
		bv_lint_add(l, "stem.xml", bv_buf_str(&xml));
		CHECK(strcmp(seen.rules, cases[i].negative ? "negative-stem " : "") == 0, "%s: %s", cases[i].stem, seen.rules);
	}
}

/* The sample bank parses, checks, scores its own key to the maximum and nothing to zero: those are rules too. */
static enum bv_status
sample_visit(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20);
	struct bv_lint *l = ctx;

	TRY(bv_file_read(&xml, path, err));
	if (strstr(bv_buf_str(&xml).p, "<qti-assessment-item"))
		bv_lint_add(l, path, bv_buf_str(&xml));
	return BV_OK;
}

static void
test_sample(void)
{
	const char *source = getenv("BV_SOURCE");
	struct seen seen = { 0 };
	BV_AUTO(bv_lint_free) struct bv_lint *l = bv_lint_new(see, &seen);
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/itembank/sample", source ? source : ".");
	CHECK_OK(bv_dir_walk(path, sample_visit, l, &err), &err, "the sample bank is read");
	bv_lint_end(l);
	bool four = strcmp(seen.rules, "undeliverable undeliverable undeliverable undeliverable ") == 0; /* two each of portable and custom */
	CHECK(seen.errors == 0 && four, "the sample bank: %zu errors, %zu warnings %s", seen.errors, seen.warnings, seen.rules);
}

int
main(void)
{
	test_items();
	test_bank();
	test_negations();
	test_sample();
	return check_end();
}
