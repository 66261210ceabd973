/* What becomes of a proposal outside this server, where the keys are: may it still be carried out, how far has that come by the register, and by which commands it is.
 * Inside records_ask. */
#ifndef BV_TOOLS_HTTPD_ERRAND_H
#define BV_TOOLS_HTTPD_ERRAND_H

#include "base/json.h"
#include "tools/httpd/proposal.h"

enum errand_step {
	ERRAND_POSSIBLE,    /* nothing has happened yet */
	ERRAND_IMPOSSIBLE,  /* nor can it any more */
	ERRAND_ASKED,       /* the first officer has asked for it */
	ERRAND_DECIDED,     /* the second has approved, and it is on its way into the log */
	ERRAND_IN_FORCE,    /* it is in the log and in the register */
	ERRAND_PUBLISHED,   /* and in the status lists that everybody reads */
	ERRAND_TURNED_DOWN, /* the officers did not agree */
	ERRAND_STEPS
};
/* "possible", "impossible", "asked", "decided", "in-force", "published", "turned-down". */
extern const char *const errand_step_names[ERRAND_STEPS + 1];

struct errand {
	enum errand_step step;
	struct bv_act_row act;     /* that carries it out; id 0: none does yet. Its texts are none but these: */
	char asked_by[BV_OFFICER_MAX + 1], decided_by[BV_OFFICER_MAX + 1];
	int64_t published_s;
	int64_t newest_act;        /* of the certificate; 0: none */
	uint8_t seen[BV_HASH_LEN]; /* of all that somebody decides by: another one, and it is not what he saw */
	char why[256];             /* of IMPOSSIBLE, in English */
	enum bv_status refused;    /* of IMPOSSIBLE */
};
/* Fails where the register cannot be read; a certificate that is not there is IMPOSSIBLE. */
BV_MUST_USE enum bv_status errand_look(struct errand *out, struct bv_register *reg, const struct proposal *proposal, int64_t now_s, struct bv_err *err);

/* Adds what is to be typed into a shell, in its order: [{step, line}]. Places of files are variables of whoever types it. */
void errand_commands(struct bv_json *array, const struct proposal *proposal, const struct errand *errand);
/* Appends a word that a POSIX shell takes as these bytes and nothing else. */
void errand_quote(struct bv_buf *out, struct bv_str word);

#endif
