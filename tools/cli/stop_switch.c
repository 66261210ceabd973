#include "tools/cli/stop_switch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum { NOTE_MAX = 4096 };

static bool
is_held(const char *key)
{
	return strncmp(key, "signer:", 7) == 0 || strncmp(key, "pkcs11:", 7) == 0;
}

/* ---- Where the keys are ---- */

static enum bv_status
find_folder(char out[PATH_MAX], const char *key, const char *document, struct bv_err *err)
{
	const char *path = is_held(key) ? document : key, *slash = path ? strrchr(path, '/') : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf folder = BV_BUF(PATH_MAX), ring = BV_BUF(PATH_MAX + 32);

	if (slash)
		bv_buf_printf(&folder, "%.*s", (int)(slash - path + 1), path);
	else
		bv_buf_addz(&folder, "./");
	bv_buf_printf(&ring, "%.*s../../keys.json", BV_STR_ARG(bv_buf_str(&folder)));
	TRY(bv_buf_check(&ring, err));
	if (access(ring.p, F_OK) == 0)
		bv_buf_addz(&folder, "../..");
	TRY(bv_buf_check(&folder, err));
	return realpath(folder.p, out) ? BV_OK : bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", folder.p, strerror(errno));
}

static enum bv_status
file_in(struct bv_buf *out, struct bv_str folder, struct bv_err *err)
{
	bv_buf_printf(out, "%.*s/STOP", BV_STR_ARG(folder));
	return bv_buf_check(out, err);
}

enum bv_status
stop_switch_check(const char *key, const char *document, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PATH_MAX + 8);
	char folder[PATH_MAX];

	TRY(find_folder(folder, key, document, err));
	TRY(file_in(&path, bv_str_of(folder), err));
	if (access(path.p, F_OK) < 0 && errno == ENOENT)
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "%s: nothing is issued by these keys: issuance was stopped (doc/keys.md: stop switch)", path.p);
}

enum bv_status
stop_switch_tell(struct bv_register *reg, const char *key, const char *document, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf socket = BV_BUF(PATH_MAX + 8);
	char folder[PATH_MAX], path[PATH_MAX];

	TRY(find_folder(folder, key, document, err));
	TRY(bv_register_add_place(reg, bv_str_of(folder), at_s, err));
	if (strncmp(key, "signer:", 7) != 0 || !realpath(key + 7, path))
		return BV_OK;
	bv_buf_printf(&socket, "signer:%s", path);
	return bv_register_add_place(reg, bv_buf_str(&socket), at_s, err);
}

/* ---- The places that the register knows ---- */

struct places {
	struct bv_register *reg;
	struct bv_stop stop;
	stop_switch_told told;
	void *ctx;
};

typedef void (*place_fn)(const struct places *p, struct bv_str place);

static enum bv_status
each(struct bv_register *reg, place_fn folder, place_fn socket, stop_switch_told told, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lines = BV_BUF(BV_REGISTER_PLACES_MAX);
	struct places p = { .reg = reg, .told = told, .ctx = ctx };
	const struct bv_str held = BV_STR("signer:");

	TRY(bv_register_stopped(&p.stop, reg, err));
	TRY(bv_register_places(&lines, reg, err));
	/* Files are quick; a signer may be slow to answer. */
	for (struct bv_str rest = bv_buf_str(&lines), line; bv_str_line(&rest, &line);)
		if (!bv_str_starts(line, held))
			folder(&p, line);
	for (struct bv_str rest = bv_buf_str(&lines), line; bv_str_line(&rest, &line);)
		if (bv_str_starts(line, held))
			socket(&p, line);
	return BV_OK;
}

/* ---- Thrown ---- */

static void
throw_folder(const struct places *p, struct bv_str place)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PATH_MAX + 8), note = BV_BUF(NOTE_MAX);
	struct bv_json_pen pen = { .out = &note };
	char at[BV_TIME_SIZE];
	struct bv_err err;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "at", bv_str_of(bv_time_write(at, p->stop.at_s)));
	bv_json_pen_str(&pen, "issuer", bv_register_issuer(p->reg));
	bv_json_pen_str(&pen, "person", bv_str_of(p->stop.person));
	bv_json_pen_str(&pen, "reason", bv_str_of(p->stop.reason));
	bv_json_pen_close(&pen, '}');
	bv_buf_addc(&note, '\n');
	enum bv_status status = file_in(&path, place, &err);
	if (status == BV_OK)
		status = bv_file_create(path.p, bv_buf_str(&note), 0644, &err);
	if (status == BV_OK || status == BV_ECONFLICT)
		p->told(p->ctx, place, true, status == BV_OK ? "stopped by the file STOP" : "was stopped already by a file STOP");
	else if (status == BV_ENOTFOUND)
		p->told(p->ctx, place, true, "there is no such folder here");
	else
		p->told(p->ctx, place, false, err.msg);
}

/* Asked to sign what is no certificate's. */
static enum bv_status
probe(const char *socket, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	uint8_t signature[BV_SIGNATURE_MAX];

	TRY(bv_key_connect(&key, socket, BV_KEY_ED25519, err));
	return bv_key_ask(signature, key, BV_STR("BV-STOP-PROBE-1"), err);
}

static void
throw_signer(const struct places *p, struct bv_str place)
{
	const char *socket = place.p + strlen("signer:");
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PATH_MAX);
	struct bv_err err;

	bv_buf_printf(&path, "%.*s", (int)(place.len - strlen("signer:")), socket);
	if (access(path.p, F_OK) < 0 && errno == ENOENT) {
		p->told(p->ctx, place, true, "no signer is there");
		return;
	}
	enum bv_status status = probe(path.p, &err);
	if (status == BV_EDENIED)
		p->told(p->ctx, place, true, "signs nothing");
	else if (status == BV_OK && (status = bv_signer_stop(path.p, &err)) == BV_OK)
		p->told(p->ctx, place, true, "stopped over its socket: it looks for another STOP, and goes on when it is started with --resume");
	else
		p->told(p->ctx, place, false, err.msg);
}

enum bv_status
stop_switch_throw(struct bv_register *reg, stop_switch_told told, void *ctx, struct bv_err *err)
{
	return each(reg, throw_folder, throw_signer, told, ctx, err);
}

/* ---- Released ---- */

/* Was it this issuer's stop that put it there? */
static bool
is_own(const struct places *p, struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err ignored;

	return bv_json_parse(&json, text, &ignored) == BV_OK && bv_str_eq(bv_json_str(bv_json_find(json, "issuer")), bv_register_issuer(p->reg));
}

static void
release_folder(const struct places *p, struct bv_str place)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PATH_MAX + 8), note = BV_BUF(NOTE_MAX);
	struct bv_err err;

	enum bv_status status = file_in(&path, place, &err);
	if (status == BV_OK)
		status = bv_file_read(&note, path.p, &err);
	if (status == BV_ENOTFOUND)
		return;
	if (status == BV_OK && !is_own(p, bv_buf_str(&note)))
		p->told(p->ctx, place, false, "its file STOP was put there by somebody else, and stays");
	else if (status == BV_OK && unlink(path.p) == 0)
		p->told(p->ctx, place, true, "its file STOP is gone");
	else
		p->told(p->ctx, place, false, status == BV_OK ? strerror(errno) : err.msg);
}

static void
release_signer(const struct places *p, struct bv_str place)
{
	(void)p, (void)place; /* it looks for the file */
}

enum bv_status
stop_switch_release(struct bv_register *reg, stop_switch_told told, void *ctx, struct bv_err *err)
{
	return each(reg, release_folder, release_signer, told, ctx, err);
}
