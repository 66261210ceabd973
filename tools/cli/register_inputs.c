#include "tools/cli/register_inputs.h"

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/stop_switch.h"

/* Has the command that option, and was it given? */
static const char *
given(const struct args *args, const char *name)
{
	for (const struct opt *o = args->cmd->opts; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return args_get(args, name);
	return NULL;
}

enum bv_status
register_inputs_log(struct register_inputs *in, const struct args *args, struct bv_err *err)
{
	in->log = given(args, "log");
	if (in->log) {
		TRY(bv_log_view(&in->view, in->log, err));
		in->origin = bv_log_view_checkpoint(in->view)->origin;
	}
	return given(args, "log-key") ? bv_key_load(&in->log_key, BV_KEY_ED25519, given(args, "log-key"), err) : BV_OK;
}

enum bv_status
register_inputs_open(struct register_inputs *in, const struct args *args, bool write, struct bv_err *err)
{
	const char *at = given(args, "at");

	in->at_s = bv_clock_now_s();
	if (at && bv_time_parse(&in->at_s, bv_str_of(at), err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "--at: %s", err->msg);
	TRY(bv_register_open(&in->reg, args_get(args, "db"), write, err));
	return given(args, "officer") ? bv_key_load(&in->officer, 0, given(args, "officer"), err) : BV_OK;
}

enum bv_status
register_inputs_load(struct register_inputs *in, const struct args *args, bool write, struct bv_err *err)
{
	TRY(register_inputs_open(in, args, write, err));
	return register_inputs_log(in, args, err);
}

enum bv_status
register_inputs_signer(struct register_inputs *in, const struct args *args, struct bv_issuer issuer, struct bv_err *err)
{
	return bv_signer_open(&in->signer, args_get(args, "key"), given(args, "p256-key"), given(args, "did-document"), issuer.name, issuer.url, err);
}

enum bv_status
register_inputs_issuer(struct register_inputs *in, const struct args *args, struct bv_issuer issuer, struct bv_err *err)
{
	struct bv_stop stop;

	TRY(register_inputs_signer(in, args, issuer, err));
	TRY(stop_switch_tell(in->reg, args_get(args, "key"), given(args, "did-document"), in->at_s, err));
	TRY(bv_register_stopped(&stop, in->reg, err));
	/* Of its own stop the register says who and why, when it is asked to issue. */
	return stop.stopped ? BV_OK : stop_switch_check(args_get(args, "key"), given(args, "did-document"), err);
}

void
register_inputs_finish(struct register_inputs *in)
{
	bv_signer_free(in->signer);
	bv_log_view_free(in->view);
	bv_key_free(in->officer);
	bv_key_free(in->log_key);
	bv_register_close(in->reg);
}

enum bv_status
register_read(struct bv_buf *out, const char *path, struct bv_err *err)
{
	return path ? bv_file_read(out, path, err) : BV_OK;
}

void
register_row_json(struct bv_json *json, const struct bv_register_row *row)
{
	char uuid[BV_UUID_SIZE], awarded[BV_TIME_SIZE], hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(json, "serial", row->serial);
	bv_json_set_str(json, "id", bv_str_of(bv_uuid_write(uuid, row->uuid)));
	bv_json_set_str(json, "fate", bv_str_of(bv_fate_name(row->fate)));
	bv_json_set_str(json, "holder", row->holder);
	if (row->birth.len)
		bv_json_set_str(json, "birth", row->birth);
	bv_json_set_str(json, "scheme", row->scheme);
	bv_json_set_str(json, "centre", row->centre);
	if (row->level.len)
		bv_json_set_str(json, "level", row->level);
	bv_json_set_str(json, "awarded", bv_str_of(bv_time_write(awarded, row->awarded_s)));
	bv_json_set_int(json, "shard", row->shard);
	bv_json_set_int(json, "index", row->idx);
	bv_json_set_int(json, "logIndex", row->log_idx);
	bv_json_set_str(json, "credential", bv_str_of(bv_hex(hex, row->credential, BV_HASH_LEN)));
}
