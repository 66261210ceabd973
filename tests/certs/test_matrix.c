/* Every fact that a certificate shows, in every envelope that shows it: who changes it and leaves the signature finds the certificate invalid. A forger's best work is
 * tried: a second certificate, issued by the same rules, that differs in the one fact, under the signature of the first. What is printed is the matrix. */
#define _GNU_SOURCE /* memmem */
#include "base/file.h"
#include "tests/certs/seal_sample.h"
#include "tests/certs/expect.h"

#define KEY "matrix"
#define OTHER_DID "did:web:khac.example.vn"

enum envelope { RDFC, JCS, SET, JWT, SD_JWT, PAPER, PDF, ENVELOPES };
static const char *const envelope_names[ENVELOPES] = { "rdfc", "jcs", "set", "jwt", "sd-jwt", "paper", "pdf" };

/* ---- Facts ---- */

/* What a certificate is issued from, with room to change each part. */
struct source {
	struct bv_credential_facts facts;
	struct bv_achievement achievement;
	struct bv_area areas[BV_COUNT(sample_areas)];
	struct bv_str values[BV_COUNT(sample_areas)], levels[BV_COUNT(sample_levels)];
	struct bv_evidence evidence[BV_COUNT(sample_evidence)];
	struct bv_issuer issuer;
};

static void
source_init(struct source *s, bool status)
{
	*s = (struct source){ .facts = sample_facts(), .achievement = sample_achievement,
		              .issuer = { BV_STR(SAMPLE_DID), BV_STR("Trung tâm Sát hạch mẫu / Sample Assessment Centre"), BV_STR("https://chungchi.example.vn/") } };
	memcpy(s->areas, sample_areas, sizeof s->areas);
	memcpy(s->values, sample_values, sizeof s->values);
	memcpy(s->levels, sample_levels, sizeof s->levels);
	memcpy(s->evidence, sample_evidence, sizeof s->evidence);
	s->achievement.areas = s->areas;
	s->achievement.levels = s->levels;
	s->facts.achievement = &s->achievement;
	s->facts.values = s->values;
	s->facts.evidence = s->evidence;
	s->facts.birth = BV_STR("1990-02-28");
	memset(s->facts.birth_salt, 0xd4, sizeof s->facts.birth_salt);
	memset(s->facts.secret, 0xe5, sizeof s->facts.secret);
	s->facts.log_origin = BV_STR("log.example.vn/2026");
	s->facts.log_idx = 1234567;
	memset(s->facts.leaf, 0xf6, sizeof s->facts.leaf);
	if (!status)
		return;
	s->facts.status = BV_STR("https://chungchi.example.vn/status/7");
	s->facts.status_idx = 42;
}

#define CHANGE(name, statement) \
	static void change_##name(struct source *s) { statement; }
CHANGE(name, s->facts.holder = BV_STR("Nguyễn Thị Ánh Tuyến"))
CHANGE(birth, s->facts.birth = BV_STR("1990-02-27"))
CHANGE(serial, s->facts.licence = BV_STR("BV-2026-000124"))
CHANGE(level, s->facts.level = BV_STR("L3"))
CHANGE(area, s->values[1] = BV_STR("7.25"))
CHANGE(area_none, s->values[3] = BV_STR_NONE; s->facts.decision = BV_DECISION_PROVISIONAL)
CHANGE(total, s->values[6] = BV_STR("94.58"))
CHANGE(theta, s->facts.theta = BV_STR("1.53"))
CHANGE(theta_se, s->facts.theta_se = BV_STR("0.18"))
CHANGE(decision, s->facts.decision = BV_DECISION_PROVISIONAL)
CHANGE(awarded, s->facts.awarded_s -= 86400)
CHANGE(valid_from, s->facts.valid_from_s += 50)
CHANGE(valid_until, s->facts.valid_until_s += 86400)
CHANGE(no_end, s->facts.valid_until_s = 0)
CHANGE(signed_at, s->facts.created_s += 10)
CHANGE(issuer, s->issuer.did = BV_STR(OTHER_DID))
CHANGE(issuer_name, s->issuer.name = BV_STR("Trung tâm khác"))
CHANGE(issuer_url, s->issuer.url = BV_STR("https://khac.example.vn/"))
CHANGE(achievement, s->achievement.id = BV_STR("https://chungchi.example.vn/thanh-tuu/cntt-nang-cao"))
CHANGE(title, s->achievement.name_vi = BV_STR("Ứng dụng công nghệ thông tin nâng cao"))
CHANGE(title_en, s->achievement.name_en = BV_STR("Advanced use of information technology"))
CHANGE(description, s->achievement.description = BV_STR("Khác."))
CHANGE(criteria, s->achievement.criteria = BV_STR("Mỗi phần từ 1/10 điểm."))
CHANGE(criteria_url, s->achievement.criteria_url = BV_STR("https://khac.example.vn/quy-che"))
CHANGE(version, s->achievement.version = BV_STR("2026.2"))
CHANGE(area_title, s->areas[1].name_vi = BV_STR("Sử dụng máy tính nâng cao"))
CHANGE(area_max, s->areas[1].max = BV_STR("100"))
CHANGE(area_required, s->areas[1].required = BV_STR("1"))
CHANGE(levels, s->levels[0] = BV_STR("L0"))
CHANGE(level_required, s->achievement.required_level = BV_STR("L1"))
CHANGE(evidence, s->evidence[1].hash[0] ^= 1)
CHANGE(evidence_none, s->facts.evidence_count = 1)
CHANGE(id, s->facts.id[0] ^= 1)
CHANGE(subject, s->facts.subject_id[0] ^= 1)
CHANGE(status, s->facts.status = BV_STR("https://chungchi.example.vn/status/8"))
CHANGE(status_place, s->facts.status_idx = 43)
CHANGE(status_none, s->facts.status = BV_STR_NONE)
CHANGE(log_origin, s->facts.log_origin = BV_STR("log.example.vn/2027"))
CHANGE(log_place, s->facts.log_idx++)
CHANGE(log_leaf, s->facts.leaf[0] ^= 1)

/* shown: x in the column of each envelope that has it. SD-JWT and paper leave to the achievement's address what it says, and have no evidence; JSON, JWT and PDF are
 * in the log by what they say, and leave the place to a file. */
static const struct fact {
	const char *name;
	void (*change)(struct source *s);
	const char *shown;
} facts[] = {
	{ "name", change_name, "xxxxxxx" },
	{ "birth date", change_birth, "xxxxxxx" },
	{ "serial number", change_serial, "xxxxxxx" },
	{ "level", change_level, "xxxxxxx" },
	{ "an area", change_area, "xxxxxxx" },
	{ "an area less", change_area_none, "xxxxxxx" },
	{ "total", change_total, "xxxxxxx" },
	{ "ability", change_theta, "xxxx--x" },
	{ "its error", change_theta_se, "xxxx--x" },
	{ "decision", change_decision, "xxxxxxx" },
	{ "awarded", change_awarded, "xxxxxxx" },
	{ "valid from", change_valid_from, "xxxxxxx" },
	{ "valid until", change_valid_until, "xxxxxxx" },
	{ "without an end", change_no_end, "xxxxxxx" },
	{ "signed", change_signed_at, "xxxxxxx" },
	{ "issuer", change_issuer, "xxxxxxx" },
	{ "issuer's name", change_issuer_name, "xxxx--x" },
	{ "issuer's address", change_issuer_url, "xxxx--x" },
	{ "achievement", change_achievement, "xxxxxxx" },
	{ "title", change_title, "xxxx--x" },
	{ "title in English", change_title_en, "xxxx--x" },
	{ "description", change_description, "xxxx--x" },
	{ "criteria", change_criteria, "xxxx--x" },
	{ "criteria's address", change_criteria_url, "xxxx--x" },
	{ "version", change_version, "xxxx--x" },
	{ "an area's title", change_area_title, "xxxx--x" },
	{ "an area's scale", change_area_max, "xxxx--x" },
	{ "an area's minimum", change_area_required, "xxxx--x" },
	{ "levels there are", change_levels, "xxxx--x" },
	{ "level required", change_level_required, "xxxx--x" },
	{ "evidence", change_evidence, "xxxx--x" },
	{ "less evidence", change_evidence_none, "xxxx--x" },
	{ "id", change_id, "xxxx--x" },
	{ "subject's id", change_subject, "xxxx--x" },
	{ "status list", change_status, "xxxxxxx" },
	{ "place in it", change_status_place, "xxxxxxx" },
	{ "no status", change_status_none, "xxxxxxx" },
	{ "log", change_log_origin, "----x--" },
	{ "place in the log", change_log_place, "----xx-" },
	{ "leaf of the log", change_log_leaf, "----xx-" },
};

/* ---- Issuing ---- */

static struct seal_sample seal;
static struct bv_page_template *page_template;

struct issued {
	struct bv_buf bytes[ENVELOPES];
};

static void
issued_init(struct issued *i)
{
	for (size_t e = 0; e < ENVELOPES; e++)
		i->bytes[e] = BV_BUF(e == PDF ? BV_PDF_MAX : BV_CREDENTIAL_MAX);
}

static void
issued_finish(struct issued *i)
{
	for (size_t e = 0; e < ENVELOPES; e++)
		bv_buf_finish(&i->bytes[e]);
}
BV_AUTO_DEFINE_FINISH(struct issued, issued_finish)

static enum bv_status
issue_page(struct bv_buf *out, struct bv_str certificate, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf drawn = BV_BUF(BV_PDF_MAX);
	const struct bv_pdf_page page = { .credential = certificate };
	const struct bv_seal by = { .key = seal.key, .chain = seal.chain, .at_s = 1795000200 };

	TRY(bv_pdf_render(&drawn, page_template, &page, err));
	return bv_pdf_seal(out, bv_buf_str(&drawn), &by, err);
}

static enum bv_status
issue(struct issued *out, const struct source *s, struct bv_err *err)
{
	static const unsigned suites[] = { [RDFC] = BV_SUITE_RDFC, [JCS] = BV_SUITE_JCS, [SET] = BV_SUITE_RDFC | BV_SUITE_JCS };
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;

	for (size_t e = 0; e < ENVELOPES; e++)
		bv_buf_clear(&out->bytes[e]);
	TRY(bv_signer_new(&signer, sample_key(KEY), &s->issuer, err));
	TRY(bv_signer_add(signer, sample_p256(KEY), err));
	TRY(bv_template_new(&tmpl, &s->achievement, signer, err));
	for (size_t e = RDFC; e <= SET; e++) {
		bv_template_suites(tmpl, suites[e]);
		TRY(bv_template_issue(&out->bytes[e], tmpl, &s->facts, err));
	}
	TRY(bv_jwt_issue(&out->bytes[JWT], tmpl, &s->facts, err));
	TRY(bv_sd_jwt_issue(&out->bytes[SD_JWT], tmpl, &s->facts, err));
	TRY(bv_cwt_issue(&out->bytes[PAPER], tmpl, &s->facts, err));
	return issue_page(&out->bytes[PDF], bv_buf_str(&out->bytes[SET]), err);
}

static void
trust(void)
{
	static const char *const dids[] = { SAMPLE_DID, OTHER_DID };
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(KEY), *p256 = sample_p256(KEY);
	const struct bv_public *const keys[] = { bv_key_describe(key), bv_key_describe(p256) };
	struct bv_err err;

	trusted = bv_trust_new();
	for (size_t i = 0; i < BV_COUNT(dids); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
		bv_did_document_write(&document, bv_str_of(dids[i]), keys, BV_COUNT(keys));
		CHECK_OK(bv_trust_add(trusted, "did.json", bv_buf_str(&document), &err), &err, dids[i]);
	}
}

/* ---- Forging: what the other says, under the signature of the first ---- */

typedef void (*forge_fn)(struct bv_buf *out, struct bv_str first, struct bv_str other);

static void
forge_json(struct bv_buf *out, struct bv_str first, struct bv_str other)
{
	BV_AUTO(bv_json_free) struct bv_json *from = NULL, *to = NULL;
	struct bv_err err;

	if (bv_json_parse(&from, first, &err) != BV_OK || bv_json_parse(&to, other, &err) != BV_OK)
		abort();
	struct bv_json *old = at(from, "proof"), *new = at(to, "proof");
	bool one = bv_json_type(old) == BV_JSON_OBJECT;
	for (size_t i = 0; i < (one ? 1 : bv_json_count(old)); i++)
		bv_json_set_str(one ? new : (struct bv_json *)(uintptr_t)bv_json_at(new, i), "proofValue",
		                bv_json_str(bv_json_find(one ? old : bv_json_at(old, i), "proofValue")));
	bv_json_write_canonical(out, to);
}

/* HEADER.PAYLOAD.SIGNATURE[~…] */
static size_t
signature_at(struct bv_str jws)
{
	size_t payload = bv_str_find(jws, '.') + 1;

	return payload + bv_str_find(bv_str_sub(jws, payload, jws.len), '.') + 1;
}

static void
forge_jws(struct bv_buf *out, struct bv_str first, struct bv_str other)
{
	size_t from = signature_at(first), to = signature_at(other), end = bv_str_find(other, '~');

	bv_buf_add(out, bv_str_sub(other, 0, to));
	bv_buf_add(out, bv_str_sub(first, from, bv_str_find(first, '~') - from));
	bv_buf_add(out, bv_str_sub(other, end, other.len));
}

/* The issuer's own JWT, and what it has the digests of. */
static void
forge_disclosures(struct bv_buf *out, struct bv_str first, struct bv_str other)
{
	bv_buf_add(out, bv_str_sub(first, 0, bv_str_find(first, '~')));
	bv_buf_add(out, bv_str_sub(other, bv_str_find(other, '~'), other.len));
}

/* A COSE_Sign1 ends with its signature. */
static void
forge_paper(struct bv_buf *out, struct bv_str first, struct bv_str other)
{
	bv_buf_add(out, bv_str_sub(other, 0, other.len - BV_SIGNATURE_LEN));
	bv_buf_add(out, bv_str_sub(first, first.len - BV_SIGNATURE_LEN, first.len));
}

/* The seal is hexadecimal between < and >. */
static struct bv_str
seal_of(struct bv_str pdf)
{
	static const char name[] = "/Contents <";
	const char *from = memmem(pdf.p, pdf.len, name, sizeof name - 1);

	if (!from)
		abort();
	from += sizeof name - 1;
	return bv_str_sub(pdf, (size_t)(from - pdf.p), bv_str_find((struct bv_str){ from, pdf.len - (size_t)(from - pdf.p) }, '>'));
}

static void
forge_pdf(struct bv_buf *out, struct bv_str first, struct bv_str other)
{
	struct bv_str from = seal_of(first), to = seal_of(other);

	bv_buf_add(out, (struct bv_str){ other.p, (size_t)(to.p - other.p) });
	bv_buf_add(out, from);
	bv_buf_add(out, (struct bv_str){ to.p + to.len, other.len - (size_t)(to.p + to.len - other.p) });
}

static const struct {
	enum envelope envelope;
	forge_fn forge;
} forgeries[] = {
	{ RDFC, forge_json }, { JCS, forge_json }, { SET, forge_json }, { JWT, forge_jws }, { SD_JWT, forge_jws }, { SD_JWT, forge_disclosures }, { PAPER, forge_paper },
	{ PDF, forge_pdf },
};

/* ---- The matrix ---- */

/* x: it is there, and cannot be changed; -: it is not there; V, ?: it was changed, and the certificate is valid, or nobody can say. */
static char
cell(forge_fn forge, struct bv_str first, struct bv_str other)
{
	BV_AUTO(bv_buf_finish) struct bv_buf forged = BV_BUF(BV_PDF_MAX);

	forge(&forged, first, other);
	if (bv_str_eq(bv_buf_str(&forged), first))
		return '-';
	enum bv_verdict verdict = verdict_of(bv_buf_str(&forged));
	return verdict == BV_VERDICT_INVALID ? 'x' : verdict == BV_VERDICT_VALID ? 'V' : '?';
}

static void
matrix(const struct issued *first)
{
	BV_AUTO(issued_finish) struct issued other;
	struct bv_err err;

	issued_init(&other);
	printf("# %-20s", "");
	for (size_t e = 0; e < ENVELOPES; e++)
		printf(" %-6s", envelope_names[e]);
	putchar('\n');
	for (size_t i = 0; i < BV_COUNT(facts); i++) {
		char found[ENVELOPES + 1] = "-------";
		struct source changed;
		source_init(&changed, true);
		facts[i].change(&changed);
		if (issue(&other, &changed, &err) != BV_OK) {
			CHECK(false, "%s: %s", facts[i].name, err.msg);
			continue;
		}
		for (size_t k = 0; k < BV_COUNT(forgeries); k++) {
			enum envelope e = forgeries[k].envelope;
			char how = cell(forgeries[k].forge, bv_buf_str(&first->bytes[e]), bv_buf_str(&other.bytes[e]));
			if (how != '-' && found[e] != 'V' && found[e] != '?')
				found[e] = how;
		}
		printf("# %-20s", facts[i].name);
		for (size_t e = 0; e < ENVELOPES; e++)
			printf(" %-6c", found[e]);
		putchar('\n');
		CHECK(strcmp(found, facts[i].shown) == 0, "%s: %s, as it has to be", facts[i].name, found);
	}
}

/* What was not changed is valid, in every envelope; with a place in a list that nobody has, its signature is good. */
static void
unchanged(struct issued *first)
{
	struct source source;
	struct bv_err err;

	source_init(&source, false);
	CHECK_OK(issue(first, &source, &err), &err, "a certificate in every envelope");
	for (size_t e = 0; e < ENVELOPES; e++)
		CHECK(verdict_of(bv_buf_str(&first->bytes[e])) == BV_VERDICT_VALID, "its %s is valid", envelope_names[e]);
	source_init(&source, true);
	CHECK_OK(issue(first, &source, &err), &err, "with a place in status lists");
	for (size_t e = 0; e < ENVELOPES; e++) {
		BV_AUTO(bv_report_free) struct bv_report *report = report_at(bv_buf_str(&first->bytes[e]), trusted, SAMPLE_AT, false);
		CHECK(bv_report_check(report, BV_CHECK_SIGNATURE) == BV_CHECK_PASSED && bv_report_verdict(report) == BV_VERDICT_UNCHECKED, "the signature of its %s is good",
		      envelope_names[e]);
	}
}

int
main(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1 << 20);
	BV_AUTO(issued_finish) struct issued first;
	const char *root = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	issued_init(&first);
	snprintf(path, sizeof path, "%s/certs/page/vn-a4-landscape.xml", root ? root : ".");
	CHECK_OK(bv_file_read(&xml, path, &err), &err, "a page");
	CHECK_OK(bv_page_template_parse(&page_template, bv_buf_str(&xml), &err), &err, "is read");
	seal_sample_init(&seal, KEY, SAMPLE_DID);
	trust();
	unchanged(&first);
	matrix(&first);
	seal_sample_finish(&seal);
	bv_page_template_free(page_template);
	bv_trust_free(trusted);
	return check_end();
}
