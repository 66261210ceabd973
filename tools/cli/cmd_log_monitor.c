#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/log_inputs.h"
#include "tools/cli/print.h"

enum { RESULTS_MAX = 1 << 30, SHOWN_MAX = 1000 };

struct monitoring {
	struct bv_monitor *monitor;
	struct bv_json *list; /* NULL: text */
	uint64_t shown, counts[BV_MONITOR_KINDS];
};

/* ---- Results ---- */

/* DIR/candidates/TICKET/credential.json of an exam's evidence (doc/evidence.md): TICKET is the name of the attempt. */
static enum bv_status
add_evidence(void *ctx, const char *path, struct bv_err *err)
{
	struct bv_str rest = bv_str_of(path), name = BV_STR("/credential.json");
	uint8_t credential[BV_HASH_LEN];
	struct bv_monitor *monitor = ctx;

	if (!bv_str_ends(rest, name))
		return BV_OK;
	rest.len -= name.len;
	size_t from = rest.len;
	while (from && rest.p[from - 1] != '/')
		from--;
	TRY(log_credential_load(credential, path, err));
	return bv_monitor_add_result(monitor, bv_str_sub(rest, from, rest.len), credential, err);
}

/* Rows of: name of the attempt, hash of its certificate in hexadecimal. A first row of words is passed over. */
static enum bv_status
add_rows(struct bv_monitor *monitor, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_csv_finish) struct bv_csv csv = { 0 };
	uint8_t credential[BV_HASH_LEN];

	bv_csv_init(&csv, text);
	for (bool first = true; bv_csv_next(&csv); first = false) {
		bool good = csv.field_count >= 2 && !csv.overfull && !csv.open && csv.fields[0].len && bv_hex_parse(credential, sizeof credential, csv.fields[1], err) == BV_OK;
		if (!good && first && csv.field_count >= 2 && bv_str_is(csv.fields[1], "credential"))
			continue;
		if (!good)
			return bv_err_at(err, BV_EPARSE, csv.row_line, "a row of results is the name of an attempt and the SHA-256 of its certificate in hexadecimal");
		TRY(bv_monitor_add_result(monitor, csv.fields[0], credential, err));
	}
	return BV_OK;
}

static enum bv_status
add_results(struct bv_monitor *monitor, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(RESULTS_MAX);
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return bv_dir_walk(path, add_evidence, monitor, err);
	TRY(bv_file_read(&text, path, err));
	return add_rows(monitor, bv_buf_str(&text), err);
}

/* ---- What was found ---- */

static void
told(void *ctx, const struct bv_monitor_finding *f)
{
	struct monitoring *m = ctx;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	m->counts[f->kind]++;
	bv_hex(hex, f->credential, BV_HASH_LEN);
	if (m->list) {
		struct bv_json *row = bv_json_add(m->list, bv_json_new_object());
		bv_json_set_str(row, "finding", bv_str_of(bv_monitor_kind_name(f->kind)));
		if (f->idx != UINT64_MAX)
			bv_json_set_int(row, "index", (int64_t)f->idx);
		if (f->kind != BV_MONITOR_ENTRY_UNKNOWN)
			bv_json_set_str(row, "credential", bv_str_of(hex));
		if (f->key.len)
			bv_json_set(row, "key", bv_json_new_text(f->key));
		if (f->id.len)
			bv_json_set(row, "result", bv_json_new_text(f->id));
		return;
	}
	if (m->shown++ >= SHOWN_MAX)
		return;
	printf("%-16s", bv_monitor_kind_name(f->kind));
	if (f->idx != UINT64_MAX)
		printf("  entry %" PRIu64, f->idx);
	if (f->kind != BV_MONITOR_ENTRY_UNKNOWN)
		printf("  certificate %.16s…", hex);
	if (f->id.len) {
		fputs("  result ", stdout);
		print_safe(stdout, f->id);
	}
	if (f->key.len)
		printf("  key %.*s", BV_STR_ARG(f->key));
	putchar('\n');
}

static void
tell_keys(const struct monitoring *m, struct bv_json *json)
{
	size_t count;
	const struct bv_monitor_key *keys = bv_monitor_keys(m->monitor, &count);
	struct bv_json *list = json ? bv_json_set(json, "keys", bv_json_new_array()) : NULL;

	for (size_t i = 0; i < count; i++) {
		if (list) {
			struct bv_json *row = bv_json_add(list, bv_json_new_object());
			bv_json_set(row, "key", bv_json_new_text(keys[i].key));
			bv_json_set(row, "issuer", bv_json_new_text(keys[i].issuer));
			bv_json_set(row, "announced", bv_json_new_bool(keys[i].announced));
			bv_json_set(row, "removed", bv_json_new_bool(keys[i].removed));
			bv_json_set_int(row, "certificates", (int64_t)keys[i].certificates);
			bv_json_set_int(row, "examined", (int64_t)keys[i].examined);
			continue;
		}
		printf("%.*s  ", BV_STR_ARG(keys[i].key));
		print_safe(stdout, keys[i].issuer);
		printf("  %" PRIu64 " certificates, %" PRIu64 " of an exam%s%s\n", keys[i].certificates, keys[i].examined, keys[i].announced ? "" : ", never announced",
		       keys[i].removed ? ", removed" : "");
	}
}

static int
tell(struct monitoring *m, const struct bv_checkpoint *now, const struct bv_checkpoint *last, struct bv_json *json)
{
	uint64_t found = bv_monitor_compare(m->monitor, told, m);

	if (json) {
		bv_json_set(json, "origin", bv_json_new_text(now->origin));
		bv_json_set_int(json, "size", (int64_t)now->size);
		if (last)
			bv_json_set_int(json, "sizeBefore", (int64_t)last->size);
		tell_keys(m, json);
		print_json(json);
		return found ? EXIT_NO : EXIT_YES;
	}
	if (m->shown > SHOWN_MAX)
		printf("… and %" PRIu64 " more: --json has all\n", m->shown - SHOWN_MAX);
	tell_keys(m, NULL);
	print_safe(stdout, now->origin);
	printf(": %" PRIu64 " entries", now->size);
	if (last)
		printf(", %" PRIu64 " more than at the visit before", now->size - last->size);
	for (int i = 0; i < BV_MONITOR_KINDS; i++)
		if (m->counts[i])
			printf("; %s: %" PRIu64, bv_monitor_kind_name((enum bv_monitor_kind)i), m->counts[i]);
	puts(found ? "" : "; nothing to complain of");
	return found ? EXIT_NO : EXIT_YES;
}

/* ---- The visit ---- */

static enum bv_status
load_last(struct bv_checkpoint *out, struct bv_buf *note, const char *path, struct bv_err *err)
{
	enum bv_status status = path ? bv_file_read(note, path, err) : BV_ENOTFOUND;

	if (status == BV_OK && bv_checkpoint_parse(out, bv_buf_str(note), err) != BV_OK)
		return bv_err_again(err, 0, "%s: %s", path, err->msg);
	return status;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(log_word_finish) struct log_word word = { 0 };
	BV_AUTO(bv_monitor_free) struct bv_monitor *monitor = bv_monitor_new();
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	struct monitoring m = { .monitor = monitor, .list = json ? bv_json_set(json, "findings", bv_json_new_array()) : NULL };
	const char *where = args->operands[0], *state = args_get(args, "state");
	struct bv_policy_finding found;
	struct bv_checkpoint last;
	struct bv_err err;

	for (size_t i = 0; args_each(args, "results", i); i++)
		if (add_results(monitor, args_each(args, "results", i), &err) != BV_OK)
			return fail(args_each(args, "results", i), &err);
	enum bv_status known = load_last(&last, &note, state, &err);
	if ((known != BV_OK && known != BV_ENOTFOUND) || log_word_load(&word, args, where, &err) != BV_OK || bv_log_view(&view, where, &err) != BV_OK ||
	    log_word_check(&found, &word, bv_log_view_checkpoint(view), &err) != BV_OK ||
	    bv_monitor_read(monitor, view, known == BV_OK ? &last : NULL, &err) != BV_OK)
		return fail(NULL, &err);
	int exit_status = tell(&m, bv_log_view_checkpoint(view), known == BV_OK ? &last : NULL, json);
	if (state && bv_file_write(state, bv_log_view_note(view), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	return exit_status;
}

const struct cmd cmd_log_monitor = {
	.name = "log monitor",
	.operands = "LOG",
	.summary = "watch a public log: does it grow only, and was there an exam for each certificate?",
	.about = "Reads the whole log, which is a folder or an address, and verifies it; holds it against the checkpoint of the visit before (--state): a log that was "
	         "rewritten cannot pass. Then counts the certificates of each key, and with --results names those of no exam, exams with two certificates, and results "
	         "whose certificate is not there; certificates by a key that no entry announced or that was removed; acts on certificates that are not in the log; and "
	         "entries that cannot be read.\n\n"
	         "Results come from whoever held the exams, not from the log: the folder that 'bangvang exam run' leaves, or a CSV file with the name of each attempt and "
	         "the SHA-256 of its certificate (as doc/log.md says) in hexadecimal. Exit status 1 when anything was found.",
	.opts = (const struct opt[]){
		LOG_WORD_OPTS,
		{ "state", "FILE", "the checkpoint of the visit before, and then of this one" },
		{ "results", "PATH", "exam results: folder or CSV; may be given several times", .repeated = true },
		{ "json", NULL, "print one JSON document: size, findings, keys" },
		{ 0 },
	},
	.run = run,
};
