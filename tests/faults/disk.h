/* A disk of the tests: a VFS between SQLite and the file system that becomes the default one, so that the product opens its databases on it and knows of
 * nothing. It records what is written, and can make the folder as it may be after the power failed at any moment; and its n-th call fails as it is told.
 * One disk a program; any number of threads. */
#ifndef BV_TESTS_DISK_H
#define BV_TESTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes it the default, once. Until something is asked of it, it hands everything on; but for syncs, which it only counts. */
void disk_install(void);

/* ---- Power loss ---- */

/* Records from now on what happens in a folder, beginning with the files that are there, which last; forgets what was recorded before. */
void disk_record(const char *folder);
/* How many calls were recorded: a moment. */
size_t disk_moment(void);
/* Nothing is recorded any more. */
void disk_stop(void);

/* What a power loss does to what was written and not synced. */
struct disk_loss {
	unsigned keep_percent;    /* of the sectors of each write: the rest never reached the disk */
	unsigned torn_percent;    /* of those that did: only their first bytes */
	unsigned garbage_percent; /* of those that did not: something else is there, where nothing was before */
	bool shuffled;            /* the writes in any order */
	bool entries;             /* all changes of the folder are kept, even where nobody synced it */
};
/* A random one, with all extremes among them. */
struct disk_loss disk_loss_any(uint64_t *random);

/* Goes through the moments of what was recorded, forward only. */
struct disk_replay;
struct disk_replay *disk_replay_new(void);
void disk_replay_to(struct disk_replay *replay, size_t moment);
/* How many writes and changes of the folder are not synced at this moment. */
size_t disk_replay_pending(const struct disk_replay *replay);
/* Makes the files as they may be when the power fails now, in another folder, which is emptied before. */
void disk_replay_lose(const struct disk_replay *replay, const char *folder, const struct disk_loss *loss, uint64_t *random);
void disk_replay_free(struct disk_replay *replay);

/* Next number below a bound, from a state that is not 0. */
uint64_t disk_random(uint64_t *state, uint64_t below);

/* ---- Faults ---- */

enum disk_fault {
	DISK_IO,    /* the call fails */
	DISK_FULL,  /* a write finds no room; other calls succeed */
	DISK_SHORT, /* a write stores its first half, and then finds no room; other calls succeed */
	DISK_SYNC,  /* a sync fails, and as kernels do it, what it was to make lasting can be read and is never tried again; with forever the program is as good as
	             * killed: no call succeeds any more */
};

/* The n-th call from now on (from 1; 0: none) that the fault can happen to fails; with forever so do all after it. */
void disk_fail(int n, enum disk_fault fault, bool forever);
/* Has a call failed since then? */
bool disk_failed(void);

#endif
