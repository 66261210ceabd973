/* Verification. bv_credential_verify (verify.c) looks at what the bytes are; one file for each envelope reads them, and the checks that envelopes share
 * are below. Everything found goes into one report: findings by check, then the facts for people. */
#ifndef BV_CERTS_VERIFY_VERIFY_H
#define BV_CERTS_VERIFY_VERIFY_H

#include "certs/verify/report.h"
#include "certs/verify/trust.h"

#define FAIL(check, vi, ...) report_find(r, check, BV_CHECK_FAILED, vi, __VA_ARGS__)
#define PASS(check, vi, ...) report_find(r, check, BV_CHECK_PASSED, vi, __VA_ARGS__)

/* ---- One for each envelope. trust NULL: there is no usable trust folder. ---- */

void verify_json(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);
void verify_jwt(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);
void verify_sd_jwt(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);
void verify_qr(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);
void verify_pdf(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);

/* ---- A certificate as JSON (verify_body.c) ---- */

/* BV_CHECK_DOCUMENT: sets r->document, or says why not and returns false. */
bool verify_parse(struct bv_report *r, struct bv_str bytes);
/* Shape, times, results and status of r->document: what its "proof", or the envelope around it, does not touch. */
void verify_body(struct bv_report *r, const struct bv_verify_options *options);

/* ---- Whose key (verify_issuer.c) ---- */

struct verify_key {
	struct bv_str method; /* DID URL of the key */
	struct bv_str issuer; /* DID of the certificate's issuer */
	bool has_created;
	int64_t created_s; /* when it was signed, by its own word */
	enum bv_key_kind kind; /* that the envelope needs */
	bool has_public; /* set by verify_key: a signature can be tried */
	struct public_key public; /* lives as long as the trust */
};

/* BV_CHECK_ISSUER: is there an issuer, and is the key one of its own by name? False: nothing more can be said of it. */
bool verify_issuer(struct bv_report *r, const struct verify_key *key);
/* BV_CHECK_KEY: is it in the trust folder, for assertions, at that time? Fills key->public from there, else from the key's own name. */
void verify_key(struct bv_report *r, struct verify_key *key, const struct bv_trust *trust, const struct bv_verify_options *options);

/* BV_CHECK_KEY of a key that its issuer took out of use: it counts for what the log had before that (logged_s; 0: there is no proof of it). What has passed
 * verify_key undecided is decided here, once: by verify_log, or at the end. */
void verify_removed(struct bv_report *r, int64_t logged_s);
/* Leaves BV_CHECK_KEY undecided for a key that is out of use. Of several keys the one that was taken out of use first. */
void verify_note_removed(struct bv_report *r, const struct trust_key *key);

/* ---- JSON Web Signatures (verify_jws.c) ---- */

struct jws;

/* BV_CHECK_PROOF, where it is not ES256 by a key that is named; false: this program cannot go on. */
bool verify_algorithm(struct bv_report *r, const struct jws *jws);
/* BV_CHECK_TIME: fills key->created_s from "iat", which may not be in the future. */
void verify_issued_at(struct bv_report *r, struct verify_key *key, const struct bv_json *payload, const struct bv_verify_options *options);
/* BV_CHECK_KEY and BV_CHECK_SIGNATURE. */
void verify_jws(struct bv_report *r, const struct jws *jws, struct verify_key *key, const struct bv_trust *trust, const struct bv_verify_options *options);

/* ---- Times (verify_time.c) ---- */

/* A clock that was never set tells nothing. */
bool verify_clock(int64_t at_s);

struct verify_times {
	bool has_awarded, has_from, has_until;
	int64_t awarded_s, from_s, until_s;
};
/* BV_CHECK_TIME: awarded ≤ from ≤ now < until. Passes only if there is a from, and nothing was found before in this check. */
void verify_times(struct bv_report *r, const struct verify_times *times, int64_t at_s);
/* BV_CHECK_TIME: was it signed in the future? Notes the time, for verify_log. */
void verify_created(struct bv_report *r, int64_t created_s, int64_t at_s);

/* ---- Status (verify_status.c) and log (verify_log.c) ---- */

struct verify_status_entry {
	struct bv_str list;    /* address of the list, "https://host/status/7/revocation" */
	struct bv_str purpose; /* "revocation", "suspension"; empty for an IETF token list */
	uint64_t idx;
};
enum { VERIFY_STATUS_MAX = 8 };
/* BV_CHECK_STATUS. count 0: the certificate names no list. */
void verify_status(struct bv_report *r, const struct verify_status_entry *entries, size_t count, const struct bv_verify_options *options);

/* BV_CHECK_LOG: is that leaf in the log? leaf NULL: the envelope does not tell it. */
void verify_log(struct bv_report *r, const struct bv_merkle_hash *leaf, const struct bv_verify_options *options);

#endif
