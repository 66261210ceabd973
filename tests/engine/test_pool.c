#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "engine/enemies.h"
#include "tests/check.h"
#include "tests/engine/fixture.h"

static const char parts[] = FIXTURE_PART(
        "p", "<stratum id='low' competence='IU01' count='2' marks='1' levels='nhan-biet' difficultyBelow='0.5'/>\n"
             "<stratum id='high' competence='IU01' count='2' marks='1' levels='nhan-biet' difficultyFrom='0.5'/>\n"
             "<stratum id='pick' competence='IU02.1' count='1' marks='1' types='choice order'/>\n"
             "<stratum id='free' competence='IU03' count='1' marks='1' enemies='false'/>\n");

static struct bv_pool_item *
add(struct fixture *f, const char *identifier, const char *competence, enum bv_cognitive level)
{
	struct bv_pool_item *item = fixture_item(f, fixture_str(f, "%s", identifier, 0), competence, f->count);

	item->level = level;
	return item;
}

static struct bv_pool_item *
calibrate(struct bv_pool_item *item, int32_t difficulty)
{
	item->has_parameters = true;
	item->difficulty = difficulty;
	return item;
}

static void
fill(struct fixture *f)
{
	calibrate(add(f, "L2", "IU01", BV_COGNITIVE_RECALL), 499);
	calibrate(add(f, "L1", "IU01.3", BV_COGNITIVE_RECALL), -3000);
	calibrate(add(f, "H1", "IU01.1", BV_COGNITIVE_RECALL), 500);
	calibrate(add(f, "H2", "IU01.1.1", BV_COGNITIVE_RECALL), 2000);
	add(f, "uncalibrated", "IU01", BV_COGNITIVE_RECALL);
	calibrate(add(f, "other-level", "IU01", BV_COGNITIVE_APPLY), 0);
	calibrate(add(f, "no-level", "IU01", BV_COGNITIVE_NONE), 0);
	calibrate(add(f, "alike", "IU012", BV_COGNITIVE_RECALL), 0);
	calibrate(add(f, "english", "IU01", BV_COGNITIVE_RECALL), 0)->language = BV_STR("en");
}

static void
fill_types(struct fixture *f)
{
	add(f, "P-choice", "IU02.1", BV_COGNITIVE_NONE);
	fixture_shape(f, BV_INTERACTION_CHOICE, "RESPONSE", 4, 0, 1u << 3);
	add(f, "P-both", "IU02.1", BV_COGNITIVE_NONE);
	fixture_shape(f, BV_INTERACTION_CHOICE, "R1", 2, 0, 0)->shuffle = false;
	fixture_shape(f, BV_INTERACTION_ORDER, "R2", 3, 0, 0);
	add(f, "P-half", "IU02.1", BV_COGNITIVE_NONE);
	fixture_shape(f, BV_INTERACTION_CHOICE, "R1", 2, 0, 0);
	fixture_shape(f, BV_INTERACTION_MATCH, "R2", 2, 3, 0);
	add(f, "P-none", "IU02.1", BV_COGNITIVE_NONE);
	add(f, "F-match", "IU03", BV_COGNITIVE_NONE);
	fixture_shape(f, BV_INTERACTION_MATCH, "R", 2, 3, 1u << 4);
	add(f, "F-gap", "IU03", BV_COGNITIVE_NONE);
	fixture_shape(f, BV_INTERACTION_GAP_MATCH, "R", 2, 3, 0);
}

/* Identifiers of a stratum, separated by spaces. */
static const char *
names(const struct bv_draw_pool *pool, size_t stratum)
{
	static char text[4096];
	size_t len = 0;

	text[0] = 0;
	for (size_t i = 0; i < pool->strata[stratum].count; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", i ? " " : "",
		                        BV_STR_ARG(pool->strata[stratum].items[i].identifier));
	return text;
}

static struct bv_draw_pool *
build(const struct bv_blueprint *bp, const struct fixture *f)
{
	struct bv_draw_pool *pool = NULL;
	struct bv_err err;

	CHECK_OK(bv_draw_pool_build(&pool, bp, f->sources, f->count, &err), &err, "a pool is built");
	if (!pool)
		exit(1);
	return pool;
}

static void
filters(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);
	struct bv_err err;

	fill(&f);
	fill_types(&f);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = build(bp, &f);
	CHECK_STR(bv_str_of(names(pool, 0)), BV_STR("L1 L2"), "a band ends before its upper bound, and names ascend");
	CHECK_STR(bv_str_of(names(pool, 1)), BV_STR("H1 H2"), "and begins with its lower bound");
	CHECK_STR(bv_str_of(names(pool, 2)), BV_STR("P-both P-choice"), "every interaction of an item must be of the types");
	CHECK_STR(bv_str_of(names(pool, 3)), BV_STR("F-gap F-match"), "no filter but the competence");
	const struct bv_draw_pool_tally *t = &pool->strata[0].tally;
	CHECK(t->considered == 7 && t->lost_level == 2 && t->lost_difficulty == 3 && t->lost_kind == 0 && t->lost_enemies == 0,
	      "the tally of a band: %u considered, %u, %u", t->considered, t->lost_level, t->lost_difficulty);
	t = &pool->strata[2].tally;
	CHECK(t->considered == 4 && t->lost_kind == 2, "the tally of types: %u considered, %u lost", t->considered, t->lost_kind);
	CHECK_OK(bv_draw_pool_check(pool, bp, "x", NULL, &err), &err, "the pool is large enough");

	const struct bv_draw_pool_entry *both = &pool->strata[2].items[0], *choice = &pool->strata[2].items[1];
	CHECK(both->option_count == 1 && bv_str_is(both->options[0].response, "R2"), "what is not shuffled is left out");
	CHECK(choice->options[0].set_count == 1 && choice->options[0].sets[0].count == 4 && choice->options[0].sets[0].fixed[3] &&
	              !choice->options[0].sets[0].fixed[2] && bv_str_is(choice->options[0].sets[0].choices[1], "A1"),
	      "choices, one of them fixed");
	const struct bv_draw_pool_entry *gap = &pool->strata[3].items[0], *match = &pool->strata[3].items[1];
	CHECK(match->options[0].set_count == 2 && match->options[0].sets[1].count == 3 && match->options[0].sets[1].fixed[2], "two sets of a match");
	CHECK(gap->options[0].set_count == 1 && gap->options[0].sets[0].count == 2, "gaps are never moved");
}

static void
same_from_any_order(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);

	fill(&f);
	fill_types(&f);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = build(bp, &f);
	for (size_t i = 0; i < f.count / 2; i++) {
		struct bv_draw_source source = f.sources[i];
		f.sources[i] = f.sources[f.count - 1 - i];
		f.sources[f.count - 1 - i] = source;
	}
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *again = build(bp, &f);
	CHECK(bv_hash_eq(pool->hash, again->hash), "the order of the bank makes no other pool");
	f.items[0].version++;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *other = build(bp, &f);
	CHECK(!bv_hash_eq(pool->hash, other->hash), "another version does");
}

static void
refused_sources(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);
	struct bv_draw_pool *pool = NULL;
	struct bv_err err;

	fill(&f);
	fill_types(&f);
	calibrate(add(&f, "english", "IU01", BV_COGNITIVE_RECALL), 0);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *translated = build(bp, &f);
	CHECK_STR(bv_str_of(names(translated, 0)), BV_STR("L1 L2 english"), "an item in two languages");
	calibrate(add(&f, "english", "IU01", BV_COGNITIVE_RECALL), 0);
	CHECK_REFUSED(bv_draw_pool_build(&pool, bp, f.sources, f.count, &err), BV_EINVAL, &err, "'english' is there twice", "twice in one");
	f.count--;
	add(&f, "two-alike", "IU03", BV_COGNITIVE_NONE);
	fixture_shape(&f, BV_INTERACTION_CHOICE, "R", 2, 0, 0);
	fixture_shape(&f, BV_INTERACTION_CHOICE, "R", 2, 0, 0);
	CHECK_REFUSED(bv_draw_pool_build(&pool, bp, f.sources, f.count, &err), BV_EINVAL, &err, "two shuffled interactions",
	              "one response of two interactions");
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *still = fixture_blueprint("optionShuffle='false'", parts);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *bare = build(still, &f);
	CHECK(bare->strata[2].items[1].option_count == 0 && bare->strata[3].items[2].option_count == 0,
	      "a blueprint that shuffles no options publishes none");
}

static void
shortages(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);
	BV_AUTO(bv_buf_finish) struct bv_buf report = BV_BUF(1u << 16), json = BV_BUF(1u << 20);
	struct bv_err err;
	static const char want[] =
	        "b.xml:5: stratum 'high' is short by 1: it needs 2 items and has 1 of 7 in 'vi' at IU01 "
	        "(lost: 2 to levels, 3 to difficulty, 0 to types, 1 to enemies)\n"
	        "b.xml:6: stratum 'pick' is short by 1: it needs 1 items and has 0 of 0 in 'vi' at IU02.1 "
	        "(lost: 0 to levels, 0 to difficulty, 0 to types, 0 to enemies)\n"
	        "b.xml:7: stratum 'free' is short by 1: it needs 1 items and has 0 of 0 in 'vi' at IU03 "
	        "(lost: 0 to levels, 0 to difficulty, 0 to types, 0 to enemies)\n";

	fill(&f);
	f.items[2].enemies = (struct bv_str[]){ BV_STR("H2"), BV_STR("nobody"), BV_STR("H1") };
	f.items[2].enemy_count = 3;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = build(bp, &f);
	CHECK_REFUSED(bv_draw_pool_check(pool, bp, "b.xml", &report, &err), BV_EINVAL, &err, "2 more strata are short", "short strata");
	CHECK(err.line == 5, "with the line of the first");
	CHECK_STR(bv_buf_str(&report), bv_str_of(want), "all of them are told, with what was lost to what");
	struct bv_draw_plan *plan = NULL;
	CHECK_REFUSED(bv_draw_plan_new(&plan, bp, pool, &err), BV_EINVAL, &err, "'high' is short by 1", "nothing is drawn from it");

	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *read = NULL;
	bv_draw_pool_write(&json, pool);
	CHECK_OK(bv_draw_pool_parse(&read, bv_buf_str(&json), &err), &err, "a short pool from its file");
	bv_buf_clear(&report);
	CHECK_REFUSED(bv_draw_pool_check(read, bp, "b.xml", &report, &err), BV_EINVAL, &err, "needs 2 items and has 1; 2 more", "is short too");

	BV_AUTO(bv_blueprint_free) struct bv_blueprint *other = fixture_blueprint("itemOrder='shuffled'", parts);
	CHECK_REFUSED(bv_draw_pool_check(pool, other, "b.xml", NULL, &err), BV_EDENIED, &err, "was frozen for the blueprint",
	              "a pool of another blueprint");
}

static const char named_parts[] = FIXTURE_PART("p", "<stratum id='named' competence='IU01' count='1' marks='1' enemies='named'/>\n"
                                            "<stratum id='free' competence='IU03' count='1' marks='1' enemies='false'/>\n");

/* Enemies across strata; a stratum that does not respect them takes no part. */
static void
enemies_in_pools(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);
	struct bv_str enemies[] = { BV_STR("H1"), BV_STR("F1"), BV_STR("L1") };

	calibrate(add(&f, "L1", "IU01", BV_COGNITIVE_RECALL), 0);
	f.items[0].enemies = enemies;
	f.items[0].enemy_count = 3;
	calibrate(add(&f, "H1", "IU01", BV_COGNITIVE_RECALL), 1000);
	add(&f, "F1", "IU03", BV_COGNITIVE_NONE);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *named = build(bp, &f);
	CHECK(named->strata[0].count + named->strata[1].count == 1 && named->strata[0].tally.lost_enemies + named->strata[1].tally.lost_enemies == 1,
	      "of two enemies in two strata one is kept: %s", names(named, named->strata[0].count ? 0 : 1));
	CHECK(named->strata[3].count == 1, "an enemy in a stratum that ignores them stays");
	f.items[1].enemies = (struct bv_str[]){ BV_STR("L1") };
	f.items[1].enemy_count = 1;
	f.items[0].enemy_count = 0;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *naming = build(bp, &f);
	CHECK(bv_hash_eq(named->hash, naming->hash), "whichever of the two names the other");
	f.items[1].enemy_count = 0;
	f.sources[0].stimuli = BV_STR("S1 S2");
	f.sources[1].stimuli = BV_STR("S3 S2");
	f.sources[2].stimuli = BV_STR("S2");
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *shared = build(bp, &f);
	CHECK(bv_hash_eq(named->hash, shared->hash) && shared->strata[3].count == 1, "nor does it matter that they share a stimulus instead");
	f.sources[1].stimuli = BV_STR("S3 S");
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *apart = build(bp, &f);
	CHECK(apart->strata[0].count + apart->strata[1].count == 2, "with other stimuli both are kept");
	f.sources[1].stimuli = BV_STR("S2");
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *loose = fixture_blueprint("", named_parts);
	CHECK(loose->strata[0].enemies == BV_ENEMIES_NAMED && bp->strata[0].enemies == BV_ENEMIES_ALL && bp->strata[3].enemies == BV_ENEMIES_NONE,
	      "as it says");
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *together = build(loose, &f);
	CHECK(together->strata[0].count == 2, "where only named ones are parted, items of a stimulus may come together");
	f.items[0].enemy_count = 3;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *still = build(loose, &f);
	CHECK(still->strata[0].count == 1 && still->strata[0].tally.lost_enemies == 1, "but not those of which one names the other");
}

static const char good_file[] =
        "{\"alg\":\"BV-DRAW-1\",\"blueprint\":{\"hash\":\"00000000000000000000000000000000000000000000000000000000000000ab\",\"id\":\"b\"},"
        "\"language\":\"vi\",\"strata\":["
        "{\"id\":\"s\",\"items\":["
        "{\"hash\":\"00000000000000000000000000000000000000000000000000000000000000cd\",\"identifier\":\"I1\",\"options\":[],\"version\":1},"
        "{\"hash\":\"00000000000000000000000000000000000000000000000000000000000000ef\",\"identifier\":\"I2\",\"options\":["
        "{\"response\":\"R\",\"sets\":[{\"choices\":[\"A\",\"B\",\"C\"],\"fixed\":[0,2]},{\"choices\":[],\"fixed\":[]}]}],\"version\":7}]},"
        "{\"id\":\"t\",\"items\":[]}]}";

static void
file_cases(void)
{
	static const struct {
		const char *what, *from, *to, *says; /* NULL: taken */
	} cases[] = {
		{ "as it is", "", "", NULL },
		{ "a line feed at the end", "\"items\":[]}]}", "\"items\":[]}]}\n", NULL },
		{ "two line feeds", "\"items\":[]}]}", "\"items\":[]}]}\n\n", "canonical" },
		{ "a space", "{\"alg\":", "{ \"alg\":", "canonical" },
		{ "capital digits", "00ab", "00AB", "byte 103 differs" },
		{ "another algorithm", "BV-DRAW-1", "BV-DRAW-2", "only BV-DRAW-1" },
		{ "no algorithm", "\"alg\":\"BV-DRAW-1\",", "", "'alg' is missing" },
		{ "an unknown member", "{\"alg\"", "{\"abc\":1,\"alg\"", "'abc' is not known" },
		{ "an unknown member of an item", "\"version\":1", "\"text\":\"x\",\"version\":1", "'text' is not known" },
		{ "a member twice", "\"language\":\"vi\"", "\"language\":\"vi\",\"language\":\"vi\"", "twice" },
		{ "a short hash", "00cd\"", "0cd\"", "'hash'" },
		{ "a language that is empty", "\"vi\"", "\"\"", "'language' is empty" },
		{ "version 0", "\"version\":1", "\"version\":0", "'version' is less than 1" },
		{ "a version that is no integer", "\"version\":1", "\"version\":1.5", "'version' is a number" },
		{ "an identifier twice", "\"I2\"", "\"I1\"", "does not come after" },
		{ "identifiers that descend", "\"I2\"", "\"I0\"", "does not come after" },
		{ "an item in two strata", "\"items\":[]}",
		  "\"items\":[{\"hash\":\"00000000000000000000000000000000000000000000000000000000000000cd\",\"identifier\":\"I1\",\"options\":[],"
		  "\"version\":1}]}",
		  "'I1' is in two strata" },
		{ "a fixed index past the end", "[0,2]", "[0,3]", "ascending list of indices" },
		{ "fixed indices that descend", "[0,2]", "[2,0]", "ascending list of indices" },
		{ "a fixed index below 0", "[0,2]", "[-1,2]", "ascending list of indices" },
		{ "a fixed index that is no integer", "[0,2]", "[0,\"2\"]", "ascending list of indices" },
		{ "a choice that is no string", "\"B\"", "2", "no identifier" },
		{ "three sets", "{\"choices\":[],\"fixed\":[]}", "{\"choices\":[],\"fixed\":[]},{\"choices\":[],\"fixed\":[]}", "more than 2" },
		{ "no set", "[{\"choices\":[\"A\",\"B\",\"C\"],\"fixed\":[0,2]},{\"choices\":[],\"fixed\":[]}]", "[]", "'sets' is empty" },
		{ "strata that are no array", "\"strata\":[", "\"strata\":{\"x\":[", "" },
		{ "a stratum that is no object", "{\"id\":\"t\",\"items\":[]}", "7", "'id' is missing" },
		{ "a NUL in a name", "\"I2\"", "\"I2\\u0000\"", NULL },
		{ "not an object", good_file, "[]", "a pool is a JSON object" },
		{ "an array in an array", good_file, "[[[", "" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1u << 16);
		BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
		struct bv_err err = { 0 };
		const char *at = strstr(good_file, cases[i].from);
		bv_buf_add(&json, (struct bv_str){ good_file, (size_t)(at - good_file) });
		bv_buf_addz(&json, cases[i].to);
		bv_buf_addz(&json, at + strlen(cases[i].from));
		enum bv_status status = bv_draw_pool_parse(&pool, bv_buf_str(&json), &err);
		if (!CHECK(cases[i].says ? status != BV_OK && strstr(err.msg, cases[i].says) : status == BV_OK, "%s: %s",
		           cases[i].says ? "refused" : "taken", cases[i].what))
			printf("# %s line %d: %s\n", bv_status_name(status), err.line, err.msg);
	}
}

static void
files(void)
{
	BV_AUTO(fixture_finish) struct fixture f = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = fixture_blueprint("", parts);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1u << 20), again = BV_BUF(1u << 20);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *read = NULL;
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	fill(&f);
	fill_types(&f);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = build(bp, &f);
	bv_draw_pool_write(&json, pool);
	bv_sha256(hash, bv_buf_str(&json));
	CHECK(bv_hash_eq(hash, pool->hash), "the pool's hash is that of its file");
	CHECK_OK(bv_draw_pool_parse(&read, bv_buf_str(&json), &err), &err, "the file is read");
	if (!read)
		return;
	bv_draw_pool_write(&again, read);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&json), "and written again");
	CHECK(bv_hash_eq(read->hash, pool->hash), "with the same hash");
	for (size_t cut = 0; cut < json.len; cut += 7) {
		struct bv_draw_pool *none = NULL;
		if (bv_draw_pool_parse(&none, bv_str_sub(bv_buf_str(&json), 0, cut), &err) == BV_OK) {
			CHECK(false, "%zu bytes of %zu are refused", cut, json.len);
			bv_draw_pool_free(none);
		}
	}
}

/* A bank of a graphic item and one with a portable custom interaction, both at IU01: what runs code of its author's is not drawn. */
static void
undeliverable(void)
{
	static const char *const both[] = { "hotspot", "portable-custom" };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp =
	        fixture_blueprint("", FIXTURE_PART("p", "<stratum id='all' competence='IU01' count='1' marks='1'/>\n"));
	BV_AUTO(bv_buf_finish) struct bv_buf manifest = BV_BUF(1u << 16);
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	char folder[] = "/tmp/bv-pool-XXXXXX", path[4096];
	const char *source = getenv("BV_SOURCE"), *import = folder;
	struct bv_import_counts counts;
	struct bv_err err;

	if (!CHECK(mkdtemp(folder) != NULL, "a folder"))
		return;
	bv_buf_addz(&manifest, "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='m'><organizations/><resources>");
	for (size_t i = 0; i < BV_COUNT(both); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
		snprintf(path, sizeof path, "%s/tests/vectors/itembank/items/%s.xml", source ? source : ".", both[i]);
		CHECK_OK(bv_file_read(&xml, path, &err), &err, both[i]);
		snprintf(path, sizeof path, "%s/%s.xml", folder, both[i]);
		CHECK_OK(bv_file_create(path, bv_buf_str(&xml), 0600, &err), &err, "  copied");
		bv_buf_printf(&manifest,
		              "<resource identifier='R%zu' type='imsqti_item_xmlv3p0' href='%s.xml'><metadata><lom xmlns='http://ltsc.ieee.org/xsd/LOM'>"
		              "<classification><purpose><source>LOMv1.0</source><value>competency</value></purpose><taxonPath><source>"
		              "<string language='vi'>TT 03/2014</string></source><taxon><id>IU01.1</id></taxon></taxonPath></classification></lom>"
		              "</metadata><file href='%s.xml'/></resource>",
		              i, both[i], both[i]);
	}
	bv_buf_addz(&manifest, "</resources></manifest>");
	snprintf(path, sizeof path, "%s/imsmanifest.xml", folder);
	CHECK_OK(bv_file_create(path, bv_buf_str(&manifest), 0600, &err), &err, "a manifest");
	snprintf(path, sizeof path, "%s/images", folder);
	CHECK_OK(bv_dir_make(path, &err), &err, "a folder of pictures");
	snprintf(path, sizeof path, "%s/images/man-hinh.png", folder);
	CHECK_OK(bv_file_create(path, BV_STR("\x89PNG\r\n\x1a\nx"), 0600, &err), &err, "  with one");
	snprintf(path, sizeof path, "%s/bank.db", folder);
	CHECK_OK(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err, "a bank");
	CHECK_OK(bv_bank_import(bank, &import, 1, &(struct bv_import_opts){ .now_s = 1 }, &counts, &err), &err, "imported");
	CHECK(counts.added == 2 && counts.refused == 0, "both are stored: %d, refused %d", (int)counts.added, (int)counts.refused);
	CHECK_OK(bv_draw_pool_load(&pool, bp, bank, NULL, &err), &err, "a pool");
	CHECK_STR(bv_str_of(names(pool, 0)), BV_STR("hotspot"), "only one may be drawn");
	CHECK(pool->strata[0].items[0].option_count == 0, "and nothing of it is shuffled");
	bv_bank_close(bv_steal(&bank));
	static const char *const made[] = { "hotspot.xml", "portable-custom.xml", "imsmanifest.xml", "bank.db" };
	for (size_t i = 0; i < BV_COUNT(made); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/images/man-hinh.png", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/images", folder);
	rmdir(path);
	CHECK(rmdir(folder) == 0, "nothing else was made");
}

int
main(void)
{
	filters();
	undeliverable();
	same_from_any_order();
	refused_sources();
	shortages();
	enemies_in_pools();
	file_cases();
	files();
	return check_end();
}
