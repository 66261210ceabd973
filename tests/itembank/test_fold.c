/* Keys of short answers: each rule, every Vietnamese syllable with both placements of its tone, numbers, and the operator in items. */
#include "itembank/fold.h"

#include "base/text.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static const struct {
	const char *rules, *text, *key;
} cases[] = {
	{ "space", "  Hà \xc2\xa0\t Nội\n", "Hà Nội" },
	{ "space", " \xe2\x80\xaf\xe3\x80\x80 ", "" },
	{ "case", " HÀ NỘI ", " hà nội " },
	{ "case", "Straße", "strasse" },
	{ "tone", "hòa bình, khỏe, thủy", "hoà bình, khoẻ, thuỷ" },
	{ "tone", "HÒA Hòa", "HOÀ Hoà" },
	{ "tone", "hoàn hoành", "hoàn hoành" },
	{ "tone", "quý qúy", "quý qúy" }, /* the u of qu is no vowel: qúy is a slip in both orthographies */
	{ "tone", "của cuả mía", "của cuả mía" },
	{ "tone", "tòa-nhà", "toà-nhà" },
	{ "iy", "kỹ sư, Mỹ, lý", "kĩ sư, Mĩ, lí" },
	{ "iy", "y tế quý thuý yêu bay", "y tế quý thuý yêu bay" },
	{ "marks", "Đường Huế thuỷ", "Duong Hue thuy" },
	{ "case,marks,space", " ĐÀ  NẴNG", "da nang" },
	{ "space,case,tone,iy", "Thủy  KỸ", "thuỷ kĩ" },
	{ "number", "12,5", "12.5" },
	{ "number", "12.5", "12.5" },
	{ "number", " 12,50 ", "12.5" },
	{ "number", "1.234", "1234" }, /* as Vietnam writes thousands */
	{ "number", "1.234.567,50", "1234567.5" },
	{ "number", "1 234 567", "1234567" },
	{ "number", "1\xc2\xa0" "234", "1234" },
	{ "number", "1,234,567.5", "1234567.5" },
	{ "number", "1,234.5", "1234.5" },
	{ "number", "0.125", "0.125" }, /* no group of thousands begins with 0 */
	{ "number", "1234.567", "1234.567" },
	{ "number", "-0,0", "0" },
	{ "number", "\xe2\x88\x92 7", "-7" },
	{ "number", "+007", "7" },
	{ "number", "1.23.456", "1.23.456" },
	{ "number", "12,", "12," },
	{ "number", ",5", ",5" },
	{ "number", "1,2,3", "1,2,3" },
	{ "number", " 5 kg ", " 5 kg " },
	{ "number,space", " 5  kg ", "5 kg" },
	{ "number", "1e5", "1e5" },
	{ "number", "-", "-" },
	{ "number", "", "" },
};

static struct bv_str
key_of(const char *rules, struct bv_str text, struct bv_arena *arena)
{
	char definition[80];
	unsigned set = 0;
	struct bv_err err;

	snprintf(definition, sizeof definition, BV_FOLD_DEFINITION "%s", rules);
	if (bv_fold_parse(&set, bv_str_of(definition), &err))
		CHECK(false, "%s: %s", rules, err.msg);
	return bv_fold_key(set, text, arena);
}

static void
rules(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_str key = key_of(cases[i].rules, bv_str_of(cases[i].text), &arena);
		if (!CHECK(bv_str_is(key, cases[i].key), "%s of \"%s\"", cases[i].rules, cases[i].text))
			printf("# got \"%.*s\"\n", BV_STR_ARG(key));
		/* A key is its own key, and its decomposition has the same. */
		struct bv_str again = key_of(cases[i].rules, key, &arena);
		struct bv_str apart = key_of(cases[i].rules, bv_text_decompose(bv_str_of(cases[i].text), &arena), &arena);
		CHECK(bv_str_eq(again, key) && bv_str_eq(apart, key), "… once and for all, composed or not");
	}
}

static void
definitions(void)
{
	static const struct {
		const char *definition, *message;
	} bad[] = { { BV_FOLD_DEFINITION, "not a rule" },
		    { BV_FOLD_DEFINITION "case,", "not a rule" },
		    { BV_FOLD_DEFINITION "case, space", "not a rule" },
		    { BV_FOLD_DEFINITION "Case", "not a rule" },
		    { "https://bangvang.vn/ns/fold/2#case", "must begin with" },
		    { "https://bangvang.vn/ns/fold/1", "must begin with" } };
	struct bv_err err;
	unsigned set = 0;

	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_fold_parse(&set, bv_str_of(bad[i].definition), &err), BV_EPARSE, &err, bad[i].message, bad[i].definition);
	CHECK_OK(bv_fold_parse(&set, BV_STR(" " BV_FOLD_DEFINITION "number,marks,iy,tone,case,space "), &err), &err, "all rules");
	CHECK(set == 63, "… each is set");
	CHECK(bv_fold_is(BV_STR("https://bangvang.vn/ns/fold/2#x")) && !bv_fold_is(BV_STR("https://example.org/fold")), "whose definition it is");
}

/* ---- Every syllable ------------------------------------------------------------------------------------------------- */

static const char *const onsets[] = { "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x" };
static const char *const rhymes[] = {
	"a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăm", "ăn", "ăng", "ăp", "ăt", "âc", "âm", "ân", "âng", "âp", "ât", "âu",
	"ây", "e", "ec", "em", "en", "eng", "eo", "ep", "et", "ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu", "i", "ia", "ich", "iêc", "iêm", "iên", "iêng", "iêp",
	"iêt", "iêu", "im", "in", "inh", "ip", "it", "iu", "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oăc", "oăm",
	"oăn", "oăng", "oăt", "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt",
	"ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "u", "ua", "uân", "uâng", "uât", "uây", "uc", "uê", "uêch", "uênh", "ui", "um", "un", "ung", "uơ", "up", "ut", "uy",
	"uya", "uych", "uyên", "uyêt", "uyn", "uynh", "uyp", "uyt", "uyu", "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng",
	"ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu", "ưt", "ưu", "y", "yêm", "yên", "yêng", "yêt", "yêu",
};
static const uint32_t tones[] = { 0, 0x300, 0x301, 0x303, 0x309, 0x323 };

static bool
is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

/* Places the tone in a decomposed rhyme: on the last vowel that has a mark; else in a closed rhyme on the last vowel; else on the only one, on the
 * middle one of three, and on the first of two, but in the new orthography on the second of oa, oe, uy. */
static struct bv_str
syllable(const char *onset, const char *rhyme, uint32_t tone, bool new_orthography, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64);
	struct bv_str rest = bv_text_decompose(bv_str_of(rhyme), arena);
	uint32_t p[16], vowels[4];
	size_t count = 0, vowel_count = 0, at = SIZE_MAX;

	while (rest.len) {
		p[count] = bv_text_next(&rest);
		if (p[count] < 0x80 && strchr("aeiouy", (int)p[count]))
			vowels[vowel_count++] = (uint32_t)count;
		else if (is_mark(p[count]))
			at = count;
		count++;
	}
	bool open = vowels[vowel_count - 1] == count - 1;
	bool moved = strcmp(rhyme, "oa") == 0 || strcmp(rhyme, "oe") == 0 || strcmp(rhyme, "uy") == 0;
	if (at == SIZE_MAX)
		at = !open || moved ? vowels[vowel_count - 1] : vowel_count == 3 ? vowels[1] : vowels[0];
	if (moved && !new_orthography)
		at = vowels[0];
	bv_buf_addz(&out, onset);
	for (size_t i = 0; i < count; i++) {
		bv_text_add(&out, p[i]);
		if (i == at && tone)
			bv_text_add(&out, tone);
	}
	return bv_arena_str(arena, bv_buf_str(&out));
}

/* Upper case of what a Vietnamese syllable is decomposed into: all of it, or the first letter. */
static struct bv_str
capital(struct bv_str s, bool all, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64);
	bool first = true;

	for (struct bv_str rest = bv_text_decompose(s, arena); rest.len; first = false) {
		uint32_t c = bv_text_next(&rest);
		bool up = all || first;
		bv_text_add(&out, up && c >= 'a' && c <= 'z' ? c - 0x20 : up && c == 0x111 ? 0x110 : c);
	}
	return bv_arena_str(arena, bv_buf_str(&out));
}

static bool
is_ascii(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void
syllables(void)
{
	size_t count = 0, moved = 0, unlike = 0, changed = 0, marked = 0, cased = 0;
	struct bv_err err;

	for (size_t o = 0; o < BV_COUNT(onsets); o++)
		for (size_t r = 0; r < BV_COUNT(rhymes); r++)
			for (size_t t = 0; t < BV_COUNT(tones); t++) {
				BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
				struct bv_str young = syllable(onsets[o], rhymes[r], tones[t], true, &arena), nfc;
				struct bv_str old = syllable(onsets[o], rhymes[r], tones[t], false, &arena);
				if (bv_text_nfc(&nfc, young, &arena, &err))
					break;
				struct bv_str key = key_of("tone", old, &arena);
				count++;
				moved += !bv_str_eq(young, old);
				unlike += !bv_str_eq(key, nfc);
				changed += !bv_str_eq(key_of("tone", nfc, &arena), nfc);
				marked += !is_ascii(key_of("marks", old, &arena));
				for (int all = 0; all < 2; all++)
					cased += !bv_str_eq(key_of("tone", capital(old, all, &arena), &arena),
					                    key_of("tone", capital(young, all, &arena), &arena)) ||
					         !bv_str_eq(key_of("case,tone", capital(old, all, &arena), &arena), nfc);
			}
	CHECK(count == BV_COUNT(onsets) * BV_COUNT(rhymes) * 6 && moved == BV_COUNT(onsets) * 3 * 5, "%zu syllables, of which %zu are written in two ways",
	      count, moved);
	CHECK(unlike == 0, "the old placement has the key of the new one");
	CHECK(changed == 0, "the new placement stays as it is");
	CHECK(cased == 0, "in capitals too");
	CHECK(marked == 0, "without marks all are ASCII");
}

/* ---- In items ------------------------------------------------------------------------------------------------------- */

#define FOLD(rules, operand) "<qti-custom-operator definition='" BV_FOLD_DEFINITION rules "'>" operand "</qti-custom-operator>"
#define TEXT(words) "<qti-base-value base-type='string'>" words "</qti-base-value>"
#define ITEM(cardinality, test) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='f' title='t' adaptive='false' time-dependent='false'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='" cardinality "' base-type='string'>" \
	"<qti-correct-response><qti-value>Hòa Bình</qti-value></qti-correct-response></qti-response-declaration>" \
	"<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>" \
	"<qti-item-body><p><qti-text-entry-interaction response-identifier='RESPONSE'/></p></qti-item-body><qti-response-processing>" \
	"<qti-response-condition><qti-response-if>" test "<qti-set-outcome-value identifier='SCORE'><qti-base-value base-type='float'>1</qti-base-value>" \
	"</qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing></qti-assessment-item>"
#define RESPONSE "<qti-variable identifier='RESPONSE'/>"

static const char member[] =
        ITEM("single", "<qti-member>" FOLD("space,case,tone", RESPONSE) FOLD("space,case,tone", "<qti-multiple>" TEXT("Hòa Bình") TEXT("tỉnh Hoà Bình") "</qti-multiple>") "</qti-member>");

static void
scored(void)
{
	static const struct {
		const char *response;
		double score;
	} answers[] = { { "hoà  bình ", 1 }, { "HÒA BÌNH", 1 }, { "Tỉnh Hòa Bình", 1 }, { "hoa binh", 0 }, { "  ", 0 }, { "", 0 } };
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	uint8_t seed[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	CHECK_OK(bv_item_parse(&item, bv_str_of(member), &err), &err, "an item with folded keys");
	CHECK_OK(bv_item_session_new(&session, item, seed, &err), &err, "… a session");
	CHECK(bv_item_machine_scorable(item), "… is scored by a machine");
	for (size_t i = 0; i < BV_COUNT(answers); i++) {
		struct bv_str value = bv_str_of(answers[i].response);
		struct bv_answer answer = { BV_STR("RESPONSE"), &value, 1 };
		double score = -1;
		CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "a response");
		CHECK_OK(bv_item_score(session, &err), &err, "… is scored");
		CHECK(bv_item_session_number(session, "SCORE", &score) && score == answers[i].score, "\"%s\" earns %g", answers[i].response, answers[i].score);
	}
}

struct seen {
	char text[2000];
};

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof seen->text - len, "%s %s\n", d->rule, d->message);
}

static void
checked(void)
{
	static const struct {
		const char *name, *xml, *message;
	} items[] = {
		{ "keys that are one", ITEM("single", "<qti-member>" FOLD("tone", RESPONSE) FOLD("tone", "<qti-multiple>" TEXT("hòa") TEXT("hoà") "</qti-multiple>") "</qti-member>"),
		  "the keys \"hòa\" and \"hoà\" are one after folding: one of them will do" },
		{ "words that differ by marks only", ITEM("single", "<qti-member>" FOLD("marks", RESPONSE) FOLD("marks", "<qti-multiple>" TEXT("muối") TEXT("mười") TEXT("muỗi") "</qti-multiple>") "</qti-member>"),
		  "leave \"marks\" out" },
		{ "a key of blanks", ITEM("single", "<qti-string-match case-sensitive='true'>" FOLD("space", RESPONSE) FOLD("space", TEXT(" &#160; ")) "</qti-string-match>"),
		  "is empty after folding" },
		{ "correct responses", ITEM("single", "<qti-string-match case-sensitive='true'>" FOLD("tone", RESPONSE) FOLD("tone", "<qti-correct identifier='RESPONSE'/>") "</qti-string-match>"),
		  NULL },
		{ "a number", ITEM("single", "<qti-is-null>" FOLD("tone", "<qti-base-value base-type='integer'>1</qti-base-value>") "</qti-is-null>"), "it must be" },
		{ "no such rule", ITEM("single", "<qti-is-null>" FOLD("tones", RESPONSE) "</qti-is-null>"), "\"tones\" is not a rule" },
		{ "two operands", ITEM("single", "<qti-is-null>" FOLD("tone", RESPONSE RESPONSE) "</qti-is-null>"), "2 operands" },
		{ "another's operator", ITEM("single", "<qti-is-null><qti-custom-operator definition='https://example.org/x'>" RESPONSE "</qti-custom-operator></qti-is-null>"),
		  "cannot be scored here" },
		{ "a text where a truth is needed", ITEM("single", FOLD("tone", RESPONSE)), "single boolean" },
	};

	for (size_t i = 0; i < BV_COUNT(items); i++) {
		struct seen seen = { "" };
		bv_item_check("f.xml", bv_str_of(items[i].xml), see, &seen);
		if (!CHECK(items[i].message ? strstr(seen.text, items[i].message) != NULL : !strstr(seen.text, "fold"), "%s", items[i].name))
			printf("# %s", seen.text);
	}
	CHECK(strstr(member, "member") != NULL, "the good item");
	struct seen seen = { "" };
	CHECK(bv_item_check("f.xml", bv_str_of(member), see, &seen) == 0 && !strstr(seen.text, "fold"), "good keys have nothing to be said of them: %s", seen.text);
}

/* ---- From other formats --------------------------------------------------------------------------------------------- */

static enum bv_status
keep(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	(void)err;
	bv_buf_add(ctx, item->xml);
	return BV_OK;
}

static size_t
count_of(struct bv_str text, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i + strlen(part) <= text.len; i++)
		count += memcmp(text.p + i, part, strlen(part)) == 0;
	return count;
}

static void
converted(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	struct bv_convert_opts opts = { .language = BV_STR("vi"), .fold = BV_STR("space,case,tone"), .item = keep, .ctx = &xml };
	struct bv_str gift = BV_STR("::h::Tỉnh nào? {=Hòa Bình =%50%Sơn La & =*Bắc* }\n");
	struct bv_convert_counts counts;
	struct bv_err err;

	CHECK_OK(bv_convert(BV_CONVERT_GIFT, gift, &opts, &counts, &err), &err, "short answers with rules");
	struct bv_str out = bv_buf_str(&xml);
	CHECK(count_of(out, "fold/1#space,case,tone") == 4 && count_of(out, "<qti-pattern-match") == 1, "… become keys, but for the one with wildcards");
	CHECK(count_of(out, ">Hòa Bình</qti-base-value>") == 1 && count_of(out, ">Sơn La &amp;</qti-base-value>") == 1, "… as they are written");
	opts.fold = BV_STR("space,cases");
	CHECK_REFUSED(bv_convert(BV_CONVERT_GIFT, gift, &opts, &counts, &err), BV_EINVAL, &err, "\"cases\" is not a rule", "no such rule");
	bv_buf_clear(&xml);
	opts.fold = BV_STR_NONE;
	CHECK_OK(bv_convert(BV_CONVERT_GIFT, gift, &opts, &counts, &err), &err, "without rules");
	CHECK(count_of(bv_buf_str(&xml), "fold/1") == 0 && count_of(bv_buf_str(&xml), "<qti-pattern-match") == 3, "… they stay patterns");
}

int
main(void)
{
	converted();
	rules();
	definitions();
	syllables();
	scored();
	checked();
	return check_end();
}
