/* The variables of one candidate on one item, from clone to outcomes. Everything is resolved to indices when the item is read: scoring
 * looks up no name and allocates nothing once its arenas have grown. */
#ifndef BV_ITEMBANK_SESSION_H
#define BV_ITEMBANK_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/xml.h"
#include "itembank/declare.h"
#include "itembank/rules.h"
#include "itembank/value.h"

/* What an item says about its variables; part of the item, immutable. */
struct bv_program {
	const struct bv_declarations *declarations; /* in the loader's arena */
	const struct bv_rules *response_rules; /* NULL if there are none */
	const struct bv_rules *template_rules; /* NULL if there are none */
	bool adaptive;
};

/* Declarations and both kinds of processing from the children of an item's root. loader->declarations is set by this call. With
 * loader->faults, rules that can never be right do not refuse the item; a run that comes to one ends with EINVAL.
 * EPARSE, ELIMIT: see bv_declarations_parse, bv_processing_parse. */
BV_MUST_USE enum bv_status bv_program_parse(struct bv_program *out, struct bv_loader *loader, const struct bv_xml_node *item,
                                            struct bv_err *err);

/* Used by one thread at a time; program must outlive it. */
struct bv_session;

struct bv_session *bv_session_new(const struct bv_program *program);
void bv_session_free(struct bv_session *session);
BV_AUTO_DEFINE(struct bv_session, bv_session_free)

/* A new candidate: all variables anew, then template processing with the stream of seed (doc/random.md). To be called before anything else.
 * ELIMIT when template processing takes too many steps, EINVAL at a deferred fault. */
BV_MUST_USE enum bv_status bv_session_start(struct bv_session *session, const uint8_t seed[BV_HASH_LEN], struct bv_err *err);

/* The default of a template variable instead of the declared one (a test's template-default), of the declared cardinality and base type
 * or NULL; copied. It counts from the next bv_session_start on. */
void bv_session_preset(struct bv_session *session, int variable, const struct bv_value *v);

/* Forgets responses, outcomes and attempts but keeps the clone. Responses take their defaults. */
void bv_session_reset(struct bv_session *session);

/* Sets a response to v, borrowed until the next bv_session_start or bv_session_reset, or until it is set again. v must be of the declared
 * cardinality and base type, or NULL: assert. */
void bv_session_respond(struct bv_session *session, int variable, const struct bv_value *v);

/* Seconds spent so far, for the built-in `duration`. */
void bv_session_spend(struct bv_session *session, double seconds);

/* Response processing of one attempt. numAttempts counts it; completionStatus becomes "unknown" if it was "not_attempted". Outcomes of an
 * item that is not adaptive start at their defaults, those of an adaptive one (completionStatus too) go on from the last attempt.
 * ELIMIT when it takes too many steps, EINVAL at a deferred fault: then the outcomes are NULL, never a zero that nobody earned. */
BV_MUST_USE enum bv_status bv_session_score(struct bv_session *session, struct bv_err *err);
/* The same, but numAttempts stays: a hint was asked for. */
BV_MUST_USE enum bv_status bv_session_score_uncounted(struct bv_session *session, struct bv_err *err);

/* Borrowed until the next call that changes the session. The default and the correct response are those of this clone. */
const struct bv_value *bv_session_value(const struct bv_session *session, int variable);
const struct bv_value *bv_session_default(const struct bv_session *session, int variable);
const struct bv_value *bv_session_correct(const struct bv_session *session, int variable);

/* What became NULL in the last start or score because it could not be represented (overflow, a float for an integer), or NULL. */
const struct bv_err *bv_session_note(const struct bv_session *session);

#endif
