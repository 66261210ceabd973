#include "tools/cli/cert_export.h"

#include <stdio.h>

#include "base/file.h"

struct exporting {
	struct bv_register *reg;
	struct bv_log_view *view;
	const char *folder;
	struct bv_buf stem;
	struct bv_file_group *group;
	size_t count;
};

/* A serial number as the name of a file. */
static void
name_file(struct bv_buf *out, struct bv_str serial)
{
	bv_buf_clear(out);
	for (size_t i = 0; i < serial.len; i++)
		bv_buf_addc(out, strchr("/\\:*?\"<>| ", serial.p[i]) ? '-' : serial.p[i]);
	if (out->len && out->p[0] == '.')
		out->p[0] = '-';
}

/* What a crash has cut short is written whole. */
static enum bv_status
write_again(struct exporting *e, const char *name, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(8192), there = BV_BUF(2 * BV_CREDENTIAL_MAX);

	bv_buf_printf(&path, "%s/%s", e->folder, name);
	TRY(bv_buf_check(&path, err));
	if (bv_file_read(&there, path.p, err) == BV_OK && bv_str_eq(bv_buf_str(&there), bytes))
		return BV_OK;
	return bv_file_write(path.p, bytes, 0644, err);
}

static enum bv_status
write_file(struct exporting *e, const char *end, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024);

	bv_buf_printf(&name, "%.*s.%s", BV_STR_ARG(bv_buf_str(&e->stem)), end);
	TRY(bv_buf_check(&name, err));
	enum bv_status status = bv_file_group_add(e->group, name.p, bytes, 0644, err);
	return status == BV_ECONFLICT ? write_again(e, name.p, bytes, err) : status;
}

static enum bv_status
write_envelope(void *ctx, struct bv_str kind, struct bv_str bytes, struct bv_err *err)
{
	char end[32];

	snprintf(end, sizeof end, "%.*s", BV_STR_ARG(bv_str_sub(kind, 0, 20)));
	return write_file(ctx, end, bytes, err);
}

static enum bv_status
export_one(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct exporting *e = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX);

	if (row->fate == BV_FATE_DRAFT)
		return BV_OK;
	name_file(&e->stem, row->serial);
	TRY(bv_register_envelopes(e->reg, row->id, write_envelope, e, err));
	e->count++;
	if (!e->view)
		return BV_OK;
	TRY(bv_log_prove(&proof, e->view, (uint64_t)row->log_idx, err));
	return write_file(e, "json.tlog-proof", bv_buf_str(&proof), err);
}

enum bv_status
cert_export(size_t *count, struct bv_register *reg, struct bv_str batch, const char *folder, const char *log, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_file_group_free) struct bv_file_group *group = NULL;
	struct exporting e = { .reg = reg, .folder = folder, .stem = BV_BUF(512) };
	int64_t id = 0;

	if (batch.len)
		TRY(bv_issuance_find(&id, reg, batch, err));
	if (log)
		TRY(bv_log_view(&view, log, err));
	TRY(bv_dir_make(folder, err));
	TRY(bv_file_group_open(&group, folder, err));
	e.view = view;
	e.group = group;
	enum bv_status status = bv_register_each(reg, id, export_one, &e, err);
	bv_buf_finish(&e.stem);
	*count = e.count;
	return status == BV_OK ? bv_file_group_sync(group, err) : status;
}
