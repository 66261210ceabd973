/* A paper. ITEM 'a' JSON: an answer as a page sends it, in which @a … @z stand for names of choices of that page: the quick way takes nothing that the slow way
 * refuses, and says the same; what is taken can be stored, and comes back. ITEM 'h' JSON: anything in the ledger as the page would see it. 'n' BYTES: numbers of
 * a paper. 'm' (AT AT BYTE)…: its own numbers with some bytes changed. ITEM is a byte. */
#include "tests/fuzz/paper_world.h"

#include "base/json.h"

enum { NAMES_MAX = 26, ITEMS = 40, NAME_LEN = 20 };

static char names[ITEMS][NAMES_MAX][NAME_LEN + 1];

/* Opaque names on the page of each item, from the rendered paper: they are the strings of the length of one that begin with 'c'. */
static void
find_names(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_PAPER_MAX);
	int item = -1, count = 0;

	CHECK_OK(bv_paper_render(&page, papers, paper, &world.err), &world.err, "a paper");
	for (const char *at = page.p; (at = strchr(at, '"')); at++) {
		size_t len = strcspn(at + 1, "\"");
		if (len == 4 && memcmp(at, "\"item\"", 6) == 0) {
			item++;
			count = 0;
		}
		if (item < 0 || item >= ITEMS || at[1] != 'c' || len < 10 || len > NAME_LEN || strcspn(at + 1, "\" :;-") != len || count == NAMES_MAX)
			continue;
		bool known = false;
		for (int i = 0; i < count; i++)
			known = known || (strlen(names[item][i]) == len && memcmp(names[item][i], at + 1, len) == 0);
		if (!known)
			memcpy(names[item][count++], at + 1, len);
	}
	assert(item >= ITEMS - 1 && names[0][1][0]);
}

static void
fill_in(struct bv_buf *out, uint32_t item, struct bv_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char name = i + 1 < text.len && text.p[i] == '@' && item < ITEMS ? text.p[i + 1] : 0;
		if (name >= 'a' && name <= 'z' && names[item][name - 'a'][0]) {
			bv_buf_addz(out, names[item][name - 'a']);
			i++;
		} else {
			bv_buf_addc(out, text.p[i]);
		}
	}
}

/* By the tree and the session, which the quick way goes without. */
static enum bv_status
slowly(struct bv_buf *out, uint32_t item, const uint8_t key[BV_HASH_LEN], const struct bv_item *of, struct bv_str delivered)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *sent = NULL, *mapped = NULL;
	const struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE };
	uint8_t seed[BV_HASH_LEN];
	struct bv_err err;

	TRY(bv_json_parse(&sent, delivered, &err));
	paper_clone_seed(seed, papers, paper, item);
	TRY(bv_item_session_new(&session, of, seed, &err));
	TRY(bv_delivery_map_responses(&mapped, session, &delivery, sent, &err));
	TRY(bv_item_session_respond(session, mapped, &err));
	bv_json_write(out, mapped);
	return BV_OK;
}

static void
answer(uint32_t item, struct bv_str delivered)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_ANSWER_MAX), quick = BV_BUF(BV_ANSWER_MAX), slow = BV_BUF(BV_ANSWER_MAX), page = BV_BUF(BV_ANSWER_MAX),
	                                     again = BV_BUF(BV_ANSWER_MAX);
	struct bv_published *published;
	uint8_t key[BV_HASH_LEN];
	struct bv_err err = { 0 };

	if (bv_paper_answer(&out, papers, paper, item, delivered, &err) != BV_OK) {
		assert(err.msg[0]);
		if (item >= ITEMS)
			return;
	}
	assert(item < ITEMS && paper_item(&published, papers, paper, item, &err) == BV_OK);
	paper_page_key(key, paper, item);
	bool took = bv_delivery_take(&quick, bv_published_item(published), key, delivered);
	assert(!took || (slowly(&slow, item, key, bv_published_item(published), delivered) == BV_OK && bv_str_eq(bv_buf_str(&quick), bv_buf_str(&slow))));
	if (!out.len)
		return;
	const struct bv_exam_facts facts = { .author = BV_STR("candidate"), .lease = 1, .item = item, .number = 1, .response = bv_buf_str(&out) };
	assert(bv_exam_facts_check(BV_EXAM_SAVE, &facts, &err) == BV_OK);
	assert(bv_paper_answer_hide(&page, papers, paper, item, bv_buf_str(&out), &err) == BV_OK);
	assert(bv_paper_answer(&again, papers, paper, item, bv_buf_str(&page), &err) == BV_OK && bv_str_eq(bv_buf_str(&again), bv_buf_str(&out)));
}

static void
numbers(struct bv_str bytes)
{
	BV_AUTO(bv_paper_free) struct bv_paper *read = NULL;
	struct bv_err err = { 0 };

	if (paper_read(&read, papers, BV_STR("T-1"), bytes, paper->hash, &err) != BV_OK)
		assert(err.status == BV_EDENIED && err.msg[0]);
	else
		assert(read->count == paper->count && memcmp(read->items, paper->items, paper->count * sizeof paper->items[0]) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4 * BV_ANSWER_MAX), out = BV_BUF(4 * BV_ANSWER_MAX);
	struct bv_err err = { 0 };

	if (!paper) {
		papers_begin();
		find_names();
	}
	if (len < 2)
		return 0;
	uint32_t item = p[0] % (ITEMS + 1);
	const struct bv_str rest = { (const char *)p + 2, len - 2 };
	switch (p[1]) {
	case 'a':
		fill_in(&text, item, rest);
		answer(item, bv_buf_str(&text));
		break;
	case 'h':
		if (bv_paper_answer_hide(&out, papers, paper, item, rest, &err) != BV_OK)
			assert(err.msg[0]);
		break;
	case 'n':
		numbers(rest);
		break;
	case 'm':
		bv_buf_add(&text, bv_buf_str(&paper->numbers));
		for (size_t i = 0; i + 3 <= rest.len; i += 3)
			text.p[((unsigned char)rest.p[i] << 8 | (unsigned char)rest.p[i + 1]) % text.len] = rest.p[i + 2];
		numbers(bv_buf_str(&text));
		break;
	default:
		break;
	}
	return 0;
}
