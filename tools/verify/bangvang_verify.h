/* Verifies certificates of Bảng Vàng, offline: what bangvang-verify does, for a program of your own. One page; nothing else of Bảng Vàng is needed.
 * cc program.c $(pkg-config --cflags --libs bangvang-verify)
 *
 * A verifier holds what its user trusts, read once from files. It may be used by several threads at once. No socket, no clock, no locale, no output: what
 * is found comes back as a value and as one JSON document. Texts are UTF-8. Functions that fail say why in *error, to be freed by bangvang_free. */
#ifndef BANGVANG_VERIFY_H
#define BANGVANG_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is trusted: folders and a file as the options --trust, --status and --log of bangvang-verify take them; NULL: none. Zero what you do not set. */
struct bangvang_trust {
	const char *trust;  /* folder: DID documents, lists of keys, X.509 roots of the issuers */
	const char *status; /* folder: status lists, of any time */
	const char *log;    /* file: policy of the public log (C2SP tlog-policy); with it, what is not in the log is not valid */
};

struct bangvang_verifier;

/* 0, or -1 and *error: a file that is broken is never passed over. */
int bangvang_verifier_new(struct bangvang_verifier **out, const struct bangvang_trust *trust, char **error);
void bangvang_verifier_free(struct bangvang_verifier *verifier);

enum bangvang_verdict {
	BANGVANG_VALID = 0,      /* every check passed */
	BANGVANG_INVALID,        /* something is wrong with it: changed, forged, expired, revoked, suspended, not in the log */
	BANGVANG_UNKNOWN_ISSUER, /* nothing is wrong, but nobody who is trusted issued it */
	BANGVANG_UNCHECKED       /* nothing is wrong, but something could not be looked at: it is not known to be valid */
};

#define BANGVANG_NOW INT64_MIN    /* at the time of the machine's clock */
#define BANGVANG_ALLOW_DID_KEY 1u /* accept an issuer that is only a key: tells that nothing was changed, not who issued it */

/* The certificate of len bytes, in any envelope (JSON, JWT, SD-JWT, paper QR, PDF), for a time in seconds since 1970. proof: a .tlog-proof, or NULL.
 * lang: "vi" or "en", for the texts in the report. *report, if report is not NULL: {"verdict","text","checks":[…],"facts":[…]}, to be freed by
 * bangvang_free; doc/certificates.md has its members. Never fails: what cannot be read is a finding. */
enum bangvang_verdict bangvang_verify(const struct bangvang_verifier *verifier, const void *bytes, size_t len, const char *proof, int64_t at_s,
                                      unsigned flags, const char *lang, char **report);

void bangvang_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
