#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

enum { DAYS = 30, DAY_S = 86400 };

struct writing {
	const char *folder;
	size_t count;
};

/* OUT/7/revocation.json, OUT/7/token.jwt: replaced whole, so that nobody reads half a list. */
static enum bv_status
write_list(void *ctx, const struct bv_published *list, struct bv_err *err)
{
	struct writing *w = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	bv_buf_printf(&path, "%s/%" PRId64, w->folder, list->shard);
	TRY(bv_buf_check(&path, err));
	TRY(bv_dir_make(path.p, err));
	bv_buf_printf(&path, "/%s.%s", bv_status_kind_name(list->kind), list->kind == BV_STATUS_TOKEN ? "jwt" : "json");
	TRY(bv_buf_check(&path, err));
	w->count++;
	return bv_file_write(path.p, list->bytes, 0644, err);
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	struct writing w = { .folder = args_get(args, "out") };
	int64_t days;
	struct bv_err err;
	size_t count = 0;

	if (register_inputs_load(&in, args, true, &err) != BV_OK || args_count(&days, args, "days", DAYS, &err) != BV_OK)
		return fail(NULL, &err);
	if (register_inputs_signer(&in, args, (struct bv_issuer){ 0 }, &err) != BV_OK)
		return fail(NULL, &err);
	const struct bv_publish_order order = {
		.signer = in.signer, .at_s = in.at_s, .days = days > 1000 ? 1000 : (int)days, .ttl_s = DAY_S, .log_folder = in.log, .log_key = in.log_key
	};
	if (bv_status_publish(&count, in.reg, &order, &err) != BV_OK || bv_dir_make(w.folder, &err) != BV_OK ||
	    bv_status_published(in.reg, in.at_s, write_list, &w, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "signed", (int64_t)count);
		bv_json_set_int(json, "written", (int64_t)w.count);
		print_json(json);
	} else {
		printf("%zu status lists signed, %zu in %s\n", count, w.count, w.folder);
	}
	return EXIT_YES;
}

const struct cmd cmd_cert_publish = {
	.name = "cert publish",
	.summary = "sign and publish the status lists",
	.about = "Of every shard three lists, from the same state of the register: two W3C Bitstring Status Lists (revocation, suspension) and one IETF Token Status List. The hash of each "
	         "goes into the public log; every list is kept, so that 'cert status --at' can tell how a certificate stood on a day.\n\n"
	         "Do it every day, and after every act that must be seen at once. A list is good for --days, so that an outage takes nobody's certificate away.\n\n"
	         "--out gets SHARD/revocation.json, SHARD/suspension.json and SHARD/token.jwt, as bangvang-verify --status reads them. Serve them below the address that the register "
	         "was made with, without the ends .json and .jwt (nginx: try_files $uri $uri.json $uri.jwt).",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "key", "FILE", "the key that signs the lists, with did.json beside it; or signer:SOCKET, pkcs11:…", .required = true },
		REGISTER_HELD_OPTS,
		REGISTER_LOG_OPTS,
		{ "out", "DIR", "where the newest lists go", .required = true },
		{ "days", "N", "for how many days a list is good; 30 if absent" },
		REGISTER_AT_OPT,
		{ "json", NULL, "print the counts as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cert publish --db office.db --key demo/issuer/key.pem --log demo/office/log --log-key demo/office/log-key/key.pem --out office-status",
		NULL },
	.run = run,
};
