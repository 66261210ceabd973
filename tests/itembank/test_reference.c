/* Every item file under ref/qti/items: it is imported and can be scored and checked, or it is refused for a reason that is listed here with
 * the clause. Prints the reasons with their numbers. */
#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

/* Parts of messages, and why the refusal is right. What is not in the list is a finding. */
static const struct {
	const char *part, *why;
} reasons[] = {
	{ "is filled by another interaction already", "QTI 3.0, response-identifier: each interaction has a response variable of its own" },
	{ "it must be string, integer or float, or a record", "extendedTextInteraction: base type" },
	{ "it must be single or multiple pair", "associateInteraction: base type" },
	{ "it must be single or multiple identifier", "choiceInteraction: base type" },
	{ "is not declared", "response-identifier names a response variable" },
	{ "must be a single boolean", "responseIf: its expression has base type boolean and single cardinality" },
	{ "and cannot take the value of", "setOutcomeValue: cardinality and base type of the variable" },
	{ "it must be single float or integer", "gt, gte, lt, lte: single numbers" },
	{ "has no area mapping", "mapResponsePoint needs the areaMapping of the declaration" },
	{ "has no mapping", "mapResponse needs the mapping of the declaration" },
	{ "an item is a qti-assessment-item", "names of 3.0 in the namespace of 2.2" },
	{ "is not one of QTI 2.0", "the namespace of XHTML" },
};

struct found {
	const char *part;
	size_t times;
};

static void
look(void *ctx, const struct bv_diagnostic *diagnostic)
{
	struct found *found = ctx;

	found->times += strstr(diagnostic->message, found->part) != NULL;
}

struct tally {
	size_t files, read, refused[BV_COUNT(reasons)];
	char first[BV_COUNT(reasons)][300];
};

static void
ignore(void *ctx, const struct bv_diagnostic *diagnostic)
{
	*(size_t *)ctx += diagnostic->message[0] != '\0';
}

static void
use(const struct bv_item *item, const char *path)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err;

	if (!CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "%s: a clone", path))
		return;
	correct = bv_item_session_correct(session);
	/* The key may be no choice of the page; then that is said. */
	if (bv_item_session_respond(session, correct, &err) == BV_OK && bv_item_session_validate(session, &err) != BV_OK)
		CHECK(err.msg[0], "  the key is not valid, and that is said");
	CHECK_OK(bv_item_score(session, &err), &err, "  scored");
	bv_item_stem(item, &arena);
}

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	struct tally *tally = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err why;
	size_t said = 0, i = 0;

	if (!bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		return BV_OK;
	tally->files++;
	TRY(bv_file_read(&xml, path, err));
	bv_item_check(path, bv_buf_str(&xml), ignore, &said);
	if (bv_item_parse(&item, bv_buf_str(&xml), &why) == BV_OK) {
		tally->read++;
		use(item, path);
		return BV_OK;
	}
	while (i < BV_COUNT(reasons) && !strstr(why.msg, reasons[i].part))
		i++;
	if (CHECK(i < BV_COUNT(reasons) && why.line > 0 && said > 0, "%s:%d: refused: %s", path, why.line, why.msg) && tally->refused[i]++ == 0)
		snprintf(tally->first[i], sizeof tally->first[i], "%s", strrchr(path, '/') + 1);
	return BV_OK;
}

/* Every element of QTI that the schema 3.0.1 declares, at the top or within a type, is known: as "qti-wheel" is not. */
static void
names(void)
{
	const char *path = check_reference("qti/xsd/imsqti_asiv3p0p1_v1p0.xsd");
	BV_AUTO(bv_buf_finish) struct bv_buf xsd = BV_BUF(2u << 20);
	static const char mark[] = "<xs:element name=\"qti-";
	struct bv_err err;
	size_t known = 0;

	if (!path)
		return;
	CHECK_OK(bv_file_read(&xsd, path, &err), &err, "the schema");
	for (const char *at = xsd.p; (at = strstr(at, mark)); at += sizeof mark) {
		const char *name = at + sizeof mark - 5; /* from qti- on */
		char item[500], wanted[200];
		struct found found = { wanted, 0 };
		snprintf(wanted, sizeof wanted, "<%.*s> is not an element", (int)strcspn(name, "\""), name);
		snprintf(item, sizeof item, "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='i' title='t'><div><%.*s/></div></qti-assessment-item>",
		         (int)strcspn(name, "\""), name);
		bv_item_check("i.xml", bv_str_of(item), look, &found);
		known += found.times == 0;
		if (found.times)
			CHECK(false, "%.*s is known", (int)strcspn(name, "\""), name);
	}
	CHECK(known > 180, "%zu names of the schema are known", known);
}

int
main(void)
{
	const char *path = check_reference("qti/item-outcomes.jsonl");
	struct tally tally = { 0 };
	char root[4096];
	size_t refused = 0;
	struct bv_err err;

	names();
	if (!path)
		return check_end();
	path = check_reference("qti/item-outcomes.jsonl");
	snprintf(root, sizeof root, "%.*s/items", (int)(strrchr(path, '/') - path), path);
	CHECK_OK(bv_dir_walk(root, visit, &tally, &err), &err, "the folder is read");
	for (size_t i = 0; i < BV_COUNT(reasons); i++) {
		refused += tally.refused[i];
		printf("# %3zu refused: … %s (as %s): %s\n", tally.refused[i], reasons[i].part, tally.first[i], reasons[i].why);
	}
	printf("# %zu files: %zu read, %zu refused\n", tally.files, tally.read, refused);
	CHECK(tally.files == tally.read + refused, "every file is read or refused for a listed reason");
	CHECK(tally.read > 500, "%zu are read", tally.read);
	return check_end();
}
