/* Certificates: what they say, and issuing them. Open Badges 3.0 on the W3C data model 2.0.
 *
 * OB = 1EdTech Open Badges 3.0; EDDSA = Data Integrity EdDSA Cryptosuites v1.0. */
#ifndef BV_CERTS_CREDENTIAL_H
#define BV_CERTS_CREDENTIAL_H

#include "base/hash.h"
#include "certs/issuer.h"

/* Values on a certificate are decimals as text, "8.50": at most six digits after the point (bv_str_decimal), compared exactly. */
#define BV_VALUE_PLACES 6
#define BV_AREAS_MAX 64
#define BV_LEVELS_MAX 16
#define BV_EVIDENCE_MAX 16
#define BV_TEXT_MAX 8192           /* bytes of one text of a certificate */
#define BV_CREDENTIAL_MAX (1u << 20) /* bytes of a certificate */

struct bv_area {
	struct bv_str code;             /* "IU01": letters, digits, '.', '_', '-' */
	struct bv_str name_vi, name_en; /* name_en may be empty */
	struct bv_str min, max;         /* decimals; min empty means 0 */
	struct bv_str required;         /* decimal: needed to pass; empty when the area alone decides nothing */
	bool percent;                   /* OB resultType Percent, else RawScore */
};

/* What many certificates share. Texts are UTF-8 in NFC. */
struct bv_achievement {
	struct bv_str id; /* URI */
	struct bv_str name_vi, name_en;
	struct bv_str description;
	struct bv_str criteria;     /* what had to be done; at least one of the two */
	struct bv_str criteria_url; /* URI */
	struct bv_str version;      /* may be empty */
	const struct bv_area *areas;
	size_t area_count;
	const struct bv_str *levels; /* codes or names from low to high; none: no level is attested */
	size_t level_count;
	struct bv_str required_level;           /* one of levels, or empty */
	bool ability;                           /* theta and its standard error may be attested */
	struct bv_str ability_min, ability_max; /* decimals, may be empty */
};

enum bv_decision { BV_DECISION_NONE, BV_DECISION_COMPLETED, BV_DECISION_FAILED, BV_DECISION_PROVISIONAL };

struct bv_evidence {
	struct bv_str name;        /* "form", "responses", … */
	uint8_t hash[32];          /* SHA-256 of it: RFC 6920 ni URI on the certificate */
};

/* What one certificate says. */
struct bv_credential_facts {
	const struct bv_achievement *achievement;
	const struct bv_str *values; /* decimals, achievement->area_count of them; empty where an area has no result */
	struct bv_str level;         /* one of achievement->levels, or empty */
	struct bv_str theta, theta_se;
	enum bv_decision decision; /* not NONE: OB reads a certificate without a status as Completed */
	struct bv_str holder;  /* name */
	bool holder_hashed;    /* only SHA-256(name ‖ salt as hex) goes on the certificate: OB IdentityHash */
	struct bv_str licence; /* number of the certificate, may be empty */
	const struct bv_evidence *evidence;
	size_t evidence_count;
	int64_t awarded_s, valid_from_s;
	int64_t valid_until_s; /* 0: no end */
	int64_t created_s;     /* when it is signed */
	uint8_t id[16], subject_id[16], salt[16]; /* random: the UUIDs of the certificate and of its subject; salt of a hashed name */
	struct bv_str birth;    /* "1990-02-28" or empty: on the certificate as SHA-256(birth ‖ birth_salt as hex) */
	uint8_t birth_salt[16]; /* random */
	struct bv_str status;   /* URI below which its status lists are, "https://host/status/7"; empty: it cannot be revoked */
	uint32_t status_idx;    /* its place in them */
	/* Where it is in the public log, for the envelopes that say so; log_origin empty: it is in none. */
	struct bv_str log_origin;
	uint64_t log_idx;
	uint8_t leaf[BV_HASH_LEN];
	uint8_t secret[32]; /* random: what salts of an SD-JWT are made of; on no envelope, and kept by who wants to make the same SD-JWT again */
};

/* The parts that certificates of one achievement and one signer share, made ready: issue many from it. Borrows achievement and signer.
 * Not for two threads at once: it remembers the hash of the last proof options. EINVAL names what is wrong in the achievement. */
struct bv_template;
BV_API BV_MUST_USE enum bv_status bv_template_new(struct bv_template **out, const struct bv_achievement *achievement,
                                                  const struct bv_signer *signer, struct bv_err *err);
BV_API void bv_template_free(struct bv_template *tmpl);
BV_AUTO_DEFINE(struct bv_template, bv_template_free)

/* The proofs of a certificate. The set of both is what everybody can verify: each verifier finds one that it knows. */
enum bv_suite {
	BV_SUITE_RDFC = 1, /* eddsa-rdfc-2022 (EDDSA §3.2), what most verifiers of Open Badges know */
	BV_SUITE_JCS = 2,  /* eddsa-jcs-2022 (EDDSA §3.3), which needs no RDF */
};
/* Some of enum bv_suite, one at least; both unless this says otherwise. */
BV_API void bv_template_suites(struct bv_template *tmpl, unsigned suites);

/* Appends one signed certificate, in the canonical form of RFC 8785, with its proofs: eddsa-rdfc-2022 first. Facts that contradict each other
 * (value out of range, Completed without a required value, …) are refused with EINVAL, and nothing is signed.
 * facts->achievement is the one of the template: assert. */
BV_API BV_MUST_USE enum bv_status bv_template_issue(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts,
                                                    struct bv_err *err);
/* Appends what is signed: the certificate without its proof, whose hash the public log has. facts as for bv_template_issue. */
BV_API BV_MUST_USE enum bv_status bv_template_body(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);
/* The same for a single certificate. */
BV_API BV_MUST_USE enum bv_status bv_credential_issue(struct bv_buf *out, const struct bv_credential_facts *facts,
                                                      const struct bv_signer *signer, struct bv_err *err);

/* Appends a certificate as it is, with new proofs by signer's keys in place of those it has, and the time of that: for the certificates of a key that was
 * compromised. JSON, VC-JWT, SD-JWT VC (also when only a part is disclosed) and paper; what stands in the log, and where, stays. Whether it is a genuine one is
 * for the caller to know. EINVAL: of another issuer, or not of the shape of our certificates, or a PDF, which is drawn anew. */
BV_API BV_MUST_USE enum bv_status bv_credential_resign(struct bv_buf *out, struct bv_str certificate, const struct bv_signer *signer, int64_t created_s,
                                                       struct bv_err *err);

/* The same without its proof, for auditors, who have no private key: what a verifier hashes. */
BV_API BV_MUST_USE enum bv_status bv_credential_body_write(struct bv_buf *out, const struct bv_credential_facts *facts,
                                                           const struct bv_issuer *issuer, struct bv_err *err);

#define BV_UUID_SIZE 46
/* "urn:uuid:…" of random bytes, of which six bits say that they are (RFC 9562 §5.4); returns out. */
BV_API char *bv_uuid_write(char out[BV_UUID_SIZE], const uint8_t random[16]);

#endif
