#include "tools/signer/meter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/str.h"

enum { STATE_LEN = 69 };
#define STATE_FORMAT "BV-SIGNER-1 ed25519 %016" PRIu64 " p256 %016" PRIu64 " stopped %d\n"

static enum bv_status
store(struct meter *meter, const uint64_t used[METER_KEYS], bool stopped, struct bv_err *err)
{
	char state[STATE_LEN + 8];

	snprintf(state, sizeof state, STATE_FORMAT, used[0], used[1], stopped);
	if (pwrite(meter->fd, state, STATE_LEN, 0) != STATE_LEN || fdatasync(meter->fd) < 0)
		return bv_err_set(err, BV_EIO, "the count of signatures cannot be written: %s", strerror(errno));
	for (int i = 0; i < METER_KEYS; i++)
		meter->stored[i] = used[i];
	meter->stopped = stopped;
	return BV_OK;
}

static enum bv_status
load(struct meter *meter, const char *path, struct bv_err *err)
{
	char state[STATE_LEN + 1] = "", again[STATE_LEN + 8];
	ssize_t n = pread(meter->fd, state, STATE_LEN, 0);
	int stopped = 0;

	if (n < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
	if (n == 0)
		return store(meter, meter->used, false, err);
	if (sscanf(state, "BV-SIGNER-1 ed25519 %16" SCNu64 " p256 %16" SCNu64 " stopped %d", &meter->used[0], &meter->used[1], &stopped) != 3)
		return bv_err_set(err, BV_EPARSE, "%s: not the count of a signer", path);
	snprintf(again, sizeof again, STATE_FORMAT, meter->used[0], meter->used[1], stopped != 0);
	if (strcmp(state, again) != 0)
		return bv_err_set(err, BV_EPARSE, "%s: not the count of a signer, or changed", path);
	for (int i = 0; i < METER_KEYS; i++)
		meter->stored[i] = meter->used[i];
	meter->stopped = stopped;
	return BV_OK;
}

enum bv_status
meter_open(struct meter *meter, const char *path, struct bv_err *err)
{
	*meter = (struct meter){ .fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600) };
	if (meter->fd < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
	if (flock(meter->fd, LOCK_EX | LOCK_NB) < 0)
		return bv_err_set(err, BV_ECONFLICT, "%s: another signer is at work with these keys", path);
	return load(meter, path, err);
}

enum bv_status
meter_take(struct meter *meter, int key, struct bv_err *err)
{
	uint64_t ahead[METER_KEYS] = { meter->stored[0], meter->stored[1] };

	if (meter->used[key] == meter->stored[key]) {
		ahead[key] += METER_AHEAD;
		TRY(store(meter, ahead, meter->stopped, err));
	}
	meter->used[key]++;
	return BV_OK;
}

enum bv_status
meter_stop(struct meter *meter, bool stopped, struct bv_err *err)
{
	meter->stopped = meter->stopped || stopped; /* whatever the disk says */
	return store(meter, meter->used, stopped, err);
}

void
meter_close(struct meter *meter)
{
	struct bv_err ignored;

	if (meter->fd < 0)
		return;
	(void)!store(meter, meter->used, meter->stopped, &ignored); /* what is on the disk already is not less */
	close(meter->fd);
	meter->fd = -1;
}
