/* Simulated answers: those of the able are right, those of the others wrong, and whatever they are, the item takes them. For every kind
 * of interaction, on items of tests/vectors/itembank. */
#include "base/file.h"
#include "engine/engine.h"
#include "tests/check.h"

#define ANSWERS 200

static bool
load(struct bv_item **out, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20);
	const char *source = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/items/%s.xml", source ? source : ".", name);
	return CHECK(bv_file_read(&xml, path, &err) == BV_OK && bv_item_parse(out, bv_buf_str(&xml), &err) == BV_OK, "%s", name);
}

/* Of ANSWERS: how many the item takes, how many could be submitted, how many earn the maximum. */
struct tally {
	int taken, valid, right;
};

static struct tally
answers(const struct bv_item *item, int64_t ability_milli, double maximum)
{
	static const uint8_t seed[BV_HASH_LEN] = { 3 };
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct tally tally = { 0 };
	struct bv_stream stream;
	struct bv_err err;

	if (!CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "  a session"))
		return tally;
	bv_stream_init(&stream, seed);
	for (int i = 0; i < ANSWERS; i++) {
		BV_AUTO(bv_json_free) struct bv_json *responses = bv_simulate_responses(session, item, ability_milli, 1000, 0, &stream);
		double score = -1;
		if (bv_item_session_respond(session, responses, &err)) {
			printf("# %s\n", err.msg);
			continue;
		}
		tally.taken++;
		tally.valid += bv_item_session_validate(session, &err) == BV_OK;
		tally.right += bv_item_score(session, &err) == BV_OK && bv_item_session_number(session, "SCORE", &score) && score == maximum;
	}
	return tally;
}

int
main(void)
{
	/* Wrong answers of all kinds; a chance hit on a small area or a neighbouring value may earn something. */
	static const struct {
		const char *item;
		int valid; /* of the wrong answers, at least: one thing left out or too many may not be submitted */
	} cases[] = {
		{ "choice-single", ANSWERS }, { "order", ANSWERS },          { "hotspot", ANSWERS },      { "hotspot-multiple", 100 },
		{ "graphic-order", ANSWERS }, { "graphic-associate", 0 },    { "graphic-gap-match", 0 },  { "select-point", ANSWERS },
		{ "slider", ANSWERS },        { "slider-float", ANSWERS },   { "slider-2p1", ANSWERS },   { "position-object", ANSWERS },
		{ "match", 0 },               { "text-entry-float", 0 },     { "portable-custom-2p1", 0 },
	};
	/* Nothing can be made up for these: they are left unanswered. */
	static const char *const unanswered[] = { "media", "drawing", "upload", "portable-custom" };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		double maximum = 1;
		if (!load(&item, cases[i].item))
			continue;
		bv_item_max_score(item, &maximum);
		struct tally able = answers(item, 40000, maximum), unable = answers(item, -40000, maximum);
		CHECK(able.taken == ANSWERS && able.valid == ANSWERS && able.right == ANSWERS, "  the able: %d taken, %d valid, %d right", able.taken, able.valid,
		      able.right);
		CHECK(unable.taken == ANSWERS && unable.valid >= cases[i].valid && unable.right <= ANSWERS / 10, "  the others: %d taken, %d valid, %d right",
		      unable.taken, unable.valid, unable.right);
	}
	for (size_t i = 0; i < BV_COUNT(unanswered); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		if (!load(&item, unanswered[i]))
			continue;
		struct tally able = answers(item, 40000, 1);
		CHECK(able.taken == ANSWERS && able.right == 0, "  left unanswered: %d taken, %d right", able.taken, able.right);
	}
	return check_end();
}
