#include "itembank/convert.h"
void
bv_import_moodle(struct bv_conversion *c, struct bv_str bytes)
{
	(void)bytes;
	c->stopped = bv_err_set(c->err, BV_EPARSE, "not yet");
}
