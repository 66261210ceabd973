/* The life cycle in a bank: events as bytes, broken member by member; names, reasons, times and limits; rows that no program wrote. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/json.h"
#include "base/sql.h"
#include "itembank/bank_life.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-life-XXXXXX";
static char vectors[400];

static const char *
at(const char *name)
{
	static char path[4][300];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

/* ---- Events ---- */

static struct bv_event
sample(enum bv_act act)
{
	struct bv_event event = { .seq = 7, .at_s = 1000, .clock_s = 1000, .who = BV_STR("Lê Chủ Trì"), .act = act, .reason = BV_STR("vì \"thế\"\n") };

	static struct bv_event_metadata metadata;

	metadata = (struct bv_event_metadata){ .competence = BV_STR("IU01.1"), .component = BV_STR("1.2"), .author = BV_STR("Trần Thị Mẫu"),
		                               .enemies = BV_STR("a b"), .level = BV_COGNITIVE_APPLY, .difficulty_step = 3, .expected_s = 60,
		                               .has_parameters = true, .discrimination = 1250, .difficulty = -500, .revision = 2, .changed_s = 5 };
	if (act == BV_ACT_RULE) {
		event.rule = (struct bv_life_rule){ 2, true };
		return event;
	}
	event.identifier = BV_STR("iu01-001");
	event.language = BV_STR("vi");
	event.version = 3;
	event.state = BV_STATE_DRAFT;
	event.imported_s = 900;
	event.changed_s = 1001;
	event.content[0] = 0xab;
	event.metadata = act == BV_ACT_ADOPT || act == BV_ACT_IMPORT || act == BV_ACT_METADATA ? &metadata : NULL;
	return event;
}

static bool
parses(struct bv_str bytes)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event;
	struct bv_err err;

	return bank_event_parse(&event, bytes, &arena, &err) == BV_OK;
}

/* Every member taken away, made null, a string or a large number; and one put in. Only changed, clock, reason and metadata may be missing. */
static void
break_members(const struct bv_json *whole, const char *inside)
{
	const struct bv_json *object = *inside ? bv_json_find(whole, inside) : whole;

	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		char *name = bv_str_dup(bv_json_member_name(it));
		for (int how = 0; how < 4; how++) {
			BV_AUTO(bv_json_free) struct bv_json *copy = bv_json_copy(whole);
			BV_AUTO(bv_json_free) struct bv_json *inner = bv_json_copy(object);
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 16);
			struct bv_json *target = *inside ? inner : copy;
			if (how == 0)
				bv_json_remove(target, name);
			else
				bv_json_set(target, name, how == 1 ? bv_json_new_null() : how == 2 ? bv_json_new_str(BV_STR("?")) : bv_json_new_int(INT64_MAX));
			if (*inside)
				bv_json_set(copy, inside, bv_steal(&inner));
			bv_json_write_canonical(&text, copy);
			bool optional = how == 0 && (!strcmp(name, "clock") || !strcmp(name, "reason") || !strcmp(name, "metadata") || (!*inside && !strcmp(name, "changed")));
			bool free_text = how == 2 && (strstr("author competence component enemies identifier language reason who", name) != NULL);
			CHECK(parses(bv_buf_str(&text)) == (optional || free_text), "%s%s%s broken: %d", inside, *inside ? "." : "", name, how);
		}
		free(name);
	}
}

static void
events(void)
{
	for (int act = BV_ACT_RULE; act <= BV_ACT_WITHDRAW; act++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 16), again = BV_BUF(1 << 16), spaced = BV_BUF(1 << 16);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL, *more = NULL;
		struct bv_event event = sample((enum bv_act)act), read = { 0 };
		struct bv_err err;
		event.clock_s = 900;
		bank_event_write(&text, &event);
		CHECK_OK(bank_event_parse(&read, bv_buf_str(&text), &arena, &err), &err, bv_act_name((enum bv_act)act));
		bank_event_write(&again, &read);
		CHECK_STR(bv_buf_str(&again), bv_buf_str(&text), "written again as the same bytes");
		CHECK(read.seq == 7 && read.at_s == 1000 && read.clock_s == 900 && bv_str_eq(read.who, event.who) && bv_str_eq(read.reason, event.reason) &&
		          read.version == event.version && bv_hash_eq(read.content, event.content) && (!read.metadata) == (!event.metadata),
		      "with all it says");
		bool brings = act == BV_ACT_ADOPT || act == BV_ACT_IMPORT || act == BV_ACT_REVISE;
		CHECK(read.changed_s == (brings ? 1001 : 0), "when its version counts as changed");
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "JSON");
		more = bv_json_copy(json);
		bv_json_set_str(more, "changed", BV_STR("1970-01-01T00:16:40Z"));
		bv_json_write_canonical(&again, more);
		CHECK(parses((struct bv_str){ again.p + text.len, again.len - text.len }) == (act == BV_ACT_ADOPT), "said only where it is another time");
		bv_json_free(bv_steal(&more));
		bv_json_write_canonical(&spaced, json);
		CHECK_STR(bv_buf_str(&spaced), bv_buf_str(&text), "in canonical form");
		bv_buf_clear(&spaced);
		bv_json_write_pretty(&spaced, json);
		CHECK(!parses(bv_buf_str(&spaced)), "no other form is taken");
		break_members(json, "");
		if (event.metadata)
			break_members(json, "metadata");
		more = bv_json_copy(json);
		bv_json_set_int(more, "zz", 1);
		bv_buf_clear(&spaced);
		bv_json_write_canonical(&spaced, more);
		CHECK(!parses(bv_buf_str(&spaced)), "nor a member more");
		for (size_t i = 0; i < text.len; i++)
			if (parses((struct bv_str){ text.p, i }))
				CHECK(false, "cut at %zu", i);
	}
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(BANK_EVENT_MAX + 8);
	while (large.len <= BANK_EVENT_MAX)
		bv_buf_addc(&large, ' ');
	CHECK(!parses(bv_buf_str(&large)), "an event that is too large");
}

/* ---- A bank ---- */

static struct bv_bank *
open_bank(const char *name)
{
	struct bv_bank *bank = NULL;
	struct bv_err err;

	if (bv_bank_open(&bank, at(name), BV_BANK_CREATE, &err) != BV_OK) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return bank;
}

static enum bv_status
import(struct bv_bank *bank, struct bv_str who, int64_t now_s, struct bv_err *err)
{
	const struct bv_import_opts opts = { .now_s = now_s, .who = who };
	const char *path = vectors;
	struct bv_import_counts counts;

	return bv_bank_import(bank, &path, 1, &opts, &counts, err);
}

static enum bv_status
begin(struct bv_bank *bank, struct bv_str who, struct bv_str reason, int64_t now_s, enum bv_state adopt, uint32_t reviewers, struct bv_err *err)
{
	const struct bv_life_rule rule = { reviewers, true };
	const struct bv_doing doing = { who, reason, now_s, false };
	uint64_t adopted;

	return bv_bank_life_begin(&adopted, bank, &rule, adopt, &doing, err);
}

static enum bv_status
act(struct bv_bank *bank, enum bv_act what, const char *identifier, struct bv_err *err)
{
	const struct bv_act_target target = { bv_str_of(identifier), BV_STR_NONE, 0 };
	const struct bv_act_request request = { .act = what, .doing = { BV_STR("Ai Đó"), BV_STR("vì"), 2000, false }, .targets = &target, .target_count = 1 };
	uint64_t count;

	return bv_bank_act(&count, bank, &request, err);
}

static void
run_sql(const char *name, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK(bv_sql_open(&sql, at(name), BV_SQL_WRITE, &err) == BV_OK && bv_sql_run(sql, "PRAGMA foreign_keys = OFF", &err) == BV_OK &&
	          bv_sql_run(sql, text, &err) == BV_OK, "%s", text);
}

static void
people_and_times(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("people.db");
	const struct bv_str name = BV_STR("Lê Chủ Trì");
	static char longest[BV_REASON_MAX + 1];
	struct bv_err err;

	memset(longest, 'a', sizeof longest);
	CHECK_OK(import(bank, BV_STR_NONE, 1000, &err), &err, "an import by nobody");
	CHECK_REFUSED(import(bank, BV_STR("\x01"), 1000, &err), BV_EINVAL, &err, "letter", "by what is no name");
	CHECK_REFUSED(import(bank, name, INT64_MAX, &err), BV_EINVAL, &err, "set the clock", "at no time");
	CHECK_REFUSED(import(bank, name, INT64_MIN, &err), BV_EINVAL, &err, "set the clock", "nor before all time");
	CHECK_REFUSED(begin(bank, BV_STR_NONE, BV_STR_NONE, 1000, BV_STATE_DRAFT, 1, &err), BV_EINVAL, &err, "--as", "begun by nobody");
	CHECK_REFUSED(begin(bank, name, (struct bv_str){ longest, BV_REASON_MAX + 1 }, 1000, BV_STATE_DRAFT, 1, &err), BV_ELIMIT, &err, "2000", "a reason too long");
	CHECK_REFUSED(begin(bank, name, BV_STR("\xff"), 1000, BV_STATE_DRAFT, 1, &err), BV_EINVAL, &err, "UTF-8", "a reason that is no text");
	CHECK_REFUSED(begin(bank, name, BV_STR_NONE, INT64_MAX, BV_STATE_DRAFT, 1, &err), BV_EINVAL, &err, "set the clock", "begun at no time");
	CHECK_REFUSED(begin(bank, name, BV_STR_NONE, 1000, BV_STATE_DRAFT, 0, &err), BV_EINVAL, &err, "1 to 10", "no reviewer");
	CHECK_REFUSED(begin(bank, name, BV_STR_NONE, 1000, BV_STATE_DRAFT, 11, &err), BV_EINVAL, &err, "1 to 10", "eleven");
	CHECK_REFUSED(begin(bank, name, BV_STR_NONE, 1000, BV_STATE_PRETEST, 1, &err), BV_EINVAL, &err, "draft, approved or operational", "adopted as that");
	CHECK_REFUSED(act(bank, BV_ACT_SUBMIT, "iu02-001", &err), BV_EINVAL, &err, "keeps no life cycle", "an act before it begins");
	CHECK_OK(begin(bank, name, (struct bv_str){ longest, BV_REASON_MAX }, 5000, BV_STATE_DRAFT, 10, &err), &err, "begun with the longest reason");
	CHECK_REFUSED(import(bank, BV_STR_NONE, 1000, &err), BV_EINVAL, &err, "--as", "an import by nobody now");
	CHECK_REFUSED(act(bank, BV_ACT_IMPORT, "iu02-001", &err), BV_EINVAL, &err, "not done to versions", "an import is no act on a version");
	CHECK_OK(act(bank, BV_ACT_SUBMIT, "iu02-001", &err), &err, "submitted, by a clock that was set back");
	uint8_t head[BV_HASH_LEN];
	int64_t seq = 0;
	CHECK(bv_bank_head(head, &seq, bank, &err) == BV_OK && seq == 7 && bank->life.at_s == 5000, "seven events, none before the one before it");
}

/* Each row that no program writes is refused, and nothing is changed. */
static void
damage(void)
{
	static const struct {
		const char *sql, *part;
	} cases[] = {
		{ "INSERT INTO lifecycle VALUES (1, 1)", "no rule" },
		{ "UPDATE lifecycle SET reviewers = 0", "no rule" },
		{ "UPDATE lifecycle SET reviewers = 11", "no rule" },
		{ "UPDATE lifecycle SET pretest = 2", "no rule" },
		{ "DELETE FROM event", "rule without events" },
		{ "UPDATE event SET hash = x'00' WHERE seq = 6", "last event" },
		{ "UPDATE event SET at = 999999999999999 WHERE seq = 6", "last event" },
		{ "UPDATE event SET seq = 2147483647 WHERE seq = 6", "last event" },
		{ "DELETE FROM version_state", "no states" },
		{ "UPDATE version_state SET state = 0", "no states" },
		{ "UPDATE version_state SET state = 9", "no states" },
		{ "UPDATE version_state SET version = 2", "no states" },
		{ "UPDATE version_state SET version_hash = x'00'", "no states" },
		{ "UPDATE item SET level = 9", "no import writes" },
		{ "UPDATE item SET author = CAST(x'ff' AS TEXT)", "no import writes" },
		{ "UPDATE item SET metadata_at = 999999999999999", "no import writes" },
		{ "UPDATE item SET hash = x'00'", "no import writes" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("damage.db");
		CHECK(import(bank, BV_STR_NONE, 1, &err) == BV_OK && begin(bank, BV_STR("A"), BV_STR_NONE, 1, BV_STATE_DRAFT, 1, &err) == BV_OK, "a bank");
		run_sql("damage.db", cases[i].sql);
		CHECK_REFUSED(act(bank, BV_ACT_SUBMIT, "iu02-001", &err), BV_EIO, &err, cases[i].part, "an act on it");
		bv_bank_close(bv_steal(&bank));
		unlink(at("damage.db"));
		unlink(at("damage.db-wal"));
		unlink(at("damage.db-shm"));
	}
}

static void
damage_before(void)
{
	static const struct {
		const char *sql, *part;
	} cases[] = {
		{ "UPDATE item_version SET xml = x'00' WHERE item = 1", "not the one that was imported" },
		{ "UPDATE item_version SET version = 2 WHERE item = 1", "version of an item is missing" },
		{ "UPDATE item SET difficulty_step = 6 WHERE id = 1", "no import writes" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("before.db");
		struct bv_life_rule rule;
		CHECK_OK(import(bank, BV_STR_NONE, 1, &err), &err, "a bank");
		run_sql("before.db", cases[i].sql);
		CHECK_REFUSED(begin(bank, BV_STR("A"), BV_STR_NONE, 1, BV_STATE_DRAFT, 1, &err), BV_EIO, &err, cases[i].part, "nothing damaged is adopted");
		CHECK(bv_bank_life_rule(&rule, bank, &err) == BV_OK && !rule.reviewers, "and no life cycle begins");
		bv_bank_close(bv_steal(&bank));
		unlink(at("before.db"));
		unlink(at("before.db-wal"));
		unlink(at("before.db-shm"));
	}
}

static enum bv_status
stop(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	(void)body, (void)hash;
	++*(int *)ctx;
	return event->seq == 2 ? bv_err_set(err, BV_EDENIED, "enough") : BV_OK;
}

struct numbers {
	int64_t first, last, at_s;
	int count;
	char who[BV_PERSON_MAX + 1];
};

static enum bv_status
take_number(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct numbers *n = ctx;

	(void)body, (void)hash, (void)err;
	if (!n->count++)
		n->first = event->seq;
	n->last = event->seq;
	n->at_s = event->at_s;
	snprintf(n->who, sizeof n->who, "%.*s", BV_STR_ARG(event->who));
	return BV_OK;
}

/* What a search finds; -1: it fails. */
static int
found(struct numbers *n, int64_t *next, struct bv_bank *bank, struct bv_event_search search)
{
	struct bv_err err;

	*n = (struct numbers){ .count = 0 };
	return bv_bank_search_events(next, bank, &search, take_number, n, &err) == BV_OK ? n->count : -1;
}

static void
searching(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("searching.db");
	struct bv_err err;
	struct numbers n;
	int64_t next;

	CHECK(import(bank, BV_STR_NONE, 1, &err) == BV_OK, "a bank");
	CHECK_REFUSED(bv_bank_search_events(&next, bank, &(struct bv_event_search){ .act = -1, .limit = 9 }, take_number, &n, &err), BV_ENOTFOUND, &err, "no life cycle", "before its life begins");
	CHECK_OK(begin(bank, BV_STR("A"), BV_STR_NONE, 2000, BV_STATE_DRAFT, 1, &err), &err, "which it does");
	int all = found(&n, &next, bank, (struct bv_event_search){ .act = -1, .limit = 1000 });
	int64_t newest = n.first, at_s = n.at_s;
	char who[sizeof n.who];
	memcpy(who, n.who, sizeof who);
	CHECK(all > 2 && newest == all && n.last == 1 && next == 0, "all %d events, the newest first", all);
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = -1, .limit = 2 }) == 2 && n.first == newest && next == newest - 1, "two, and where to go on");
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = -1, .limit = 1000, .before = next }) == all - 2 && n.last == 1 && next == 0, "the rest");
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = BV_ACT_RULE, .limit = 9 }) == 1 && n.first == 1, "by act");
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = -1, .who = bv_str_of(who), .limit = 1000 }) == all && found(&n, &next, bank, (struct bv_event_search){ .act = -1, .who = BV_STR(" a "), .limit = 1000 }) == all &&
	      found(&n, &next, bank, (struct bv_event_search){ .act = -1, .who = BV_STR("khac"), .limit = 9 }) == 0,
	      "by who did it");
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = -1, .identifier = BV_STR("iu02-001"), .limit = 9 }) == 1 &&
	      found(&n, &next, bank, (struct bv_event_search){ .act = -1, .identifier = BV_STR("khac"), .limit = 9 }) == 0, "by item");
	CHECK(found(&n, &next, bank, (struct bv_event_search){ .act = -1, .since_s = at_s + 1, .limit = 9 }) == 0 &&
	      found(&n, &next, bank, (struct bv_event_search){ .act = -1, .until_s = at_s - 1, .limit = 9 }) == 0 &&
	      found(&n, &next, bank, (struct bv_event_search){ .act = -1, .since_s = at_s, .until_s = at_s, .limit = 1000 }) == all, "by time");
	enum bv_act act;
	CHECK(bv_act_parse(&act, BV_STR("retire")) && act == BV_ACT_RETIRE && !bv_act_parse(&act, BV_STR("eat")), "names of acts");
}

static void
history(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("history.db");
	struct bv_err err;
	int count = 0;

	CHECK(import(bank, BV_STR_NONE, 1, &err) == BV_OK && begin(bank, BV_STR("A"), BV_STR_NONE, 1, BV_STATE_DRAFT, 1, &err) == BV_OK, "a bank");
	CHECK_REFUSED(bv_bank_history(bank, BV_STR_NONE, BV_STR_NONE, 0, 9, stop, &count, &err), BV_EDENIED, &err, "enough", "a visit that ends");
	CHECK(count == 2, "after two");
	CHECK_REFUSED(bv_bank_history(bank, BV_STR("iu02-001"), BV_STR("fr"), 0, 9, stop, &count, &err), BV_ENOTFOUND, &err, "in language fr", "a language");
	CHECK_OK(bv_bank_history(bank, BV_STR("iu02-001"), BV_STR("vi"), 1000, 9, stop, &count, &err), &err, "no events after the last");
	run_sql("history.db", "UPDATE event SET body = x'7b7d' WHERE seq = 1");
	CHECK_REFUSED(bv_bank_history(bank, BV_STR_NONE, BV_STR_NONE, 0, 9, stop, &count, &err), BV_EIO, &err, "event 1", "an event that is none");
}

/* ---- What could be done ---- */

struct barred {
	struct bv_bank *bank;
	struct bv_str who;
	int told, wrong;
};

static void
compare_bars(void *ctx, const struct bv_version_bars *bars)
{
	struct barred *b = ctx;
	struct bv_err err;
	uint64_t count;

	for (int a = BV_ACT_REVISE; a <= BV_ACT_WITHDRAW; a++) {
		const struct bv_act_target target = { BV_STR("iu02-001"), BV_STR("vi"), bars->version };
		const struct bv_act_request request = { .act = (enum bv_act)a, .targets = &target, .target_count = 1,
			                                    .doing = { .who = b->who, .reason = BV_STR("r"), .now_s = 9, .dry_run = true } };
		if (a == BV_ACT_METADATA)
			continue;
		b->told++;
		b->wrong += (bars->of[a] == BV_BAR_NONE) != (bv_bank_act(&count, b->bank, &request, &err) == BV_OK);
	}
}

/* Whatever an item has been through, what is said beforehand to be possible is what a try does. */
static void
bars(void)
{
	static const struct {
		enum bv_act act;
		const char *who;
	} way[] = { { BV_ACT_SUBMIT, "A" }, { BV_ACT_APPROVE, "B" }, { BV_ACT_RETURN, "C" }, { BV_ACT_SUBMIT, "D" }, { BV_ACT_APPROVE, "B" }, { BV_ACT_APPROVE, "C" },
		        { BV_ACT_PRETEST, "A" }, { BV_ACT_RELEASE, "A" }, { BV_ACT_RETIRE, "B" }, { BV_ACT_REVISE, "C" }, { BV_ACT_SUBMIT, "C" }, { BV_ACT_WITHDRAW, "A" } };
	static const char *const people[] = { "A", "b", "C", "D", "E" };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = open_bank("bars.db");
	struct barred b = { .bank = bank };
	struct bv_err err;
	uint64_t count;

	CHECK_OK(import(bank, BV_STR_NONE, 1, &err), &err, "a bank");
	CHECK_REFUSED(bv_bank_bars(bank, BV_STR("iu02-001"), BV_STR("vi"), BV_STR("A"), compare_bars, &b, &err), BV_EINVAL, &err, "keeps no life cycle", "before it begins");
	CHECK_OK(begin(bank, BV_STR("Z"), BV_STR_NONE, 1, BV_STATE_DRAFT, 2, &err), &err, "two must approve");
	for (size_t i = 0; i <= BV_COUNT(way); i++) {
		for (size_t p = 0; p < BV_COUNT(people); p++) {
			b.who = bv_str_of(people[p]);
			CHECK_OK(bv_bank_bars(bank, BV_STR("iu02-001"), BV_STR("vi"), b.who, compare_bars, &b, &err), &err, people[p]);
		}
		if (i == BV_COUNT(way))
			break;
		const struct bv_act_target target = { BV_STR("iu02-001"), BV_STR("vi"), i == 9 ? 1 : 0 };
		const struct bv_act_request request = { .act = way[i].act, .targets = &target, .target_count = 1,
			                                    .doing = { .who = bv_str_of(way[i].who), .reason = BV_STR("r"), .now_s = 9 } };
		CHECK_OK(bv_bank_act(&count, bank, &request, &err), &err, bv_act_name(way[i].act));
	}
	CHECK(b.told > 500 && !b.wrong, "of %d questions %d were answered otherwise than a try", b.told, b.wrong);
	CHECK_REFUSED(bv_bank_bars(bank, BV_STR("none"), BV_STR("vi"), BV_STR("A"), compare_bars, &b, &err), BV_ENOTFOUND, &err, "no item", "of no item");
	CHECK_REFUSED(bv_bank_bars(bank, BV_STR("iu02-001"), BV_STR("vi"), BV_STR_NONE, compare_bars, &b, &err), BV_EINVAL, &err, "", "for nobody");
}

int
main(void)
{
	const char *source = getenv("BV_SOURCE");
	char command[100];

	snprintf(vectors, sizeof vectors, "%s/tests/vectors/itembank/bank", source ? source : ".");
	if (!mkdtemp(folder))
		return 1;
	events();
	people_and_times();
	damage();
	damage_before();
	searching();
	history();
	bars();
	snprintf(command, sizeof command, "rm -r %s", folder);
	return check_end() || system(command) != 0;
}
