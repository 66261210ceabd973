/* The sitting of sitting_fixture.h with forms that a design assembles. */
#ifndef BV_TESTS_ISSUE_FIXTURE_H
#define BV_TESTS_ISSUE_FIXTURE_H

#include "base/file.h"
#include "tests/engine/sitting_fixture.h"

#define ISSUE_DESIGN "{\"length\":40,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[{\"sum\":\"seconds\",\"max\":1600}]}"

/* Levels by ability, for forms whose marks do not compare. */
#define ISSUE_BANDS \
	"<rules xmlns=\"https://bangvang.vn/ns/rules/1\" identifier=\"vn-bands-3\" version=\"1\" certainty=\"uncertain\" standard=\"vn-tt03-2014\">" \
	"<title xml:lang=\"vi\">Thang</title><title xml:lang=\"en\">Bands</title><in-force from=\"2014-04-28\" certainty=\"uncertain\"/><note>For tests.</note>" \
	"<bands decide-by=\"posterior\" probability=\"50.00\" edge=\"reached\" pass=\"basic\" least-items=\"2\" most-se-milli=\"1000\">" \
	"<band level=\"basic\" cut-milli=\"-500\"/><band level=\"advanced\" cut-milli=\"800\"/></bands></rules>"

/* A set of all items of the bank, some harder and sharper than others; they are guessed when asked to. */
__attribute__((unused)) static void
issue_parameters(struct sitting_test *t, struct bv_buf *out, const char *guess)
{
	BV_AUTO(bv_pool_finish) struct bv_pool listed = { 0 };
	const struct bv_bank_filter filter = { .language = BV_STR("vi") };

	CHECK_OK(bv_bank_pool(&listed, t->bank, &filter, &t->err), &t->err, "the items of the bank");
	bv_buf_clear(out);
	bv_buf_addz(out, "item,a,b,c,stratum,seconds\n");
	for (size_t i = 0; i < listed.count; i++)
		bv_buf_printf(out, "%.*s,%g,%g,%s,misleading,%zu\n", BV_STR_ARG(listed.items[i].identifier), 0.8 + 0.05 * (double)(i % 17), -1.5 + 0.2 * (double)(i % 13), guess,
		              30 + i % 19);
}

/* The sample blueprint with an <assembly> (or an <adaptive>, with a rule pack that decides by ability) of the two documents, its pool and its items. */
__attribute__((unused)) static void
issue_blueprint(struct sitting_test *t, struct bv_buf *design, struct bv_buf *parameters, const char *element, const char *more)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf shortage = BV_BUF(1 << 16), plain = BV_BUF(BV_BLUEPRINT_MAX);
	uint8_t hash[BV_HASH_LEN];

	CHECK_OK(bv_file_read(&plain, source_path("engine/sample/vn-basic-40.xml"), &t->err), &t->err, "a blueprint");
	const char *at = strstr(plain.p, "<part");
	struct bv_buf *out = &t->documents[FIXTURE_BLUEPRINT];
	bv_buf_clear(out);
	bv_buf_add(out, bv_str_sub(bv_buf_str(&plain), 0, (size_t)(at - plain.p)));
	bv_sha256(hash, bv_buf_str(design));
	bv_buf_printf(out, "<%s design=\"", element);
	bv_hex_write(out, hash, sizeof hash);
	bv_sha256(hash, bv_buf_str(parameters));
	bv_buf_addz(out, "\" parameters=\"");
	bv_hex_write(out, hash, sizeof hash);
	bv_buf_printf(out, "\" %s/>%s", more, at);
	char *pack = strcmp(element, "adaptive") == 0 ? strstr(out->p, "vn-17-2016") : NULL;
	if (pack) {
		memcpy(pack, "vn-bands-3", 10);
		bv_buf_clear(&t->documents[FIXTURE_RULES]);
		bv_buf_addz(&t->documents[FIXTURE_RULES], ISSUE_BANDS);
	}
	CHECK_OK(bv_blueprint_parse(&blueprint, bv_buf_str(out), &t->err), &t->err, element);
	bv_buf_clear(&t->documents[FIXTURE_POOL]);
	bv_buf_clear(&t->documents[FIXTURE_ITEMS]);
	CHECK_OK(bv_exam_from_bank(&t->documents[FIXTURE_POOL], &t->documents[FIXTURE_ITEMS], blueprint, "b.xml", t->bank, NULL, &shortage, &t->err), &t->err, "its pool");
	sitting_exam(t, BV_SITTING_LINEAR);
	t->d.design = bv_buf_str(design);
	t->d.parameters = bv_buf_str(parameters);
}

__attribute__((unused)) static void
issue_documents(struct sitting_test *t, struct bv_buf *design, struct bv_buf *parameters, const char *caps)
{
	issue_blueprint(t, design, parameters, "assembly", caps);
}

#endif
