#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/exam_inputs.h"
#include "tools/cli/issue_inputs.h"
#include "tools/cli/sitting_inputs.h"

enum { EXAM, BLUEPRINT, STANDARD, RULES, POOL, ITEMS, FORMS, DID, DOCUMENTS };
enum { SEB_FILE_MAX = 16 << 10 };

struct ordering {
	const struct args *args;
	struct bv_buf documents[DOCUMENTS];
	struct issue_inputs issue;
	struct bv_sitting_order order;
	struct bv_exam_documents all;
	struct bv_signer *signer;
	struct bv_bank *bank;
};

static void
ordering_finish(struct ordering *o)
{
	for (size_t i = 0; i < DOCUMENTS; i++)
		bv_buf_finish(&o->documents[i]);
	issue_inputs_finish(&o->issue);
	bv_signer_free(o->signer);
	bv_bank_close(o->bank);
}
BV_AUTO_DEFINE_FINISH(struct ordering, ordering_finish)

static enum bv_status
read_times(struct ordering *o, struct bv_err *err)
{
	int64_t grace_s;

	TRY(sitting_time(&o->order.opens_ms, o->args, "opens", 0, err));
	TRY(sitting_time(&o->order.closes_ms, o->args, "closes", 0, err));
	TRY(sitting_time(&o->order.start_until_ms, o->args, "start-until", 0, err));
	TRY(sitting_time(&o->order.release_ms, o->args, "release", 0, err));
	TRY(args_count(&grace_s, o->args, "grace", 0, err));
	if (grace_s > BV_SITTING_GRACE_MAX_MS / 1000)
		return bv_err_set(err, BV_EINVAL, "--grace: at most %d seconds", BV_SITTING_GRACE_MAX_MS / 1000);
	o->order.grace_ms = grace_s * 1000;
	return BV_OK;
}

/* The key's file and, beside it, the issuer's DID document. */
static enum bv_status
read_issuer(struct ordering *o, struct bv_err *err)
{
	const char *path = args_get(o->args, "key"), *slash = strrchr(path, '/');
	BV_AUTO(bv_buf_finish) struct bv_buf did_path = BV_BUF(4096);

	TRY(bv_signer_load(&o->signer, path, bv_str_of(args_get(o->args, "issuer-name")), bv_str_of(args_get(o->args, "issuer-url")), err));
	bv_buf_printf(&did_path, "%.*sdid.json", slash ? (int)(slash - path + 1) : 0, path);
	return bv_file_read(&o->documents[DID], did_path.p, err);
}

static enum bv_status
read_forms(struct ordering *o, struct bv_err *err)
{
	struct bv_buf files[BV_FIXED_FORMS_MAX];
	struct bv_str forms[BV_FIXED_FORMS_MAX];
	enum bv_status status = BV_OK;
	const char *path;
	size_t count = 0;

	if (args_each(o->args, "form", BV_FIXED_FORMS_MAX))
		return bv_err_set(err, BV_ELIMIT, "--form: at most %d forms", BV_FIXED_FORMS_MAX);
	for (; status == BV_OK && (path = args_each(o->args, "form", count)) != NULL; count++) {
		files[count] = BV_BUF(BV_FORM_MAX);
		status = bv_file_read(&files[count], path, err);
		forms[count] = bv_buf_str(&files[count]);
	}
	if (status == BV_OK && count)
		status = bv_exam_forms_write(&o->documents[FORMS], forms, count, err);
	for (size_t i = 0; i < count; i++)
		bv_buf_finish(&files[i]);
	return status;
}

static enum bv_status
read_demands(struct bv_exam_demands *demands, struct bv_arena *arena, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SEB_FILE_MAX);
	const char *path = args_get(args, "seb");

	demands->room_code = args_has(args, "room-codes");
	if (!path)
		return BV_OK;
	TRY(bv_file_read(&text, path, err));
	if (bv_seb_keys_parse(&demands->seb, bv_buf_str(&text), arena, err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	return BV_OK;
}

static enum bv_status
make_exam(struct ordering *o, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_demands demands = { 0 };
	const char *name = args_get(o->args, "issuer-name"), *url = args_get(o->args, "issuer-url");
	struct bv_issuer issuer = { bv_signer_did(o->signer), bv_str_of(name), bv_str_of(url) };
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];

	TRY(exam_inputs_secret(seed, o->args, "seed", err));
	TRY(exam_inputs_secret(draw_key, o->args, "draw-key", err));
	bv_exam_write(&plain, o->order.mode, seed, draw_key, o->order.opens_ms / 1000, &issuer);
	bv_wipe(draw_key, sizeof draw_key);
	TRY(read_demands(&demands, &arena, o->args, err));
	return bv_exam_demand(&o->documents[EXAM], bv_buf_str(&plain), &demands, err);
}

static enum bv_status
prepare(struct ordering *o, struct bv_err *err)
{
	const char *mode = args_get(o->args, "mode");

	for (size_t i = 0; i < DOCUMENTS; i++)
		o->documents[i] = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	TRY(bv_sitting_mode_parse(&o->order.mode, mode ? bv_str_of(mode) : BV_STR("linear"), err));
	TRY(read_times(o, err));
	TRY(bv_file_read(&o->documents[BLUEPRINT], args_get(o->args, "blueprint"), err));
	TRY(bv_file_read(&o->documents[STANDARD], args_get(o->args, "standard"), err));
	TRY(bv_file_read(&o->documents[RULES], args_get(o->args, "rules"), err));
	TRY(read_issuer(o, err));
	TRY(read_forms(o, err));
	TRY(issue_inputs_read(&o->issue, o->args, err));
	TRY(bv_bank_open(&o->bank, args_get(o->args, "bank"), BV_BANK_READ, err));
	TRY(exam_inputs_pool(&o->documents[POOL], &o->documents[ITEMS], bv_buf_str(&o->documents[BLUEPRINT]), o->args, o->bank, err));
	TRY(make_exam(o, err));
	o->all = (struct bv_exam_documents){
		bv_buf_str(&o->documents[EXAM]), bv_buf_str(&o->documents[BLUEPRINT]), bv_buf_str(&o->documents[STANDARD]), bv_buf_str(&o->documents[RULES]),
		bv_buf_str(&o->documents[POOL]), bv_buf_str(&o->documents[ITEMS]),     bv_buf_str(&o->documents[FORMS]),
		BV_STR_NONE, BV_STR_NONE, BV_STR_NONE, BV_STR_NONE, BV_STR_NONE, BV_STR_NONE,
	};
	o->all.design = bv_buf_str(&o->issue.design);
	o->all.parameters = bv_buf_str(&o->issue.parameters);
	o->all.seen = bv_buf_str(&o->issue.seen);
	o->all.chances = bv_buf_str(&o->issue.chances);
	o->order.documents = &o->all;
	o->order.did = bv_buf_str(&o->documents[DID]);
	return BV_OK;
}

/* Of checkpoints: whose log it is. */
static void
origin_of(struct bv_buf *out, const struct ordering *o)
{
	struct bv_str did = bv_signer_did(o->signer), web = BV_STR("did:web:");

	bv_buf_add(out, bv_str_starts(did, web) ? bv_str_sub(did, web.len, did.len) : did);
	bv_buf_addz(out, o->order.mode == BV_SITTING_PRACTICE ? "/practice" : "/sittings");
}

static int
run(struct args *args)
{
	BV_AUTO(ordering_finish) struct ordering o = { .args = args };
	BV_AUTO(sitting_inputs_finish) struct sitting_inputs in = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf origin = BV_BUF(1024);
	struct bv_err err;

	if (args_has(args, "form") != (args_has(args, "mode") && strcmp(args_get(args, "mode"), "fixed") == 0))
		return usage(args->cmd, "--mode fixed and --form belong together: give both or none");
	if (prepare(&o, &err) != BV_OK)
		return fail(NULL, &err);
	origin_of(&origin, &o);
	if (sitting_inputs_open(&in, args, bv_buf_str(&origin), &err) != BV_OK)
		return fail(NULL, &err);
	o.order.name = in.name;
	o.order.author = in.author;
	if (bv_sitting_create(&in.id, in.sittings, in.ledger, &o.order, &err) != BV_OK)
		return fail(NULL, &err);
	printf("sitting %s: number %" PRId64 " of the ledger, mode %s\n", args_get(args, "name"), in.id, bv_sitting_mode_name(o.order.mode));
	return EXIT_YES;
}

const struct cmd cmd_sitting_new = {
	.name = "sitting new",
	.summary = "open a sitting in a ledger: its documents, its window, its seed",
	.about =
		"Takes the pool of the blueprint from the bank, holds all documents against each other, keeps them in the database, and opens the sitting in the "
		"ledger with the hash of each. A database that is missing is made.\n\n"
		"Mode linear draws everybody's form; fixed gives everybody one of the forms of --form (`bangvang draw --json`), by lot; practice draws, and "
		"nobody gets a certificate for it: it has a database, a bank and a key of its own.\n\n"
		"Where the blueprint has an <assembly>, forms are assembled one after the other in the order in which candidates are registered (BV-FLY-1), or once for all "
		"where the design is for several (BV-PARALLEL-1): "
		"--design and --parameters are the documents that it names. Where it has an <adaptive>, each item follows from the answers before it (BV-CAT-1): such a sitting "
		"needs the network at every question; a hall without one takes a sitting of its own, with forms. Constraints that cannot hold together are named here, before the sitting.\n\n"
		"The same command again, with the same seed and draw key, changes nothing.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "bank", "DB", "the item bank", .required = true },
		{ "blueprint", "FILE", "what is asked", .required = true },
		{ "standard", "FILE", "the skills standard", .required = true },
		{ "rules", "FILE", "the rule pack", .required = true },
		{ "opens", "TIME", "nobody starts before: 2026-11-25T01:00:00Z, or with an offset", .required = true },
		{ "closes", "TIME", "when time is over for everybody, but for what a person was given", .required = true },
		{ "start-until", "TIME", "nobody starts after; --closes when absent" },
		{ "grace", "SECONDS", "how much later an answer may arrive that was given in time; 0 when absent" },
		{ "release", "TIME", "no result is released before; --closes when absent" },
		{ "mode", "MODE", "linear (when absent), fixed or practice" },
		{ "form", "FILE", "a prepared form, of mode fixed", .repeated = true },
		{ "room-codes", NULL, "who signs in also types the code of the day, which stands in the room" },
		{ "seb", "FILE", "Safe Exam Browser is demanded, with the keys of that file, which `bangvang seb new` writes" },
		{ "issuer-name", "TEXT", "the issuer's name on certificates" },
		{ "issuer-url", "URL", "the issuer's address on certificates" },
		{ .name = "pool", .argument = "FILE", .help = "the pool, as 'bank freeze' froze it or 'bank deal' dealt it; what the blueprint takes from the bank when absent" },
		ALLOWED_MODULES_OPT,
		ISSUE_INPUTS_OPTS,
		{ "seed", "HEX", "the session's seed, 32 bytes; random when absent" },
		{ "draw-key", "HEX", "the draw key, 32 bytes; random when absent" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang sitting new --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem --bank demo/bank.db "
		"--blueprint engine/sample/vn-basic-40.xml --standard standards/vn-tt03-2014.xml --rules rules/vn-17-2016.xml "
		"--opens 2026-11-25T08:00:00+07:00 --closes 2026-11-25T11:00:00+07:00 --grace 30",
		NULL },
	.run = run,
};
