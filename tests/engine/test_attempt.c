/* The life of an attempt: every act in every state by every author against a table written by hand; times, sections, leases and numbers from both
 * sides of each limit; and long random lives whose every step must keep what is promised. */
#include "tests/engine/exam_fixture.h"

/* ---- Every state, every act, every author ---- */

/* What follows in each state, in the order of enum bv_attempt_state without the last: none, registered, admitted, started, paused, submitted, expired,
 * ended, scored, released, appealed, final, open sitting, closed sitting. '.' refused; '=' the same state; else the first letter of the new one
 * (registered, Admitted, sTarted, paused, Submitted, Expired, eNded, sCored, reLeased, appEaled: digits where letters run out). */
static const struct row {
	enum bv_exam_act act;
	const char *who; /* c candidate, s staff, k clock */
	const char *then;
} grid[] = {
	/*                            NRATPSXECLQFoc */
	{ BV_EXAM_OPEN, "s",         "o............." },
	{ BV_EXAM_CLOSE, "s",        "............c." },
	{ BV_EXAM_WINDOW, "s",       "............=." },
	{ BV_EXAM_CLOCK, "sk",       "............=." },
	{ BV_EXAM_REGISTER, "s",     "R............." },
	{ BV_EXAM_ADMIT, "s",        ".A............" },
	{ BV_EXAM_DISMISS, "s",      "..R..........." },
	{ BV_EXAM_LEASE, "c",        "..===........." },
	{ BV_EXAM_UNBIND, "s",       "..===........." },
	{ BV_EXAM_START, "c",        "..T~~........." }, /* ~ done before, and says so */
	{ BV_EXAM_SAVE, "c",         "...=.........." },
	{ BV_EXAM_SECTION, "ck",     "...=.........." },
	{ BV_EXAM_PAUSE, "s",        "...P.........." },
	{ BV_EXAM_RESUME, "s",       "....T........." },
	{ BV_EXAM_EXTEND, "s",       ".====........." },
	{ BV_EXAM_SUBMIT, "c",       "...S.~........" },
	{ BV_EXAM_EXPIRE, "k",       "...X.........." },
	{ BV_EXAM_END, "s",          "...EE........." },
	{ BV_EXAM_REOPEN, "s",       ".....PPP......" },
	{ BV_EXAM_SCORE, "s",        ".....CCCC.C..." },
	{ BV_EXAM_RELEASE, "s",      "........L....." },
	{ BV_EXAM_APPEAL, "cs",      ".........Q...." },
	{ BV_EXAM_FINALISE, "s",     ".........FF..." },
	{ BV_EXAM_NOTE, "cs",        ".============." }, /* of a sitting: by staff */
	{ BV_EXAM_ACCESS, "s",       ".============." },
	{ BV_EXAM_RESCUE, "s",       "...=====......" },
};
static const char letters[] = "NRATPSXECLQFoc";

/* A way to each state. */
static const enum bv_exam_act ways[][12] = {
	[BV_ATTEMPT_NONE] = { 0 },
	[BV_ATTEMPT_REGISTERED] = { BV_EXAM_REGISTER },
	[BV_ATTEMPT_ADMITTED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE },
	[BV_ATTEMPT_STARTED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START },
	[BV_ATTEMPT_PAUSED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_PAUSE },
	[BV_ATTEMPT_SUBMITTED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT },
	[BV_ATTEMPT_EXPIRED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_EXPIRE },
	[BV_ATTEMPT_ENDED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_END },
	[BV_ATTEMPT_SCORED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT, BV_EXAM_SCORE },
	[BV_ATTEMPT_RELEASED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT, BV_EXAM_SCORE, BV_EXAM_RELEASE },
	[BV_ATTEMPT_APPEALED] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT, BV_EXAM_SCORE, BV_EXAM_RELEASE,
	                          BV_EXAM_APPEAL },
	[BV_ATTEMPT_FINAL] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START, BV_EXAM_SUBMIT, BV_EXAM_SCORE, BV_EXAM_RELEASE,
	                       BV_EXAM_APPEAL, BV_EXAM_FINALISE },
	[BV_SITTING_OPEN] = { BV_EXAM_OPEN },
	[BV_SITTING_CLOSED] = { BV_EXAM_OPEN, BV_EXAM_CLOSE },
};

/* Two sections, the first with a limit of ten minutes, so that leaving one is possible for candidate and clock. */
static struct bv_sitting_plan
two_sections(void)
{
	struct bv_sitting_plan plan = sample_plan();

	plan.section_count = 2;
	plan.sections[0] = (struct bv_sitting_section){ 2, 10 * MINUTE };
	plan.sections[1] = (struct bv_sitting_section){ 3, 0 };
	return plan;
}

/* Each of its items is a section, and the next one follows from the answers. */
static struct bv_sitting_plan
adaptive_plan(void)
{
	struct bv_sitting_plan plan = sample_plan();

	plan.adaptive = true;
	return plan;
}

/* Brings a new attempt into a state; at the end it is a minute later. */
static void
bring(struct exam *e, enum bv_attempt_state state)
{
	const struct bv_sitting_plan plan = sample_plan();

	exam_init(e, &plan);
	e->now_ms = T0;
	for (size_t i = 0; i < 12 && ways[state][i]; i++) {
		if (ways[state][i] == BV_EXAM_EXPIRE)
			e->now_ms = T0 + 60 * MINUTE + 30000;
		enum bv_status status = exam_do(e, ways[state][i]);
		if (status != BV_OK)
			CHECK_OK(status, &e->err, bv_exam_act_name(ways[state][i]));
	}
	if (e->attempt.state != state)
		CHECK(false, "'%s' is reached", bv_attempt_state_name(state));
	e->now_ms += MINUTE;
}

static void
one_cell(const struct row *row, enum bv_attempt_state state, char who)
{
	struct exam e;
	char cell = row->then[state];

	bring(&e, state);
	if (state == BV_ATTEMPT_STARTED && row->act == BV_EXAM_SECTION)
		e.plan = two_sections();
	if (state == BV_ATTEMPT_STARTED && who == 'k')
		e.now_ms = row->act == BV_EXAM_SECTION ? T0 + 10 * MINUTE : T0 + 60 * MINUTE + 30000;
	struct bv_exam_facts facts = sample_facts(row->act, who == 'c' ? BV_STR("candidate") : who == 'k' ? BV_STR("clock") : STAFF_ID, &e.plan);
	if (row->act == BV_EXAM_CLOCK && who == 's')
		facts.reason = BV_STR("đồng hồ treo tường");
	if (row->act == BV_EXAM_RESCUE && state == BV_ATTEMPT_EXPIRED)
		facts.age_ms = 2 * MINUTE;
	uint32_t seq = e.attempt.seq;
	enum bv_status status = bv_attempt_decide(&e.decision, &e.event, &e.attempt, &e.plan, row->act, &facts, e.now_ms, &e.err);
	if (status == BV_OK && e.decision.verdict == BV_ATTEMPT_DO)
		status = exam_store(&e);
	const char *act = bv_exam_act_name(row->act), *from = bv_attempt_state_name(state);
	bool answering = row->act == BV_EXAM_SAVE || row->act == BV_EXAM_SUBMIT || row->act == BV_EXAM_SECTION;
	if (!strchr(row->who, who) || (row->act == BV_EXAM_NOTE && state == BV_SITTING_OPEN && who == 'c')) {
		CHECK(status == BV_EDENIED && e.decision.refusal == BV_REFUSED_AUTHOR && strstr(e.err.msg, act), "'%s' in '%s' is not for '%c'", act, from, who);
	} else if (cell == '.') {
		enum bv_refusal want = state == BV_ATTEMPT_NONE ? BV_REFUSED_UNKNOWN : BV_REFUSED_STATE;
		if (state == BV_ATTEMPT_EXPIRED && answering)
			want = BV_REFUSED_TIME;
		CHECK(status != BV_OK && e.decision.refusal == want && strstr(e.err.msg, act), "'%s' in '%s' is refused", act, from);
		if (want == BV_REFUSED_STATE)
			CHECK(status == BV_ECONFLICT && strstr(e.err.msg, from) && strstr(e.err.msg, "possible: "), "and is told: %s", e.err.msg);
	} else {
		enum bv_attempt_state to = cell == '=' || cell == '~' ? state : (enum bv_attempt_state)(strchr(letters, cell) - letters);
		CHECK(status == BV_OK && e.attempt.state == to, "'%s' in '%s' by '%c' leads to '%s'", act, from, who, bv_attempt_state_name(to));
		CHECK(e.decision.verdict == (cell == '~' ? BV_ATTEMPT_AGAIN : BV_ATTEMPT_DO) && e.attempt.seq == seq + (cell != '~'), "with %d event",
		      cell != '~');
	}
	exam_finish(&e);
}

static void
every_cell(void)
{
	size_t rows = 0;

	for (enum bv_exam_act act = BV_EXAM_OPEN; act < BV_EXAM_ACT_COUNT; act++) {
		if (strcmp(bv_exam_act_name(act), "?") == 0)
			continue;
		CHECK(rows < BV_COUNT(grid) && grid[rows].act == act && strlen(grid[rows].then) == BV_ATTEMPT_STATE_COUNT, "the grid has '%s'",
		      bv_exam_act_name(act));
		for (unsigned state = 0; state < BV_ATTEMPT_STATE_COUNT; state++)
			for (const char *who = "csk"; *who; who++)
				one_cell(&grid[rows], (enum bv_attempt_state)state, *who);
		rows++;
	}
	CHECK(rows == BV_COUNT(grid), "and nothing else");
}

/* Acts that need a reason only in some states. */
static void
reasons(void)
{
	static const struct {
		enum bv_attempt_state state;
		enum bv_exam_act act;
		bool needed;
	} cases[] = {
		{ BV_ATTEMPT_SUBMITTED, BV_EXAM_SCORE, false },   { BV_ATTEMPT_SCORED, BV_EXAM_SCORE, true },      { BV_ATTEMPT_APPEALED, BV_EXAM_SCORE, true },
		{ BV_ATTEMPT_RELEASED, BV_EXAM_FINALISE, false }, { BV_ATTEMPT_APPEALED, BV_EXAM_FINALISE, true }, { BV_ATTEMPT_STARTED, BV_EXAM_EXTEND, true },
		{ BV_ATTEMPT_STARTED, BV_EXAM_PAUSE, true },      { BV_ATTEMPT_PAUSED, BV_EXAM_RESUME, true },     { BV_ATTEMPT_STARTED, BV_EXAM_END, true },
		{ BV_ATTEMPT_ENDED, BV_EXAM_REOPEN, true },       { BV_ATTEMPT_ADMITTED, BV_EXAM_DISMISS, true },  { BV_ATTEMPT_ADMITTED, BV_EXAM_UNBIND, true },
		{ BV_ATTEMPT_REGISTERED, BV_EXAM_ADMIT, false },  { BV_ATTEMPT_SCORED, BV_EXAM_RELEASE, false },   { BV_ATTEMPT_RELEASED, BV_EXAM_APPEAL, true },
		{ BV_ATTEMPT_ENDED, BV_EXAM_RESCUE, true },       { BV_SITTING_OPEN, BV_EXAM_CLOSE, true },         { BV_SITTING_OPEN, BV_EXAM_WINDOW, true },       { BV_SITTING_OPEN, BV_EXAM_CLOCK, true },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct exam e;
		bring(&e, cases[i].state);
		struct bv_exam_facts facts = sample_facts(cases[i].act, STAFF_ID, &e.plan);
		facts.reason = BV_STR_NONE;
		enum bv_status status = exam_act(&e, cases[i].act, &facts);
		if (cases[i].needed)
			CHECK(status == BV_EINVAL && e.decision.refusal == BV_REFUSED_SHAPE && strstr(e.err.msg, "reason"), "'%s' in '%s' needs a reason",
			      bv_exam_act_name(cases[i].act), bv_attempt_state_name(cases[i].state));
		else
			CHECK_OK(status, &e.err, "needs no reason");
		exam_finish(&e);
	}
}

/* ---- Times ---- */

static enum bv_status
save(struct exam *e, uint32_t item, uint32_t number, struct bv_str response, int64_t age_ms)
{
	struct bv_exam_facts facts = { .author = BV_STR("candidate"), .lease = e->attempt.lease, .item = item, .number = number, .response = response,
		                       .age_ms = age_ms };

	return exam_act(e, BV_EXAM_SAVE, &facts);
}

static int64_t
left(struct exam *e)
{
	return bv_attempt_left_ms(&e->attempt, &e->plan, e->now_ms);
}

/* When the clock will end the attempt. */
static int64_t
due(struct exam *e, enum bv_exam_act act)
{
	enum bv_exam_act will = BV_EXAM_NOTHING;
	int64_t due_ms = -1;

	return bv_attempt_due(&e->attempt, &e->plan, &due_ms, &will) && will == act ? due_ms : -1;
}

static enum bv_status
by_clock(struct exam *e, enum bv_exam_act act)
{
	struct bv_exam_facts facts = { .author = BV_STR("clock"), .section = act == BV_EXAM_SECTION ? e->attempt.section : 0 };

	return exam_act(e, act, &facts);
}

static void
deadlines(void)
{
	static const struct {
		const char *what;
		int64_t start_min; /* after T0 */
		uint32_t percent;
		int64_t extra_ms;
		int64_t want_ms; /* after T0 */
	} cases[] = {
		{ "60 minutes from the start", 0, 0, 0, 60 * MINUTE },
		{ "the window cuts", 120, 0, 0, 180 * MINUTE },
		{ "a quarter more", 0, 25, 0, 75 * MINUTE },
		{ "percent is rounded up", 0, 33, 0, 60 * MINUTE + 19 * MINUTE + 48000 },
		{ "seven minutes more", 10, 0, 7 * MINUTE, 77 * MINUTE },
		{ "both, beyond the window", 120, 50, MINUTE, 180 * MINUTE + 31 * MINUTE },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct exam e;
		struct bv_sitting_plan plan = sample_plan();
		exam_init(&e, &plan);
		struct bv_exam_facts facts = sample_facts(BV_EXAM_REGISTER, STAFF_ID, &plan);
		facts.extra_percent = cases[i].percent;
		facts.extra_ms = cases[i].extra_ms;
		CHECK_OK(exam_act(&e, BV_EXAM_REGISTER, &facts), &e.err, cases[i].what);
		int64_t whole = 60 * MINUTE + (60 * MINUTE * cases[i].percent + 99) / 100 + cases[i].extra_ms;
		CHECK(left(&e) == whole && bv_attempt_deadline_ms(&e.attempt, &e.plan) == 0, "before the start all of it is left");
		CHECK(exam_do(&e, BV_EXAM_ADMIT) == BV_OK && exam_do(&e, BV_EXAM_LEASE) == BV_OK, "admitted");
		e.now_ms = T0 + cases[i].start_min * MINUTE;
		CHECK_OK(exam_do(&e, BV_EXAM_START), &e.err, "started");
		CHECK(bv_attempt_deadline_ms(&e.attempt, &e.plan) == T0 + cases[i].want_ms, "%s: %lld", cases[i].what,
		      (long long)(bv_attempt_deadline_ms(&e.attempt, &e.plan) - T0));
		CHECK(left(&e) == T0 + cases[i].want_ms - e.now_ms && due(&e, BV_EXAM_EXPIRE) == T0 + cases[i].want_ms + 30000, "time left; when it expires");
		e.now_ms = T0 + cases[i].want_ms + 29999;
		CHECK(by_clock(&e, BV_EXAM_EXPIRE) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "not a millisecond earlier");
		e.now_ms++;
		CHECK_OK(by_clock(&e, BV_EXAM_EXPIRE), &e.err, "then");
		CHECK(e.attempt.state == BV_ATTEMPT_EXPIRED && left(&e) == 0 && due(&e, BV_EXAM_EXPIRE) == -1 &&
		      e.event.facts.deadline_ms == T0 + cases[i].want_ms, "nothing is left, nothing is due, and the event says when time was over");
		exam_finish(&e);
	}
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();
	plan.own_ms = 999; /* 1 percent of it is 9.99 ms */
	exam_init(&e, &plan);
	struct bv_exam_facts facts = sample_facts(BV_EXAM_REGISTER, STAFF_ID, &plan);
	facts.extra_percent = 1;
	CHECK(exam_act(&e, BV_EXAM_REGISTER, &facts) == BV_OK && left(&e) == 999 + 10, "a part of a millisecond is a millisecond");
	exam_finish(&e);
}

static void
window(void)
{
	static const struct {
		int64_t at_ms;
		const char *refused;
	} cases[] = { { -1, "opens in 1 s" }, { -60000, "opens in 60 s" }, { 0, NULL }, { 120 * MINUTE, NULL }, { 120 * MINUTE + 1, "nobody starts" } };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct exam e;
		bring(&e, BV_ATTEMPT_ADMITTED);
		e.attempt.last_ms = T0 - 10 * MINUTE;
		e.now_ms = T0 + cases[i].at_ms;
		enum bv_status status = exam_do(&e, BV_EXAM_START);
		if (cases[i].refused)
			CHECK(status == BV_EDENIED && e.decision.refusal == BV_REFUSED_WINDOW && strstr(e.err.msg, cases[i].refused), "%s", e.err.msg);
		else
			CHECK_OK(status, &e.err, "starts at the edge of the window");
		exam_finish(&e);
	}
	struct exam e;
	bring(&e, BV_ATTEMPT_ADMITTED);
	e.plan.start_until_ms = e.plan.closes_ms;
	e.now_ms = e.plan.closes_ms;
	CHECK(exam_do(&e, BV_EXAM_START) == BV_EDENIED && e.decision.refusal == BV_REFUSED_WINDOW, "nobody starts when it closes");
	exam_finish(&e);
}

static void
late_rule(void)
{
	const int64_t end = T0 + 60 * MINUTE;
	static const struct {
		int64_t grace, after, age;
		int taken; /* 0 no, 1 yes, 2 late */
	} cases[] = {
		{ 0, 0, 0, 1 },          { 0, 1, 0, 0 },      { 0, 1, 1, 0 },      { 0, 1, 100000, 0 },    { 30000, 0, 0, 1 },
		{ 30000, 1, 0, 0 },      { 30000, 1, 1, 2 },  { 30000, 5, 4, 0 },  { 30000, 30000, 30000, 2 }, { 30000, 30000, 29999, 0 },
		{ 30000, 30001, 60000, 0 }, { 30000, -1, 5000, 1 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct exam e;
		struct bv_sitting_plan plan = sample_plan();
		plan.grace_ms = cases[i].grace;
		exam_started(&e, &plan);
		e.now_ms = end + cases[i].after;
		enum bv_status status = save(&e, 0, 1, RESPONSE("A"), cases[i].age);
		if (cases[i].taken)
			CHECK(status == BV_OK && e.event.facts.late == (cases[i].taken == 2), "late rule, case %zu: taken%s", i, cases[i].taken == 2 ? " late" : "");
		else
			CHECK(status == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME && strstr(e.err.msg, "too late"), "late rule, case %zu: %s", i, e.err.msg);
		/* To submit is not an answer: nothing is asked but that it comes within the grace. */
		status = exam_do(&e, BV_EXAM_SUBMIT);
		bool within = cases[i].after <= cases[i].grace;
		CHECK((status == BV_OK) == within && (!within || e.event.facts.late == (cases[i].after > 0)), "submit %lld ms after the end, grace %lld",
		      (long long)cases[i].after, (long long)cases[i].grace);
		exam_finish(&e);
	}
	struct exam e;
	bring(&e, BV_ATTEMPT_EXPIRED);
	CHECK(save(&e, 0, 1, RESPONSE("A"), 200000) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME && strstr(e.err.msg, "90.000 s"),
	      "after it has expired: %s", e.err.msg);
	exam_finish(&e);
}

static enum bv_status
extend(struct exam *e, int64_t ms)
{
	struct bv_exam_facts facts = sample_facts(BV_EXAM_EXTEND, STAFF_ID, &e->plan);

	facts.ms = ms;
	return exam_act(e, BV_EXAM_EXTEND, &facts);
}

static void
pauses_and_extensions(void)
{
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();

	exam_started(&e, &plan);
	e.now_ms = T0 + 20 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_PAUSE) == BV_OK && left(&e) == 40 * MINUTE, "paused with 40 minutes");
	e.now_ms += 200 * MINUTE;
	CHECK(left(&e) == 40 * MINUTE && due(&e, BV_EXAM_EXPIRE) == -1, "which stand still, even past the window");
	CHECK(save(&e, 0, 1, RESPONSE("A"), 0) == BV_ECONFLICT, "nothing is answered in a pause");
	CHECK(extend(&e, 5 * MINUTE) == BV_OK && left(&e) == 45 * MINUTE, "an extension in a pause");
	CHECK(exam_do(&e, BV_EXAM_RESUME) == BV_OK && left(&e) == 45 * MINUTE, "resumed with the same time");
	CHECK(due(&e, BV_EXAM_EXPIRE) == e.now_ms + 45 * MINUTE + 30000, "and expires that much later");
	CHECK(extend(&e, 1) == BV_OK && left(&e) == 45 * MINUTE + 1, "a millisecond more");
	CHECK(extend(&e, 0) == BV_EINVAL && extend(&e, BV_SITTING_TIME_MAX_MS + 1) == BV_EINVAL && extend(&e, BV_SITTING_TIME_MAX_MS) == BV_OK,
	      "an extension has a least and a most");
	exam_finish(&e);

	exam_started(&e, &plan);
	e.now_ms = T0 + 60 * MINUTE + 10000;
	CHECK(exam_do(&e, BV_EXAM_PAUSE) == BV_OK && left(&e) == 0, "a pause within the grace gives nothing");
	e.now_ms += MINUTE;
	CHECK(exam_do(&e, BV_EXAM_RESUME) == BV_OK && left(&e) == 0 && due(&e, BV_EXAM_EXPIRE) == e.now_ms + 30000, "nor does its end");
	exam_finish(&e);

	bring(&e, BV_ATTEMPT_EXPIRED);
	CHECK(exam_do(&e, BV_EXAM_REOPEN) == BV_OK && left(&e) == 0, "what has expired is opened again without time");
	CHECK(extend(&e, 10 * MINUTE) == BV_OK && left(&e) == 10 * MINUTE && exam_do(&e, BV_EXAM_RESUME) == BV_OK && left(&e) == 10 * MINUTE,
	      "an extension gives exactly what it says");
	exam_finish(&e);

	exam_started(&e, &plan);
	e.now_ms = T0 + 20 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_SUBMIT) == BV_OK, "submitted by mistake with 40 minutes left");
	e.now_ms += 7 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_REOPEN) == BV_OK && left(&e) == 40 * MINUTE, "has them again");
	CHECK(exam_do(&e, BV_EXAM_RESUME) == BV_OK && save(&e, 1, 1, RESPONSE("A"), 0) == BV_OK, "and goes on");
	exam_finish(&e);

	bring(&e, BV_ATTEMPT_PAUSED);
	int64_t before = left(&e);
	CHECK(exam_do(&e, BV_EXAM_END) == BV_OK && exam_do(&e, BV_EXAM_REOPEN) == BV_OK && left(&e) == before, "ended in a pause and opened again");
	exam_finish(&e);

	bring(&e, BV_ATTEMPT_REGISTERED);
	CHECK(extend(&e, MINUTE) == BV_OK && left(&e) == 61 * MINUTE, "an extension before the start");
	exam_finish(&e);
}

/* A clock that stands behind the last event is not believed. */
static void
clock_back(void)
{
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();

	exam_started(&e, &plan);
	e.now_ms = T0 + 30 * MINUTE;
	CHECK_OK(save(&e, 0, 1, RESPONSE("A"), 0), &e.err, "an answer at half time");
	e.now_ms = T0 + 10 * MINUTE;
	CHECK(left(&e) == 30 * MINUTE, "a clock that was set back gives no time");
	CHECK(save(&e, 0, 2, RESPONSE("B"), 0) == BV_OK && e.event.at_ms == T0 + 30 * MINUTE, "and no event is earlier than the one before");
	exam_finish(&e);
}

static void
sections(void)
{
	struct exam e;
	struct bv_sitting_plan plan = two_sections();

	plan.sections[1].limit_ms = 20 * MINUTE;
	exam_started(&e, &plan);
	e.now_ms = T0 + 4 * MINUTE;
	CHECK(save(&e, 1, 1, RESPONSE("A"), 0) == BV_OK, "an item of the first section");
	CHECK(save(&e, 2, 2, RESPONSE("A"), 0) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "not yet the second: %s", e.err.msg);
	CHECK(bv_attempt_section_left_ms(&e.attempt, &e.plan, e.now_ms) == 6 * MINUTE && left(&e) == 56 * MINUTE, "6 minutes of 10, 56 of 60");
	CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_OK && e.attempt.section == 1, "left after 4 minutes");
	CHECK(bv_attempt_section_left_ms(&e.attempt, &e.plan, e.now_ms) == 20 * MINUTE && left(&e) == 20 * MINUTE, "the last one has 20, which is all that is left");
	CHECK(save(&e, 1, 3, RESPONSE("B"), 0) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "what was left is closed: %s", e.err.msg);
	CHECK(save(&e, 4, 3, RESPONSE("B"), 0) == BV_OK, "the last item");
	struct bv_exam_facts again = { .author = BV_STR("candidate"), .lease = 1, .section = 0 };
	CHECK(exam_act(&e, BV_EXAM_SECTION, &again) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN && e.decision.seq == e.attempt.section_seq, "left again: as before");
	again.section = 1;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &again) == BV_EDENIED && strstr(e.err.msg, "submit"), "the last is not left");
	again.section = 2;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &again) == BV_ENOTFOUND, "there is no third");
	CHECK(due(&e, BV_EXAM_EXPIRE) == T0 + 24 * MINUTE + 30000, "the limit of the last section ends the attempt");
	exam_finish(&e);

	exam_started(&e, &plan);
	CHECK(due(&e, BV_EXAM_SECTION) == T0 + 10 * MINUTE, "the clock closes the first section");
	e.now_ms = T0 + 10 * MINUTE - 1;
	CHECK(by_clock(&e, BV_EXAM_SECTION) == BV_EDENIED, "not before");
	e.now_ms = T0 + 10 * MINUTE + 700;
	CHECK(by_clock(&e, BV_EXAM_SECTION) == BV_OK && bv_attempt_section_left_ms(&e.attempt, &e.plan, e.now_ms) == 20 * MINUTE - 700,
	      "the next begins where that ended, however late the clock looks");
	CHECK(save(&e, 0, 1, RESPONSE("A"), 700) == BV_OK && e.event.facts.late, "an answer given in time comes late to the section before");
	CHECK(save(&e, 0, 2, RESPONSE("B"), 699) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "one given too late does not");
	e.now_ms = T0 + 10 * MINUTE + 30001;
	CHECK(save(&e, 0, 2, RESPONSE("B"), 30001) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "nor after the grace");
	exam_finish(&e);

	exam_started(&e, &plan);
	e.now_ms = T0 + 5 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_PAUSE) == BV_OK, "a pause in a section");
	e.now_ms += 30 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_RESUME) == BV_OK && due(&e, BV_EXAM_SECTION) == T0 + 40 * MINUTE && extend(&e, MINUTE) == BV_OK &&
	      due(&e, BV_EXAM_SECTION) == T0 + 41 * MINUTE, "stops its clock too, and an extension is also its own");
	exam_finish(&e);

	plan.closes_ms = plan.start_until_ms = T0 + 8 * MINUTE;
	exam_started(&e, &plan);
	CHECK(due(&e, BV_EXAM_EXPIRE) == T0 + 8 * MINUTE + 30000, "where all ends before the section does, the attempt expires");
	exam_finish(&e);

	plan = two_sections();
	exam_init(&e, &plan);
	struct bv_exam_facts facts = sample_facts(BV_EXAM_REGISTER, STAFF_ID, &plan);
	facts.extra_percent = 50;
	facts.extra_ms = 6 * MINUTE;
	CHECK(exam_act(&e, BV_EXAM_REGISTER, &facts) == BV_OK && exam_do(&e, BV_EXAM_ADMIT) == BV_OK && exam_do(&e, BV_EXAM_LEASE) == BV_OK, "half more, and 6 minutes");
	e.now_ms = T0;
	CHECK(exam_do(&e, BV_EXAM_START) == BV_OK && due(&e, BV_EXAM_SECTION) == T0 + 16 * MINUTE, "10 minutes of 60 are 15, and have a sixth of the 6 minutes");
	exam_finish(&e);
}

/* ---- Leases, machines, numbers ---- */

static enum bv_status
lease(struct exam *e, struct bv_str machine)
{
	struct bv_exam_facts facts = { .author = BV_STR("candidate"), .machine = machine };

	return exam_act(e, BV_EXAM_LEASE, &facts);
}

static void
leases(void)
{
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();

	exam_started(&e, &plan);
	CHECK(save(&e, 0, 1, RESPONSE("A"), 0) == BV_OK, "the first tab saves");
	CHECK(lease(&e, BV_STR("may-01")) == BV_OK && e.attempt.lease == 2 && e.event.facts.lease == 2, "a second tab of the same machine takes over");
	CHECK(save(&e, 0, 1, RESPONSE("B"), 0) == BV_OK, "and counts from 1");
	struct bv_exam_facts old = { .author = BV_STR("candidate"), .lease = 1, .item = 0, .number = 2, .response = RESPONSE("C") };
	CHECK(exam_act(&e, BV_EXAM_SAVE, &old) == BV_EDENIED && e.decision.refusal == BV_REFUSED_LEASE && strstr(e.err.msg, "another tab"), "%s", e.err.msg);
	old.lease = 3;
	CHECK(exam_act(&e, BV_EXAM_SAVE, &old) == BV_EDENIED && strstr(e.err.msg, "never given"), "%s", e.err.msg);
	CHECK(lease(&e, BV_STR("may-02")) == BV_EDENIED && e.decision.refusal == BV_REFUSED_MACHINE, "another machine: %s", e.err.msg);
	CHECK(exam_do(&e, BV_EXAM_UNBIND) == BV_OK && lease(&e, BV_STR("may-02")) == BV_OK && e.attempt.lease == 3, "a proctor allows the move");
	CHECK(lease(&e, BV_STR("may-01")) == BV_EDENIED, "and there is no way back without another");
	CHECK(lease(&e, BV_STR("máy")) == BV_EINVAL && lease(&e, BV_STR("")) == BV_EINVAL, "machines have plain names");
	exam_finish(&e);

	bring(&e, BV_ATTEMPT_ADMITTED);
	struct bv_exam_facts facts = sample_facts(BV_EXAM_START, BV_STR("candidate"), &e.plan);
	facts.lease = 2;
	CHECK(exam_act(&e, BV_EXAM_START, &facts) == BV_EDENIED && e.decision.refusal == BV_REFUSED_LEASE, "nobody starts without the lease");
	facts.lease = 1;
	CHECK(exam_act(&e, BV_EXAM_START, &facts) == BV_OK, "but with it");
	uint32_t seq = e.attempt.seq;
	CHECK(exam_act(&e, BV_EXAM_START, &facts) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN && e.decision.seq == seq && e.decision.n == e.n,
	      "the same again is told where it is");
	exam_finish(&e);
}

static void let_clock_act(struct exam *e);

static enum bv_status
rescue(struct exam *e, uint32_t item, uint32_t lease, uint32_t number, struct bv_str response, int64_t given_ms)
{
	struct bv_exam_facts facts = { .author = STAFF_ID, .reason = BV_STR("mất mạng"), .lease = lease, .item = item, .number = number, .response = response,
		                       .age_ms = e->now_ms - given_ms };

	return exam_act(e, BV_EXAM_RESCUE, &facts);
}

/* Answers that staff brings from a machine that had no network. */
static void
rescues(void)
{
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();

	exam_started(&e, &plan);
	int64_t start_ms = e.attempt.start_ms, over_ms = start_ms + 60 * MINUTE;
	CHECK(save(&e, 0, 5, RESPONSE("A"), 0) == BV_OK, "an answer came by itself");
	e.now_ms = over_ms + 30000;
	let_clock_act(&e);
	CHECK(e.attempt.state == BV_ATTEMPT_EXPIRED, "the time is over");
	e.now_ms += 60 * MINUTE;
	CHECK(rescue(&e, 1, 1, 7, RESPONSE("B"), over_ms) == BV_OK && e.decision.verdict == BV_ATTEMPT_DO && e.event.facts.late, "given at the last moment: taken, and late");
	CHECK(rescue(&e, 1, 1, 7, RESPONSE("B"), over_ms) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN, "the same file again");
	CHECK(rescue(&e, 2, 1, 8, RESPONSE("B"), over_ms + 1) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME && strstr(e.err.msg, "0.001 s"), "a millisecond later: %s", e.err.msg);
	CHECK(rescue(&e, 2, 1, 8, RESPONSE("B"), start_ms - 1) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "before the start: %s", e.err.msg);
	CHECK(rescue(&e, 2, 1, 8, RESPONSE("B"), start_ms) == BV_OK, "at the start");
	CHECK(rescue(&e, 0, 1, 4, RESPONSE("C"), over_ms) == BV_OK && e.decision.verdict == BV_ATTEMPT_OLD, "an older number than what came by itself changes nothing");
	CHECK(rescue(&e, 0, 1, 9, RESPONSE("A"), over_ms) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN, "what the ledger has is not doubled, whatever its number");
	CHECK(rescue(&e, 3, 2, 1, RESPONSE("B"), over_ms) == BV_EDENIED && e.decision.refusal == BV_REFUSED_LEASE, "a lease that was never given: %s", e.err.msg);
	CHECK(rescue(&e, 5, 1, 1, RESPONSE("B"), over_ms) == BV_ENOTFOUND, "an item that there is not: %s", e.err.msg);
	exam_finish(&e);

	exam_started(&e, &plan);
	CHECK(exam_do(&e, BV_EXAM_UNBIND) == BV_OK && lease(&e, BV_STR("may-02")) == BV_OK && save(&e, 0, 1, RESPONSE("A"), 0) == BV_OK, "he goes on at another machine");
	e.now_ms += MINUTE;
	CHECK(rescue(&e, 0, 1, 9, RESPONSE("B"), e.now_ms - 1000) == BV_OK && e.decision.verdict == BV_ATTEMPT_OLD, "of the first one, what was answered on the second is older");
	CHECK(rescue(&e, 1, 1, 3, RESPONSE("B"), e.now_ms - 1000) == BV_OK && e.decision.verdict == BV_ATTEMPT_DO && !e.event.facts.late, "and the rest is taken, in time");
	CHECK(save(&e, 1, 2, RESPONSE("C"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_DO, "which he may answer again");
	e.now_ms += MINUTE;
	CHECK(exam_do(&e, BV_EXAM_PAUSE) == BV_OK && rescue(&e, 2, 1, 4, RESPONSE("B"), e.now_ms) == BV_OK, "in a pause: given before it");
	e.now_ms += MINUTE;
	CHECK(rescue(&e, 3, 1, 5, RESPONSE("B"), e.now_ms) == BV_EDENIED, "and not in it: %s", e.err.msg);
	exam_finish(&e);

	plan = two_sections();
	exam_started(&e, &plan);
	start_ms = e.attempt.start_ms;
	CHECK(rescue(&e, 2, 1, 1, RESPONSE("B"), start_ms) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "a section that was not entered: %s", e.err.msg);
	e.now_ms = start_ms + 11 * MINUTE;
	let_clock_act(&e);
	CHECK(e.attempt.section == 1, "the first section is over");
	CHECK(rescue(&e, 0, 1, 1, RESPONSE("B"), start_ms + 10 * MINUTE) == BV_OK && e.event.facts.late, "an answer of it, given before: taken, and late");
	CHECK(rescue(&e, 1, 1, 2, RESPONSE("B"), start_ms + 10 * MINUTE + 1) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "or after: %s", e.err.msg);
	CHECK(rescue(&e, 2, 1, 3, RESPONSE("B"), e.now_ms) == BV_OK && !e.event.facts.late, "of the second");
	exam_finish(&e);
}

static void
numbers(void)
{
	struct exam e;
	struct bv_sitting_plan plan = sample_plan();

	exam_started(&e, &plan);
	CHECK(save(&e, 0, 5, RESPONSE("A"), 0) == BV_OK, "number 5");
	uint32_t seq = e.attempt.seq;
	CHECK(save(&e, 0, 5, RESPONSE("A"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN && e.decision.seq == seq && e.attempt.seq == seq, "the same again");
	CHECK(save(&e, 0, 5, RESPONSE("B"), 0) == BV_ECONFLICT && e.decision.refusal == BV_REFUSED_NUMBER, "the same number, another answer: %s", e.err.msg);
	CHECK(save(&e, 0, 4, RESPONSE("B"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_OLD && e.decision.seq == seq && e.attempt.seq == seq, "an older one is passed over");
	CHECK(save(&e, 1, 4, RESPONSE("B"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_DO, "of another item it is not older");
	CHECK(save(&e, 0, 6, RESPONSE("A"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_DO, "a newer number with the same answer is an event");
	CHECK(save(&e, 4, UINT32_MAX, RESPONSE("A"), 0) == BV_OK && save(&e, 5, 1, RESPONSE("A"), 0) == BV_ENOTFOUND, "the last item, and the one after");
	CHECK(save(&e, 0, 0, RESPONSE("A"), 0) == BV_EINVAL, "numbers count from 1");
	CHECK(exam_do(&e, BV_EXAM_SUBMIT) == BV_OK, "submitted");
	CHECK(save(&e, 0, 6, RESPONSE("A"), 0) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN, "what is stored is told even now");
	CHECK(save(&e, 0, 7, RESPONSE("A"), 0) == BV_ECONFLICT && e.decision.refusal == BV_REFUSED_STATE, "but nothing new");
	exam_finish(&e);

	exam_started(&e, &plan);
	struct bv_exam_facts facts = sample_facts(BV_EXAM_EXTEND, STAFF_ID, &plan);
	facts.key = 77;
	CHECK(exam_act(&e, BV_EXAM_EXTEND, &facts) == BV_OK && exam_act(&e, BV_EXAM_EXTEND, &facts) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN &&
	      left(&e) == 65 * MINUTE, "the same request of a proctor twice extends once");
	facts.key = 78;
	CHECK(exam_act(&e, BV_EXAM_EXTEND, &facts) == BV_OK && left(&e) == 70 * MINUTE, "another one again");
	facts.key = 77;
	CHECK(exam_act(&e, BV_EXAM_EXTEND, &facts) == BV_OK && left(&e) == 70 * MINUTE, "the one before is remembered too");
	exam_finish(&e);
}

/* ---- Plans ---- */

static void
adaptive(void)
{
	struct exam e;
	struct bv_sitting_plan plan = adaptive_plan();
	struct bv_exam_facts facts = { .author = BV_STR("candidate"), .lease = 1 };

	exam_started(&e, &plan);
	CHECK(due(&e, BV_EXAM_EXPIRE) == T0 + 60 * MINUTE + 30000, "no item has a time of its own");
	CHECK(save(&e, 1, 1, RESPONSE("A"), 0) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "an item that was not given: %s", e.err.msg);
	CHECK(save(&e, 0, 1, RESPONSE("A"), 0) == BV_OK, "the first");
	uint32_t first = e.attempt.items[0].seq;
	CHECK(save(&e, 0, 2, RESPONSE("B"), 0) == BV_OK, "answered anew");
	memset(facts.form, 0x11, sizeof facts.form);
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_ECONFLICT && e.decision.refusal == BV_REFUSED_NUMBER, "chosen without the answer: %s", e.err.msg);
	facts.after = first;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_ECONFLICT, "chosen by the answer before");
	facts.after = e.attempt.items[0].seq;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_OK && e.attempt.section == 1 && !e.attempt.over, "chosen by the newest");
	uint32_t seq = e.attempt.section_seq;
	memset(facts.form, 0x22, sizeof facts.form);
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_OK && e.decision.verdict == BV_ATTEMPT_AGAIN && e.decision.seq == seq, "the same once more is what was chosen");
	CHECK(save(&e, 0, 3, RESPONSE("C"), 0) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "there is no way back: %s", e.err.msg);
	CHECK(rescue(&e, 0, 1, 3, RESPONSE("C"), e.now_ms) == BV_EDENIED && e.decision.refusal == BV_REFUSED_SECTION, "nor by a file: %s", e.err.msg);
	CHECK(rescue(&e, 2, 1, 3, RESPONSE("C"), e.now_ms) == BV_EDENIED, "nor ahead: %s", e.err.msg);
	CHECK(rescue(&e, 1, 1, 3, RESPONSE("C"), e.now_ms) == BV_OK, "an answer to the open one may come by file");
	facts.section = 1;
	facts.after = e.attempt.items[1].seq;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_OK && e.attempt.section == 2, "and is what the next follows from");
	facts.section = 2;
	facts.after = 0;
	memset(facts.form, 0, sizeof facts.form);
	e.now_ms += MINUTE;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_OK && e.attempt.over && e.attempt.section == 3, "left without an answer, and nothing comes any more");
	CHECK(save(&e, 3, 4, RESPONSE("A"), 0) == BV_EDENIED && strstr(e.err.msg, "never given"), "no item is open: %s", e.err.msg);
	CHECK(rescue(&e, 3, 1, 4, RESPONSE("A"), e.now_ms) == BV_EDENIED, "nor by a file: %s", e.err.msg);
	facts.section = 3;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_EDENIED && strstr(e.err.msg, "submit"), "nothing is left any more: %s", e.err.msg);
	CHECK(exam_do(&e, BV_EXAM_SUBMIT) == BV_OK, "handed in");
	exam_finish(&e);

	exam_started(&e, &plan);
	for (uint32_t i = 0; i < plan.item_count; i++)
		CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_OK && e.attempt.section == i + 1, "item %u is left", i);
	CHECK(e.attempt.over, "after the most items it is over");
	facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 1, .section = plan.item_count };
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_ENOTFOUND, "there are no more");
	exam_finish(&e);

	exam_started(&e, &plan);
	for (uint32_t i = 0; i + 1 < plan.item_count; i++)
		CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_OK, "item %u", i);
	facts.section = plan.item_count - 1;
	memset(facts.form, 0x11, sizeof facts.form);
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_EINVAL, "none comes after the most: %s", e.err.msg);
	exam_finish(&e);

	exam_started(&e, &plan);
	e.now_ms = T0 + 60 * MINUTE;
	CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_OK, "at the end of his time he gets an item");
	e.now_ms++;
	CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_EDENIED && e.decision.refusal == BV_REFUSED_TIME, "after it none: %s", e.err.msg);
	CHECK(save(&e, 1, 1, RESPONSE("A"), 1) == BV_OK && e.event.facts.late, "but the answer to that is taken, late");
	exam_finish(&e);

	exam_started(&e, &plan);
	CHECK(exam_do(&e, BV_EXAM_SECTION) == BV_OK && exam_do(&e, BV_EXAM_UNBIND) == BV_OK && lease(&e, BV_STR("may-02")) == BV_OK, "he goes on at another machine");
	CHECK(save(&e, 1, 1, RESPONSE("A"), 0) == BV_OK && exam_do(&e, BV_EXAM_SECTION) == BV_OK && e.attempt.section == 2, "with the item that was open");
	struct bv_exam_event wrong = e.event;
	wrong.seq = e.attempt.seq + 1;
	wrong.act = BV_EXAM_SECTION;
	wrong.facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 2, .item = 0, .number = 9, .response = RESPONSE("C") };
	wrong.act = BV_EXAM_SAVE;
	CHECK_REFUSED(bv_attempt_fold(&e.attempt, &e.plan, &wrong, &e.err), BV_EINVAL, &e.err, "not open", "an answer changed after the next item was given");
	wrong.act = BV_EXAM_SECTION;
	wrong.facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 2, .section = 2, .after = 3 };
	CHECK_REFUSED(bv_attempt_fold(&e.attempt, &e.plan, &wrong, &e.err), BV_EINVAL, &e.err, "not chosen by the newest answer", "a log that no program of ours wrote");
	exam_finish(&e);

	plan.adaptive = false;
	exam_started(&e, &plan);
	facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 1, .after = 1 };
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) != BV_OK, "no sections, no adaptive form: %s", e.err.msg);
	exam_finish(&e);
	plan = two_sections();
	exam_started(&e, &plan);
	facts.after = 1;
	CHECK(exam_act(&e, BV_EXAM_SECTION, &facts) == BV_EINVAL && e.decision.refusal == BV_REFUSED_SHAPE, "'after' is for adaptive forms: %s", e.err.msg);
	exam_finish(&e);
}

static void
plans(void)
{
	struct bv_err err;
	struct bv_sitting_plan plan = two_sections();
	struct bv_exam_facts facts = sample_facts(BV_EXAM_OPEN, STAFF_ID, &plan);

#define BAD(change, part) \
	do { \
		facts.plan = plan; \
		change; \
		CHECK_REFUSED(bv_exam_facts_check(BV_EXAM_OPEN, &facts, &err), BV_EINVAL, &err, part, #change); \
	} while (0)
	CHECK_OK(bv_exam_facts_check(BV_EXAM_OPEN, &facts, &err), &err, "a plan");
	BAD(facts.plan.opens_ms = facts.plan.start_until_ms + 1, "opensMs");
	BAD(facts.plan.closes_ms = facts.plan.start_until_ms - 1, "closesMs");
	BAD(facts.plan.sections[0].item_count = 0, "section 0");
	BAD(facts.plan.sections[0].item_count = 3, "6 items, the form 5");
	BAD(facts.plan.sections[1].limit_ms = facts.plan.own_ms + 1, "section 1");
	BAD(facts.plan.sections[1].limit_ms = -1, "section 1");
	BAD(facts.plan.section_count = BV_SITTING_SECTIONS_MAX + 1, "more than 16");
	BAD(facts.plan.adaptive = true, "no sections but them");
	BAD((facts.plan.adaptive = true, facts.plan.section_count = 0, facts.plan.item_count = BV_ADAPTIVE_ITEMS_MAX + 1), "at most 200");
	BAD(facts.plan.item_count = 0, "items");
	BAD(facts.plan.item_count = BV_FORM_ITEMS_MAX + 1, "items");
	BAD(facts.plan.own_ms = 0, "ownMs");
	BAD(facts.plan.own_ms = BV_SITTING_TIME_MAX_MS + 1, "ownMs");
	BAD(facts.plan.grace_ms = BV_SITTING_GRACE_MAX_MS + 1, "graceMs");
	BAD(facts.plan.grace_ms = -1, "graceMs");
	BAD(facts.plan.name = BV_STR_NONE, "name");
	BAD(facts.plan.name = BV_STR("kỳ thi"), "name");
	facts.plan = plan;
	facts.plan.own_ms = BV_SITTING_TIME_MAX_MS;
	facts.plan.grace_ms = BV_SITTING_GRACE_MAX_MS;
	CHECK_OK(bv_exam_facts_check(BV_EXAM_OPEN, &facts, &err), &err, "the longest times");

	struct exam e;
	bring(&e, BV_SITTING_OPEN);
	facts = sample_facts(BV_EXAM_WINDOW, STAFF_ID, &e.plan);
	facts.plan.opens_ms = facts.plan.closes_ms + 1;
	CHECK(exam_act(&e, BV_EXAM_WINDOW, &facts) == BV_EINVAL && e.decision.refusal == BV_REFUSED_SHAPE, "a window that closes before it opens");
	exam_finish(&e);
}

/* ---- Long random lives ---- */

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

static struct bv_exam_facts
random_facts(struct exam *e, enum bv_exam_act act, uint64_t *seed)
{
	struct bv_str author = next(seed) % 4 == 0 ? STAFF_ID : BV_STR("candidate");

	if (act != BV_EXAM_LEASE && act != BV_EXAM_START && act != BV_EXAM_SAVE && act != BV_EXAM_SECTION && act != BV_EXAM_SUBMIT)
		author = STAFF_ID;
	struct bv_exam_facts facts = sample_facts(act, author, &e->plan);
	if (facts.lease)
		facts.lease = e->attempt.lease - (next(seed) % 8 == 0);
	if (act == BV_EXAM_SAVE) {
		facts.item = (uint32_t)(next(seed) % 6);
		facts.number = (uint32_t)(next(seed) % 40 + 1);
		facts.age_ms = (int64_t)(next(seed) % 60000);
		facts.response = next(seed) % 2 ? RESPONSE("A") : RESPONSE("B");
	}
	if (act == BV_EXAM_SECTION)
		facts.section = (uint32_t)(next(seed) % 2);
	if (act == BV_EXAM_SECTION && e->plan.adaptive) {
		facts.section = e->attempt.section - (next(seed) % 4 == 0);
		facts.after = e->attempt.items && facts.section < e->plan.item_count ? e->attempt.items[facts.section].seq : 0;
		memset(facts.form, (int)(next(seed) % 8), sizeof facts.form);
	}
	if (act == BV_EXAM_EXTEND)
		facts.ms = (int64_t)(next(seed) % (3 * MINUTE) + 1);
	return facts;
}

/* What the clock has to do by now, as a ledger does it. */
static void
let_clock_act(struct exam *e)
{
	enum bv_exam_act act;
	int64_t due_ms;

	while (bv_attempt_due(&e->attempt, &e->plan, &due_ms, &act) && due_ms <= e->now_ms)
		if (by_clock(e, act) != BV_OK) {
			CHECK(false, "what is due is done: %s", e->err.msg);
			return;
		}
}

static bool
same(const struct bv_attempt *a, const struct bv_attempt *b, uint32_t item_count)
{
	struct bv_attempt x = *a, y = *b;

	x.items = y.items = NULL;
	return memcmp(&x, &y, sizeof x) == 0 && !a->items == !b->items && (!a->items || memcmp(a->items, b->items, item_count * sizeof a->items[0]) == 0);
}

/* One life: returns what went wrong, NULL for nothing. */
static const char *
live(uint64_t seed, unsigned steps, unsigned *events)
{
	struct exam e;
	struct bv_sitting_plan plan = seed % 3 == 0 ? adaptive_plan() : seed % 2 ? two_sections() : sample_plan();
	const char *wrong = NULL;

	exam_init(&e, &plan);
	for (unsigned i = 0; i < steps && !wrong; i++) {
		enum bv_exam_act act = (enum bv_exam_act)(BV_EXAM_REGISTER + next(&seed) % (BV_EXAM_RESCUE - BV_EXAM_REGISTER + 1));
		if (next(&seed) % 3)
			act = BV_EXAM_SAVE;
		if (act == BV_EXAM_EXPIRE || (act >= BV_EXAM_SCORE && next(&seed) % 50))
			continue;
		e.now_ms += (int64_t)(next(&seed) % (3 * MINUTE)) - 5000; /* sometimes back */
		int64_t before = left(&e);
		uint8_t state = e.attempt.state;
		let_clock_act(&e);
		struct bv_attempt was = e.attempt;
		struct bv_exam_facts facts = random_facts(&e, act, &seed);
		int64_t clocked = left(&e);
		enum bv_status status = exam_act(&e, act, &facts);
		if (clocked > before && state == BV_ATTEMPT_STARTED)
			wrong = "time grew by waiting";
		if (status != BV_OK || e.decision.verdict != BV_ATTEMPT_DO) {
			if (memcmp(&was, &e.attempt, sizeof was) != 0)
				wrong = "a refusal changed something";
			if (status != BV_OK && !e.err.msg[0])
				wrong = "a refusal says nothing";
			continue;
		}
		(*events)++;
		if (left(&e) > clocked && act != BV_EXAM_EXTEND && act != BV_EXAM_REOPEN && act != BV_EXAM_RESUME && act != BV_EXAM_REGISTER &&
		    act != BV_EXAM_SECTION)
			wrong = "time grew by an act that does not give any";
		if (act == BV_EXAM_RESUME && left(&e) != clocked)
			wrong = "a resume changed what was left";
		if (act == BV_EXAM_EXTEND && left(&e) > clocked + facts.ms)
			wrong = "an extension gave more than it says";
		if (was.state > BV_ATTEMPT_PAUSED && act == BV_EXAM_SAVE)
			wrong = "an answer after the end";
	}
	if (!wrong && !same(&e.attempt, &e.twin, plan.item_count))
		wrong = "the same events without their reasons lead to another state";
	exam_finish(&e);
	return wrong;
}

static void
random_lives(void)
{
	unsigned events = 0;

	for (uint64_t seed = 1; seed <= 3000; seed++) {
		const char *wrong = live(seed * UINT64_C(0x9e3779b97f4a7c15), 400, &events);
		if (wrong) {
			CHECK(false, "life %llu: %s", (unsigned long long)seed, wrong);
			return;
		}
	}
	CHECK(events > 40000, "3000 random lives with %u events keep what is promised", events);
}

/* ---- Logs that no program of ours wrote ---- */

static void
bad_logs(void)
{
	struct exam e;
	struct bv_err err;
	struct bv_sitting_plan plan = sample_plan();
	const struct bv_attempt none = { .id = 2, .sitting = 1 };

	exam_started(&e, &plan);
	struct bv_exam_event good = { .sitting = 1, .attempt = 2, .seq = 5, .at_ms = T0, .act = BV_EXAM_SAVE, .n = 9,
		                      .facts = { .author = BV_STR("candidate"), .lease = 1, .number = 1, .response = RESPONSE("A") } };
#define ODD(change, part) \
	do { \
		struct bv_exam_event bad = good; \
		change; \
		CHECK_REFUSED(bv_attempt_fold(&e.attempt, &e.plan, &bad, &err), BV_EINVAL, &err, part, #change); \
	} while (0)
	ODD(bad.seq = 4, "follow");
	ODD(bad.seq = 6, "follow");
	ODD(bad.at_ms--, "earlier");
	ODD(bad.sitting = 3, "another sitting");
	ODD(bad.act = BV_EXAM_ADMIT, "not possible");
	ODD(bad.facts.item = 5, "no such item");
	ODD(bad.facts.lease = 2, "lease");
	ODD((bad.act = BV_EXAM_LEASE, bad.facts.lease = 3), "one by one");
	ODD((bad.act = BV_EXAM_SECTION), "last one");
	CHECK_OK(bv_attempt_fold(&e.attempt, &e.plan, &good, &err), &err, "the event itself follows");
	good.seq++;
	ODD(bad.n = 10, "its number is not after");
	exam_finish(&e);
	struct bv_attempt attempt = none;
	CHECK_REFUSED(bv_attempt_fold(&attempt, &plan, &good, &err), BV_EINVAL, &err, "follow", "an attempt begins with 1");
}

int
main(void)
{
	every_cell();
	reasons();
	deadlines();
	window();
	late_rule();
	pauses_and_extensions();
	clock_back();
	sections();
	adaptive();
	leases();
	rescues();
	numbers();
	plans();
	random_lives();
	bad_logs();
	return check_end();
}
