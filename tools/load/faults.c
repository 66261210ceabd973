#include "tools/load/faults.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void
faults_init(struct faults *faults, bool json, uint64_t most)
{
	*faults = (struct faults){ .json = json, .most = most, .list = bv_json_new_array(), .counts = bv_json_new_object() };
}

void
faults_finish(struct faults *faults)
{
	bv_json_free(faults->list);
	bv_json_free(faults->counts);
}

void
faults_add(struct faults *faults, const char *name, int64_t attempt, struct bv_str more, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	faults->count++;
	bv_json_set_int(faults->counts, name, bv_json_int(bv_json_find(faults->counts, name)) + 1);
	if (faults->shown == faults->most)
		return;
	faults->shown++;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_text_repair(text);
	if (!faults->json) {
		printf("%s: attempt %" PRId64 ": %s\n%.*s", name, attempt, text, BV_STR_ARG(more));
		return;
	}
	struct bv_json *one = bv_json_add(faults->list, bv_json_new_object());
	bv_json_set_str(one, "fault", bv_str_of(name));
	bv_json_set_int(one, "attempt", attempt);
	bv_json_set(one, "detail", bv_json_new_text(bv_str_of(text)));
	if (more.len)
		bv_json_set(one, "history", bv_json_new_text(more));
}

int
faults_end(struct faults *faults, struct bv_json *doc, const char *good)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = doc;

	if (faults->json) {
		bv_json_set(json, "good", bv_json_new_bool(!faults->count));
		bv_json_set(json, "counts", bv_json_copy(faults->counts));
		bv_json_set(json, "faults", bv_json_copy(faults->list));
		bv_json_write_pretty(&out, json);
	} else {
		bv_json_write(&out, json);
		bv_buf_addc(&out, '\n');
		if (!faults->count)
			bv_buf_printf(&out, "%s\n", good);
		else
			bv_buf_printf(&out, "%" PRIu64 " faults: ", faults->count), bv_json_write(&out, faults->counts), bv_buf_addc(&out, '\n');
	}
	if (fwrite(out.p, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return bv_status_exit(BV_EIO);
	return faults->count != 0;
}
