/* What is to be said of an item that somebody is writing: read, checked, shown and tried in a forked child, because whoever has an account may type anything.
 * Nothing of it is stored. */
#ifndef BV_TOOLS_HTTPD_BANK_LOOK_H
#define BV_TOOLS_HTTPD_BANK_LOOK_H

#include "itembank/itembank.h"

enum { LOOK_FILES_MAX = 100, LOOK_STIMULI_MAX = BV_ITEM_STIMULI_MAX, LOOK_ATTEMPTS_MAX = 20, LOOK_ANSWER_MAX = 24 << 20 };

/* A file that the item refers to and that is in no version yet. */
struct look_file {
	struct bv_str path; /* in the package */
	uint8_t hash[BV_HASH_LEN];
};

/* A stimulus of the version that the item was made from, as stored. */
struct look_stimulus {
	struct bv_str path;
	struct bv_buf xml;
};

struct look {
	struct bv_str xml;
	struct bv_str path;          /* of the item in its package */
	struct bv_bank_parts *parts; /* files of the version that it was made from; NULL: none */
	struct look_file files[LOOK_FILES_MAX];
	size_t file_count;
	struct look_stimulus stimuli[LOOK_STIMULI_MAX];
	size_t stimulus_count;
	const struct bv_allowed_modules *modules;
	uint8_t seed[BV_HASH_LEN];
	enum bv_view view;
	const struct bv_json *attempts; /* an array: responses as the page gives them, one attempt after the other; NULL: the page before anything is answered */
};
void look_finish(struct look *look);
BV_AUTO_DEFINE_FINISH(struct look, look_finish)

/* Appends the answer of POST /api/bank/look, JSON. A fault of the item is in it. EDENIED or EIO without a sandbox; ELIMIT or EPARSE when the child was ended. */
BV_MUST_USE enum bv_status bank_look(struct bv_buf *out, const struct look *look, struct bv_err *err);

#endif
