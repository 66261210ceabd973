/* SQLSTATE (PostgreSQL, appendix A) → what the caller can do. The server's DETAIL is never passed on: it quotes values. */
#include "base/sql_pgsql.h"

struct fault {
	const char *sqlstate; /* or the class, its first two characters */
	enum bv_status status;
	const char *what; /* NULL: only what the server says */
};

static const struct fault faults[] = {
	{ "23", BV_ECONFLICT, NULL },
	{ "27", BV_ECONFLICT, NULL },
	{ "40001", BV_ECONFLICT, "another program has changed what this transaction has read; nothing of it is there: do it again" },
	{ "40003", BV_EUNCERTAIN, "the server does not know whether the statement was completed" },
	{ "40P01", BV_ECONFLICT, "two transactions waited for each other; nothing of this one is there: do it again" },
	{ "40", BV_ECONFLICT, NULL },
	{ "22", BV_EINVAL, NULL },
	{ "25006", BV_EIO, "the database may not be written here: it was opened to read, or the server is a standby" },
	{ "28", BV_EDENIED, NULL },
	{ "3D000", BV_ENOTFOUND, NULL },
	{ "42501", BV_EDENIED, NULL },
	{ "53100", BV_EIO, "the disk of the server is full: make room and try again" },
	{ "53300", BV_EIO, "the server has no connection left: raise max_connections, or close others" },
	{ "54", BV_ELIMIT, NULL },
	{ "55P03", BV_EIO, "another program has held the database for too long (lock_timeout): try again when it is done" },
	{ "57014", BV_EIO, "the statement took too long (statement_timeout), or somebody cancelled it" },
	{ "XX001", BV_EIO, "the database is damaged: restore it from a copy" },
	{ "XX002", BV_EIO, "the database is damaged: restore it from a copy" },
};

enum bv_status
sql_pgsql_fault(struct bv_err *err, const char *database, const char *sqlstate, const char *message)
{
	int len = (int)strcspn(message, "\n");

	if (sqlstate)
		for (size_t i = 0; i < BV_COUNT(faults); i++)
			if (strncmp(sqlstate, faults[i].sqlstate, strlen(faults[i].sqlstate)) == 0) {
				if (faults[i].what)
					return bv_err_set(err, faults[i].status, "%s: %s (%s: %.*s)", database, faults[i].what, sqlstate, len, message);
				return bv_err_set(err, faults[i].status, "%s: %.*s (%s)", database, len, message, sqlstate);
			}
	return bv_err_set(err, BV_EIO, "%s: %.*s%s%s%s", database, len, message, sqlstate ? " (" : "", sqlstate ? sqlstate : "", sqlstate ? ")" : "");
}
