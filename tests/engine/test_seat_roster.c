/* Rosters, seats and access codes: every fault at its line and column, the same file twice, what changed, what was interrupted. */
#include <inttypes.h>

#include "base/clock.h"
#include "engine/sitting.h"
#include "tests/engine/sitting_fixture.h"

static struct sitting_test t;

struct told {
	size_t faults, changes;
	struct bv_roster_fault first;
	char message[512], change[512];
};

static void
on_fault(void *ctx, const struct bv_roster_fault *fault)
{
	struct told *told = ctx;

	if (!told->faults++) {
		told->first = *fault;
		snprintf(told->message, sizeof told->message, "%s", fault->message);
		told->first.message = told->message;
	}
}

static void
on_change(void *ctx, const struct bv_roster_change *change)
{
	struct told *told = ctx;

	told->changes++;
	snprintf(told->change, sizeof told->change, "%d %.*s %s '%.*s' instead of '%.*s'", change->line, BV_STR_ARG(change->ticket), change->column,
	         BV_STR_ARG(change->to), BV_STR_ARG(change->from));
}

static enum bv_status
import(struct bv_roster_tally *tally, struct told *told, struct bv_str csv, bool dry)
{
	static uint8_t run;
	struct bv_roster_order order = { .csv = csv, .author = STAFF_ID, .dry = dry, .seed = { ++run }, .fault = on_fault, .change = on_change, .ctx = told };

	*told = (struct told){ 0 };
	return bv_roster_import(tally, t.sittings, t.l.ledger, t.id, &order, &t.err);
}

#define A1 "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define B2 "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"

#define ROSTER \
	"ticket,room,seat,machine,language,extraPercent,extraMinutes,person\n" \
	"T-1,P101,1,may-01,vi,,," A1 "\n" \
	"T-2,P101,2,,en,25,,\n" \
	"T-3,P101,10,,,,15,\n" \
	"T-4,P102,1,,,,,\n"

struct seen {
	size_t count;
	char list[512];
	int64_t attempts;
};

static enum bv_status
see(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->list);

	(void)err;
	seen->count++;
	seen->attempts += seat->attempt != 0;
	snprintf(seen->list + len, sizeof seen->list - len, "%.*s/%.*s:%.*s ", BV_STR_ARG(seat->room), BV_STR_ARG(seat->seat), BV_STR_ARG(seat->ticket));
	return BV_OK;
}

static struct seen
seats(struct bv_str room)
{
	struct seen seen = { 0 };

	CHECK_OK(bv_seats_each(t.sittings, t.id, room, see, &seen, &t.err), &t.err, "seats");
	return seen;
}

static void
first_import(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_roster_tally tally;
	struct bv_seat seat;
	struct told told;

	CHECK_OK(import(&tally, &told, BV_STR(ROSTER), true), &t.err, "a dry run");
	CHECK(tally.rows == 4 && tally.added == 4 && seats(BV_STR_NONE).count == 0 && ledger_count(&t.l, "SELECT count(*) FROM event") == 1,
	      "says four, and does nothing");
	CHECK_OK(import(&tally, &told, BV_STR(ROSTER), false), &t.err, "a roster");
	CHECK(tally.rows == 4 && tally.added == 4 && !tally.changed && !tally.same && !tally.absent, "four are added");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event WHERE kind = 10") == 4, "and registered");
	CHECK_STR(bv_str_of(seats(BV_STR_NONE).list), BV_STR("P101/1:T-1 P101/2:T-2 P101/10:T-3 P102/1:T-4 "), "in the order of rooms and seats");
	CHECK(seats(BV_STR("P102")).count == 1 && seats(BV_STR_NONE).attempts == 4, "each has its attempt");
	CHECK_OK(bv_seat_find(&seat, &arena, t.sittings, t.id, BV_STR("T-2"), &t.err), &t.err, "one of them");
	CHECK(seat.extra_percent == 25 && bv_str_is(seat.language, "en") && !seat.machine.len && !seat.has_code, "as the file says");
	CHECK(bv_seat_find(&seat, &arena, t.sittings, t.id, BV_STR("T-9"), &t.err) == BV_ENOTFOUND, "another is not there");
	CHECK_OK(bv_seat_find(&seat, &arena, t.sittings, t.id, BV_STR("T-1"), &t.err), &t.err, "another");
	CHECK(bv_str_is(seat.person, A1), "is bound to a person");
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = 3 };
	CHECK(bv_ledger_do(t.l.ledger, &look, &t.err) == BV_OK && look.ack.left_ms > 0, "the second attempt has %" PRId64 " minutes", look.ack.left_ms / MINUTE);
}

static void
again(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_roster_tally tally;
	struct told told;
	int64_t events = ledger_count(&t.l, "SELECT count(*) FROM event");

	CHECK_OK(import(&tally, &told, BV_STR(ROSTER), false), &t.err, "the same again");
	CHECK(tally.same == 4 && !tally.added && !tally.changed && ledger_count(&t.l, "SELECT count(*) FROM event") == events, "changes nothing");
	CHECK_REFUSED(import(&tally, &told, BV_STR("\xEF\xBB\xBFsep=;\r\nMã dự thi;Phòng;Chỗ;Thêm phần trăm\r\nT-2;P101;1;25\r\n"), false), BV_EINVAL, &t.err,
	              "nothing was imported: 1 fault", "as Excel writes it, onto a seat that is taken");
	CHECK(told.first.line == 3 && told.first.column == 3 && told.first.why == BV_ROSTER_TAKEN && strstr(told.message, "by ticket 'T-1'"), "says by whom: %s", told.message);
	/* Two change seats, one changes the room, one is known by the seat alone. */
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat,extraPercent,extraMinutes,machine,language,person\nT-1,P101,2,,,may-01,vi," A1 "\n"
	                "T-2,P101,1,25,,,\"en\",\nT-3,P103,10,,15\n,P102,1\n,P102,2,,,,," A1 "\n"), false), &t.err, "another file");
	CHECK(tally.changed == 3 && tally.same == 1 && tally.added == 1 && !tally.absent && told.changes == 3, "three changed, one is the same, one is new: %s", told.change);
	CHECK(strcmp(told.change, "4 T-3 room 'P103' instead of 'P101'") == 0, "it is told what");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event WHERE kind = 29") == 3 && ledger_count(&t.l, "SELECT count(*) FROM event WHERE kind = 10") == 5,
	      "and noted");
	struct seen seen = seats(BV_STR_NONE);
	CHECK(seen.count == 5 && strncmp(seen.list, "P101/1:T-2 P101/2:T-1 P102/1:T-4 P102/2:", 40) == 0 && strstr(seen.list, "P103/10:T-3"), "%s", seen.list);
	CHECK_OK(import(&tally, &told, BV_STR("room,seat,person,ticket\nP102,2," A1 ",\n"), false), &t.err, "whoever has no ticket in the file");
	CHECK(tally.same == 1 && tally.absent == 4, "is known by the seat, and the others are only counted");
	CHECK_OK(import(&tally, &told, BV_STR("room,seat,person\nP102,2," B2 "\n"), false), &t.err, "another person");
	CHECK(tally.changed == 1 && strstr(told.change, " person '' instead"), "is told: %s", told.change);
	CHECK_OK(bv_seats_each(t.sittings, t.id, BV_STR("P102"), see, &seen, &t.err), &t.err, "all of a room");
}

/* What a file of that kind is told; {line, column} of the first fault. */
static void
faulty(void)
{
	static const struct {
		const char *csv;
		enum bv_status status;
		int line, column;
		const char *why, *message;
	} cases[] = {
		{ "", BV_EPARSE, 0, 0, "", "empty" },
		{ "room,seat\n", BV_EPARSE, 0, 0, "", "nobody" },
		{ "room,seat\nP1,\xff\n", BV_EPARSE, 0, 0, "", "UTF-8" },
		{ "ticket,room\nT,P1\n", BV_EINVAL, 1, 0, "table", "room (phòng) and seat (chỗ) must be there" },
		{ "ticket,room,seat,hair\nT,P1,1,long\n", BV_EINVAL, 1, 4, "table", "column 'hair' is not known" },
		{ "ticket,room,seat,phòng\nT,P1,1,P2\n", BV_EINVAL, 1, 4, "table", "is there twice" },
		{ "ticket,room,seat\nX,P9,1\nY,,2\n", BV_EINVAL, 3, 2, "empty", "room is empty" },
		{ "ticket,room,seat\nX,P9,\n", BV_EINVAL, 2, 3, "empty", "seat is empty" },
		{ "ticket,room,seat\nX,Phòng 9,1\n", BV_EINVAL, 2, 2, "form", "room 'Phòng 9'" },
		{ "ticket,room,seat\nX Y,P9,1\n", BV_EINVAL, 2, 1, "form", "ticket" },
		{ "ticket,room,seat\n\"X\"\"\",P9,1\n", BV_EINVAL, 2, 1, "form", "a ticket has no" },
		{ "ticket,room,seat\nX\\,P9,1\n", BV_EINVAL, 2, 1, "form", "a ticket has no" },
		{ "ticket,room,seat,machine\nX,P9,1,máy\n", BV_EINVAL, 2, 4, "form", "machine 'máy'" },
		{ "ticket,room,seat,language\nX,P9,1,vi_VN\n", BV_EINVAL, 2, 4, "form", "language" },
		{ "ticket,room,seat,extraPercent\nX,P9,1,301\n", BV_EINVAL, 2, 4, "form", "from 0 to 300" },
		{ "ticket,room,seat,extraPercent\nX,P9,1,-1\n", BV_EINVAL, 2, 4, "form", "from 0 to 300" },
		{ "ticket,room,seat,extraPercent\nX,P9,1,25%\n", BV_EINVAL, 2, 4, "form", "25%" },
		{ "ticket,room,seat,extraMinutes\nX,P9,1,10081\n", BV_EINVAL, 2, 4, "form", "from 0 to 10080" },
		{ "ticket,room,seat,pnp\nX,P9,1,contrast\n", BV_EINVAL, 2, 4, "feature", "'contrast' is no feature of an AfA PNP" },
		{ "ticket,room,seat,hỗ trợ\nX,P9,1,line-reader line-reader\n", BV_EINVAL, 2, 4, "twice", "is there twice" },
		{ "ticket,room,seat,pnp\nX,P9,1,magnification:size=2\n", BV_EINVAL, 2, 4, "setting", "has no setting 'size'; it has: allContent" },
		{ "ticket,room,seat,pnp\nX,P9,1,line-reader:size=2\n", BV_EINVAL, 2, 4, "setting", "it has: none" },
		{ "ticket,room,seat,pnp\nX,P9,1,magnification:allContent=\n", BV_EINVAL, 2, 4, "setting", "is to be 1 to 40 letters" },
		{ "ticket,room,seat,pnp\nX,P9,1,magnification:allContent\n", BV_EINVAL, 2, 4, "setting", "is to be 1 to 40 letters" },
		{ "ticket,room,seat,pnp\nX,P9,1,magnification:\n", BV_EINVAL, 2, 4, "setting", "nothing follows the colon" },
		{ "ticket,room,seat,pnp\nX,P9,1,text-appearance:fontFace=\"\"x\"\"\n", BV_EINVAL, 2, 4, "setting", "is to be 1 to 40 letters" },
		{ "ticket,room,seat,pnp\nX,P9,1,additional-testing-time:timeMultiplier=1.5\n", BV_EINVAL, 2, 4, "elsewhere", "extraPercent and extraMinutes" },
		{ "ticket,room,seat,person\nX,P9,1,Nguyễn Thị An\n", BV_EINVAL, 2, 4, "form", "64 hexadecimal digits" },
		{ "ticket,room,seat,họ tên\nX,P9,1,Nguyễn Thị An\n", BV_EINVAL, 1, 4, "table", "column 'họ tên' is not known" },
		{ "ticket,room,seat\nX,P9,1,more\n", BV_EINVAL, 2, 4, "table", "without a heading" },
		{ "ticket,room,seat\nX,P9,\"1\n", BV_EINVAL, 2, 3, "table", "never closed" },
		{ "ticket,room,seat\nX,P9,1\nX,P9,2\n", BV_EINVAL, 3, 1, "twice", "is in line 2 already" },
		{ "ticket,room,seat\nX,P9,1\nY,P9,2\n\nZ,P9,1\n", BV_EINVAL, 5, 3, "twice", "is taken in line 2" },
		{ "ticket,room,seat\nX,P102,1\n", BV_EINVAL, 2, 3, "taken", "is taken by ticket 'T-4'" },
		{ "ticket,room,seat\nT-2,P101,1\n", BV_EINVAL, 2, 0, "time", "with 25 percent more time" },
		{ "ticket,room,seat,extraMinutes\nT-3,P103,10,14\n", BV_EINVAL, 2, 4, "time", "with 15 minutes more" },
	};
	int64_t events = ledger_count(&t.l, "SELECT count(*) FROM event"), rows = ledger_count(&t.l, "SELECT count(*) FROM seat");

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_roster_tally tally;
		struct told told;
		enum bv_status status = import(&tally, &told, bv_str_of(cases[i].csv), false);
		bool good = status == cases[i].status && strstr(status == BV_EINVAL ? told.message : t.err.msg, cases[i].message) &&
		            (status != BV_EINVAL || (told.first.line == cases[i].line && told.first.column == cases[i].column &&
		                                  strcmp(bv_roster_why_name(told.first.why), cases[i].why) == 0));
		if (!CHECK(good, "case %zu: %s", i, cases[i].message))
			printf("# %s %d:%d %s %s | %s\n", bv_status_name(status), told.first.line, told.first.column, bv_roster_why_name(told.first.why), told.message, status ? t.err.msg : "-");
	}
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event") == events && ledger_count(&t.l, "SELECT count(*) FROM seat") == rows,
	      "nothing of a file with a fault is kept");
}

/* What is granted besides time: kept tidied, told to the ledger, given to the page as JSON. */
static void
granted(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1000);
	struct bv_json_pen pen = { .out = &json };
	struct bv_roster_tally tally;
	struct told told;
	struct bv_seat seat;

	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat,pnp\nG-1,P200,1,\"  line-reader  text-appearance:fontSize=24,fontColor=#ffee00   magnification:allContent=1.5 \"\n"
	                                      "G-2,P200,2,\n"), false), &t.err, "two, one with features");
	CHECK_OK(bv_seat_find(&seat, &arena, t.sittings, t.id, BV_STR("G-1"), &t.err), &t.err, "the seat");
	CHECK_STR(seat.pnp, BV_STR("line-reader text-appearance:fontSize=24,fontColor=#ffee00 magnification:allContent=1.5"), "is kept without spaces too many");
	bv_seat_pnp_write(&pen, NULL, &seat);
	CHECK_STR(bv_buf_str(&json), BV_STR("{\"line-reader\":{},\"text-appearance\":{\"fontSize\":\"24\",\"fontColor\":\"#ffee00\"},\"magnification\":{\"allContent\":\"1.5\"}}"), "as JSON");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event WHERE kind = 10 AND CAST(body AS TEXT) LIKE '%\"pnp\":\"line-reader text-appearance%'") == 1, "the ledger has it with the registration");
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat,pnp\nG-1,P200,1,spoken:speechRate=0.8\n"), false), &t.err, "something else");
	CHECK(tally.changed == 1, "is a change");
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat,pnp\nG-1,P200,1,  spoken:speechRate=0.8\n"), false), &t.err, "the same again");
	CHECK(tally.same == 1, "is none");
	CHECK_OK(bv_seat_find(&seat, &arena, t.sittings, t.id, BV_STR("G-2"), &t.err), &t.err, "the other");
	CHECK(!seat.pnp.len, "has nothing");
}

/* Everything that is cut or flipped in a good file is an import or a refusal, never more; all dry. */
static void
hostile(void)
{
	static const char good[] = ROSTER;
	struct bv_roster_tally tally;
	struct told told;
	char bytes[sizeof good];
	size_t refused = 0;

	for (size_t i = 0; i < sizeof good - 1; i++) {
		memcpy(bytes, good, sizeof good);
		bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
		refused += import(&tally, &told, (struct bv_str){ bytes, sizeof good - 1 }, true) != BV_OK;
		refused += import(&tally, &told, (struct bv_str){ good, i }, true) != BV_OK;
	}
	CHECK(refused > 50, "%zu of %zu changed files were refused", refused, 2 * sizeof good - 2);
}

struct codes {
	size_t count;
	char code[5][BV_ACCESS_CODE_SIZE], ticket[5][20];
};

static enum bv_status
collect(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err)
{
	struct codes *codes = ctx;

	if (codes->count == 5)
		return bv_err_set(err, BV_ELIMIT, "too many codes");
	snprintf(codes->code[codes->count], BV_ACCESS_CODE_SIZE, "%s", code);
	snprintf(codes->ticket[codes->count++], 20, "%.*s", BV_STR_ARG(seat->ticket));
	return BV_OK;
}

static enum bv_status
enter(const char *ticket, const char *code, const char *machine)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_seat seat;

	return bv_seat_enter(&seat, &arena, t.sittings, t.id, bv_str_of(ticket), bv_str_of(code), bv_str_of(machine), &t.err);
}

static enum bv_status
make_codes(struct codes *codes, struct bv_str room, bool anew, uint8_t seed)
{
	const uint8_t random[BV_HASH_LEN] = { seed };
	size_t count;

	*codes = (struct codes){ 0 };
	TRY(bv_codes_make(&count, t.sittings, t.l.ledger, t.id, room, anew, random, STAFF_ID, collect, codes, &t.err));
	CHECK(count == codes->count, "%zu codes", count);
	return BV_OK;
}

static void
codes(void)
{
	struct codes first, second;
	char small[20], without[20], wrong[20];

	CHECK_REFUSED(enter("T-2", "2222-2222-2222", ""), BV_EDENIED, &t.err, "not right", "nobody enters without a code");
	CHECK_OK(make_codes(&first, BV_STR("P101"), false, 1), &t.err, "codes of a room");
	CHECK(first.count == 2 && strcmp(first.ticket[0], "T-2") == 0 && strspn(first.code[0], "23456789ABCDEFGHJKMNPQRSTUVWXYZ-") == 14, "two: %s", first.code[0]);
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM seat WHERE length(code) = 32") == 2, "kept as hashes");
	CHECK_OK(enter("T-2", first.code[0], "any"), &t.err, "who has ticket and code enters");
	snprintf(small, sizeof small, " %s ", first.code[0]);
	for (char *p = small; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	CHECK_OK(enter("T-2", small, ""), &t.err, "small letters too");
	snprintf(without, sizeof without, "%.4s%.4s%.4s", first.code[0], first.code[0] + 5, first.code[0] + 10);
	CHECK_OK(enter("T-2", without, ""), &t.err, "and no dashes");
	snprintf(wrong, sizeof wrong, "%s", first.code[0]);
	wrong[13] = wrong[13] == 'A' ? 'B' : 'A';
	static const char *const bad[] = { "", "2", "0000-0000-0000", "2222-2222-2222-2", "2222-2222-222\xff", "2222 2222 2222 2222 2222 2222" };
	CHECK_REFUSED(enter("T-2", wrong, ""), BV_EDENIED, &t.err, "not right", "one letter wrong");
	CHECK_REFUSED(enter("T-1", first.code[0], ""), BV_EDENIED, &t.err, "not right", "another's code");
	CHECK_REFUSED(enter("T-9", first.code[0], ""), BV_EDENIED, &t.err, "not right", "a ticket that is not there is told no more");
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(enter("T-2", bad[i], ""), BV_EDENIED, &t.err, "not right", "no code at all");
	CHECK_OK(enter("T-1", first.code[1], "may-01"), &t.err, "at the machine of the seat");
	CHECK_REFUSED(enter("T-1", first.code[1], "may-02"), BV_EDENIED, &t.err, "machine 'may-01', this is 'may-02'", "and no other");
	CHECK_OK(make_codes(&second, BV_STR_NONE, false, 2), &t.err, "codes of all");
	CHECK(second.count == 3, "are for those who have none");
	CHECK_OK(make_codes(&second, BV_STR("P101"), true, 3), &t.err, "new codes");
	CHECK_REFUSED(enter("T-2", first.code[0], ""), BV_EDENIED, &t.err, "not right", "the old one is worth nothing");
	CHECK_OK(enter("T-2", second.code[0], ""), &t.err, "the new one is");
	CHECK_REFUSED(bv_codes_make(&(size_t){ 0 }, t.sittings, t.l.ledger, t.id, BV_STR("P101"), true, fixture_seed, BV_STR("không ai"), collect, &second, &t.err),
	              BV_EINVAL, &t.err, "author", "the author is an id");
}

/* Who has started stays where he is. */
static void
started(void)
{
	struct bv_roster_tally tally;
	struct bv_ledger_act act;
	struct told told;

	step(&t.l, T0 - t.l.clock.utc);
	CHECK(ledger_do(&t.l, &act, BV_EXAM_ADMIT, 2) == BV_OK, "a proctor admits");
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat\nT-1,P101,3\n"), true), &t.err, "who is admitted may be moved");
	CHECK(ledger_do(&t.l, &act, BV_EXAM_LEASE, 2) == BV_OK && ledger_do(&t.l, &act, BV_EXAM_START, 2) == BV_OK, "the candidate starts");
	CHECK_REFUSED(import(&tally, &told, BV_STR("ticket,room,seat\nT-1,P101,3\n"), false), BV_EINVAL, &t.err, "1 fault", "who has started may not");
	CHECK(strstr(told.message, "is 'started'"), "%s", told.message);
}

/* The program ended after the rows were kept, and before the ledger knew, or after it knew of some. */
static void
interrupted(void)
{
	struct bv_roster_tally tally;
	struct told told;
	size_t count;

	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat\nU-1,Q1,1\nU-2,Q1,2\n"), false), &t.err, "two more");
	int64_t events = ledger_count(&t.l, "SELECT count(*) FROM event");
	sitting_sql(&t, "UPDATE seat SET told = 0, attempt = 0 WHERE room = 'Q1'");
	sitting_sql(&t, "INSERT INTO seat SELECT sitting, 'U-3', 0, room, '3', machine, language, 0, 0, person, code, 0, centre, pnp FROM seat WHERE ticket = 'U-1'");
	CHECK_REFUSED(bv_codes_make(&count, t.sittings, t.l.ledger, t.id, BV_STR("Q1"), false, fixture_seed, STAFF_ID, collect, NULL, &t.err), BV_ECONFLICT, &t.err,
	              "interrupted", "no codes for who is not registered");
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat\nU-1,Q1,1\nU-2,Q1,2\nU-3,Q1,3\n"), false), &t.err, "the same file again");
	CHECK(tally.same == 3 && ledger_count(&t.l, "SELECT count(*) FROM seat WHERE told = 0 OR attempt = 0") == 0, "completes it");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event") == events + 3, "one is registered now, of the others the seat is noted once more");
}

struct late {
	atomic_bool done;
	struct bv_roster_tally tally;
	enum bv_status status;
};

static void *
import_late(void *ctx)
{
	struct late *late = ctx;
	struct told told;

	late->status = import(&late->tally, &told, BV_STR("ticket,room,seat\nV-1,R1,1\n"), false);
	late->done = true;
	return NULL;
}

/* Whoever comes while another program imports or makes codes waits for it; a look does not. */
static void
one_at_a_time(void)
{
	struct bv_sittings *other = NULL;
	struct office office = { .lock = -1 };
	struct bv_roster_tally tally;
	struct late late = { 0 };
	pthread_t thread;
	struct told told;

	CHECK_OK(bv_sittings_open(&other, t.l.url, &t.err), &t.err, "another program");
	CHECK_OK(office_enter(&office, other, &t.err), &t.err, "is at work");
	CHECK_OK(import(&tally, &told, BV_STR("ticket,room,seat\nV-1,R1,1\n"), true), &t.err, "who only looks is not kept waiting");
	pthread_create(&thread, NULL, import_late, &late);
	usleep(100000);
	CHECK(!late.done && ledger_count(&t.l, "SELECT count(*) FROM seat WHERE room = 'R1'") == 0, "who imports waits");
	office_leave(&office);
	pthread_join(thread, NULL);
	CHECK(late.status == BV_OK && late.tally.added == 1 && ledger_count(&t.l, "SELECT count(*) FROM seat WHERE room = 'R1' AND told = 1") == 1, "and goes on then");
	bv_sittings_close(other);
}

/* From both sides of the maximum, and how long it takes. */
static void
many(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(BV_ROSTER_MAX);
	struct bv_roster_tally tally;
	struct told told;

	bv_buf_addz(&csv, "ticket,room,seat,person\n");
	for (int i = 0; i < 40000; i++)
		bv_buf_printf(&csv, "M-%d,H%d,%d," A1 "\n", i, i / 40, i % 40);
	int64_t begun = bv_clock_monotonic_ns();
	CHECK_OK(import(&tally, &told, bv_buf_str(&csv), false), &t.err, "40,000 candidates");
	int64_t middle = bv_clock_monotonic_ns();
	CHECK(tally.added == 40000 && seats(BV_STR("H999")).count == 40, "are all there");
	CHECK_OK(import(&tally, &told, bv_buf_str(&csv), false), &t.err, "again");
	CHECK(tally.same == 40000, "are the same");
	printf("# 40,000 rows: %.2f s, again: %.2f s\n", (double)(middle - begun) / 1e9, (double)(bv_clock_monotonic_ns() - middle) / 1e9);
	int64_t there = ledger_count(&t.l, "SELECT count(*) FROM seat");
	bv_buf_clear(&csv);
	bv_buf_addz(&csv, "ticket,room,seat\n");
	for (int64_t i = there; i < BV_SEATS_MAX; i++)
		bv_buf_printf(&csv, "N-%" PRId64 ",N,%" PRId64 "\n", i, i);
	CHECK_OK(import(&tally, &told, bv_buf_str(&csv), true), &t.err, "as many as there can be");
	bv_buf_addz(&csv, "N-x,N,x\n");
	CHECK_REFUSED(import(&tally, &told, bv_buf_str(&csv), true), BV_EINVAL, &t.err, "1 fault", "one more");
	CHECK(strstr(told.message, "more than 100000"), "%s", told.message);
	for (int64_t i = 0; i < there; i++)
		bv_buf_printf(&csv, "O-%" PRId64 ",O,%" PRId64 "\n", i, i);
	CHECK_REFUSED(import(&tally, &told, bv_buf_str(&csv), true), BV_ELIMIT, &t.err, "make two", "a file with one more");
}

int
main(void)
{
	sitting_test_init(&t);
	sitting_test_create(&t);
	first_import();
	again();
	faulty();
	hostile();
	codes();
	started();
	interrupted();
	granted();
	one_at_a_time();
	many();
	sitting_test_finish(&t);
	return check_end();
}
