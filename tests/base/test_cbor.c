/* CBOR: the examples of RFC 8949 appendix A both ways, what is not well formed (appendix F), and the limits from both sides. */
#include "base/cbor.h"
#include "tests/check.h"

static enum bv_status
parse(const struct bv_cbor **out, struct bv_arena *arena, const char *hex, struct bv_err *err)
{
	size_t len = strlen(hex) / 2;
	uint8_t *bytes = bv_arena_alloc(arena, len + 1);

	if (bv_hex_parse(bytes, len, bv_str_of(hex), err) != BV_OK)
		abort();
	return bv_cbor_parse(out, arena, (struct bv_str){ (const char *)bytes, len }, err);
}

/* Diagnostic notation (RFC 8949 §8), as far as the examples need it. */
static void
show(struct bv_buf *out, const struct bv_cbor *item)
{
	static const char *const brackets[] = { [BV_CBOR_ARRAY] = "[]", [BV_CBOR_MAP] = "{}", [BV_CBOR_TAG] = "()" };
	const char *b = item->type >= BV_CBOR_ARRAY ? brackets[item->type] : "";

	switch (item->type) {
	case BV_CBOR_NULL:
		bv_buf_addz(out, "null");
		return;
	case BV_CBOR_BOOL:
		bv_buf_addz(out, item->n ? "true" : "false");
		return;
	case BV_CBOR_INT:
		bv_buf_printf(out, "%lld", (long long)item->n);
		return;
	case BV_CBOR_REAL:
		bv_buf_printf(out, "%g", item->real);
		return;
	case BV_CBOR_BYTES:
		bv_buf_addz(out, "h'");
		bv_hex_write(out, item->str.p, item->str.len);
		bv_buf_addc(out, '\'');
		return;
	case BV_CBOR_TEXT:
		bv_buf_printf(out, "\"%.*s\"", BV_STR_ARG(item->str));
		return;
	case BV_CBOR_TAG:
		bv_buf_printf(out, "%lld", (long long)item->n);
		break;
	case BV_CBOR_ARRAY:
	case BV_CBOR_MAP:
		break;
	}
	bv_buf_addc(out, b[0]);
	for (size_t i = 0; i < item->count; i++) {
		bv_buf_addz(out, i ? ", " : "");
		show(out, &item->items[item->type == BV_CBOR_MAP ? 2 * i : i]);
		if (item->type == BV_CBOR_MAP) {
			bv_buf_addz(out, ": ");
			show(out, &item->items[2 * i + 1]);
		}
	}
	bv_buf_addc(out, b[1]);
}

static void
write(struct bv_buf *out, const struct bv_cbor *item)
{
	if (item->type == BV_CBOR_INT)
		bv_cbor_add_int(out, item->n);
	else if (item->type == BV_CBOR_BYTES)
		bv_cbor_add_bytes(out, item->str.p, item->str.len);
	else if (item->type == BV_CBOR_TEXT)
		bv_cbor_add_text(out, item->str);
	else if (item->type == BV_CBOR_ARRAY)
		bv_cbor_add_array(out, item->count);
	else if (item->type == BV_CBOR_MAP)
		bv_cbor_add_map(out, item->count);
	else
		bv_cbor_add_tag(out, (uint64_t)item->n);
	for (size_t i = 0; i < (item->type == BV_CBOR_MAP ? 2 : 1) * item->count; i++)
		write(out, &item->items[i]);
}

/* RFC 8949 appendix A. */
static void
examples(void)
{
	static const struct {
		const char *hex, *shown;
		bool written; /* we write it so */
	} cases[] = {
		{ "00", "0", true },
		{ "01", "1", true },
		{ "0a", "10", true },
		{ "17", "23", true },
		{ "1818", "24", true },
		{ "1819", "25", true },
		{ "1864", "100", true },
		{ "1903e8", "1000", true },
		{ "1a000f4240", "1000000", true },
		{ "1b000000e8d4a51000", "1000000000000", true },
		{ "1b7fffffffffffffff", "9223372036854775807", true },
		{ "20", "-1", true },
		{ "29", "-10", true },
		{ "3863", "-100", true },
		{ "3903e7", "-1000", true },
		{ "3b7fffffffffffffff", "-9223372036854775808", true },
		{ "f90000", "0", false },
		{ "f93c00", "1", false },
		{ "fb3ff199999999999a", "1.1", false },
		{ "f97bff", "65504", false },
		{ "fa47c35000", "100000", false },
		{ "f9c400", "-4", false },
		{ "f97c00", "inf", false },
		{ "f4", "false", false },
		{ "f5", "true", false },
		{ "f6", "null", false },
		{ "f7", "null", false }, /* undefined */
		{ "c11a514b67b0", "1(1363896240)", true },
		{ "d74401020304", "23(h'01020304')", true },
		{ "d818456449455446", "24(h'6449455446')", true },
		{ "d28440a04040", "18([h'', {}, h'', h''])", true },
		{ "db7fffffffffffffff00", "9223372036854775807(0)", true },
		{ "40", "h''", true },
		{ "4401020304", "h'01020304'", true },
		{ "60", "\"\"", true },
		{ "6449455446", "\"IETF\"", true },
		{ "62c3bc", "\"ü\"", true },
		{ "80", "[]", true },
		{ "83010203", "[1, 2, 3]", true },
		{ "8301820203820405", "[1, [2, 3], [4, 5]]", true },
		{ "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
		  "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]", true },
		{ "a0", "{}", true },
		{ "a201020304", "{1: 2, 3: 4}", true },
		{ "a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}", true },
		{ "9fff", "[]", false },
		{ "9f018202039f0405ffff", "[1, [2, 3], [4, 5]]", false },
		{ "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
		  "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]", false },
		{ "bf61610161629f0203ffff", "{\"a\": 1, \"b\": [2, 3]}", false },
		/* Not the shortest: read, never written. */
		{ "1800", "0", false },
		{ "1b0000000000000001", "1", false },
		{ "d800f6", "0(null)", false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf shown = BV_BUF(1000), written = BV_BUF(1000), hex = BV_BUF(1000);
		const struct bv_cbor *item;
		struct bv_err err;
		CHECK_OK(parse(&item, &arena, cases[i].hex, &err), &err, cases[i].hex);
		show(&shown, item);
		CHECK_STR(bv_buf_str(&shown), bv_str_of(cases[i].shown), cases[i].shown);
		if (!cases[i].written)
			continue;
		write(&written, item);
		bv_hex_write(&hex, written.p, written.len);
		CHECK_STR(bv_buf_str(&hex), bv_str_of(cases[i].hex), "written");
	}
}

static void
refused(void)
{
	static const struct {
		const char *hex;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "", BV_EPARSE, "ends too early" },
		{ "18", BV_EPARSE, "ends too early" },
		{ "1900", BV_EPARSE, "ends too early" },
		{ "1b00000000000000", BV_EPARSE, "ends too early" },
		{ "42ff", BV_EPARSE, "ends too early" },
		{ "81", BV_EPARSE, "ends too early" },
		{ "8200", BV_EPARSE, "ends too early" },
		{ "a1", BV_EPARSE, "ends too early" },
		{ "a100", BV_EPARSE, "ends too early" },
		{ "c0", BV_EPARSE, "ends too early" },
		{ "d8", BV_EPARSE, "ends too early" },
		{ "9f", BV_EPARSE, "ends too early" },
		{ "9f01", BV_EPARSE, "ends too early" },
		{ "bf", BV_EPARSE, "ends too early" },
		{ "9a7fffffff00", BV_EPARSE, "ends too early" },
		{ "9bffffffffffffffff", BV_EPARSE, "ends too early" },
		{ "bb7fffffffffffffff00", BV_EPARSE, "ends too early" },
		{ "5bffffffffffffffff00", BV_EPARSE, "ends too early" },
		{ "1c", BV_EPARSE, "no item begins with the byte 1c" },
		{ "3d", BV_EPARSE, "no item begins with the byte 3d" },
		{ "5e", BV_EPARSE, "no item begins with the byte 5e" },
		{ "9d", BV_EPARSE, "no item begins with the byte 9d" },
		{ "dc", BV_EPARSE, "no item begins with the byte dc" },
		{ "df00", BV_EPARSE, "no item begins with the byte df" },
		{ "1f", BV_EPARSE, "no item begins with the byte 1f" },
		{ "f0", BV_EPARSE, "no item begins with the byte f0" },
		{ "f8ff", BV_EPARSE, "no item begins with the byte f8" },
		{ "ff", BV_EPARSE, "a break where nothing is open" },
		{ "81ff", BV_EPARSE, "a break where nothing is open" },
		{ "a1ff00", BV_EPARSE, "a break where nothing is open" },
		{ "d2ff", BV_EPARSE, "a break where nothing is open" },
		{ "bf00ff", BV_EPARSE, "a key without a value" },
		{ "0000", BV_EPARSE, "1 bytes after its end" },
		{ "5f4100ff", BV_EPARSE, "a string in pieces" },
		{ "7f6100ff", BV_EPARSE, "a string in pieces" },
		{ "61ff", BV_EPARSE, "not UTF-8" },
		{ "63eda080", BV_EPARSE, "not UTF-8" },
		{ "a201000100", BV_EPARSE, "a key twice" },
		{ "a2010018010" "0", BV_EPARSE, "a key twice" },
		{ "a2616100616100", BV_EPARSE, "a key twice" },
		{ "bf01000100ff", BV_EPARSE, "a key twice" },
		{ "a1f500", BV_EPARSE, "neither integer nor text" },
		{ "a1410000", BV_EPARSE, "neither integer nor text" },
		{ "1b8000000000000000", BV_ELIMIT, "beyond 64 bits" },
		{ "3b8000000000000000", BV_ELIMIT, "beyond 64 bits" },
		{ "db800000000000000000", BV_ELIMIT, "beyond 64 bits" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		const struct bv_cbor *item;
		struct bv_err err;
		CHECK_REFUSED(parse(&item, &arena, cases[i].hex, &err), cases[i].status, &err, cases[i].part, cases[i].hex);
	}
}

static void
limits(void)
{
	static char bytes[BV_CBOR_MAX + 1];
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct bv_cbor *item;
	struct bv_err err;

	memset(bytes, 0x81, sizeof bytes);
	bytes[BV_CBOR_DEPTH] = 0;
	CHECK_OK(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, BV_CBOR_DEPTH + 1 }, &err), &err, "as deep as it may be");
	bytes[BV_CBOR_DEPTH] = (char)0x81;
	bytes[BV_CBOR_DEPTH + 1] = 0;
	CHECK_REFUSED(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, BV_CBOR_DEPTH + 2 }, &err), BV_ELIMIT, &err, "deeper than", "one deeper");
	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, "\x99\x0f\xff", 3); /* 4095 and the array itself */
	CHECK_OK(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, 3 + 4095 }, &err), &err, "as many items as there may be");
	memcpy(bytes, "\x99\x10\x00", 3);
	CHECK_REFUSED(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, 3 + 4096 }, &err), BV_ELIMIT, &err, "more than 4096 items", "one more");
	memcpy(bytes, "\x59\xff\xfd", 3);
	CHECK_OK(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, BV_CBOR_MAX }, &err), &err, "as long as it may be");
	CHECK_REFUSED(bv_cbor_parse(&item, &arena, (struct bv_str){ bytes, BV_CBOR_MAX + 1 }, &err), BV_ELIMIT, &err, "65536 bytes", "one byte more");
}

static void
finding(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct bv_cbor *map;
	struct bv_err err;

	CHECK_OK(parse(&map, &arena, "a4010220036161046362636405", &err), &err, "a map");
	CHECK(bv_cbor_find(map, 1) && bv_cbor_find(map, 1)->n == 2 && bv_cbor_find(map, -1)->n == 3, "by integers");
	CHECK(bv_cbor_find_text(map, "a")->n == 4 && bv_cbor_find_text(map, "bcd")->n == 5, "by texts");
	CHECK(!bv_cbor_find(map, 0) && !bv_cbor_find(map, 97) && !bv_cbor_find_text(map, "b") && !bv_cbor_find_text(map, ""), "what is not there");
	CHECK(!bv_cbor_find(NULL, 1) && !bv_cbor_find_text(NULL, "a") && !bv_cbor_find(bv_cbor_find(map, 1), 1) && !bv_cbor_find_text(&map->items[0], "a"),
	      "and in what is no map");
}

int
main(void)
{
	examples();
	refused();
	limits();
	finding();
	return check_end();
}
