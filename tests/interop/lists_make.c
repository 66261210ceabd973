/* lists_make KEY.pem BASE FOLDER [INDEX]: the status lists BASE/revocation and BASE/suspension as FOLDER/revocation and FOLDER/suspension, in force now,
 * signed by the issuer of the key; INDEX is revoked. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "certs/certs.h"

static enum bv_status
write_list(const char *folder, enum bv_status_kind kind, const struct bv_shard *shard, const struct bv_status_terms *terms, const struct bv_signer *signer,
           struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX), path = BV_BUF(4096);

	TRY(bv_status_write(&text, kind, shard, terms, signer, err));
	bv_buf_printf(&path, "%s/%s", folder, bv_status_kind_name(kind));
	return bv_file_write(path.p, bv_buf_str(&text), 0644, err);
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	struct bv_err err;

	if (argc < 4)
		return 64;
	int64_t now = bv_clock_now_s();
	struct bv_status_terms terms = { .base = bv_str_of(argv[2]), .from_s = now - 60, .until_s = now + 86400 };
	struct bv_shard *shard = bv_alloc(sizeof *shard);
	if (argc > 4)
		bv_shard_set(shard, (uint32_t)atoi(argv[4]), BV_STANDING_REVOKED);
	if (bv_signer_load(&signer, argv[1], BV_STR_NONE, BV_STR_NONE, &err) != BV_OK ||
	    write_list(argv[3], BV_STATUS_REVOCATION, shard, &terms, signer, &err) != BV_OK ||
	    write_list(argv[3], BV_STATUS_SUSPENSION, shard, &terms, signer, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		free(shard);
		return 3;
	}
	free(shard);
	return 0;
}
