/* bangvang-load: the load generator. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/report.h"

static volatile bool stopped;

static void
stop(int signal)
{
	(void)signal;
	stopped = true;
}

static int
fail(const struct bv_err *err)
{
	fprintf(stderr, "bangvang-load: %s\n", err->msg);
	return bv_status_exit(err->status);
}

static enum bv_status
load(struct result *result, size_t *candidates, const struct target *targets, const struct options *o, struct bv_err *err)
{
	BV_AUTO(crowd_free) struct crowd *crowd = NULL;
	struct history *history = NULL;
	struct bv_err closing;

	TRY(crowd_new(&crowd, o, err));
	*candidates = crowd_count(crowd);
	if (o->history)
		TRY(history_create(&history, o->history, err));
	enum bv_status status = drive(result, o, targets, crowd, history, &stopped, err);
	if (history && history_close(history, &closing) != BV_OK && status == BV_OK) {
		*err = closing;
		status = closing.status;
	}
	return status;
}

static enum bv_status
load_targets(struct result *result, size_t *candidates, const struct options *o, struct bv_err *err)
{
	struct target targets[URLS_MAX] = { 0 };
	enum bv_status status = BV_OK;

	for (size_t i = 0; i < o->url_count && status == BV_OK; i++) {
		status = target_init(&targets[i], o->urls[i], o->ca, o->insecure, err);
		if (status == BV_OK && !targets[i].loopback && !o->own_host)
			status = bv_err_set(err, BV_EDENIED, "%s is not this machine: load only what is yours, and say so with --i-own-this-host", targets[i].host);
	}
	if (status == BV_OK)
		status = load(result, candidates, targets, o, err);
	for (size_t i = 0; i < o->url_count; i++)
		target_finish(&targets[i]);
	return status;
}

static int
print(const struct result *result, const struct options *o, size_t candidates)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 20);

	if (o->json) {
		BV_AUTO(bv_json_free) struct bv_json *json = report_json(result, o, candidates);
		bv_json_write_pretty(&out, json);
	} else {
		report_write(&out, result, o, candidates);
	}
	if (fwrite(out.p, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return bv_status_exit(BV_EIO);
	return report_good(result) ? 0 : EXIT_NO;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct bv_err err = { 0 };
	size_t candidates = 0;

	int status = options_read(&options, argc, argv);
	if (status)
		return status < 0 ? 0 : status;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	struct result *result = bv_alloc(sizeof *result);
	status = load_targets(result, &candidates, &options, &err) != BV_OK ? fail(&err) : print(result, &options, candidates);
	free(result);
	return status;
}
