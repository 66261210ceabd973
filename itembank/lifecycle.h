/* The life of the versions of one item: a pure state machine (doc/lifecycle.md). What acts may do is decided here and nowhere else: the commands go
 * by it, and the audit plays all events through it again. */
#ifndef BV_ITEMBANK_LIFECYCLE_H
#define BV_ITEMBANK_LIFECYCLE_H

#include "base/mem.h"
#include "itembank/itembank.h"

#define LIFE_VERSIONS_MAX 100000 /* of one item */

struct life_version {
	enum bv_state state;
	int64_t since; /* number of the event that brought it there */
};

struct life_person {
	struct bv_str key; /* person_key */
	struct life_person *next;
};

/* Zero-initialised is an item without versions; finished by life_finish. */
struct life {
	struct life_version *versions; /* version n at n - 1 */
	uint32_t count, cap;
	struct life_person *authors;   /* who brought in, revised or submitted any version */
	struct life_person *reviewers; /* who approved the version in review */
};

void life_finish(struct life *life);
BV_AUTO_DEFINE_FINISH(struct life, life_finish)

/* What is done with one version. */
struct life_act {
	enum bv_act act;
	uint32_t version;
	enum bv_state state;  /* adopt: the state that it is given */
	struct bv_str who;    /* key of the person */
	struct bv_str author; /* key of the person whom the metadata name as author; may be empty */
	struct bv_str reason;
	int64_t event; /* its number, positive */
};

/* Does it, or EDENIED, ENOTFOUND or EINVAL, with what is allowed instead, and nothing is changed. Names are kept in arena. What an act makes of other
 * versions of the item is done too: those with since == event have changed. */
BV_MUST_USE enum bv_status life_apply(struct life *life, const struct life_act *act, const struct bv_life_rule *rule, struct bv_arena *arena,
                                      struct bv_err *err);

/* What keeps the person from it, if anything, of a version that there is; a reason is not asked for. */
enum bv_bar life_bar(const struct life *life, const struct life_act *act, const struct bv_life_rule *rule);
/* Has the person brought in, revised or submitted any version? */
bool life_is_author(const struct life *life, struct bv_str who);

/* What an event that has happened says of the people of the item; events in their order. For a life whose versions come from elsewhere. */
void life_recall(struct life *life, enum bv_act act, struct bv_str who, struct bv_arena *arena);
/* How many have approved the version in review, or had when it was approved. */
uint32_t life_approvals(const struct life *life);

/* The version that an act is about when none is said: the only one that is in a state for it. ENOTFOUND or EDENIED says what is there instead, EINVAL
 * when there are several. */
BV_MUST_USE enum bv_status life_find(uint32_t *version, const struct life *life, enum bv_act act, const struct bv_life_rule *rule,
                                     struct bv_err *err);

/* Is the act one that moves a version from state to state, and is this a state that it moves versions from? */
bool life_moves(enum bv_act act);
bool life_allows(enum bv_act act, enum bv_state from, const struct bv_life_rule *rule);
/* Must a reason be given? */
bool life_needs_reason(enum bv_act act);

/* Does a version that comes to the one state take the place of an older version in the other? */
bool life_supersedes(enum bv_state newer, enum bv_state older);

/* The name of a state; false when there is none. */
bool life_state_parse(enum bv_state *state, struct bv_str name);

/* A person's name as it is kept: NFC, single spaces; 1 to BV_PERSON_MAX bytes with a letter in them, and nothing that is not shown. EINVAL. */
BV_MUST_USE enum bv_status person_name(struct bv_str *out, struct bv_str name, struct bv_arena *arena, struct bv_err *err);
/* What two spellings of one name have in common, whatever their case, spaces and Unicode form. name is UTF-8. */
struct bv_str person_key(struct bv_str name, struct bv_arena *arena);

#endif
