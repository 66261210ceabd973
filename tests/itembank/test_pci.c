/* PCI JSON of values, there and back, and what is refused. Forms: 1EdTech PCI v1.0, representation of values. */
#include "itembank/itembank.h"
#include "itembank/pci.h"
#include "tests/check.h"

static void
test_round_trip(void)
{
	static const struct {
		enum bv_cardinality cardinality;
		enum bv_type type;
		const char *json;
		const char *back; /* NULL: the same */
	} cases[] = {
		{ BV_CARD_SINGLE, BV_TYPE_BOOLEAN, "{\"base\":{\"boolean\":true}}" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":{\"integer\":-42}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FLOAT, "{\"base\":{\"float\":2.5}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FLOAT, "{\"base\":{\"integer\":2}}", "{\"base\":{\"float\":2.0}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FLOAT, "{\"base\":{\"float\":\"INF\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FLOAT, "{\"base\":{\"float\":\"NaN\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_STRING, "{\"base\":{\"string\":\"  Tiếng Việt \"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_STRING, "{\"base\":{\"string\":\"\"}}", "{\"base\":null}" },
		{ BV_CARD_SINGLE, BV_TYPE_STRING, "{\"base\":{\"string\":\"e\\u0301\"}}", "{\"base\":{\"string\":\"\\u00e9\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_IDENTIFIER, "{\"base\":{\"identifier\":\"A\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_PAIR, "{\"base\":{\"pair\":[\"A\",\"B\"]}}" },
		{ BV_CARD_SINGLE, BV_TYPE_DIRECTED_PAIR, "{\"base\":{\"directedPair\":\"A B\"}}", "{\"base\":{\"directedPair\":[\"A\",\"B\"]}}" },
		{ BV_CARD_SINGLE, BV_TYPE_POINT, "{\"base\":{\"point\":[10,-20]}}" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"PT90S\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":90}}", "{\"base\":{\"duration\":\"PT90S\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"1e-9\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":1e30}}", "{\"base\":{\"duration\":\"1e+30\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_URI, "{\"base\":{\"uri\":\"https://example.vn/\"}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"aGVsbG8=\",\"mime\":\"text/plain\"}}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"\",\"mime\":\"image/svg+xml\",\"name\":\"hình; 1,%41.svg\"}}}" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b\",\"name\":null}}}",
		  "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b\"}}}" },
		{ BV_CARD_RECORD, BV_TYPE_NONE,
		  "{\"record\":[{\"name\":\"p\",\"base\":{\"point\":[1,2]}},{\"name\":\"f\",\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b\"}}}]}" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":null}" },
		{ BV_CARD_MULTIPLE, BV_TYPE_IDENTIFIER, "{\"list\":{\"identifier\":[\"A\",\"B\"]}}" },
		{ BV_CARD_MULTIPLE, BV_TYPE_IDENTIFIER, "{\"list\":{\"identifier\":[]}}", "{\"base\":null}" },
		{ BV_CARD_ORDERED, BV_TYPE_INTEGER, "{\"list\":{\"integer\":[3,1,2]}}" },
		{ BV_CARD_MULTIPLE, BV_TYPE_POINT, "{\"list\":{\"point\":[[1,2],[3,4]]}}" },
		{ BV_CARD_RECORD, BV_TYPE_NONE, "{\"record\":[{\"name\":\"x\",\"base\":{\"integer\":1}},{\"name\":\"y\",\"base\":null}]}" },
		{ BV_CARD_RECORD, BV_TYPE_NONE, "{\"record\":[]}", "{\"base\":null}" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *in = NULL;
		BV_AUTO(bv_json_free) struct bv_json *out = NULL;
		BV_AUTO(bv_json_free) struct bv_json *want = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
		struct bv_value value;
		struct bv_err err = { 0 };

		if (bv_json_parse(&in, bv_str_of(cases[i].json), &err) ||
		    bv_json_parse(&want, bv_str_of(cases[i].back ? cases[i].back : cases[i].json), &err)) {
			CHECK(false, "case %zu: %s", i, err.msg);
			continue;
		}
		if (bv_pci_parse(&value, cases[i].cardinality, cases[i].type, in, &arena, &err)) {
			CHECK(false, "%s: %s", cases[i].json, err.msg);
			continue;
		}
		out = bv_pci_new(&value);
		bv_json_write(&text, out);
		CHECK(bv_json_equal(out, want), "%s gives %s", cases[i].json, text.p);
	}
}

static void
test_refused(void)
{
	static const struct {
		enum bv_cardinality cardinality;
		enum bv_type type;
		const char *json, *part;
	} cases[] = {
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":\"hello\"}}", "is wanted" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA=A\",\"mime\":\"a/b\"}}}", "not base64" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA\",\"mime\":\"a/b\"}}}", "not base64" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b;c\"}}}", "not a MIME type" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"/b\"}}}", "not a MIME type" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b\",\"x\":1}}}", "these members only" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":\"AA==\",\"mime\":\"a/b\",\"name\":[]}}}", "is a string" },
		{ BV_CARD_SINGLE, BV_TYPE_FILE, "{\"base\":{\"file\":{\"data\":1,\"mime\":\"a/b\"}}}", "data" },
		{ BV_CARD_SINGLE, BV_TYPE_BOOLEAN, "{\"base\":{\"boolean\":1}}", "true or false" },
		{ BV_CARD_SINGLE, BV_TYPE_BOOLEAN, "{\"base\":{\"boolean\":\"true\"}}", "true or false" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":{\"integer\":1.5}}", "an integer" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":{\"integer\":\"1\"}}", "an integer" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":{\"float\":1}}", "base type 'float'" },
		{ BV_CARD_SINGLE, BV_TYPE_FLOAT, "{\"base\":{\"float\":\"one\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_STRING, "{\"base\":{\"string\":null}}", "a string" },
		{ BV_CARD_SINGLE, BV_TYPE_IDENTIFIER, "{\"base\":{\"identifier\":\"A B\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_PAIR, "{\"base\":{\"pair\":[\"A\"]}}", "[\"A\",\"B\"]" },
		{ BV_CARD_SINGLE, BV_TYPE_PAIR, "{\"base\":{\"pair\":[\"A\",\"\"]}}", "[\"A\",\"B\"]" },
		{ BV_CARD_SINGLE, BV_TYPE_PAIR, "{\"base\":{\"pair\":[\"A B\",\"C\"]}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_POINT, "{\"base\":{\"point\":[1]}}", "[x,y]" },
		{ BV_CARD_SINGLE, BV_TYPE_POINT, "{\"base\":{\"point\":[1,2147483648]}}", "[x,y]" },
		{ BV_CARD_SINGLE, BV_TYPE_POINT, "{\"base\":{\"point\":[1,2.5]}}", "[x,y]" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"P1Y\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":-1}}", "0 or more" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"-1\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"+INF\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_DURATION, "{\"base\":{\"duration\":\"NaN\"}}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"list\":{\"integer\":[1]}}", "the cardinality is single" },
		{ BV_CARD_MULTIPLE, BV_TYPE_INTEGER, "{\"base\":{\"integer\":1}}", "the cardinality is multiple" },
		{ BV_CARD_ORDERED, BV_TYPE_INTEGER, "{\"list\":{\"integer\":1}}", "an array" },
		{ BV_CARD_ORDERED, BV_TYPE_INTEGER, "{\"list\":[1]}", "one member" },
		{ BV_CARD_MULTIPLE, BV_TYPE_INTEGER, "{\"list\":{\"integer\":[1,null]}}", "an integer" },
		{ BV_CARD_RECORD, BV_TYPE_NONE, "{\"record\":[{\"name\":\"x\"}]}", "no \"base\"" },
		{ BV_CARD_RECORD, BV_TYPE_NONE, "{\"record\":[{\"name\":\"x\",\"base\":{\"colour\":1}}]}", "names no base type" },
		{ BV_CARD_RECORD, BV_TYPE_NONE, "{\"record\":[7]}", "" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{}", "a value is written" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "[]", "a value is written" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "null", "a value is written" },
		{ BV_CARD_SINGLE, BV_TYPE_INTEGER, "{\"base\":null,\"list\":null}", "a value is written" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *in = NULL;
		struct bv_value value;
		struct bv_err err = { 0 };

		if (bv_json_parse(&in, bv_str_of(cases[i].json), &err))
			CHECK(false, "case %zu: %s", i, err.msg);
		else
			CHECK_REFUSED(bv_pci_parse(&value, cases[i].cardinality, cases[i].type, in, &arena, &err), BV_EINVAL, &err, cases[i].part,
			              cases[i].json);
	}
}

static void
test_limits(void)
{
	for (int over = 0; over < 2; over++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *in = bv_json_new_object();
		BV_AUTO(bv_json_free) struct bv_json *text = bv_json_new_object();
		struct bv_json *list = bv_json_set(bv_json_set(in, "list", bv_json_new_object()), "integer", bv_json_new_array());
		size_t len = BV_RESPONSE_TEXT_MAX + (size_t)over;
		char *long_text = bv_alloc(len);
		struct bv_value value;
		struct bv_err err = { 0 };

		for (int i = 0; i < BV_RESPONSE_VALUES_MAX + over; i++)
			bv_json_add(list, bv_json_new_int(i));
		memset(long_text, 'x', len);
		bv_json_set_str(bv_json_set(text, "base", bv_json_new_object()), "string", (struct bv_str){ long_text, len });
		CHECK(bv_pci_parse(&value, BV_CARD_MULTIPLE, BV_TYPE_INTEGER, in, &arena, &err) == (over ? BV_ELIMIT : BV_OK), "%d values and %d",
		      BV_RESPONSE_VALUES_MAX, over);
		CHECK(bv_pci_parse(&value, BV_CARD_SINGLE, BV_TYPE_STRING, text, &arena, &err) == (over ? BV_ELIMIT : BV_OK), "%d bytes and %d",
		      BV_RESPONSE_TEXT_MAX, over);
		free(long_text);
	}
}

int
main(void)
{
	test_round_trip();
	test_refused();
	test_limits();
	return check_end();
}
