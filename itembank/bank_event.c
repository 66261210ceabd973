/* An event as bytes: canonical JSON (RFC 8785), whose SHA-256 is the link that the next one holds. */
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "itembank/bank_life.h"

static void
write_time(struct bv_json_pen *pen, const char *name, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_json_pen_str(pen, name, bv_str_of(bv_time_write(text, time_s)));
}

/* Names in the order of RFC 8785: all are ASCII. */
static void
write_metadata(struct bv_json_pen *pen, const struct bv_event_metadata *m)
{
	bv_json_pen_open(pen, "metadata", '{');
	bv_json_pen_str(pen, "author", m->author);
	write_time(pen, "changed", m->changed_s);
	bv_json_pen_str(pen, "competence", m->competence);
	bv_json_pen_str(pen, "component", m->component);
	if (m->confirmed_s)
		write_time(pen, "confirmed", m->confirmed_s);
	if (m->has_parameters)
		bv_json_pen_int(pen, "difficulty", m->difficulty);
	bv_json_pen_int(pen, "difficultyStep", m->difficulty_step);
	if (m->has_parameters)
		bv_json_pen_int(pen, "discrimination", m->discrimination);
	bv_json_pen_str(pen, "enemies", m->enemies);
	bv_json_pen_int(pen, "expectedSeconds", m->expected_s);
	bv_json_pen_str(pen, "level", bv_str_of(bv_cognitive_name(m->level)));
	if (m->original.len)
		bv_json_pen_str(pen, "original", m->original);
	bv_json_pen_int(pen, "revision", m->revision);
	if (m->tags.len)
		bv_json_pen_str(pen, "tags", m->tags);
	if (m->used)
		bv_json_pen_int(pen, "used", (int64_t)m->used);
	bv_json_pen_close(pen, '}');
}

/* When a new version counts as changed, unless its event says otherwise. */
static int64_t
usual_change(const struct bv_event *event)
{
	return event->act == BV_ACT_ADOPT ? event->imported_s : event->at_s;
}

static bool
brings_version(enum bv_act act)
{
	return act == BV_ACT_ADOPT || act == BV_ACT_IMPORT || act == BV_ACT_REVISE;
}

void
bank_event_write(struct bv_buf *out, const struct bv_event *event)
{
	struct bv_json_pen pen = { .out = out };
	bool of_item = event->act != BV_ACT_RULE;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "act", bv_str_of(bv_act_name(event->act)));
	write_time(&pen, "at", event->at_s);
	if (brings_version(event->act) && event->changed_s != usual_change(event))
		write_time(&pen, "changed", event->changed_s);
	if (event->clock_s < event->at_s)
		write_time(&pen, "clock", event->clock_s);
	if (of_item) {
		bv_json_pen_hex(&pen, "hash", event->content, BV_HASH_LEN);
		bv_json_pen_str(&pen, "identifier", event->identifier);
	}
	if (event->act == BV_ACT_ADOPT)
		write_time(&pen, "imported", event->imported_s);
	if (of_item)
		bv_json_pen_str(&pen, "language", event->language);
	if (event->metadata)
		write_metadata(&pen, event->metadata);
	if (!of_item)
		bv_json_pen_bool(&pen, "pretest", event->rule.pretest);
	bv_json_pen_hex(&pen, "prev", event->prev, BV_HASH_LEN);
	if (event->reason.len)
		bv_json_pen_str(&pen, "reason", event->reason);
	if (!of_item)
		bv_json_pen_int(&pen, "reviewers", event->rule.reviewers);
	bv_json_pen_int(&pen, "seq", event->seq);
	if (of_item) {
		bv_json_pen_str(&pen, "state", bv_str_of(bv_state_name(event->state)));
		bv_json_pen_int(&pen, "version", event->version);
	}
	bv_json_pen_str(&pen, "who", event->who);
	bv_json_pen_close(&pen, '}');
}

/* ---- Reading: what is not written is refused, because the bytes are compared with what writing gives ---- */

static enum bv_status
read_time(int64_t *out, const struct bv_json *json, const char *name, struct bv_err *err)
{
	struct bv_str text;

	TRY(bv_json_need_str(&text, json, name, err));
	return bv_time_parse(out, text, err);
}

static enum bv_status
read_int(int64_t *out, const struct bv_json *json, const char *name, int64_t low, int64_t high, struct bv_err *err)
{
	TRY(bv_json_need_int(out, json, name, err));
	if (*out < low || *out > high)
		return bv_err_set(err, BV_EINVAL, "'%s' is not from %lld to %lld", name, (long long)low, (long long)high);
	return BV_OK;
}

static enum bv_status
read_level(enum bv_cognitive *level, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str name;

	TRY(bv_json_need_str(&name, json, "level", err));
	return name.len ? bv_cognitive_parse(level, name, err) : BV_OK;
}

/* What most items do not have. */
static enum bv_status
read_links(struct bv_event_metadata *m, const struct bv_json *json, struct bv_err *err)
{
	int64_t used = 0;

	if (bv_json_find(json, "confirmed"))
		TRY(read_time(&m->confirmed_s, json, "confirmed", err));
	if (bv_json_find(json, "original"))
		TRY(bv_json_need_str(&m->original, json, "original", err));
	if (bv_json_find(json, "tags"))
		TRY(bv_json_need_str(&m->tags, json, "tags", err));
	if (bv_json_find(json, "used"))
		TRY(read_int(&used, json, "used", 1, BV_USED_MAX, err));
	m->used = (uint64_t)used;
	return BV_OK;
}

static enum bv_status
read_metadata(struct bv_event_metadata *m, const struct bv_json *json, struct bv_err *err)
{
	int64_t step, expected, a = 0, b = 0;

	TRY(bv_json_need_str(&m->author, json, "author", err));
	TRY(read_time(&m->changed_s, json, "changed", err));
	TRY(bv_json_need_str(&m->competence, json, "competence", err));
	TRY(bv_json_need_str(&m->component, json, "component", err));
	TRY(read_int(&step, json, "difficultyStep", 0, 5, err));
	TRY(bv_json_need_str(&m->enemies, json, "enemies", err));
	TRY(read_int(&expected, json, "expectedSeconds", 0, 86400, err));
	TRY(read_level(&m->level, json, err));
	TRY(read_int(&m->revision, json, "revision", 1, INT32_MAX, err));
	TRY(read_links(m, json, err));
	m->has_parameters = bv_json_find(json, "difficulty") != NULL;
	if (m->has_parameters) {
		TRY(read_int(&b, json, "difficulty", -10000, 10000, err));
		TRY(read_int(&a, json, "discrimination", 0, 10000, err));
	}
	m->difficulty_step = (uint32_t)step;
	m->expected_s = (uint32_t)expected;
	m->discrimination = (int32_t)a;
	m->difficulty = (int32_t)b;
	return BV_OK;
}

static enum bv_status
read_rule(struct bv_event *event, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *pretest;
	int64_t reviewers;

	TRY(bv_json_need(&pretest, json, "pretest", BV_JSON_BOOL, err));
	TRY(read_int(&reviewers, json, "reviewers", 1, BV_REVIEWERS_MAX, err));
	event->rule = (struct bv_life_rule){ (uint32_t)reviewers, bv_json_bool(pretest) };
	return BV_OK;
}

static enum bv_status
read_version(struct bv_event *event, struct bv_event_metadata *m, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *metadata = bv_json_find(json, "metadata");
	struct bv_str state;
	int64_t version;

	TRY(bv_json_need_hex(event->content, BV_HASH_LEN, json, "hash", err));
	TRY(bv_json_need_str(&event->identifier, json, "identifier", err));
	TRY(bv_json_need_str(&event->language, json, "language", err));
	TRY(bv_json_need_str(&state, json, "state", err));
	if (!life_state_parse(&event->state, state))
		return bv_err_set(err, BV_EINVAL, "'state' is none");
	TRY(read_int(&version, json, "version", 1, LIFE_VERSIONS_MAX, err));
	event->version = (uint32_t)version;
	if (event->act == BV_ACT_ADOPT)
		TRY(read_time(&event->imported_s, json, "imported", err));
	if (metadata) {
		TRY(read_metadata(m, metadata, err));
		event->metadata = m;
	}
	return BV_OK;
}

static void
keep(struct bv_str *s, struct bv_arena *arena)
{
	*s = bv_arena_str(arena, *s);
}

static enum bv_status
read_all(struct bv_event *event, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_event_metadata *m = bv_arena_array(arena, 1, struct bv_event_metadata);
	struct bv_str act;

	TRY(bv_json_need_str(&act, json, "act", err));
	if (!bv_act_parse(&event->act, act))
		return bv_err_set(err, BV_EINVAL, "'act' is none");
	TRY(read_time(&event->at_s, json, "at", err));
	event->clock_s = event->at_s;
	if (bv_json_find(json, "clock"))
		TRY(read_time(&event->clock_s, json, "clock", err));
	TRY(bv_json_need_hex(event->prev, BV_HASH_LEN, json, "prev", err));
	if (bv_json_find(json, "reason"))
		TRY(bv_json_need_str(&event->reason, json, "reason", err));
	TRY(read_int(&event->seq, json, "seq", 1, INT32_MAX, err));
	TRY(bv_json_need_str(&event->who, json, "who", err));
	TRY(event->act == BV_ACT_RULE ? read_rule(event, json, err) : read_version(event, m, json, err));
	event->changed_s = brings_version(event->act) ? usual_change(event) : 0;
	if (bv_json_find(json, "changed"))
		TRY(read_time(&event->changed_s, json, "changed", err));
	struct bv_str *texts[] = { &event->who, &event->reason, &event->identifier, &event->language, &m->competence, &m->component, &m->author, &m->enemies,
	                           &m->tags, &m->original };
	for (size_t i = 0; i < BV_COUNT(texts); i++)
		keep(texts[i], arena);
	return BV_OK;
}

enum bv_status
bank_event_parse(struct bv_event *out, struct bv_str bytes, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BANK_EVENT_MAX);
	struct bv_event event = { 0 };

	if (bytes.len > BANK_EVENT_MAX)
		return bv_err_set(err, BV_ELIMIT, "an event has at most %u bytes", BANK_EVENT_MAX);
	TRY(bv_json_parse(&json, bytes, err));
	TRY(read_all(&event, json, arena, err));
	bank_event_write(&again, &event);
	if (!bv_str_eq(bv_buf_str(&again), bytes))
		return bv_err_set(err, BV_EPARSE, "it has members that no event of its kind has, or is not in canonical form");
	*out = event;
	return BV_OK;
}
