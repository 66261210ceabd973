/* What a verification found, in both languages, and what the certificate says. */
#ifndef BV_CERTS_VERIFY_REPORT_H
#define BV_CERTS_VERIFY_REPORT_H

#include "base/mem.h"
#include "certs/verify.h"

struct finding {
	enum bv_check_id check;
	enum bv_check_result result;
	struct bv_str text[2]; /* by enum bv_lang */
};

struct fact {
	struct bv_str path;     /* "credentialSubject.result[0].value" */
	struct bv_str label[2]; /* by enum bv_lang; the path where the member has no name */
	struct bv_str value;
	int rank; /* place in the order for people */
	size_t seq;
};

struct bv_report {
	struct bv_arena arena;
	struct bv_json *document; /* NULL if it could not be read */
	struct bv_str issuer;     /* whose key signed, by its name: set by verify_issuer */
	int64_t signed_s; /* when it was signed, by its own word; 0: it does not say */
	int64_t removed_s;        /* since when its key no longer counts, if the log may say that it was there before: verify_key; 0: not so */
	struct bv_str removed_by; /* name of the file that says so */
	struct finding *findings;
	size_t finding_count, finding_cap;
	struct fact *facts;
	size_t fact_count, fact_cap;
	void (*list)(struct bv_report *); /* lists the facts of document, when somebody wants to read them; NULL: they are listed */
};

/* Both texts are literals and take the same arguments in the same order. What comes from the file is clipped by CLIP. */
__attribute__((format(printf, 4, 6), format(printf, 5, 6))) void report_find(struct bv_report *report, enum bv_check_id check,
                                                                             enum bv_check_result result, const char *vi,
                                                                             const char *en, ...);
#define CLIP(s) BV_STR_ARG(bv_str_sub((s), 0, 200))

/* Copies nothing but path and value; label may be NULL. */
void report_fact(struct bv_report *report, struct bv_str path, const char *const label[2], struct bv_str value, int rank);

/* Every fact of report->document is to be listed when somebody wants to read them. A document of more than FACTS_MAX is refused now: size is of its text. */
void report_facts(struct bv_report *report, size_t size);

#endif
