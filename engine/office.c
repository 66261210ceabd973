/* One office at a time: what is kept of seats in two steps, a row and its event, must not be mixed with what another program does to the same rows. */
#include <unistd.h>

#include "engine/ledger.h"
#include "engine/sitting.h"

enum { STEP_MS = 10 };

#define OFFICE_LOCK "108260546799206" /* "bv_off" in ASCII */

static enum bv_status
try(bool *mine, struct office *office, struct bv_err *err)
{
	int64_t answer;

	if (office->lock >= 0) {
		*mine = ledger_lock_office(office->lock);
		return BV_OK;
	}
	/* Of the connection, which a server ends with it. */
	TRY(bv_sql_ask(&answer, office->sql, "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock(" OFFICE_LOCK ") THEN 1::bigint ELSE 0::bigint END", err));
	*mine = answer;
	return BV_OK;
}

enum bv_status
office_enter(struct office *office, struct bv_sittings *sittings, struct bv_err *err)
{
	bool mine = false;

	TRY(ledger_lock_open(&office->lock, sittings->url, err));
	office->sql = sittings->sql;
	for (int waited_ms = 0; waited_ms < BV_SQL_WAIT_MS; waited_ms += STEP_MS) {
		TRY(try(&mine, office, err));
		if (mine)
			return BV_OK;
		usleep(STEP_MS * 1000);
	}
	return bv_err_set(err, BV_EIO, "another program imports a roster or makes codes in this ledger: try again when it is done");
}

void
office_leave(struct office *office)
{
	struct bv_err err;
	int64_t was;

	if (office->lock >= 0)
		close(office->lock);
	else if (office->sql)
		(void)!bv_sql_ask(&was, office->sql, "SELECT CASE WHEN pg_catalog.pg_advisory_unlock(" OFFICE_LOCK ") THEN 1::bigint ELSE 0::bigint END", &err);
}
