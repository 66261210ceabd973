/* The state machine of versions: every act in every state, who may review, which versions take the place of which; names of people. */
#include "itembank/lifecycle.h"
#include "tests/check.h"

static struct bv_arena arena;

static struct bv_str
key(const char *name)
{
	return person_key(bv_str_of(name), &arena);
}

static const struct bv_life_rule strict = { 1, true }, loose = { 1, false }, two = { 2, true };

static enum bv_status
act(struct life *life, enum bv_act what, uint32_t version, const char *who, const struct bv_life_rule *rule, struct bv_err *err)
{
	static int64_t event;
	const struct life_act a = { what, version, .who = key(who), .author = key("Tác Giả"), .reason = BV_STR("vì sao"), .event = ++event };

	return life_apply(life, &a, rule, &arena, err);
}

#define DO(life, what, version, who, name) CHECK_OK(act(life, BV_ACT_##what, version, who, &strict, &err), &err, name)
#define REFUSED(life, what, version, who, status, part, name) \
	CHECK_REFUSED(act(life, BV_ACT_##what, version, who, &strict, &err), status, &err, part, name)

static enum bv_state
state_of(const struct life *life, uint32_t version)
{
	return life->versions[version - 1].state;
}

/* A life whose only version is in a state. */
static void
bring_to(struct life *life, enum bv_state state)
{
	static const struct {
		enum bv_act acts[6];
	} ways[] = {
		[BV_STATE_DRAFT] = { { BV_ACT_IMPORT } },
		[BV_STATE_REVIEW] = { { BV_ACT_IMPORT, BV_ACT_SUBMIT } },
		[BV_STATE_APPROVED] = { { BV_ACT_IMPORT, BV_ACT_SUBMIT, BV_ACT_APPROVE } },
		[BV_STATE_PRETEST] = { { BV_ACT_IMPORT, BV_ACT_SUBMIT, BV_ACT_APPROVE, BV_ACT_PRETEST } },
		[BV_STATE_OPERATIONAL] = { { BV_ACT_IMPORT, BV_ACT_SUBMIT, BV_ACT_APPROVE, BV_ACT_PRETEST, BV_ACT_RELEASE } },
		[BV_STATE_RETIRED] = { { BV_ACT_IMPORT, BV_ACT_SUBMIT, BV_ACT_APPROVE, BV_ACT_PRETEST, BV_ACT_RELEASE, BV_ACT_RETIRE } },
		[BV_STATE_WITHDRAWN] = { { BV_ACT_IMPORT, BV_ACT_WITHDRAW } },
		[BV_STATE_SUPERSEDED] = { { BV_ACT_IMPORT } },
	};
	struct bv_err err;

	for (size_t i = 0; i < 6 && ways[state].acts[i]; i++)
		CHECK_OK(act(life, ways[state].acts[i], 1, ways[state].acts[i] == BV_ACT_APPROVE ? "Duyệt" : "Soạn", &strict, &err), &err, "on the way");
	if (state == BV_STATE_SUPERSEDED)
		CHECK_OK(act(life, BV_ACT_IMPORT, 2, "Soạn", &strict, &err), &err, "on the way");
}

/* Every act in every state: where it leads to, or that it is refused and says what is allowed. */
static void
transitions(void)
{
	enum { NO = BV_STATE_NONE, DRAFT = BV_STATE_DRAFT, REVIEW = BV_STATE_REVIEW, APPROVED = BV_STATE_APPROVED, PRETEST = BV_STATE_PRETEST,
	       OPERATIONAL = BV_STATE_OPERATIONAL, RETIRED = BV_STATE_RETIRED, WITHDRAWN = BV_STATE_WITHDRAWN };
	static const struct {
		enum bv_act act;
		int to[9], loose[9]; /* from none, draft, review, approved, pretest, operational, retired, withdrawn, superseded */
	} cases[] = {
		{ BV_ACT_SUBMIT, { NO, REVIEW }, { NO, REVIEW } },
		{ BV_ACT_RETURN, { NO, NO, DRAFT }, { NO, NO, DRAFT } },
		{ BV_ACT_APPROVE, { NO, NO, APPROVED }, { NO, NO, APPROVED } },
		{ BV_ACT_PRETEST, { NO, NO, NO, PRETEST }, { NO, NO, NO, PRETEST } },
		{ BV_ACT_RELEASE, { NO, NO, NO, NO, OPERATIONAL }, { NO, NO, NO, OPERATIONAL, OPERATIONAL } },
		{ BV_ACT_RETIRE, { NO, NO, NO, NO, NO, RETIRED }, { NO, NO, NO, NO, NO, RETIRED } },
		{ BV_ACT_WITHDRAW, { NO, WITHDRAWN, WITHDRAWN, WITHDRAWN, WITHDRAWN }, { NO, WITHDRAWN, WITHDRAWN, WITHDRAWN, WITHDRAWN } },
	};
	struct bv_err err;

	for (size_t c = 0; c < BV_COUNT(cases); c++)
		for (int from = BV_STATE_DRAFT; from <= BV_STATE_SUPERSEDED; from++)
			for (int free_rule = 0; free_rule < 2; free_rule++) {
				BV_AUTO(life_finish) struct life life = { 0 };
				const struct bv_life_rule *rule = free_rule ? &loose : &strict;
				int to = free_rule ? cases[c].loose[from] : cases[c].to[from];
				const char *name = bv_act_name(cases[c].act), *state = bv_state_name((enum bv_state)from);
				uint32_t found = 0;
				bring_to(&life, (enum bv_state)from);
				CHECK(state_of(&life, 1) == (enum bv_state)from, "a version in state %s", state);
				enum bv_status sought = life_find(&found, &life, cases[c].act, rule, &err);
				/* In superseded the newer version is a draft, which some acts are about. */
				if (from != BV_STATE_SUPERSEDED)
					CHECK(to ? sought == BV_OK && found == 1 : sought == BV_EDENIED && strstr(err.msg, state), "%s finds it from %s", name, state);
				int64_t since = life.versions[0].since;
				enum bv_status status = act(&life, cases[c].act, 1, "Người Khác", rule, &err);
				if (to)
					CHECK(status == BV_OK && state_of(&life, 1) == (enum bv_state)to && life.versions[0].since > since, "%s leads from %s to %s", name,
					      state, bv_state_name((enum bv_state)to));
				else
					CHECK(status == BV_EDENIED && state_of(&life, 1) == (enum bv_state)from && life.versions[0].since == since &&
					          strstr(err.msg, "allowed") && (strstr(err.msg, name) || strstr(err.msg, "pretested")),
					      "%s is refused from %s", name, state);
			}
}

static void
messages(void)
{
	BV_AUTO(life_finish) struct life life = { 0 }, none = { 0 }, both = { 0 };
	uint32_t version;
	struct bv_err err;

	DO(&life, IMPORT, 1, "Soạn", "a draft");
	REFUSED(&life, APPROVE, 1, "Duyệt", BV_EDENIED, "version 1 is in state draft, from which approve is not allowed: allowed is submit, withdraw",
	        "what is allowed is named");
	REFUSED(&life, SUBMIT, 2, "Soạn", BV_ENOTFOUND, "no version 2", "a version that is not there");
	REFUSED(&life, SUBMIT, 0, "Soạn", BV_ENOTFOUND, "no version 0", "nor version 0");
	REFUSED(&life, IMPORT, 3, "Soạn", BV_EINVAL, "the next version is 2", "a version left out");
	REFUSED(&life, IMPORT, 1, "Soạn", BV_EINVAL, "the next version is 2", "a version that is there");
	REFUSED(&life, RULE, 1, "Soạn", BV_EINVAL, "for the bank", "a rule is for the bank");
	REFUSED(&life, METADATA, 2, "Soạn", BV_EINVAL, "current version 1", "metadata of another version");
	DO(&life, METADATA, 1, "Duyệt", "metadata");
	DO(&life, WITHDRAW, 1, "Soạn", "withdrawn");
	REFUSED(&life, SUBMIT, 1, "Soạn", BV_EDENIED, "only revise or an import", "the end of a version");
	CHECK_REFUSED(life_find(&version, &none, BV_ACT_SUBMIT, &strict, &err), BV_ENOTFOUND, &err, "no version", "nothing there");
	static const enum bv_act needs[] = { BV_ACT_RETURN, BV_ACT_RETIRE, BV_ACT_WITHDRAW };
	static const enum bv_state in[] = { BV_STATE_REVIEW, BV_STATE_OPERATIONAL, BV_STATE_PRETEST };
	for (size_t i = 0; i < BV_COUNT(needs); i++) {
		BV_AUTO(life_finish) struct life one = { 0 };
		bring_to(&one, in[i]);
		const struct life_act silent = { needs[i], 1, .who = BV_STR("x"), .event = 1 };
		CHECK(life_needs_reason(needs[i]), "%s needs a reason", bv_act_name(needs[i]));
		CHECK_REFUSED(life_apply(&one, &silent, &strict, &arena, &err), BV_EINVAL, &err, "needs a reason", "without one");
		CHECK(state_of(&one, 1) == in[i], "nothing has happened");
	}
	bring_to(&both, BV_STATE_APPROVED);
	DO(&both, IMPORT, 2, "Soạn", "a newer draft");
	CHECK_REFUSED(life_find(&version, &both, BV_ACT_WITHDRAW, &strict, &err), BV_EINVAL, &err,
	              "version 1 is in state approved and version 2 in state draft", "two could be meant");
	CHECK(life_find(&version, &both, BV_ACT_SUBMIT, &strict, &err) == BV_OK && version == 2, "one that can be submitted");
	CHECK(life_find(&version, &both, BV_ACT_PRETEST, &strict, &err) == BV_OK && version == 1, "one that can be pretested");
}

static void
reviewers(void)
{
	BV_AUTO(life_finish) struct life life = { 0 };
	struct bv_err err;

	DO(&life, IMPORT, 1, "Nguyễn Văn An", "brought in");
	DO(&life, SUBMIT, 1, "Trần Thị Bình", "submitted by another");
	static const char *const authors[] = { "Nguyễn Văn An", "NGUYỄN văn AN", " nguye\xcc\x82\xcc\x83n  va\xcc\x86n an ", "Nguyễn\u00a0Văn\u3000An",
		                               "Trần Thị Bình", "trần thị bình", "Tác Giả", "TÁC GIẢ" };
	for (size_t i = 0; i < BV_COUNT(authors); i++)
		REFUSED(&life, APPROVE, 1, authors[i], BV_EDENIED, "never the author", "an author, however he spells his name");
	CHECK(state_of(&life, 1) == BV_STATE_REVIEW && !life.reviewers, "nothing has happened");
	DO(&life, APPROVE, 1, "Lê Văn Cường", "a third person");
	CHECK(state_of(&life, 1) == BV_STATE_APPROVED, "approved");
	DO(&life, IMPORT, 2, "Lê Văn Cường", "who changes it");
	DO(&life, SUBMIT, 2, "Lê Văn Cường", "and submits it");
	REFUSED(&life, APPROVE, 2, "lê văn cường", BV_EDENIED, "never the author", "is its author now");
	REFUSED(&life, APPROVE, 2, "Nguyễn Văn An", BV_EDENIED, "never the author", "who wrote the first version still is");
	DO(&life, APPROVE, 2, "Phạm Dung", "a fourth person");
	DO(&life, REVISE, 3, "Phạm Dung", "who revises");
	DO(&life, SUBMIT, 3, "Nguyễn Văn An", "what is submitted");
	REFUSED(&life, APPROVE, 3, "Phạm Dung", BV_EDENIED, "never the author", "is an author");
}

static void
several_reviewers(void)
{
	BV_AUTO(life_finish) struct life life = { 0 };
	struct bv_err err;

	DO(&life, IMPORT, 1, "A", "brought in");
	DO(&life, SUBMIT, 1, "A", "submitted");
	CHECK_OK(act(&life, BV_ACT_APPROVE, 1, "B", &two, &err), &err, "the first of two");
	CHECK(state_of(&life, 1) == BV_STATE_REVIEW, "is not enough");
	CHECK_REFUSED(act(&life, BV_ACT_APPROVE, 1, "b", &two, &err), BV_EDENIED, &err, "approved version 1 already", "nobody counts twice");
	DO(&life, RETURN, 1, "C", "returned");
	DO(&life, SUBMIT, 1, "A", "submitted again");
	CHECK_OK(act(&life, BV_ACT_APPROVE, 1, "C", &two, &err), &err, "what was said before does not count");
	CHECK(state_of(&life, 1) == BV_STATE_REVIEW, "any more");
	CHECK_OK(act(&life, BV_ACT_APPROVE, 1, "B", &two, &err), &err, "the second of two");
	CHECK(state_of(&life, 1) == BV_STATE_APPROVED, "is enough");
	DO(&life, IMPORT, 2, "A", "a new version");
	DO(&life, SUBMIT, 2, "A", "submitted");
	CHECK_OK(act(&life, BV_ACT_APPROVE, 2, "B", &two, &err), &err, "one who approved the old version");
	CHECK(state_of(&life, 2) == BV_STATE_REVIEW, "counts once");
	DO(&life, IMPORT, 3, "A", "changed while it is in review");
	DO(&life, SUBMIT, 3, "A", "submitted");
	CHECK_OK(act(&life, BV_ACT_APPROVE, 3, "C", &two, &err), &err, "who approved another version");
	CHECK(state_of(&life, 3) == BV_STATE_REVIEW && state_of(&life, 2) == BV_STATE_SUPERSEDED, "did not approve this one");
}

/* "12345678": the states of versions 1, 2, … by their first letters (S superseded, W withdrawn, T retired). */
static void
check_states(const struct life *life, const char *want, const char *name)
{
	static const char letters[] = " DRAPOTWS";
	char got[20] = "";

	for (uint32_t i = 0; i < life->count; i++)
		got[i] = letters[life->versions[i].state];
	CHECK_STR(bv_str_of(got), bv_str_of(want), name);
}

static void
versions(void)
{
	BV_AUTO(life_finish) struct life life = { 0 };
	struct bv_err err;

	DO(&life, IMPORT, 1, "A", "import");
	DO(&life, IMPORT, 2, "A", "a changed draft");
	check_states(&life, "SD", "the old draft is superseded");
	DO(&life, SUBMIT, 2, "A", "submit");
	DO(&life, IMPORT, 3, "A", "changed in review");
	check_states(&life, "SSD", "what was in review is superseded");
	DO(&life, SUBMIT, 3, "A", "submit");
	DO(&life, APPROVE, 3, "B", "approve");
	DO(&life, IMPORT, 4, "A", "changed when approved");
	check_states(&life, "SSAD", "what is approved stays");
	DO(&life, PRETEST, 3, "B", "pretest");
	DO(&life, SUBMIT, 4, "A", "submit");
	DO(&life, RELEASE, 3, "B", "release");
	check_states(&life, "SSOR", "in use beside a newer one in review");
	DO(&life, APPROVE, 4, "B", "approve");
	DO(&life, IMPORT, 5, "A", "and changed again");
	DO(&life, PRETEST, 4, "B", "pretest");
	check_states(&life, "SSOPD", "three at once");
	DO(&life, SUBMIT, 5, "A", "submit");
	DO(&life, APPROVE, 5, "B", "approve");
	DO(&life, IMPORT, 6, "A", "import");
	check_states(&life, "SSOPAD", "one of each step");
	DO(&life, RELEASE, 4, "B", "release");
	check_states(&life, "SSSOAD", "the next one takes the place of what was in use");
	DO(&life, PRETEST, 5, "B", "pretest");
	DO(&life, RELEASE, 5, "B", "release");
	check_states(&life, "SSSSOD", "and the next");
	REFUSED(&life, RELEASE, 4, "B", BV_EDENIED, "superseded", "nothing goes back");
	DO(&life, RETIRE, 5, "B", "retire");
	check_states(&life, "SSSSTD", "retired");
	DO(&life, WITHDRAW, 6, "B", "withdraw");
	DO(&life, REVISE, 7, "B", "revise");
	check_states(&life, "SSSSTWD", "retired and withdrawn stay so");
	DO(&life, SUBMIT, 7, "B", "submit");
	DO(&life, IMPORT, 8, "A", "import");
	check_states(&life, "SSSSTWSD", "history");
	CHECK(life.versions[6].since == life.versions[7].since, "one event changes two versions");
}

static void
adopted(void)
{
	static const enum bv_state good[] = { BV_STATE_DRAFT, BV_STATE_APPROVED, BV_STATE_OPERATIONAL, BV_STATE_SUPERSEDED };
	struct bv_err err;

	for (int state = BV_STATE_NONE; state <= BV_STATE_SUPERSEDED; state++) {
		BV_AUTO(life_finish) struct life life = { 0 };
		const struct life_act a = { BV_ACT_ADOPT, 1, (enum bv_state)state, .who = key("Khởi Đầu"), .event = 1 };
		bool may = false;
		for (size_t i = 0; i < BV_COUNT(good); i++)
			may = may || (int)good[i] == state;
		enum bv_status status = life_apply(&life, &a, &strict, &arena, &err);
		CHECK(may ? status == BV_OK && (int)state_of(&life, 1) == state : status == BV_EINVAL && !life.count, "adopted as %s",
		      bv_state_name((enum bv_state)state));
		CHECK(!life.authors, "who begins a life cycle is no author of what was there");
	}
}

static void
names(void)
{
	static const struct {
		const char *name, *kept; /* NULL: refused */
		const char *part;
	} cases[] = {
		{ "Nguyễn Văn An", "Nguyễn Văn An", NULL },
		{ "  Nguyễn \t Văn\u00a0An\n", "Nguyễn Văn An", NULL },
		{ "Nguye\xcc\x82\xcc\x83n", "Nguyễn", NULL },
		{ "an.nguyen@x.vn", "an.nguyen@x.vn", NULL },
		{ "7", "7", NULL },
		{ "", NULL, "at least one letter" },
		{ " \u3000 ", NULL, "at least one letter" },
		{ "-- .", NULL, "at least one letter" },
		{ "An\x1b[31m", NULL, "do not show" },
		{ "An\u202enA", NULL, "do not show" },
		{ "An\u200b", NULL, "do not show" },
		{ "A\xff", NULL, "UTF-8" },
	};
	char longest[BV_PERSON_MAX + 2];
	struct bv_str out;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		if (cases[i].kept) {
			CHECK_OK(person_name(&out, bv_str_of(cases[i].name), &arena, &err), &err, "a name");
			CHECK_STR(out, bv_str_of(cases[i].kept), "as it is kept");
		} else {
			CHECK_REFUSED(person_name(&out, bv_str_of(cases[i].name), &arena, &err), BV_EINVAL, &err, cases[i].part, "no name");
		}
	memset(longest, 'a', sizeof longest);
	CHECK_OK(person_name(&out, (struct bv_str){ longest, BV_PERSON_MAX }, &arena, &err), &err, "the longest name");
	CHECK_REFUSED(person_name(&out, (struct bv_str){ longest, BV_PERSON_MAX + 1 }, &arena, &err), BV_EINVAL, &err, "200 bytes", "one longer");
	CHECK(!bv_str_eq(key("An"), key("Ân")) && !bv_str_eq(key("An"), key("A n")), "other names are other people");
	CHECK_STR(key("a\xff"), BV_STR("a\xff"), "the key of what is not UTF-8 is itself");
}

static void
words(void)
{
	enum bv_state state = BV_STATE_NONE;
	enum bv_act what = BV_ACT_RULE;
	struct bv_err err;

	for (int i = BV_STATE_DRAFT; i <= BV_STATE_SUPERSEDED; i++)
		CHECK(bv_state_parse(&state, bv_str_of(bv_state_name((enum bv_state)i)), &err) == BV_OK && (int)state == i, "a state's name");
	CHECK_REFUSED(bv_state_parse(&state, BV_STR(""), &err), BV_EINVAL, &err, "operational", "no state");
	CHECK_REFUSED(bv_state_parse(&state, BV_STR("Draft"), &err), BV_EINVAL, &err, "'Draft'", "another case");
	for (int i = BV_ACT_RULE; i <= BV_ACT_WITHDRAW; i++)
		CHECK(bv_act_parse(&what, bv_str_of(bv_act_name((enum bv_act)i))) && (int)what == i && life_moves(what) == (i >= BV_ACT_SUBMIT),
		      "an act's name");
	CHECK(!bv_act_parse(&what, BV_STR("reject")), "no act");
}

int
main(void)
{
	transitions();
	messages();
	reviewers();
	several_reviewers();
	versions();
	adopted();
	names();
	words();
	bv_arena_finish(&arena);
	return check_end();
}
