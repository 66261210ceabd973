/* What disk.c records and disk_replay.c reads. */
#ifndef BV_TESTS_DISK_CALLS_H
#define BV_TESTS_DISK_CALLS_H

#include "tests/faults/disk.h"

enum { NAME_MAX_LEN = 100, FILES_MAX = 64 };

enum call_kind { CALL_WRITE, CALL_TRUNCATE, CALL_SYNC, CALL_CREATE, CALL_DELETE, CALL_SYNC_FOLDER, CALL_SYNC_FAILED };

struct call {
	enum call_kind kind;
	int file; /* of files */
	int64_t at;
	size_t len;
	uint8_t *bytes;
};

/* A file in the sense of an inode: one that is deleted and made again is another. */
struct recorded {
	char name[NAME_MAX_LEN];
	bool sync_folder; /* its first sync is one of the folder too, as the VFS for Unix does it */
	bool gone;
};

struct disk_calls {
	struct call *calls;
	size_t count, cap;
	struct recorded files[FILES_MAX];
	int file_count;
};
/* Of the one disk; nothing is recorded any more. */
const struct disk_calls *disk_calls(void);

#endif
