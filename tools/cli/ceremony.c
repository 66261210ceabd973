/* What making a root and using it have in common. */
#include "tools/cli/ceremony.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

struct ceremony_secrets *
ceremony_secrets_new(void)
{
	struct ceremony_secrets *secrets = bv_alloc(sizeof *secrets);

	/* A machine that refuses these is not one to hold a ceremony on, but the shares are good all the same: doc/keys.md asks for no swap. */
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	if (mlock(secrets, sizeof *secrets) < 0)
		fprintf(stderr, "bangvang: the key cannot be kept out of swap space (%s): see that there is none, or raise 'ulimit -l'\n", strerror(errno));
	return secrets;
}

void
ceremony_secrets_free(struct ceremony_secrets *secrets)
{
	if (!secrets)
		return;
	bv_wipe(secrets, sizeof *secrets);
	munlock(secrets, sizeof *secrets);
	free(secrets);
}

enum bv_status
ceremony_read_share(struct bv_share *share, const char *path, struct bv_err *err)
{
	char text[BV_SHARE_TEXT_MAX + 1];
	size_t len = 0;
	ssize_t n = 0;
	struct bv_err inner;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	while (len < sizeof text && (n = read(fd, text + len, sizeof text - len)) > 0)
		len += (size_t)n;
	int fault = errno;
	close(fd);
	enum bv_status status;
	if (n < 0)
		status = bv_err_set(err, BV_EIO, "%s: %s", path, strerror(fault));
	else if ((status = bv_share_parse(share, (struct bv_str){ text, len }, &inner)) != BV_OK)
		status = inner.line ? bv_err_set(err, status, "%s:%d: %s", path, inner.line, inner.msg) : bv_err_set(err, status, "%s: %s", path, inner.msg);
	bv_wipe(text, sizeof text);
	return status;
}

/* One line of standard input without stdio, whose buffers would keep it; -1 at the end. */
static int
read_line(char line[256])
{
	int len = 0;
	char c;
	ssize_t n;

	while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
		if (len < 255)
			line[len++] = c;
	bv_wipe(&c, sizeof c);
	return n == 1 || len ? len : -1;
}

/* At a terminal nothing of it is shown. */
static bool
hide(struct termios *before)
{
	if (tcgetattr(STDIN_FILENO, before) < 0)
		return false;
	struct termios silent = *before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(STDIN_FILENO, TCSANOW, &silent) == 0;
}

static enum bv_status
type_lines(struct bv_buf *text, unsigned which, struct bv_err *err)
{
	char line[256];
	struct bv_err wrong;
	int len;

	for (unsigned number = 1; number <= BV_SHARE_LINES;) {
		fprintf(stderr, "share %u, line %u of %d: ", which, number, BV_SHARE_LINES);
		if ((len = read_line(line)) < 0)
			return bv_err_set(err, BV_ENOTFOUND, "the input ends in line %u of share %u", number, which);
		struct bv_str typed = bv_str_trim((struct bv_str){ line, (size_t)len });
		if (!typed.len || *typed.p == '#') {
			fputc('\n', stderr);
		} else if (bv_share_check_line(typed, number, &wrong) == BV_OK) {
			fputs("good\n", stderr);
			bv_buf_add(text, typed);
			bv_buf_addc(text, '\n');
			number++;
		} else {
			fprintf(stderr, "%s\n", wrong.msg);
		}
		bv_wipe(line, sizeof line);
	}
	return BV_OK;
}

enum bv_status
ceremony_type_share(struct bv_share *share, unsigned which, struct bv_err *err)
{
	char kept[BV_SHARE_TEXT_MAX];
	/* A buffer that never grows leaves no copies behind. */
	struct bv_buf text = { .p = kept, .cap = sizeof kept, .max = sizeof kept - 1 };
	struct termios before;
	bool hidden = hide(&before);
	enum bv_status status = type_lines(&text, which, err);

	if (hidden)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	if (status == BV_OK)
		status = bv_share_parse(share, bv_buf_str(&text), err);
	bv_wipe(kept, sizeof kept);
	return status;
}

char *
ceremony_fingerprint(char out[FINGERPRINT_SIZE], const uint8_t hash[BV_HASH_LEN])
{
	char *at = out;

	for (size_t i = 0; i < BV_HASH_LEN; i += 2)
		at += snprintf(at, (size_t)(out + FINGERPRINT_SIZE - at), "%s%02x%02x", i ? " " : "", hash[i], hash[i + 1]);
	return out;
}

enum bv_status
ceremony_time(int64_t *at_s, const struct args *args, struct bv_err *err)
{
	if (args_get(args, "at"))
		return bv_time_parse(at_s, bv_str_of(args_get(args, "at")), err);
	*at_s = bv_clock_now_s();
	return BV_OK;
}

int
ceremony_check(struct args *args)
{
	BV_AUTO(ceremony_secrets_free) struct ceremony_secrets *secrets = ceremony_secrets_new();
	struct bv_share *share = &secrets->shares[0];
	char set[BV_HEX_SIZE(4)];
	const char *path;
	struct bv_err err;
	size_t i = 0;

	for (; (path = args_each(args, "share", i)); i++) {
		if (ceremony_read_share(share, path, &err) != BV_OK)
			return fail(NULL, &err);
		printf("%s: share %u of %u of set %s%s, as it was written; any %u open the key\n", path, share->idx, share->count, bv_hex(set, share->set, 4),
		       share->rehearsal ? " (REHEARSAL)" : "", share->threshold);
	}
	if (args_has(args, "type")) {
		if (ceremony_type_share(share, 1, &err) != BV_OK)
			return fail(NULL, &err);
		printf("share %u of %u of set %s%s, as it was written; any %u open the key\n", share->idx, share->count, bv_hex(set, share->set, 4),
		       share->rehearsal ? " (REHEARSAL)" : "", share->threshold);
		i++;
	}
	return i ? EXIT_YES : usage(args->cmd, "name a share to check with --share FILE, or --type it");
}
