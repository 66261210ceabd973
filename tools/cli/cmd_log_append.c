#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tools/cli/commands.h"
#include "tools/cli/log_inputs.h"
#include "tools/cli/print.h"

struct appending {
	struct args *args;
	struct bv_log *log;
	struct bv_json *list;
};

static enum bv_status
take_time(int64_t *out, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err)
{
	*out = otherwise;
	return args_get(args, name) ? bv_time_parse(out, bv_str_of(args_get(args, name)), err) : BV_OK;
}

static enum bv_status
hash_file(uint8_t hash[BV_HASH_LEN], const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(64u << 20);

	TRY(bv_file_read(&bytes, path, err));
	bv_sha256(hash, bv_buf_str(&bytes));
	return BV_OK;
}

/* An entry of a type that was named; file: the certificate that it is about, or the document whose hash it says, or NULL. */
static enum bv_status
write_named(struct bv_buf *out, const struct args *args, enum bv_entry_type type, const char *file, struct bv_err *err)
{
	const char *const document[] = { [BV_ENTRY_DID_DOCUMENT] = "", [BV_ENTRY_STATUS_LIST] = "", [BV_ENTRY_ACHIEVEMENT] = "" };
	struct bv_entry entry = {
		.type = type,
		.achievement = bv_str_of(args_get(args, "achievement")),
		.issuer = bv_str_of(args_get(args, "issuer")),
		.key = bv_str_of(args_get(args, "key")),
		.reason = bv_str_of(args_get(args, "reason")),
		.url = bv_str_of(args_get(args, "url")),
	};

	for (; entry.approver_count < BV_ENTRY_APPROVERS_MAX && args_each(args, "approver", entry.approver_count); entry.approver_count++)
		entry.approvers[entry.approver_count] = bv_str_of(args_each(args, "approver", entry.approver_count));
	TRY(take_time(&entry.at_s, args, "at", bv_clock_now_s(), err));
	TRY(take_time(&entry.from_s, args, "from", entry.at_s, err));
	TRY(take_time(&entry.until_s, args, "until", 0, err));
	if (file && (size_t)type < BV_COUNT(document) && document[type])
		TRY(hash_file(entry.hash, file, err));
	else if (file)
		TRY(log_credential_load(entry.credential, file, err));
	if (args_get(args, "replacement"))
		TRY(log_credential_load(entry.replacement, args_get(args, "replacement"), err));
	return bv_entry_write(out, &entry, err);
}

static void
tell(struct appending *a, const char *file, uint64_t idx, const struct bv_merkle_hash *leaf, bool there)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_hex(hex, leaf->p, BV_HASH_LEN);
	if (a->list) {
		struct bv_json *row = bv_json_add(a->list, bv_json_new_object());
		if (file)
			bv_json_set(row, "file", bv_json_new_text(bv_str_of(file)));
		bv_json_set_int(row, "index", (int64_t)idx);
		bv_json_set_str(row, "leaf", bv_str_of(hex));
		bv_json_set(row, "wasThere", bv_json_new_bool(there));
		return;
	}
	printf("%10" PRIu64 "  %.16s…  ", idx, hex);
	print_safe(stdout, bv_str_of(file ? file : args_get(a->args, "type")));
	puts(there ? "  (was there)" : "");
}

struct row {
	struct bv_merkle_hash leaf; /* first, for compare */
	size_t idx;
};

static int
by_leaf(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = memcmp(&x->leaf, &y->leaf, sizeof x->leaf);

	return order ? order : x->idx < y->idx ? -1 : x->idx > y->idx;
}

/* same[i]: the first of the entries that is the same as number i. */
static void
find_same(size_t *same, const struct bv_merkle_hash *leaves, size_t count)
{
	struct row *rows = bv_alloc_array(count, sizeof *rows);

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ leaves[i], i };
	qsort(rows, count, sizeof *rows, by_leaf);
	for (size_t i = 0; i < count; i++)
		same[rows[i].idx] = i && memcmp(&rows[i].leaf, &rows[i - 1].leaf, sizeof rows[i].leaf) == 0 ? same[rows[i - 1].idx] : rows[i].idx;
	free(rows);
}

/* What is there already is not entered again, nor what is given twice. */
static enum bv_status
append(struct appending *a, const struct bv_str *entries, const char *const *files, size_t count, struct bv_err *err)
{
	struct bv_merkle_hash *leaves = bv_alloc_array(count, sizeof *leaves);
	uint64_t *places = bv_alloc_array(count, sizeof *places), first = 0;
	struct bv_str *new = bv_alloc_array(count, sizeof *new);
	size_t *same = bv_alloc_array(count, sizeof *same), new_count = 0;

	for (size_t i = 0; i < count; i++)
		bv_merkle_leaf(&leaves[i], entries[i]);
	find_same(same, leaves, count);
	enum bv_status status = bv_log_find_each(places, a->log, leaves, count, err);
	for (size_t i = 0; i < count && status == BV_OK; i++)
		if (places[i] == BV_LOG_NOWHERE && same[i] == i)
			new[new_count++] = entries[i];
	if (status == BV_OK && new_count)
		status = bv_log_append(&first, a->log, new, new_count, err);
	for (size_t i = 0; i < count && status == BV_OK; i++) {
		bool there = places[i] != BV_LOG_NOWHERE || same[i] != i;
		if (!there)
			places[i] = first++;
		else if (places[i] == BV_LOG_NOWHERE)
			places[i] = places[same[i]];
		tell(a, files[i], places[i], &leaves[i], there);
	}
	free(leaves);
	free(places);
	free(new);
	free(same);
	return status;
}

static int
append_files(struct appending *a, enum bv_entry_type type)
{
	size_t count = a->args->operand_count ? (size_t)a->args->operand_count : 1;
	struct bv_buf *texts = bv_alloc_array(count, sizeof *texts);
	struct bv_str *entries = bv_alloc_array(count, sizeof *entries);
	const char **files = bv_alloc_array(count, sizeof *files);
	struct bv_err err;
	int exit_status = EXIT_YES;

	for (size_t i = 0; i < count && exit_status == EXIT_YES; i++) {
		files[i] = a->args->operand_count ? a->args->operands[i] : NULL;
		texts[i] = BV_BUF(BV_ENTRY_MAX);
		if ((type == BV_ENTRY_TYPES ? log_entry_load(&texts[i], files[i], &err) : write_named(&texts[i], a->args, type, files[i], &err)) != BV_OK)
			exit_status = fail(files[i], &err);
		entries[i] = bv_buf_str(&texts[i]);
	}
	if (exit_status == EXIT_YES && append(a, entries, files, count, &err) != BV_OK)
		exit_status = fail(NULL, &err);
	for (size_t i = 0; i < count; i++)
		bv_buf_finish(&texts[i]);
	free(texts);
	free(entries);
	free(files);
	return exit_status;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	struct appending a = { .args = args, .list = json ? bv_json_set(json, "entries", bv_json_new_array()) : NULL };
	int type = BV_ENTRY_TYPES;
	struct bv_err err;

	for (int i = 0; args_get(args, "type") && i < BV_ENTRY_TYPES; i++)
		if (strcmp(args_get(args, "type"), bv_entry_type_name((enum bv_entry_type)i)) == 0)
			type = i;
	if (args_get(args, "type") && (type == BV_ENTRY_TYPES || type == BV_ENTRY_CERTIFICATE || type >= BV_ENTRY_BATCH))
		return usage(args->cmd, "--type is revocation, suspension, reinstatement, supersession, correction, key-added, key-removed, did-document, status-list or achievement");
	if (!args->operand_count && type != BV_ENTRY_KEY_ADDED && type != BV_ENTRY_KEY_REMOVED)
		return usage(args->cmd, "FILE is missing");
	if (args->operand_count > BV_LOG_BATCH_MAX)
		return usage(args->cmd, "at most %d files at once", BV_LOG_BATCH_MAX);
	if (bv_log_open(&log, args_get(args, "log"), &err) != BV_OK)
		return fail(NULL, &err);
	a.log = log;
	int exit_status = append_files(&a, (enum bv_entry_type)type);
	if (json && exit_status == EXIT_YES) {
		bv_json_set_int(json, "size", (int64_t)bv_log_size(log));
		print_json(json);
	}
	return exit_status;
}

const struct cmd cmd_log_append = {
	.name = "log append",
	.operands = "[FILE…]",
	.summary = "enter certificates, keys and documents into the public log",
	.about = "Each FILE is a certificate, whose entry follows from it, or an entry as JSON (doc/log.md). With --type the entry is made from the options: of a certificate "
	         "(revocation, suspension, reinstatement, supersession, correction: --reason, --approver, and --replacement for the last two), of a document's SHA-256 "
	         "(did-document: --issuer; status-list: --url; achievement: --achievement) or of a key (key-added: --issuer, --key, --from, --until; key-removed: "
	         "--issuer, --key, --reason).\n\n"
	         "All are entered or none, and are on the disk when the command has ended. The public sees them with the next 'bangvang log checkpoint'. What is there "
	         "already is not entered again.",
	.opts = (const struct opt[]){
		{ "log", "DIR", "folder of the log", .required = true },
		{ "type", "TYPE", "what the entry says; without it FILE is a certificate or an entry" },
		{ "issuer", "DID", "whose key or DID document it is" },
		{ "key", "MULTIKEY", "public key, z6Mk…" },
		{ "from", "TIME", "since when the key may sign (RFC 3339); default: --at" },
		{ "until", "TIME", "until when" },
		{ "reason", "WORD", "why: lower-case letters, digits, '-'" },
		{ "approver", "MULTIKEY", "who decided; once for each", .repeated = true },
		{ "replacement", "FILE", "the certificate that takes the other's place" },
		{ "url", "URL", "address of a status list" },
		{ "achievement", "URI", "of an achievement's definition" },
		{ "at", "TIME", "when it was done; default: now" },
		{ "json", NULL, "print one JSON document: entries with file, index, leaf, wasThere; size" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang log append --log log demo/certificate.json",
	                                   "bangvang log append --log log --type did-document --issuer did:web:demo.bangvang.example demo/issuer/did.json", NULL },
	.run = run,
};
