/* An office that issues certificates: a register, a log, an issuer, two persons with a mandate. Everything follows from names, but for the folder. */
#ifndef BV_TESTS_REGISTRY_OFFICE_H
#define BV_TESTS_REGISTRY_OFFICE_H

#include <inttypes.h>

#include "base/sql.h"
#include "tests/registry/world.h"

#define OFFICE_STATUS "https://chungchi.example.vn/status"
#define OFFICE_AT (SAMPLE_AT + 1000)

enum { OFFICE_ENVELOPES = 4 }; /* of a certificate */

struct office {
	struct world world; /* folder, log, its key */
	char url[400];
	struct bv_key *officers[3]; /* P-1 and P-2 may do everything; P-3 issues only, for one centre */
	struct bv_signer *signer;
	struct bv_trust *trust;
	struct bv_err err;
};

static const char office_issuing[] =
	"<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='thu' version='1' certainty='uncertain' from='2026-01-01'>"
	"<title>Thử</title><serial pattern='{scheme}/{yy}/{centre}/{number:4}'/><validity months='0'/><holder birth='optional'/>"
	"<reason code='fraud' deeds='revoke suspend'>Gian lận</reason><reason code='cleared' deeds='reinstate'>Rõ</reason>"
	"<reason code='typing-error' deeds='correct'>Sai sót</reason><reason code='higher-level' deeds='supersede'>Bậc cao hơn</reason>"
	"<reason code='checked' deeds='resume'>Đã kiểm tra</reason></issuing>";

static inline void
office_mandates(struct bv_buf *out, const struct office *o)
{
	static const char *const rest[] = {
		"deeds='issue revoke suspend reinstate supersede correct resume' schemes='*' centres='*'", "deeds='issue revoke suspend reinstate supersede correct resume' schemes='*' centres='*'",
		"deeds='issue' schemes='CNTT' centres='TT01 TT02'"
	};
	char key[BV_MULTIKEY_SIZE];

	bv_buf_addz(out, "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='thu' version='1'>");
	for (int i = 0; i < 3; i++)
		bv_buf_printf(out, "<mandate identifier='M%d' person='P-%d' key='%s' from='2026-01-01' to='2027-12-31' %s>QĐ %d</mandate>", i + 1, i + 1,
		              bv_multikey_write_of(key, bv_key_describe(o->officers[i])), rest[i], i + 1);
	bv_buf_addz(out, "</mandates>");
}

static inline void
office_trust(struct office *o)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	struct bv_key *p256 = sample_p256("register");
	const struct bv_public *const keys[] = { bv_signer_public(o->signer), bv_key_describe(p256) };

	bv_did_document_write(&document, BV_STR(SAMPLE_DID), keys, BV_COUNT(keys));
	if (bv_signer_add(o->signer, p256, &o->err) != BV_OK)
		abort();
	o->trust = bv_trust_new();
	if (bv_trust_add(o->trust, "did.json", bv_buf_str(&document), &o->err) != BV_OK)
		abort();
}

static inline bool
office_make(struct office *o, const char *url)
{
	BV_AUTO(bv_buf_finish) struct bv_buf mandates = BV_BUF(BV_MANDATES_MAX), note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;
	struct bv_register_order order = { .issuer = BV_STR(SAMPLE_DID), .status = BV_STR(OFFICE_STATUS), .issuing = bv_str_of(office_issuing), .at_s = SAMPLE_AT };

	*o = (struct office){ 0 };
	world_init(&o->world);
	if (url)
		snprintf(o->url, sizeof o->url, "%s", url);
	else
		snprintf(o->url, sizeof o->url, "sqlite:%s/register.db", o->world.folder);
	o->officers[0] = sample_key("officer 1");
	o->officers[1] = sample_key("officer 2");
	o->officers[2] = sample_key("officer 3");
	o->signer = sample_signer("register", SAMPLE_DID);
	office_trust(o);
	office_mandates(&mandates, o);
	order.mandates = bv_buf_str(&mandates);
	return bv_log_create(o->world.log, BV_STR(ORIGIN), o->world.key, &o->err) == BV_OK && bv_log_open(&log, o->world.log, &o->err) == BV_OK &&
	       bv_log_sign(&note, log, o->world.key, &o->err) == BV_OK && bv_log_publish(log, bv_buf_str(&note), &o->err) == BV_OK &&
	       bv_register_create(o->url, &order, &o->err) == BV_OK;
}

static inline void
office_finish(struct office *o)
{
	for (int i = 0; i < 3; i++)
		bv_key_free(o->officers[i]);
	bv_signer_free(o->signer);
	bv_trust_free(o->trust);
	world_finish(&o->world);
}

/* Facts of candidate i, in storage of the caller. */
static inline struct bv_credential_facts
office_facts(char name[40], int i)
{
	struct bv_credential_facts facts = sample_facts();

	snprintf(name, 40, "Nguyễn Văn %c%c%c", 'A' + i / 676 % 26, 'A' + i / 26 % 26, 'A' + i % 26);
	facts.holder = bv_str_of(name);
	facts.birth = BV_STR("1990-02-28");
	facts.licence = BV_STR_NONE;
	facts.valid_until_s = 0;
	facts.created_s = 0;
	memset(facts.id, 0, sizeof facts.id);
	memset(facts.subject_id, 0, sizeof facts.subject_id);
	memset(facts.salt, 0, sizeof facts.salt);
	return facts;
}

static inline struct bv_issuance_order
office_order(const struct office *o, const char *name, void (*fill)(void *p, size_t len))
{
	return (struct bv_issuance_order){ .name = bv_str_of(name), .scheme = BV_STR("CNTT"), .centre = BV_STR("TT01"), .signer = o->signer, .officer = o->officers[0],
		                           .at_s = OFFICE_AT, .log_origin = BV_STR(ORIGIN), .random = fill };
}

#endif
