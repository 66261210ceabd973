/* Who sits in a room, copied from the board, in the order of the seats; and their names, once they are read. */
#ifndef BV_TOOLS_HTTPD_ROLL_H
#define BV_TOOLS_HTTPD_ROLL_H

#include "tools/httpd/board.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/persons.h"

enum { ROLL_MAX = 5000 };

struct roll_seat {
	int64_t attempt;
	char *seat, *ticket;
	enum bv_attempt_state state;
	uint32_t flags; /* bits of enum board_flag */
	struct bv_person *person; /* NULL: not read, or not known */
};

struct roll {
	struct roll_seat *seats;
	size_t count;
};

/* room of a board that is locked. */
void roll_copy(struct roll *out, const struct board_room *room);
void roll_finish(struct roll *roll);
BV_AUTO_DEFINE_FINISH(struct roll, roll_finish)
/* Reads the fields of all of them from the store of the server, which there is, for the account of x. False has answered. */
bool roll_read(struct roll *roll, struct exchange *x, struct bv_str sitting, unsigned fields, struct bv_str reason);

#endif
