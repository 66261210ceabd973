/* What is left to the signer when it has its keys and its socket. */
#ifndef BV_TOOLS_SIGNER_FILTER_H
#define BV_TOOLS_SIGNER_FILTER_H

#include "base/err.h"

/* No core files, no debugger, no new rights; key pages stay in memory where the limits let them. Before the keys are read. */
BV_MUST_USE enum bv_status filter_prepare(struct bv_err *err);
/* From now on the process can take connections from listener, talk to those, count in meter, and end; it can open no file and no socket. */
BV_MUST_USE enum bv_status filter_calls(int listener, int meter, struct bv_err *err);

#endif
