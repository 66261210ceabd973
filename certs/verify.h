/* Verification, offline: any envelope, every check, a report in two languages.
 *
 * VCDM = Verifiable Credentials Data Model v2.0; DI = Verifiable Credential Data Integrity 1.0; EDDSA = Data Integrity EdDSA Cryptosuites v1.0; OB = 1EdTech Open
 * Badges 3.0. */
#ifndef BV_CERTS_VERIFY_H
#define BV_CERTS_VERIFY_H

#include "base/json.h"
#include "certs/trust.h"

struct bv_log_proof;
struct bv_policy;
struct bv_status_lists;

enum bv_verdict {
	BV_VERDICT_VALID,
	BV_VERDICT_INVALID,        /* something is wrong with the certificate */
	BV_VERDICT_UNKNOWN_ISSUER, /* nothing is wrong, but no trusted document has the issuer's key */
	BV_VERDICT_UNCHECKED,      /* nothing is wrong, but something could not be looked at: see the checks */
};

enum bv_check_id {
	BV_CHECK_DOCUMENT,  /* the envelope can be read; JSON: UTF-8, size, depth, no name twice */
	BV_CHECK_SHAPE,     /* contexts, types and members that VCDM and OB require */
	BV_CHECK_PROOF,     /* DI: DataIntegrityProof, eddsa-jcs-2022, assertionMethod, a signature of 64 bytes */
	BV_CHECK_CONTEXT,   /* EDDSA §3.3.2: the certificate's contexts are those of the proof */
	BV_CHECK_ISSUER,    /* the key named by the proof belongs to the issuer named by the certificate */
	BV_CHECK_KEY,       /* that key is in the trust folder, for assertions, at that time */
	BV_CHECK_SIGNATURE, /* the signature matches the contents */
	BV_CHECK_TIME,      /* awarded ≤ valid from ≤ now < valid until; not signed in the future */
	BV_CHECK_RESULTS,   /* every result fits its description, the decision fits the results */
	BV_CHECK_STATUS,    /* not revoked and not suspended, by the lists that the certificate names; passed when it names none */
	BV_CHECK_LOG,       /* it is in the public log; skipped, and valid all the same, when no log was named */
	BV_CHECK_COUNT
};

enum bv_check_result { BV_CHECK_SKIPPED, BV_CHECK_PASSED, BV_CHECK_FAILED, BV_CHECK_UNKNOWN, BV_CHECK_UNCHECKED };

#define BV_MERGE_DELAY_S 600 /* within which a log shows what was given to it */

struct bv_verify_options {
	int64_t at_s;       /* the time for which to verify: now, or --at */
	bool allow_did_key; /* accept a did:key issuer that the trust folder does not list: proves only that one key made it all */
	const struct bv_status_lists *status; /* NULL: none were given, and what a list would say is not known */
	const struct bv_policy *log;          /* logs and witnesses whose word counts; NULL: nothing needs to be in a log */
	const struct bv_log_proof *proof;     /* that the certificate is in it; NULL: none was given */
	int64_t merge_delay_s; /* so long after its signing a certificate need not be there yet; 0: BV_MERGE_DELAY_S; below 0: it must be there at once */
	/* Draws the page of a PDF again from what is attached to it, and compares: bv_pdf_redraw, which this library does not link; NULL: not done. */
	struct {
		enum bv_status (*draw)(void *ctx, struct bv_str pdf, struct bv_err *err);
		void *ctx;
	} page;
};

enum bv_lang { BV_LANG_VI, BV_LANG_EN };

/* "vi…" and "en…" as in LANG or --lang; otherwise for anything else, and for NULL. */
BV_API enum bv_lang bv_lang_of(const char *name, enum bv_lang otherwise);

/* Any envelope, known by its first bytes. Everything found. Never fails: what could not be read is a finding too. trust NULL: there is no usable
 * trust folder. */
struct bv_report;
BV_API void bv_credential_verify(struct bv_report **out, struct bv_str bytes, const struct bv_trust *trust,
                                 const struct bv_verify_options *options);
BV_API void bv_report_free(struct bv_report *report);
BV_AUTO_DEFINE(struct bv_report, bv_report_free)

BV_API enum bv_verdict bv_report_verdict(const struct bv_report *report);
BV_API enum bv_check_result bv_report_check(const struct bv_report *report, enum bv_check_id id);
/* Exit status of a program (DESIGN §7): 0 valid; 1 invalid or unknown issuer; could not check: 3 for want of a clock, else 2. */
BV_API int bv_report_exit(const struct bv_report *report);
/* The verdict as a sentence. */
BV_API const char *bv_verdict_text(enum bv_verdict verdict, enum bv_lang lang);

/* For people: name of the file, verdict, every check with what was found, every fact. Control and bidirectional characters of the file are escaped. */
BV_API void bv_report_write(struct bv_buf *out, const struct bv_report *report, struct bv_str file, enum bv_lang lang);
/* Only the facts (`cert show`). Nothing of it is verified. */
BV_API void bv_report_write_facts(struct bv_buf *out, const struct bv_report *report, enum bv_lang lang);
/* {"file","verdict","text","checks":[{"check","result","messages":[…]}],"facts":[{"path","name","value"}]}; the caller owns it. */
BV_API struct bv_json *bv_report_json(const struct bv_report *report, struct bv_str file, enum bv_lang lang);
/* JSON text whose strings came from a file, safe for a terminal: C1 controls and bidirectional characters as \u escapes. */
BV_API void bv_json_write_safe(struct bv_buf *out, const struct bv_json *json);

#endif
