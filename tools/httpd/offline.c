#include "tools/httpd/offline.h"

#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"
#include "tools/verify/page_files.h"

static const struct {
	const char *end, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".css", "text/css; charset=utf-8" },
	{ ".svg", "image/svg+xml" },             { ".json", "application/json" },             { ".webmanifest", "application/manifest+json" },
};

static const char *
type_of(struct bv_str path)
{
	for (size_t i = 0; i < BV_COUNT(types); i++)
		if (bv_str_ends(path, bv_str_of(types[i].end)))
			return types[i].type;
	return "application/octet-stream";
}

static const struct page_file *
find_file(struct bv_str path)
{
	for (const struct page_file *file = page_files; file->name; file++)
		if (bv_str_is(path, file->name))
			return file;
	return NULL;
}

struct listing {
	struct bv_json *trust, *status;
};

static void
list(void *ctx, const struct records_file *file)
{
	struct listing *l = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(2048);

	if (!file->address.len) {
		bv_json_add(l->trust, bv_json_new_str(file->name));
		return;
	}
	bv_buf_add(&address, file->address);
	if (address.full || bv_json_find(l->status, address.p))
		return;
	bv_json_add(bv_json_set(l->status, address.p, bv_json_new_array()), bv_json_new_str(file->name));
}

/* As `bangvang verify-page` writes it, but for the log: who scans a paper has no proof from it. */
static void
write_trust(struct bv_buf *out, struct records *records)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct listing l = { bv_json_new_array(), bv_json_new_object() };
	char made[BV_TIME_SIZE];

	bv_json_set_int(json, "v", 1);
	bv_json_set_str(json, "made", bv_str_of(bv_time_write(made, records_files(records, list, &l))));
	bv_json_set(json, "trust", l.trust);
	bv_json_set(json, "status", l.status);
	bv_json_write(out, json);
}

void
offline_answer(struct exchange *x, struct bv_str path)
{
	const struct page_file *file = find_file(path);

	if (file) {
		x->answer.fixed = file->bytes;
	} else if (bv_str_is(path, "trust.json")) {
		write_trust(&x->answer.body, x->server->records);
	} else if (!records_file(&x->answer.body, x->server->records, path)) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	x->answer.status = 200;
	x->answer.type = type_of(path);
	exchange_field(x, "Cache-Control", "no-cache");
	page_tag(x, file ? file->bytes : bv_buf_str(&x->answer.body));
}
