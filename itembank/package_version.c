/* What a package says of one item: the hash that its version has, read as an import reads it, without a bank. */
#include <sys/stat.h>

#include "itembank/bank.h"

struct looking {
	const uint8_t *document, *hash; /* that are looked for */
	struct bank_stimuli_seen stimuli;
	bool found, same;
	struct bv_err refused; /* the first file, for want of the item */
};

static void
looking_finish(struct looking *looking)
{
	bank_stimuli_seen_finish(&looking->stimuli);
}
BV_AUTO_DEFINE_FINISH(struct looking, looking_finish)

static void
refuse(void *ctx, const char *path, const struct bv_err *err)
{
	struct looking *looking = ctx;

	if (looking->refused.status == BV_OK)
		bv_err_set(&looking->refused, err->status, "%s%s%s", path ? path : "", path ? ": " : "", err->msg);
}

static void
note(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx, (void)path, (void)err;
}

static enum bv_status
take_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	struct looking *looking = ctx;
	struct bank_row sealed = *row;

	if (!bv_hash_eq(row->document, looking->document))
		return BV_OK;
	TRY(bank_row_seal(&sealed, &looking->stimuli, err));
	looking->found = true;
	looking->same = looking->same || bv_hash_eq(sealed.hash, looking->hash);
	return BV_OK;
}

static enum bv_status
take_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	struct looking *looking = ctx;

	(void)err;
	if (blob->document && blob->about.kind == BV_DOCUMENT_STIMULUS)
		bank_stimulus_add(&looking->stimuli, blob->hash, blob->bytes);
	return BV_OK;
}

static enum bv_status
take_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	(void)ctx, (void)path, (void)xml, (void)err;
	return BV_OK;
}

enum bv_status
bv_package_has_version(bool *same, const char *path, const uint8_t document[BV_HASH_LEN], const uint8_t hash[BV_HASH_LEN], bool unfiltered,
                       struct bv_err *err)
{
	BV_AUTO(looking_finish) struct looking looking = { .document = document, .hash = hash };
	const struct bank_package_sink sink = { &looking, refuse, note, take_item, take_blob, take_usage };
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		TRY(bank_package_read_folder(path, unfiltered, &sink, err));
	else
		TRY(bank_package_read(path, NULL, unfiltered, &sink, err));
	if (!looking.found && looking.refused.status != BV_OK)
		return bv_err_set(err, looking.refused.status, "%s", looking.refused.msg);
	if (!looking.found)
		return bv_err_set(err, BV_ENOTFOUND, "%s: the item is not there", path);
	*same = looking.same;
	return BV_OK;
}
