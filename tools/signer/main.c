/* bangvang-signer: holds the private keys of one batch and signs what it is asked over a Unix socket, within the keys' window and count. No network. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/signer/filter.h"
#include "tools/signer/serve.h"

enum { USAGE = 64 };
/* A certificate takes up to two signatures by Ed25519 (a proof set) and four by P-256 (VC-JWT, SD-JWT VC, paper, PDF); a tenth more is for what is made again
 * after a crash. */
enum { ED25519_EACH = 2, P256_EACH = 4 };

static const char help[] =
	"Usage: bangvang-signer --keys DIR --batch N --socket PATH [--allow UID]… [--stop FILE] [--resume]\n"
	"\n"
	"Holds the private keys of a batch (made by 'bangvang key batch') and signs what is asked over a Unix socket, within the\n"
	"window of the keys and up to their count. It opens no network and, once it runs, no file.\n"
	"\n"
	"  --keys DIR      folder of the keys\n"
	"  --batch N       number of the batch\n"
	"  --socket PATH   socket to listen at; others reach it as 'signer:PATH'\n"
	"  --allow UID     user that may ask, besides the one that runs this; up to 16 of them\n"
	"  --stop FILE     nothing is signed while there is such a file; default DIR/STOP\n"
	"  --resume        take back a stop that came over the socket\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0 ended by a signal or the end of the window; 1 not allowed; 2 the input is at fault; 3 the machine is at\n"
	"fault; 64 usage.\n";

struct options {
	const char *keys, *socket, *stop;
	int64_t batch;
	bool resume;
};

static int
complain(const struct bv_err *err)
{
	fprintf(stderr, "bangvang-signer: %s\n", err->msg);
	return bv_status_exit(err->status);
}

static enum bv_status
load_batch(struct desk *desk, const struct options *options, const struct bv_batch *batch, struct bv_err *err)
{
	static const char *const names[METER_KEYS] = { "key.pem", "p256.pem" };
	static const enum bv_key_kind kinds[METER_KEYS] = { BV_KEY_ED25519, BV_KEY_P256 };
	const struct bv_public *const publics[METER_KEYS] = { &batch->ed25519, &batch->p256 };
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	if (batch->removed_s || batch->destroyed_s)
		return bv_err_set(err, BV_EDENIED, "batch %" PRId64 " is no longer in use", batch->number);
	if (bv_clock_now_s() >= batch->until_s)
		return bv_err_set(err, BV_EDENIED, "the window of batch %" PRId64 " is over: 'bangvang key destroy' its keys, and use the next batch", batch->number);
	desk->from_s = batch->from_s;
	desk->until_s = batch->until_s;
	desk->most[0] = (uint64_t)(batch->limit * ED25519_EACH) + (uint64_t)batch->limit * ED25519_EACH / 10;
	desk->most[1] = (uint64_t)(batch->limit * P256_EACH) + (uint64_t)batch->limit * P256_EACH / 10;
	for (int i = 0; i < METER_KEYS; i++) {
		bv_buf_clear(&path);
		bv_buf_printf(&path, "%s/batches/%" PRId64 "/%s", options->keys, batch->number, names[i]);
		TRY(bv_key_load(&desk->keys[i], kinds[i], path.p, err));
		if (!bv_public_equal(bv_key_describe(desk->keys[i]), publics[i]))
			return bv_err_set(err, BV_EINVAL, "%s is not the key of batch %" PRId64 " in keys.json", path.p, batch->number);
	}
	bv_buf_clear(&path);
	bv_buf_printf(&path, "%s/batches/%" PRId64 "/signer.state", options->keys, batch->number);
	TRY(meter_open(&desk->meter, path.p, err));
	return options->resume ? meter_stop(&desk->meter, false, err) : BV_OK;
}

static enum bv_status
load(struct desk *desk, const struct options *options, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096), json = BV_BUF(BV_KEYRING_MAX);
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = NULL;
	uint8_t signature[BV_SIGNATURE_LEN];
	const uint8_t nothing[BV_HASH_LEN] = { 0 };

	bv_buf_printf(&path, "%s/keys.json", options->keys);
	TRY(bv_file_read(&json, path.p, err));
	if (bv_keyring_parse(&ring, bv_buf_str(&json), err) != BV_OK)
		return bv_err_again(err, 0, "%s: %s", path.p, err->msg);
	const struct bv_batch *batch = bv_keyring_find(ring, options->batch);
	if (!batch)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no batch %" PRId64, path.p, options->batch);
	TRY(load_batch(desk, options, batch, err));
	/* What OpenSSL fetches when it is first asked, it must fetch before the filter: nobody sees these two. */
	bv_key_sign(signature, desk->keys[0], BV_STR("BV-SIGNER-1"));
	bv_key_sign_digest(signature, desk->keys[1], nothing);
	return BV_OK;
}

static int
run(struct server *server, const struct options *options)
{
	struct desk desk = { .stop = options->stop, .meter.fd = -1 };
	struct bv_err err;

	serve_signals();
	enum bv_status status = filter_prepare(&err);
	if (status == BV_OK)
		status = load(&desk, options, &err);
	if (status == BV_OK)
		status = serve_open(server, &err);
	if (status == BV_OK)
		status = filter_calls(server->listener, desk.meter.fd, &err);
	if (status == BV_OK) {
		fprintf(stderr, "event=start batch=%" PRId64 " socket=%s ed25519=%" PRIu64 "/%" PRIu64 " p256=%" PRIu64 "/%" PRIu64 "%s\n", options->batch, server->path,
		        desk.meter.used[0], desk.most[0], desk.meter.used[1], desk.most[1], desk.meter.stopped ? " stopped=1" : "");
		serve(server, &desk);
	}
	meter_close(&desk.meter);
	for (int i = 0; i < METER_KEYS; i++)
		bv_key_free(desk.keys[i]);
	return status == BV_OK ? 0 : complain(&err);
}

static bool
read_number(int64_t *out, const char *text, int64_t most)
{
	return bv_str_int(bv_str_of(text), out) && *out >= 0 && *out <= most;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "keys", 1, NULL, 'k' }, { "batch", 1, NULL, 'b' }, { "socket", 1, NULL, 's' }, { "allow", 1, NULL, 'a' },
		                               { "stop", 1, NULL, 'S' }, { "resume", 0, NULL, 'r' }, { "help", 0, NULL, 'h' }, { "version", 0, NULL, 'v' }, { 0 } };
	struct options options = { 0 };
	struct server server = { .allowed = { geteuid() } };
	BV_AUTO(bv_buf_finish) struct bv_buf stop = BV_BUF(4096);
	int64_t uid;
	bool good = true;

	for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		switch (c) {
		case 'k': options.keys = optarg; break;
		case 'b': good = good && read_number(&options.batch, optarg, INT64_MAX); break;
		case 's': server.path = options.socket = optarg; break;
		case 'S': options.stop = optarg; break;
		case 'r': options.resume = true; break;
		case 'a':
			good = good && server.allowed_count < ALLOWED_MAX && read_number(&uid, optarg, UINT32_MAX - 1);
			if (good)
				server.allowed[1 + server.allowed_count++] = (uid_t)uid;
			break;
		case 'h': fputs(help, stdout); return 0;
		case 'v': puts("bangvang-signer " BV_VERSION); return 0;
		default: good = false;
		}
	}
	if (!good || optind != argc || !options.keys || !options.socket || options.batch < 1) {
		fputs("bangvang-signer: --keys DIR, --batch N and --socket PATH are needed. See: bangvang-signer --help\n", stderr);
		return USAGE;
	}
	if (!options.stop) {
		bv_buf_printf(&stop, "%s/STOP", options.keys);
		options.stop = stop.p;
	}
	return run(&server, &options);
}
