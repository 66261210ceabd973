/* quads_make COUNT SEED: so many certificates of random shape and content, a line of JSON each: {"document", "quads", "optionsQuads"}, with the canonical
 * N-Quads that we make of the certificate and of the options of its first proof. test_canonical.sh asks others what they make of them. */
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "certs/vc/proof.h"
#include "tests/certs/quads.h"
#include "tests/certs/sample.h"

enum { AREAS = 8, LEVELS = 5, EVIDENCE = 4 };

static struct bv_stream stream;

static size_t
below(uint64_t n)
{
	return (size_t)bv_stream_below(&stream, n);
}

/* Every letter of Vietnamese: vowels with each tone (in Normalization Form C) and đ, in both cases. */
static void
add_letters(struct bv_buf *out)
{
	static const char *const vowels[] = { "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "A", "Ă", "Â", "E", "Ê", "I", "O", "Ô", "Ơ", "U", "Ư", "Y" };
	static const char *const tones[] = { "", "\xcc\x80", "\xcc\x89", "\xcc\x83", "\xcc\x81", "\xcc\xa3" };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf loose = BV_BUF(10000);
	struct bv_str letters = BV_STR_NONE;
	struct bv_err err;

	for (size_t v = 0; v < BV_COUNT(vowels); v++)
		for (size_t t = 0; t < BV_COUNT(tones); t++) {
			bv_buf_addz(&loose, vowels[v]);
			bv_buf_addz(&loose, tones[t]);
		}
	bv_buf_addz(&loose, "đĐ");
	if (bv_text_nfc(&letters, bv_buf_str(&loose), &arena, &err) != BV_OK)
		abort();
	bv_buf_add(out, letters);
}

static struct bv_str
random_text(struct bv_arena *arena, size_t most)
{
	static const char *const pieces[] = { "\"", "\\", "\n", "\t", "\r", "\\n", "\\u0041", "'", "<", ">", "^^", "@vi", " .\n", "_:b0", "%41", "/", " ", "a", "Z", "9",
		                              "ệ", "Ữ", "đ", "e\xcc\x82\xcc\xa3", "o\xcc\x9b\xcc\x83", "\xcc\x81", "\xc2\x85", "\xc2\xa0", "\xe2\x80\xa8", "\xe2\x80\xae",
		                              "\xef\xbb\xbf", "\xef\xbf\xbd", "\xee\x80\x80", "𐍈", "👩\xe2\x80\x8d🎓", "中", "ع", "\xf4\x8f\xbf\xbf", "Nguyễn Thị", "http://a" };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_TEXT_MAX);
	size_t count = 1 + below(most);

	if (below(12) == 0)
		add_letters(&text);
	while (count--)
		bv_buf_addz(&text, pieces[below(BV_COUNT(pieces))]);
	return bv_arena_str(arena, bv_buf_str(&text));
}

static struct bv_str
maybe_text(struct bv_arena *arena, size_t most)
{
	return below(3) ? random_text(arena, most) : BV_STR_NONE;
}

static struct bv_str
random_uri(struct bv_arena *arena)
{
	static const char *const uris[] = { "https://example.vn/a", "urn:example:a", "https://example.vn:8443/%E1%BB%87?q=1&r='2'", "did:web:a.example", "name:x", "a+b.c-d:e",
		                            "https://example.vn/a/../b/./c", "HTTPS://EXAMPLE.VN/A", "tag:a@b,2026:c", "type:x", "ext:y", "mailto:a@b.vn", "http://[::1]/" };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(200);

	bv_buf_printf(&text, "%s%zu", uris[below(BV_COUNT(uris))], below(1000));
	return bv_arena_str(arena, bv_buf_str(&text));
}

static struct bv_str
number(struct bv_arena *arena, size_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", n);
	return bv_arena_str(arena, bv_str_of(text));
}

static void
random_areas(struct bv_achievement *a, struct bv_str *values, struct bv_area *areas, struct bv_arena *arena)
{
	a->area_count = below(AREAS + 1);
	a->areas = areas;
	for (size_t i = 0; i < a->area_count; i++) {
		char code[40];
		snprintf(code, sizeof code, "%s%zu", below(2) ? "IU" : "a.b_c-", i);
		areas[i] = (struct bv_area){ .code = bv_arena_str(arena, bv_str_of(code)), .name_vi = random_text(arena, 6), .name_en = maybe_text(arena, 6),
			                     .max = number(arena, 100), .percent = below(2) };
		if (below(2))
			areas[i].min = BV_STR("1");
		if (below(2))
			areas[i].required = BV_STR("2.5");
		values[i] = below(5) || areas[i].required.len ? number(arena, 3 + below(90)) : BV_STR_NONE;
	}
}

static void
random_achievement(struct bv_achievement *a, struct bv_credential_facts *f, struct bv_str *levels, struct bv_arena *arena)
{
	*a = (struct bv_achievement){ .id = random_uri(arena), .name_vi = random_text(arena, 9), .name_en = maybe_text(arena, 9),
		                      .description = random_text(arena, 40), .version = maybe_text(arena, 3), .ability = below(2), .levels = levels };
	if (below(2))
		a->criteria_url = random_uri(arena);
	if (!a->criteria_url.len || below(2))
		a->criteria = random_text(arena, 40);
	a->level_count = below(LEVELS + 1);
	for (size_t i = 0; i < a->level_count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf level = BV_BUF(1000);
		bv_buf_add(&level, random_text(arena, 2));
		bv_buf_printf(&level, "%zu", i);
		levels[i] = bv_arena_str(arena, bv_buf_str(&level));
	}
	if (a->level_count && below(3))
		f->level = levels[below(a->level_count)];
	if (a->ability && below(2))
		a->ability_min = BV_STR("-6"), a->ability_max = BV_STR("6");
	if (a->ability && below(3)) {
		f->theta = BV_STR("-0.53");
		f->theta_se = below(2) ? BV_STR("0.28") : BV_STR_NONE;
	}
}

static void
random_facts(struct bv_credential_facts *f, struct bv_evidence *evidence, struct bv_arena *arena)
{
	uint64_t words[8];

	for (size_t i = 0; i < BV_COUNT(words); i++)
		words[i] = bv_stream_word(&stream);
	memcpy(f->id, words, 16);
	memcpy(f->subject_id, words + 2, 16);
	memcpy(f->salt, words + 4, 16);
	memcpy(f->birth_salt, words + 6, 16);
	f->decision = BV_DECISION_COMPLETED + below(3);
	f->holder = random_text(arena, 12);
	f->holder_hashed = below(3) == 0;
	f->birth = below(2) ? BV_STR("1990-02-28") : BV_STR_NONE;
	f->licence = maybe_text(arena, 5);
	f->status = below(2) ? random_uri(arena) : BV_STR_NONE;
	f->status_idx = (uint32_t)below(UINT32_MAX);
	f->evidence = evidence;
	f->evidence_count = below(EVIDENCE + 1);
	for (size_t i = 0; i < f->evidence_count; i++) {
		evidence[i] = (struct bv_evidence){ .name = random_text(arena, 3) };
		evidence[i].hash[0] = (uint8_t)below(256);
		evidence[i].hash[1] = (uint8_t)i;
	}
	f->awarded_s = (int64_t)below(4000000000u);
	f->valid_from_s = f->awarded_s + (int64_t)below(1000);
	f->valid_until_s = below(2) ? f->valid_from_s + 1 + (int64_t)below(1000000000) : 0;
	f->created_s = (int64_t)below(4000000000u);
}

static void
say(const struct bv_credential_facts *facts, struct bv_json *document, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf ours = BV_BUF(16 << 20), again = BV_BUF(16 << 20), options_quads = BV_BUF(1 << 20), line = BV_BUF(32 << 20);
	BV_AUTO(bv_json_free) struct bv_json *options = bv_json_copy(bv_json_at(bv_json_find(document, "proof"), 0)), *said = bv_json_new_object();
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };

	bv_json_remove(options, "proofValue");
	if (quads_of_json(&ours, document, err) != BV_OK || quads_of_facts(&again, facts, document, err) != BV_OK || shape_add_proof(&g, options, err) != BV_OK ||
	    rdfc_write(&options_quads, &g, err) != BV_OK || !bv_str_eq(bv_buf_str(&ours), bv_buf_str(&again))) {
		fprintf(stderr, "%s\n", err->msg);
		abort();
	}
	bv_json_set(said, "document", bv_json_copy(document));
	bv_json_set_str(said, "quads", bv_buf_str(&ours));
	bv_json_set_str(said, "optionsQuads", bv_buf_str(&options_quads));
	bv_json_write(&line, said);
	puts(line.p);
}

static void
make(const struct bv_signer *signer)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *document = NULL;
	struct bv_str values[AREAS], levels[LEVELS];
	struct bv_area areas[AREAS];
	struct bv_evidence evidence[EVIDENCE];
	struct bv_achievement achievement;
	struct bv_credential_facts facts = { .achievement = &achievement, .values = values };
	struct bv_err err;

	random_achievement(&achievement, &facts, levels, &arena);
	random_areas(&achievement, values, areas, &arena);
	random_facts(&facts, evidence, &arena);
	if (bv_credential_issue(&out, &facts, signer, &err) != BV_OK || bv_json_parse(&document, bv_buf_str(&out), &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	say(&facts, document, &err);
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("quads", SAMPLE_DID);
	uint8_t key[BV_HASH_LEN];

	if (argc != 3)
		return 64;
	bv_sha256(key, bv_str_of(argv[2]));
	bv_stream_init(&stream, key);
	for (int i = atoi(argv[1]); i > 0; i--)
		make(signer);
	return 0;
}
