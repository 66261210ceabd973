/* Papers as pages, and the answers that are made of them. */
#include "base/json.h"
#include "tests/check.h"
#include "tools/load/form.h"

#define PAGE(body) "{\"items\":[{\"item\":7,\"page\":[\"qti-item-body\"," body "]}]}"
#define CHOICE(kind, more, ids) "[\"" kind "\",{\"response-identifier\":\"r1\",\"base-type\":\"identifier\"," more "}," ids "]"
#define ID(tag, id) "[\"" tag "\",{\"identifier\":\"" id "\"},\"x\"]"
#define ABC(tag) ID(tag, "a") "," ID(tag, "b") "," ID(tag, "c")
#define PAIR(kind, limits, body) "[\"" kind "\",{\"response-identifier\":\"r1\",\"cardinality\":\"multiple\",\"base-type\":\"directedPair\"," limits "}," body "]"
#define SET(ids) "[\"qti-simple-match-set\"," ids "]"

static void
answered(void)
{
	static const struct {
		const char *paper, *is, *other; /* every answer is one of both, and each comes */
	} cases[] = {
		{ PAGE(CHOICE("qti-choice-interaction", "\"cardinality\":\"single\"", ID("qti-simple-choice", "a") "," ID("qti-simple-choice", "b"))),
		  "{\"r1\":{\"base\":{\"identifier\":\"a\"}}}", "{\"r1\":{\"base\":{\"identifier\":\"b\"}}}" },
		{ PAGE("[\"div\"," CHOICE("qti-inline-choice-interaction", "\"cardinality\":\"single\"", ID("qti-inline-choice", "a") "," ID("qti-inline-choice", "b")) "]"),
		  "{\"r1\":{\"base\":{\"identifier\":\"a\"}}}", "{\"r1\":{\"base\":{\"identifier\":\"b\"}}}" },
		{ PAGE(CHOICE("qti-choice-interaction", "\"cardinality\":\"multiple\",\"min-choices\":2,\"max-choices\":0", ID("qti-simple-choice", "a") "," ID("qti-simple-choice", "b"))),
		  "{\"r1\":{\"list\":{\"identifier\":[\"a\",\"b\"]}}}", "{\"r1\":{\"list\":{\"identifier\":[\"b\",\"a\"]}}}" },
		{ PAGE(CHOICE("qti-hottext-interaction", "\"cardinality\":\"multiple\",\"min-choices\":0,\"max-choices\":1",
		              "[\"p\"," ID("qti-hottext", "a") "],[\"p\"," ID("qti-hottext", "b") "]")),
		  "{\"r1\":{\"list\":{\"identifier\":[\"a\"]}}}", "{\"r1\":{\"list\":{\"identifier\":[\"b\"]}}}" },
		{ PAGE(CHOICE("qti-order-interaction", "\"cardinality\":\"ordered\"", ID("qti-simple-choice", "a") "," ID("qti-simple-choice", "b"))),
		  "{\"r1\":{\"list\":{\"identifier\":[\"a\",\"b\"]}}}", "{\"r1\":{\"list\":{\"identifier\":[\"b\",\"a\"]}}}" },
		{ PAGE(PAIR("qti-match-interaction", "\"min-associations\":1,\"max-associations\":1",
		            SET(ID("qti-simple-associable-choice", "a")) "," SET(ID("qti-simple-associable-choice", "x") "," ID("qti-simple-associable-choice", "y")))),
		  "{\"r1\":{\"list\":{\"directedPair\":[[\"a\",\"x\"]]}}}", "{\"r1\":{\"list\":{\"directedPair\":[[\"a\",\"y\"]]}}}" },
		{ PAGE(PAIR("qti-gap-match-interaction", "\"min-associations\":2,\"max-associations\":2",
		            ID("qti-gap-text", "a") "," ID("qti-gap-text", "b") ",[\"p\"," ID("qti-gap", "g") "]")),
		  "{\"r1\":{\"list\":{\"directedPair\":[[\"a\",\"g\"]]}}}", "{\"r1\":{\"list\":{\"directedPair\":[[\"b\",\"g\"]]}}}" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(form_free) struct form *form = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
		unsigned first = 0, second = 0, bad = 0;
		struct bv_err err = { 0 };
		CHECK_OK(form_read(&form, bv_str_of(cases[i].paper), &err), &err, "a paper is read");
		for (uint64_t bits = 0; form && bits < 200; bits++) {
			bv_buf_clear(&text);
			bad += form_answer(&text, form, 0, bits) != 7;
			bool is = bv_str_is(bv_buf_str(&text), cases[i].is), other = bv_str_is(bv_buf_str(&text), cases[i].other);
			first += is;
			second += other;
			bad += !is && !other;
		}
		CHECK(first && second && !bad && form && form_count(form) == 1 && form_item(form, 0) == 7, "case %zu: %u, %u, %u: %s", i, first, second, bad, text.p);
	}
}

static void
refused(void)
{
	static const char *const papers[] = {
		"", "[]", "{}", "{\"items\":7}", "{\"items\":[]}", "{\"items\":[7,null,{}]}", PAGE("\"text\""), PAGE("[\"qti-drawing-interaction\",{\"response-identifier\":\"r1\"}]"),
		PAGE(CHOICE("qti-choice-interaction", "\"cardinality\":\"single\"", "\"no choices\"")),
		PAGE(PAIR("qti-match-interaction", "\"min-associations\":1", SET(ID("qti-simple-associable-choice", "a")))),
		/* One that can be answered beside one that cannot: the whole item is left out. */
		PAGE(CHOICE("qti-choice-interaction", "\"cardinality\":\"single\"", ABC("qti-simple-choice")) ",[\"qti-upload-interaction\",{\"response-identifier\":\"r2\"}]"),
	};

	for (size_t i = 0; i < BV_COUNT(papers); i++) {
		struct form *form = NULL;
		struct bv_err err = { 0 };
		CHECK(form_read(&form, bv_str_of(papers[i]), &err) != BV_OK && !form && err.msg[0], "paper %zu has nothing that can be answered: %s", i, err.msg);
	}
}

static void
cut(void)
{
	static const char paper[] = PAGE(CHOICE("qti-choice-interaction", "\"cardinality\":\"single\"", ABC("qti-simple-choice")));
	size_t taken = 0;

	for (size_t len = 0; len < sizeof paper - 1; len++) {
		struct form *form = NULL;
		struct bv_err err;
		taken += form_read(&form, (struct bv_str){ paper, len }, &err) == BV_OK;
		form_free(form);
	}
	CHECK(taken == 0, "no paper that is cut off is read: %zu", taken);
}

int
main(void)
{
	answered();
	refused();
	cut();
	return check_end();
}
