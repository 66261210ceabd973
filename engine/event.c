/* Exam events as bytes: the JSON that is stored and hashed. One table says which members an act has; members are in the order of RFC 8785, what is
 * zero is left out unless the act needs it, so that the same facts have one spelling. */
#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/event.h"

/* ---- The table ---- */

enum kind { ID, TEXT, INT32, INT64, KEY, HASH, FLAG, JSON, SECTIONS };

struct member {
	const char *name;
	enum kind kind;
	size_t offset;
	int64_t least, most; /* numbers; ID and JSON: most is bytes */
	const char *also;    /* ID: characters besides letters, digits, '_' and '-' */
};

#define AT(m) offsetof(struct bv_exam_facts, m)
#define TIME_MAX_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define JUMP_MAX_MS (INT64_C(36525) * 86400000)

/* In the order of their names, RFC 8785 §3.2.3. */
static const struct member members[] = {
	{ "adaptive", FLAG, AT(plan.adaptive), 0, 0, NULL },
	{ "after", INT32, AT(after), 1, UINT32_MAX, NULL },
	{ "ageMs", INT64, AT(age_ms), 0, BV_SITTING_TIME_MAX_MS, NULL },
	{ "author", ID, AT(author), 1, BV_AUTHOR_MAX, "" },
	{ "closesMs", INT64, AT(plan.closes_ms), 1, TIME_MAX_MS, NULL },
	{ "deadlineMs", INT64, AT(deadline_ms), 1, TIME_MAX_MS, NULL },
	{ "details", JSON, AT(details), 1, BV_DETAILS_MAX, NULL },
	{ "extraMs", INT64, AT(extra_ms), 1, BV_SITTING_TIME_MAX_MS, NULL },
	{ "extraPercent", INT32, AT(extra_percent), 1, BV_EXTRA_PERCENT_MAX, NULL },
	{ "form", HASH, AT(form), 0, 0, NULL },
	{ "graceMs", INT64, AT(plan.grace_ms), 1, BV_SITTING_GRACE_MAX_MS, NULL },
	{ "item", INT32, AT(item), 0, BV_FORM_ITEMS_MAX - 1, NULL },
	{ "items", INT32, AT(plan.item_count), 1, BV_FORM_ITEMS_MAX, NULL },
	{ "key", KEY, AT(key), 0, 0, NULL },
	{ "late", FLAG, AT(late), 0, 0, NULL },
	{ "lease", INT32, AT(lease), 1, UINT32_MAX, NULL },
	{ "machine", ID, AT(machine), 1, BV_MACHINE_MAX, ".:" },
	{ "ms", INT64, AT(ms), 1, JUMP_MAX_MS, NULL },
	{ "name", ID, AT(plan.name), 1, BV_SITTING_NAME_MAX, "." },
	{ "number", INT32, AT(number), 1, UINT32_MAX, NULL },
	{ "opensMs", INT64, AT(plan.opens_ms), 1, TIME_MAX_MS, NULL },
	{ "ownMs", INT64, AT(plan.own_ms), 1, BV_SITTING_TIME_MAX_MS, NULL },
	{ "reason", TEXT, AT(reason), 1, BV_ACT_REASON_MAX, NULL },
	{ "response", JSON, AT(response), 1, BV_ANSWER_MAX, NULL },
	{ "result", HASH, AT(result), 0, 0, NULL },
	{ "section", INT32, AT(section), 0, BV_ADAPTIVE_ITEMS_MAX - 1, NULL },
	{ "sections", SECTIONS, AT(plan.sections), 0, 0, NULL },
	{ "startUntilMs", INT64, AT(plan.start_until_ms), 1, TIME_MAX_MS, NULL },
	{ "ticket", ID, AT(ticket), 1, BV_TICKET_MAX, "!#$%&'()*+,./:;<=>?@[]^`{|}~" },
};

enum {
	ADAPTIVE, AFTER, AGE, AUTHOR, CLOSES, DEADLINE, DETAILS, EXTRA, PERCENT, FORM, GRACE, ITEM, ITEMS, CLIENT_KEY, LATE, LEASE, MACHINE, MS, NAME, NUMBER, OPENS, OWN,
	REASON, RESPONSE, RESULT, SECTION, SECTION_LIST, START_UNTIL, TICKET, MEMBERS
};
_Static_assert(BV_COUNT(members) == MEMBERS, "a name for each member");

#define B(m) (1u << (m))
#define STAFF (B(REASON) | B(CLIENT_KEY) | B(DETAILS))

static const struct shape {
	uint32_t must, may;
	uint32_t ledger; /* of those: set by the ledger */
} shapes[BV_EXAM_ACT_COUNT] = {
	[BV_EXAM_OPEN] = { B(AUTHOR) | B(NAME) | B(OPENS) | B(START_UNTIL) | B(CLOSES) | B(OWN) | B(ITEMS), STAFF | B(ADAPTIVE) | B(GRACE) | B(SECTION_LIST), 0 },
	[BV_EXAM_CLOSE] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_WINDOW] = { B(AUTHOR) | B(OPENS) | B(START_UNTIL) | B(CLOSES), STAFF, 0 },
	[BV_EXAM_CLOCK] = { B(AUTHOR), STAFF | B(MS), 0 },
	[BV_EXAM_REGISTER] = { B(AUTHOR) | B(TICKET), STAFF | B(EXTRA) | B(PERCENT), 0 },
	[BV_EXAM_ADMIT] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_DISMISS] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_LEASE] = { B(AUTHOR) | B(LEASE) | B(MACHINE), 0, B(LEASE) },
	[BV_EXAM_UNBIND] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_START] = { B(AUTHOR) | B(LEASE) | B(FORM), 0, 0 },
	[BV_EXAM_SAVE] = { B(AUTHOR) | B(LEASE) | B(ITEM) | B(NUMBER) | B(RESPONSE), B(AGE) | B(LATE), B(LATE) },
	[BV_EXAM_SECTION] = { B(AUTHOR) | B(SECTION), B(LEASE) | B(DEADLINE) | B(AFTER) | B(FORM), B(DEADLINE) },
	[BV_EXAM_PAUSE] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_RESUME] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_EXTEND] = { B(AUTHOR) | B(MS), STAFF, 0 },
	[BV_EXAM_SUBMIT] = { B(AUTHOR) | B(LEASE), B(LATE), B(LATE) },
	[BV_EXAM_EXPIRE] = { B(AUTHOR) | B(DEADLINE), 0, B(DEADLINE) },
	[BV_EXAM_END] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_REOPEN] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_SCORE] = { B(AUTHOR) | B(RESULT), STAFF, 0 },
	[BV_EXAM_RELEASE] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_APPEAL] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_FINALISE] = { B(AUTHOR), STAFF, 0 },
	[BV_EXAM_NOTE] = { B(AUTHOR) | B(DETAILS), STAFF, 0 },
	[BV_EXAM_ACCESS] = { B(AUTHOR) | B(REASON), STAFF, 0 },
	[BV_EXAM_RESCUE] = { B(AUTHOR) | B(LEASE) | B(ITEM) | B(NUMBER) | B(RESPONSE), STAFF | B(AGE) | B(LATE), B(LATE) },
};

static const struct bv_str *
text_of(const struct member *m, const struct bv_exam_facts *facts)
{
	return (const struct bv_str *)((const char *)facts + m->offset);
}

static int64_t
number_of(const struct member *m, const struct bv_exam_facts *facts)
{
	const char *p = (const char *)facts + m->offset;

	switch (m->kind) {
	case INT32:
		return *(const uint32_t *)p;
	case FLAG:
		return *(const bool *)p;
	default:
		return *(const int64_t *)p;
	}
}

static bool
is_zero(const struct member *m, const struct bv_exam_facts *facts)
{
	static const uint8_t zeros[BV_HASH_LEN];

	switch (m->kind) {
	case ID:
	case TEXT:
	case JSON:
		return !text_of(m, facts)->len;
	case HASH:
		return memcmp((const char *)facts + m->offset, zeros, BV_HASH_LEN) == 0;
	case SECTIONS:
		return !facts->plan.section_count;
	case KEY:
		return !facts->key;
	default:
		return !number_of(m, facts);
	}
}

/* ---- Writing ---- */

static void
write_number(struct bv_buf *out, int64_t n)
{
	char digits[20];
	size_t at = sizeof digits;

	assert(n >= 0);
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	bv_buf_add(out, (struct bv_str){ digits + at, sizeof digits - at });
}

static void
write_key(struct bv_buf *out, uint64_t key)
{
	uint8_t bytes[8];

	put_be64(bytes, key);
	bv_buf_addc(out, '"');
	bv_hex_write(out, bytes, sizeof bytes);
	bv_buf_addc(out, '"');
}

static void
write_sections(struct bv_buf *out, const struct bv_sitting_plan *plan)
{
	for (uint32_t i = 0; i < plan->section_count; i++) {
		bv_buf_addz(out, i ? ",[" : "[[");
		write_number(out, plan->sections[i].item_count);
		bv_buf_addc(out, ',');
		write_number(out, plan->sections[i].limit_ms);
		bv_buf_addc(out, ']');
	}
	bv_buf_addc(out, ']');
}

static void
write_value(struct bv_buf *out, const struct member *m, const struct bv_exam_facts *facts)
{
	switch (m->kind) {
	case ID:
		bv_buf_addc(out, '"');
		bv_buf_add(out, *text_of(m, facts));
		bv_buf_addc(out, '"');
		break;
	case TEXT:
		bv_json_write_str(out, *text_of(m, facts));
		break;
	case JSON:
		bv_buf_add(out, *text_of(m, facts));
		break;
	case HASH:
		bv_buf_addc(out, '"');
		bv_hex_write(out, (const char *)facts + m->offset, BV_HASH_LEN);
		bv_buf_addc(out, '"');
		break;
	case KEY:
		write_key(out, facts->key);
		break;
	case FLAG:
		bv_buf_addz(out, "true");
		break;
	case SECTIONS:
		write_sections(out, &facts->plan);
		break;
	default:
		write_number(out, number_of(m, facts));
	}
}

void
bv_exam_body_write(struct bv_buf *out, enum bv_exam_act act, const struct bv_exam_facts *facts)
{
	const struct shape *shape = &shapes[act];
	bool first = true;

	for (uint32_t left = shape->must | shape->may; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);
		const struct member *m = &members[i];
		if (!(shape->must & B(i)) && is_zero(m, facts))
			continue;
		bv_buf_addz(out, first ? "{\"" : ",\"");
		first = false;
		bv_buf_addz(out, m->name);
		bv_buf_addz(out, "\":");
		write_value(out, m, facts);
	}
	bv_buf_addc(out, '}');
}

/* ---- Checking ---- */

static bool
is_id(struct bv_str s, const char *also)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '-';
		if (!word && (!c || !strchr(also, c)))
			return false;
	}
	return true;
}

static bool
is_written(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t')
			return false;
	return true;
}

static enum bv_status
check_text(const struct member *m, struct bv_str s, struct bv_err *err)
{
	if ((int64_t)s.len > m->most)
		return bv_err_set(err, BV_EINVAL, "'%s' has %zu bytes, more than %" PRId64, m->name, s.len, m->most);
	if (m->kind == ID && !is_id(s, m->also))
		return bv_err_set(err, BV_EINVAL, "'%s' has a character besides letters, digits and _-%s", m->name, m->also);
	if (m->kind == TEXT && (!bv_text_valid(s) || !is_written(s)))
		return bv_err_set(err, BV_EINVAL, "'%s' is not UTF-8, or has control characters besides line feeds and tabs", m->name);
	if (m->kind == JSON) {
		struct bv_str rest = s;
		if (s.p[0] != '{' || !bv_text_valid(s) || !event_skip_json(&rest) || rest.len)
			return bv_err_set(err, BV_EINVAL, "'%s' is not one JSON object without white space between its parts", m->name);
	}
	return BV_OK;
}

static enum bv_status
check_value(const struct member *m, const struct bv_exam_facts *facts, struct bv_err *err)
{
	if (m->kind == ID || m->kind == TEXT || m->kind == JSON)
		return check_text(m, *text_of(m, facts), err);
	if (m->kind == INT32 || m->kind == INT64) {
		int64_t n = number_of(m, facts);
		if (n < m->least || n > m->most)
			return bv_err_set(err, BV_EINVAL, "'%s' is %" PRId64 ", not %" PRId64 " to %" PRId64, m->name, n, m->least, m->most);
	}
	return BV_OK;
}

enum bv_status
bv_exam_facts_check(enum bv_exam_act act, const struct bv_exam_facts *facts, struct bv_err *err)
{
	if (act <= BV_EXAM_NOTHING || act >= BV_EXAM_ACT_COUNT || !shapes[act].must)
		return bv_err_set(err, BV_EINVAL, "there is no act %d", (int)act);
	const struct shape *shape = &shapes[act];
	for (unsigned i = 0; i < MEMBERS; i++) {
		const struct member *m = &members[i];
		if (shape->ledger & B(i))
			continue;
		bool zero = is_zero(m, facts);
		if (!zero && !((shape->must | shape->may) & B(i)))
			return bv_err_set(err, BV_EINVAL, "'%s' has no '%s'", bv_exam_act_name(act), m->name);
		if (zero && shape->must & B(i) && (m->kind == ID || m->kind == JSON || m->kind == HASH || m->kind == TEXT))
			return bv_err_set(err, BV_EINVAL, "'%s' needs '%s'", bv_exam_act_name(act), m->name);
		if (!zero || shape->must & B(i))
			TRY(check_value(m, facts, err));
	}
	if (act == BV_EXAM_EXTEND && facts->ms > BV_SITTING_TIME_MAX_MS)
		return bv_err_set(err, BV_EINVAL, "'ms' is %" PRId64 ": an extension has at most %" PRId64, facts->ms, BV_SITTING_TIME_MAX_MS);
	return act == BV_EXAM_OPEN ? bv_sitting_plan_check(&facts->plan, err) : BV_OK;
}

/* ---- Reading ---- */

struct reading {
	struct bv_str rest;
	struct bv_arena *arena;
	struct bv_exam_facts *facts;
};

static bool
take(struct bv_str *rest, const char *word)
{
	size_t len = strlen(word);

	if (rest->len < len || memcmp(rest->p, word, len) != 0)
		return false;
	*rest = bv_str_sub(*rest, len, rest->len);
	return true;
}

/* Digits without a leading zero. */
static bool
take_number(struct bv_str *rest, int64_t *out)
{
	size_t i = 0;
	int64_t n = 0;

	for (; i < rest->len && i < 19 && rest->p[i] >= '0' && rest->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, rest->p[i] - '0', &n))
			return false;
	if (!i || (i > 1 && rest->p[0] == '0'))
		return false;
	*rest = bv_str_sub(*rest, i, rest->len);
	*out = n;
	return true;
}

/* What is between quotes, up to the first quote that is not escaped; escapes stay. */
static bool
take_quoted(struct bv_str *rest, struct bv_str *out, bool *escaped)
{
	struct bv_str s = *rest;

	if (!event_skip_string(rest, escaped))
		return false;
	*out = (struct bv_str){ s.p + 1, (size_t)(rest->p - s.p) - 2 };
	return true;
}

/* A reason as it was before it was written. Only the escapes that writing makes are taken, lest one text have two spellings. */
static bool
unescape(struct bv_str *out, struct bv_str quoted, struct bv_arena *arena)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(8 * BV_ACT_REASON_MAX);
	struct bv_err err;

	if (quoted.len > 6 * BV_ACT_REASON_MAX + 2 || bv_json_parse(&json, quoted, &err) != BV_OK)
		return false;
	bv_json_write_str(&again, bv_json_str(json));
	if (!bv_str_eq(bv_buf_str(&again), quoted))
		return false;
	*out = arena ? bv_arena_str(arena, bv_json_str(json)) : BV_STR_NONE;
	return true;
}

static bool
take_text(struct reading *r, const struct member *m, struct bv_str *out)
{
	struct bv_str start = r->rest;
	bool escaped;

	if (!take_quoted(&r->rest, out, &escaped) || !out->len)
		return false;
	if (!escaped)
		return true;
	if (m->kind != TEXT)
		return false;
	return unescape(out, (struct bv_str){ start.p, (size_t)(r->rest.p - start.p) }, r->arena);
}

static bool
take_hex(struct bv_str *rest, uint8_t *out, size_t len)
{
	struct bv_str text;
	struct bv_err err;
	bool escaped;

	if (!take_quoted(rest, &text, &escaped) || bv_hex_parse(out, len, text, &err) != BV_OK)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'F')
			return false;
	return true;
}

static bool
take_sections(struct bv_str *rest, struct bv_sitting_plan *plan)
{
	int64_t count, limit_ms;

	if (!take(rest, "["))
		return false;
	do {
		if (plan->section_count == BV_SITTING_SECTIONS_MAX || !take(rest, "[") || !take_number(rest, &count) || count > UINT32_MAX ||
		    !take(rest, ",") || !take_number(rest, &limit_ms) || !take(rest, "]"))
			return false;
		plan->sections[plan->section_count++] = (struct bv_sitting_section){ (uint32_t)count, limit_ms };
	} while (take(rest, ","));
	return take(rest, "]");
}

static bool
take_value(struct reading *r, const struct member *m)
{
	char *to = (char *)r->facts + m->offset;
	struct bv_str start = r->rest;
	uint8_t key[8];
	int64_t n;

	switch (m->kind) {
	case ID:
	case TEXT:
		return take_text(r, m, (struct bv_str *)to);
	case JSON:
		if (!event_skip_json(&r->rest))
			return false;
		*(struct bv_str *)to = (struct bv_str){ start.p, (size_t)(r->rest.p - start.p) };
		return true;
	case HASH:
		return take_hex(&r->rest, (uint8_t *)to, BV_HASH_LEN);
	case KEY:
		if (!take_hex(&r->rest, key, sizeof key))
			return false;
		*(uint64_t *)to = get_be64(key);
		return true;
	case FLAG:
		return *(bool *)to = take(&r->rest, "true");
	case SECTIONS:
		return take_sections(&r->rest, &r->facts->plan);
	case INT32:
		if (!take_number(&r->rest, &n) || n > UINT32_MAX)
			return false;
		*(uint32_t *)to = (uint32_t)n;
		return true;
	default:
		return take_number(&r->rest, (int64_t *)to);
	}
}

/* The member that stands next, by its name. */
static bool
take_name(struct bv_str *rest, bool first, unsigned after, unsigned *out)
{
	if (!take(rest, first ? "{\"" : ",\""))
		return false;
	size_t len = bv_str_find(*rest, '"');
	struct bv_str name = bv_str_sub(*rest, 0, len);
	unsigned i = after;
	while (i < MEMBERS && !bv_str_is(name, members[i].name))
		i++;
	*rest = bv_str_sub(*rest, len, rest->len);
	*out = i;
	return i < MEMBERS && take(rest, "\":");
}

enum bv_status
bv_exam_body_parse(struct bv_exam_facts *facts, enum bv_exam_act act, struct bv_str body, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_exam_facts found = { 0 };
	struct reading r = { body, arena, &found };
	uint32_t have = 0;

	if (act <= BV_EXAM_NOTHING || act >= BV_EXAM_ACT_COUNT || !shapes[act].must)
		return bv_err_set(err, BV_EINVAL, "there is no act %d", (int)act);
	if (body.len > BV_EXAM_BODY_MAX)
		return bv_err_set(err, BV_ELIMIT, "the body has %zu bytes, more than %u", body.len, BV_EXAM_BODY_MAX);
	const struct shape *shape = &shapes[act];
	for (unsigned i = 0; r.rest.len > 1; i++) {
		if (!take_name(&r.rest, !have, i, &i) || !((shape->must | shape->may) & B(i)))
			return bv_err_set(err, BV_EPARSE, "at byte %zu of the body: '%s' has no such member there", body.len - r.rest.len, bv_exam_act_name(act));
		bool left_out = members[i].kind != TEXT && !(shape->must & B(i)); /* when it is zero */
		if (!take_value(&r, &members[i]) || (left_out && is_zero(&members[i], &found)))
			return bv_err_set(err, BV_EPARSE, "at byte %zu of the body: '%s' is not as it is written", body.len - r.rest.len, members[i].name);
		have |= B(i);
		TRY(check_value(&members[i], &found, err));
	}
	if (!bv_str_is(r.rest, "}") || (have & shape->must) != shape->must)
		return bv_err_set(err, BV_EPARSE, "the body of a '%s' is not complete", bv_exam_act_name(act));
	if (act == BV_EXAM_OPEN)
		TRY(bv_sitting_plan_check(&found.plan, err));
	*facts = found;
	return BV_OK;
}

/* ---- Hash ---- */

void
bv_exam_event_hash(struct bv_exam_event *event, struct bv_receipt *receipt, const struct bv_sha256 *start, const uint8_t prev[BV_HASH_LEN])
{
	struct bv_receipt own;
	struct bv_receipt *r = receipt ? receipt : &own;

	r->attempt = event->attempt;
	r->seq = event->seq;
	r->at_ms = event->at_ms;
	r->act = (uint16_t)event->act;
	r->body_len = (uint32_t)event->body.len;
	bv_sha256(r->body_hash, event->body);
	memcpy(r->prev, prev, BV_HASH_LEN);
	bv_receipt_hash(r, start);
	memcpy(event->hash, r->hash, BV_HASH_LEN);
}
