/* Checkpoints as they were read a moment ago, so that many who ask for one cost the database one question. Any thread. */
#ifndef BV_TOOLS_HTTPD_NOTES_H
#define BV_TOOLS_HTTPD_NOTES_H

#include "engine/engine.h"

#define NOTES_KEPT_MS 2000

struct notes;
struct notes *notes_new(void);
void notes_free(struct notes *notes);
/* The newest checkpoint of a sitting, or one that was that NOTES_KEPT_MS before now_ms. As bv_ledger_checkpoint. */
BV_MUST_USE enum bv_status notes_find(struct bv_buf *out, struct notes *notes, struct bv_ledger *ledger, struct bv_str sitting, int64_t now_ms,
                                      struct bv_err *err);

#endif
