/* Bytes → PDF reader, CMS check, verification. The first byte says how: 'P' the bytes themselves; 'C' a CMS signature; 'E' edits of a sealed page that
 * verifies, three bytes of place and one of value each, and then bytes to append. No edit of what is sealed is ever valid. */
#include <stdint.h>

#include "certs/pdf/cms.h"
#include "certs/pdf/pdf_seal.h"
#include "tests/certs/seal_sample.h"

#undef NDEBUG
#include <assert.h>

static struct bv_buf sealed = { .max = BV_PDF_MAX };
static struct bv_trust *trust;
static struct pdf_seal seal;
static struct bv_str root;

static const char template[] =
	"<certificate-template xmlns=\"https://bangvang.vn/ns/certificate-template/1\" identifier=\"fuzz\" version=\"1\" width=\"100\" height=\"100\" "
	"font=\"none\" address=\"https://a.example\" offset=\"+07:00\"><rect x=\"1\" y=\"1\" width=\"9\" height=\"9\"/></certificate-template>";

static void
prepare(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bangvang golden 1", SAMPLE_DID);
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang golden 1");
	BV_AUTO(bv_page_template_free) struct bv_page_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_CREDENTIAL_MAX), page = BV_BUF(BV_PDF_MAX), did = BV_BUF(10000);
	struct bv_credential_facts facts = sample_facts();
	struct seal_sample sample;
	struct pdf_file file;
	struct bv_err err;

	seal_sample_init(&sample, "bangvang golden 1", SAMPLE_DID);
	assert(bv_credential_issue(&json, &facts, signer, &err) == BV_OK);
	assert(bv_page_template_parse(&tmpl, bv_str_of(template), &err) == BV_OK);
	struct bv_pdf_page of = { .credential = bv_buf_str(&json) };
	assert(bv_pdf_render(&page, tmpl, &of, &err) == BV_OK);
	struct bv_seal with = { .key = sample.key, .chain = sample.chain, .at_s = 1795000200 };
	assert(bv_pdf_seal(&sealed, bv_buf_str(&page), &with, &err) == BV_OK);
	bv_did_document_write(&did, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key), bv_key_describe(sample.key) }, 2);
	trust = bv_trust_new();
	assert(bv_trust_add(trust, "did.json", bv_buf_str(&did), &err) == BV_OK);
	assert(bv_trust_add(trust, "root.crt", bv_buf_str(&sample.root), &err) == BV_OK);
	assert(pdf_file_read(&file, bv_buf_str(&sealed), &err) == BV_OK && pdf_seal_find(&seal, &file, &err) == BV_OK);
	pdf_file_finish(&file);
	seal_sample_finish(&sample);
	bv_pdf_end();
}

static enum bv_verdict
verdict(struct bv_str bytes)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);

	bv_credential_verify(&report, bytes, trust, &options);
	bv_report_write(&text, report, BV_STR("fuzz"), BV_LANG_VI);
	return bv_report_verdict(report);
}

static void
edit(struct bv_str edits)
{
	BV_AUTO(bv_buf_finish) struct bv_buf changed = BV_BUF(BV_PDF_MAX);
	bool different = false;

	bv_buf_add(&changed, bv_buf_str(&sealed));
	for (; edits.len >= 4 && edits.p[0] != '+'; edits = bv_str_sub(edits, 4, edits.len)) {
		size_t at = ((size_t)(uint8_t)edits.p[0] << 16 | (size_t)(uint8_t)edits.p[1] << 8 | (uint8_t)edits.p[2]) % sealed.len;
		changed.p[at] = edits.p[3];
		different = different || (changed.p[at] != sealed.p[at] && (at <= seal.gap || at + 1 >= seal.gap_end));
	}
	/* A place may have been put back by a later edit. */
	different = different && (memcmp(changed.p, sealed.p, seal.gap + 1) != 0 || memcmp(changed.p + seal.gap_end - 1, sealed.p + seal.gap_end - 1, sealed.len - seal.gap_end + 1) != 0);
	if (edits.len)
		bv_buf_add(&changed, bv_str_sub(edits, 1, edits.len));
	if (verdict(bv_buf_str(&changed)) == BV_VERDICT_VALID)
		assert(!different);
}

static void
check_cms(struct bv_str der)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct cms_trust with = { .anchors = { &root, 0 } };
	struct cms_facts facts;
	struct bv_err err;

	if (cms_check(&facts, &arena, der, seal.digest, &with, 1795000200, &err) == BV_OK)
		assert(facts.public.kind != 0);
}

/* Fontconfig keeps a pattern or two after its end; nothing of ours goes through it. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bv_str bytes = { (const char *)data, size };

	if (!trust) {
		prepare();
		assert(verdict(bv_buf_str(&sealed)) == BV_VERDICT_VALID);
		check_cms((struct bv_str){ (const char *)seal.cms, seal.cms_len });
	}
	if (!size)
		return 0;
	if (bytes.p[0] == 'E')
		edit(bv_str_sub(bytes, 1, bytes.len));
	else if (bytes.p[0] == 'C')
		check_cms(bv_str_sub(bytes, 1, bytes.len));
	else
		verdict(bv_str_sub(bytes, bytes.p[0] == 'P', bytes.len));
	return 0;
}
