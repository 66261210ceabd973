/* The same certificate as template.c writes, as the quads that it stands for. tests/certs/test_rdfc.c proves the two equal, by way of rdfc_shape.c. */
#include "certs/vc/credential.h"
#include "certs/vc/rdfc_shape.h"
#include "certs/vc/template.h"

#define ADD_TYPE(node, iri) rdfc_add_term(g, node, RDF("type"), iri)
#define ADD_TEXT(node, predicate, text) rdfc_add_text(g, node, predicate, text, NULL)

static void
add_identity(struct rdfc *g, struct rdfc_node subject, const struct words_identity *identity)
{
	struct rdfc_node node = rdfc_blank(g);

	rdfc_add_node(g, subject, OB("identifier"), node);
	ADD_TYPE(node, OB("IdentityObject"));
	rdfc_add_text(g, node, OB("hashed"), bv_str_of(identity->salt[0] ? "true" : "false"), XSD_HTTPS("boolean"));
	ADD_TEXT(node, OB("identityHash"), identity->value);
	ADD_TEXT(node, OB("identityType"), bv_str_of(identity->type));
	if (identity->salt[0])
		ADD_TEXT(node, OB("salt"), bv_str_of(identity->salt));
}

static void
add_result(struct rdfc *g, struct rdfc_node subject, const struct result_part *part, const char *predicate, struct bv_str value)
{
	if (!value.len)
		return;
	struct rdfc_node node = rdfc_blank(g);
	rdfc_add_node(g, subject, OB("result"), node);
	ADD_TYPE(node, OB("Result"));
	rdfc_add_text(g, node, OB("resultDescription"), part->id, XSD_HTTPS("anyURI"));
	ADD_TEXT(node, predicate, value);
}

static void
add_results(struct rdfc *g, struct rdfc_node subject, const struct bv_credential_facts *f, const struct achievement_parts *parts)
{
	for (size_t i = 0; i < f->achievement->area_count; i++)
		add_result(g, subject, &parts->areas[i], SCHEMA("value"), f->values[i]);
	add_result(g, subject, &parts->level, SCHEMA("value"), f->level);
	add_result(g, subject, &parts->ability, SCHEMA("value"), f->theta);
	add_result(g, subject, &parts->ability_se, SCHEMA("value"), f->theta_se);
	add_result(g, subject, &parts->decision, OB("status"), bv_str_of(credential_status_words[f->decision]));
}

static void
add_status(struct rdfc *g, struct rdfc_node credential, const struct bv_credential_facts *f)
{
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(2 * BV_TEXT_MAX), id = BV_BUF(2 * BV_TEXT_MAX), idx = BV_BUF(16);

	bv_buf_printf(&idx, "%u", f->status_idx);
	for (size_t i = 0; i < BV_COUNT(words_purposes); i++) {
		bv_buf_clear(&list);
		bv_buf_clear(&id);
		bv_buf_printf(&list, "%.*s/%s", BV_STR_ARG(f->status), words_purposes[i]);
		bv_buf_printf(&id, "%s#%s", list.p, idx.p);
		struct rdfc_node node = rdfc_iri(bv_buf_str(&id));
		rdfc_add_node(g, credential, VC("credentialStatus"), node);
		ADD_TYPE(node, STATUS("BitstringStatusListEntry"));
		ADD_TEXT(node, STATUS("statusPurpose"), bv_str_of(words_purposes[i]));
		ADD_TEXT(node, STATUS("statusListIndex"), bv_buf_str(&idx));
		rdfc_add_node(g, node, STATUS("statusListCredential"), rdfc_iri(bv_buf_str(&list)));
	}
}

static void
add_subject(struct rdfc *g, struct rdfc_node credential, const struct bv_credential_facts *f, const struct words *w, const struct achievement_parts *parts)
{
	struct rdfc_node subject = rdfc_iri(bv_str_of(w->subject_id));

	rdfc_add_node(g, credential, VC("credentialSubject"), subject);
	ADD_TYPE(subject, OB("AchievementSubject"));
	rdfc_add_node(g, subject, OB("achievement"), rdfc_iri(f->achievement->id));
	if (f->licence.len)
		ADD_TEXT(subject, OB("licenseNumber"), f->licence);
	for (size_t i = 0; i < w->identity_count; i++)
		add_identity(g, subject, &w->identities[i]);
	add_results(g, subject, f, parts);
}

void
template_quads(struct rdfc *g, const struct bv_credential_facts *f, const struct words *w, const struct achievement_parts *parts,
               const struct bv_issuer *issuer, struct bv_str name)
{
	struct rdfc_node credential = rdfc_iri(bv_str_of(w->id));

	ADD_TYPE(credential, VC("VerifiableCredential"));
	ADD_TYPE(credential, OB("OpenBadgeCredential"));
	ADD_TEXT(credential, SCHEMA("name"), name);
	rdfc_add_node(g, credential, VC("issuer"), rdfc_iri(issuer->did));
	rdfc_add_text(g, credential, OB("awardedDate"), bv_str_of(w->awarded), AWARDED_TYPE);
	rdfc_add_text(g, credential, VC("validFrom"), bv_str_of(w->valid_from), XSD("dateTime"));
	if (w->valid_until[0])
		rdfc_add_text(g, credential, VC("validUntil"), bv_str_of(w->valid_until), XSD("dateTime"));
	if (f->status.len)
		add_status(g, credential, f);
	add_subject(g, credential, f, w, parts);
	for (size_t i = 0; i < f->evidence_count; i++) {
		struct rdfc_node evidence = rdfc_iri(bv_str_of(w->evidence[i]));
		rdfc_add_node(g, credential, VC("evidence"), evidence);
		ADD_TYPE(evidence, OB("Evidence"));
		ADD_TEXT(evidence, SCHEMA("name"), f->evidence[i].name);
	}
}
