/* Pages drawn, sealed and verified, against bare signing and verifying by P-256, by turns in one process. */
#include "base/clock.h"
#include "base/file.h"
#include "tests/bench/bench.h"
#include "tests/certs/seal_sample.h"

enum { ROUNDS = 5, PAGES = 20, SEALS = 500 };

struct world {
	struct bv_buf json, xml, page, pdf, did;
	struct bv_page_template *tmpl;
	struct seal_sample seal;
	struct bv_trust *trust;
};

static void
world_init(struct world *w)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bench", SAMPLE_DID);
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bench");
	struct bv_credential_facts facts = sample_facts();
	char path[4096];
	struct bv_err err;

	*w = (struct world){ .json = BV_BUF(BV_CREDENTIAL_MAX), .xml = BV_BUF(1 << 20), .page = BV_BUF(BV_PDF_MAX), .pdf = BV_BUF(BV_PDF_MAX), .did = BV_BUF(10000) };
	seal_sample_init(&w->seal, "bench", SAMPLE_DID);
	must(bv_credential_issue(&w->json, &facts, signer, &err), &err);
	snprintf(path, sizeof path, "%s/certs/page/vn-a4-landscape.xml", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".");
	must(bv_file_read(&w->xml, path, &err), &err);
	must(bv_page_template_parse(&w->tmpl, bv_buf_str(&w->xml), &err), &err);
	bv_did_document_write(&w->did, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key), bv_key_describe(w->seal.key) }, 2);
	w->trust = bv_trust_new();
	must(bv_trust_add(w->trust, "did.json", bv_buf_str(&w->did), &err), &err);
}

static double
rate(int count, int64_t start)
{
	return count * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
sign_rate(struct world *w)
{
	uint8_t message[64] = { 0 }, signature[BV_SIGNATURE_MAX];
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < SEALS; i++)
		must(bv_key_ask(signature, w->seal.key, (struct bv_str){ (const char *)message, sizeof message }, &err), &err);
	return rate(SEALS, start);
}

static double
draw_rate(struct world *w)
{
	struct bv_pdf_page of = { .credential = bv_buf_str(&w->json) };
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < PAGES; i++) {
		bv_buf_clear(&w->page);
		must(bv_pdf_render(&w->page, w->tmpl, &of, &err), &err);
	}
	return rate(PAGES, start);
}

static double
seal_rate(struct world *w)
{
	struct bv_seal seal = { .key = w->seal.key, .chain = w->seal.chain, .at_s = 1795000200 };
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < SEALS; i++) {
		bv_buf_clear(&w->pdf);
		must(bv_pdf_seal(&w->pdf, bv_buf_str(&w->page), &seal, &err), &err);
	}
	return rate(SEALS, start);
}

static double
verify_rate(struct world *w)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < SEALS; i++) {
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		bv_credential_verify(&report, bv_buf_str(&w->pdf), w->trust, &options);
		if (bv_report_verdict(report) != BV_VERDICT_VALID)
			abort();
	}
	return rate(SEALS, start);
}

int
main(void)
{
	double sign[ROUNDS], draw[ROUNDS], seal[ROUNDS], verify[ROUNDS];
	struct world w;

	world_init(&w);
	for (int i = 0; i < ROUNDS; i++) {
		draw[i] = draw_rate(&w);
		sign[i] = sign_rate(&w);
		seal[i] = seal_rate(&w);
		verify[i] = verify_rate(&w);
	}
	printf("sealed page                 %8zu bytes\n", w.pdf.len);
	printf("pages drawn                 %8.0f /s\n", bench_median(draw, ROUNDS));
	printf("bare P-256 signing          %8.0f /s\n", bench_median(sign, ROUNDS));
	printf("pages sealed                %8.0f /s\n", bench_median(seal, ROUNDS));
	printf("sealed pages verified       %8.0f /s, with the certificate in them and the full report\n", bench_median(verify, ROUNDS));
	seal_sample_finish(&w.seal);
	bv_trust_free(w.trust);
	bv_page_template_free(w.tmpl);
	for (struct bv_buf *b = &w.json; b <= &w.did; b++)
		bv_buf_finish(b);
	bv_pdf_end();
	return 0;
}
