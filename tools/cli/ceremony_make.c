/* A new root: its key in shares, its certificate, its empty list of what is revoked, and a record of how it was made. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "tools/cli/ceremony.h"

enum { DICE_MAX = 65536, LIST_DAYS = 400 /* a year, and time to meet */ };

struct making {
	const struct args *args;
	const char *folder;
	struct ceremony_secrets *secrets;
	struct bv_share plan;
	struct bv_subject subject;
	char name[4 * BV_SUBJECT_MAX + 64];
	int64_t at_s, years;
	size_t dice_len;
	struct bv_key *key;
	struct bv_certificate *root;
	struct bv_buf record;
	size_t subsets; /* of shares that were tried */
};

static enum bv_status
create(const struct making *making, const char *name, struct bv_str bytes, unsigned mode, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	bv_buf_printf(&path, "%s/%s", making->folder, name);
	TRY(bv_buf_check(&path, err));
	return bv_file_create(path.p, bytes, mode, err);
}

/* ---- The key ---- */

/* What dice or witnesses gave goes in beside what the kernel gave: either alone is enough. */
static enum bv_status
make_seed(struct making *making, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf dice = BV_BUF(DICE_MAX);
	struct ceremony_secrets *secrets = making->secrets;
	const char *path = args_get(making->args, "dice");

	bv_random_fill(secrets->seed, sizeof secrets->seed);
	bv_random_fill(secrets->random, sizeof secrets->random);
	bv_random_fill(making->plan.set, sizeof making->plan.set);
	if (!path)
		return BV_OK;
	TRY(bv_file_read(&dice, path, err));
	if (bv_str_trim(bv_buf_str(&dice)).len < 50)
		return bv_err_set(err, BV_EINVAL, "%s: less than 50 throws of dice (129 bits): throw more", path);
	making->dice_len = dice.len;
	bv_hkdf_sha256(secrets->seed, sizeof secrets->seed, bv_buf_str(&dice), (struct bv_str){ (const char *)secrets->seed, sizeof secrets->seed }, BV_STR("BV-ROOT-1 seed"));
	bv_hkdf_sha256(secrets->random, sizeof secrets->random, bv_buf_str(&dice), (struct bv_str){ (const char *)secrets->random, sizeof secrets->random },
	               BV_STR("BV-ROOT-1 shares"));
	bv_wipe(dice.p, dice.len);
	return BV_OK;
}

static enum bv_status
make_root(struct making *making, struct bv_err *err)
{
	struct bv_certificate_facts facts = { .profile = BV_PROFILE_ROOT, .subject = making->subject, .from_s = making->at_s,
		                              .until_s = making->at_s + making->years * YEAR_S - 1 };
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(BV_CERTIFICATE_MAX), list_pem = BV_BUF(2 * BV_CERTIFICATE_MAX);

	bv_key_make(&making->key, BV_KEY_P384, making->secrets->seed);
	bv_random_fill(facts.serial, sizeof facts.serial);
	TRY(bv_certificate_write(&der, &facts, bv_key_describe(making->key), NULL, making->key, err));
	TRY(bv_certificate_parse(&making->root, bv_buf_str(&der), err));
	bv_certificate_write_pem(&pem, bv_buf_str(&der));
	TRY(create(making, "root.crt", bv_buf_str(&pem), 0644, err));
	TRY(bv_crl_write(&list, making->root, making->key, making->at_s, making->at_s, making->at_s + LIST_DAYS * DAY_S, NULL, 0, err));
	bv_crl_write_pem(&list_pem, bv_buf_str(&list));
	return create(making, "root.crl", bv_buf_str(&list_pem), 0644, err);
}

/* ---- The shares ---- */

static void
share_text(struct bv_buf *out, const struct making *making, const struct bv_share *share)
{
	char set[BV_HEX_SIZE(4)], time[BV_TIME_SIZE];
	const char *trustee = args_each(making->args, "trustee", share->idx - 1);

	bv_buf_printf(out, "# %s\n# Phần %u trên %u của khoá gốc / share %u of %u of the root key, bộ / set %s\n", making->name, share->idx, share->count, share->idx,
	              share->count, bv_hex(set, share->set, 4));
	if (share->rehearsal)
		bv_buf_addz(out, "# DIỄN TẬP, KHÔNG CÓ GIÁ TRỊ / REHEARSAL, OF NO VALUE\n");
	bv_buf_printf(out, "# Lễ tạo khoá / ceremony: %s. Người giữ / keeper: %s\n", bv_time_write(time, making->at_s), trustee ? trustee : "______________________");
	bv_buf_printf(out, "# %u phần bất kỳ mở được khoá; ít hơn thì không biết gì. / Any %u shares open the key; fewer tell nothing.\n", share->threshold, share->threshold);
	bv_buf_addz(out, "# Giữ kín, đừng chụp ảnh. / Keep it secret, take no picture of it.\n#\n");
	bv_share_write(out, share);
}

static enum bv_status
write_shares(struct making *making, struct bv_err *err)
{
	char kept[BV_SHARE_TEXT_MAX], name[40], hash_hex[BV_HEX_SIZE(BV_HASH_LEN)];
	enum bv_status status = bv_share_split(making->secrets->shares, &making->plan, making->secrets->seed, making->secrets->random, err);

	for (unsigned i = 0; i < making->plan.count && status == BV_OK; i++) {
		struct bv_buf text = { .p = kept, .cap = sizeof kept, .max = sizeof kept - 1 };
		uint8_t hash[BV_HASH_LEN];
		share_text(&text, making, &making->secrets->shares[i]);
		snprintf(name, sizeof name, "share-%u.txt", i + 1);
		status = bv_buf_check(&text, err);
		if (status == BV_OK)
			status = create(making, name, bv_buf_str(&text), 0600, err);
		bv_sha256(hash, bv_buf_str(&text));
		bv_buf_printf(&making->record, "share %u: %s\n  SHA-256 of %s: %s\n", i + 1, args_each(making->args, "trustee", i) ? args_each(making->args, "trustee", i) : "-",
		              name, bv_hex(hash_hex, hash, sizeof hash));
	}
	bv_wipe(kept, sizeof kept);
	return status;
}

static enum bv_status
try_subset(struct making *making, uint32_t subset, struct bv_err *err)
{
	struct ceremony_secrets *secrets = making->secrets;
	struct bv_share *chosen = secrets->shares; /* no longer needed: those on the disk count */
	uint8_t seed[BV_KEY_SEED_LEN];
	size_t count = 0;

	for (unsigned i = 0; i < making->plan.count; i++)
		if (subset >> i & 1)
			chosen[count++] = secrets->read[i];
	enum bv_status status = bv_share_join(seed, chosen, count, err);
	if (status == BV_OK && memcmp(seed, secrets->seed, sizeof seed) != 0)
		status = bv_err_set(err, BV_EIO, "the shares give another key than the one that was made: throw all of it away and begin again on another machine");
	bv_wipe(seed, sizeof seed);
	return status;
}

/* What is on the disk is read again, and every choice of shares that should open the key is tried. */
static enum bv_status
try_shares(struct making *making, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	BV_AUTO(bv_key_free) struct bv_key *again = NULL;

	for (unsigned i = 0; i < making->plan.count; i++) {
		bv_buf_clear(&path);
		bv_buf_printf(&path, "%s/share-%u.txt", making->folder, i + 1);
		TRY(ceremony_read_share(&making->secrets->read[i], path.p, err));
	}
	for (uint32_t subset = 0; subset < 1u << making->plan.count; subset++) {
		if ((unsigned)__builtin_popcount(subset) != making->plan.threshold)
			continue;
		TRY(try_subset(making, subset, err));
		making->subsets++;
	}
	bv_key_make(&again, making->plan.kind, making->secrets->seed);
	if (!bv_public_equal(bv_key_describe(again), &bv_certificate_view(making->root)->public))
		return bv_err_set(err, BV_EIO, "the seed does not give the key of root.crt");
	return BV_OK;
}

/* ---- The record ---- */

static void
begin_record(struct making *making)
{
	char time[BV_TIME_SIZE], set[BV_HEX_SIZE(4)];

	if (making->plan.rehearsal)
		bv_buf_addz(&making->record, "REHEARSAL, OF NO VALUE\n");
	bv_buf_printf(&making->record, "Ceremony of the root key: %s\nmade: %s\nkey: P-384, seed of %d bytes from the kernel%s\n", making->name,
	              bv_time_write(time, making->at_s), BV_KEY_SEED_LEN, making->dice_len ? " and from the throws of dice that were given" : "");
	bv_buf_printf(&making->record, "shares: %u of set %s, any %u open the key\n", making->plan.count, bv_hex(set, making->plan.set, 4), making->plan.threshold);
}

static enum bv_status
end_record(struct making *making, struct bv_err *err)
{
	char fingerprint[FINGERPRINT_SIZE], from[BV_TIME_SIZE], until[BV_TIME_SIZE];
	const struct bv_certificate_view *view = bv_certificate_view(making->root);

	bv_buf_printf(&making->record, "read back from the disk: %u shares; %zu choices of %u of them open the key\n", making->plan.count, making->subsets, making->plan.threshold);
	bv_buf_printf(&making->record, "root.crt: %s to %s\n  SHA-256: %s\n", bv_time_write(from, view->from_s), bv_time_write(until, view->until_s),
	              ceremony_fingerprint(fingerprint, view->fingerprint));
	bv_buf_printf(&making->record, "root.crl: nothing revoked, the next one by %s\n", bv_time_write(until, making->at_s + LIST_DAYS * DAY_S));
	bv_buf_addz(&making->record, "the private key is nowhere but in the shares\n\nSigned by all who were there:\n");
	TRY(bv_buf_check(&making->record, err));
	return create(making, "transcript.txt", bv_buf_str(&making->record), 0644, err);
}

static enum bv_status
make_all(struct making *making, struct bv_err *err)
{
	TRY(bv_dir_make(making->folder, err));
	TRY(make_seed(making, err));
	begin_record(making);
	TRY(make_root(making, err));
	TRY(write_shares(making, err));
	TRY(try_shares(making, err));
	return end_record(making, err);
}

static enum bv_status
read_plan(struct making *making, struct bv_err *err)
{
	const struct args *args = making->args;
	int64_t shares, threshold;

	TRY(args_count(&shares, args, "shares", 5, err));
	TRY(args_count(&threshold, args, "threshold", 3, err));
	TRY(args_count(&making->years, args, "years", 25, err));
	TRY(ceremony_time(&making->at_s, args, err));
	if (threshold < 2 || threshold > shares || shares > BV_SHARES_MAX)
		return bv_err_set(err, BV_EINVAL, "--shares is up to %d, and --threshold from 2 up to that", BV_SHARES_MAX);
	if (making->years < 1 || making->years > 50)
		return bv_err_set(err, BV_EINVAL, "--years is 1 to 50");
	if (args_each(args, "trustee", (size_t)shares))
		return bv_err_set(err, BV_EINVAL, "there are more trustees than shares");
	making->plan = (struct bv_share){ .kind = BV_KEY_P384, .rehearsal = args_has(args, "rehearsal"), .threshold = (unsigned)threshold, .count = (unsigned)shares };
	int len = snprintf(making->name, sizeof making->name, "%s%s", making->plan.rehearsal ? "REHEARSAL " : "", args_get(args, "name"));
	if (len < 0 || (size_t)len >= sizeof making->name)
		return bv_err_set(err, BV_EINVAL, "--name is too long");
	making->subject = (struct bv_subject){ bv_str_of(making->name), bv_str_of(args_get(args, "organization")), bv_str_of(args_get(args, "country")) };
	for (size_t i = 0; args_each(args, "trustee", i); i++) {
		struct bv_subject trustee = { .name = bv_str_of(args_each(args, "trustee", i)) };
		if (bv_subject_check(&trustee, err) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "--trustee: a name is 1 to %d characters on one line", BV_SUBJECT_MAX);
	}
	return bv_subject_check(&making->subject, err);
}

static void
print_made(const struct making *making)
{
	char fingerprint[FINGERPRINT_SIZE];

	printf("%s%s\n  root certificate  %s/root.crt (publish it; SHA-256 below)\n  revocation list   %s/root.crl\n  shares            %s/share-1.txt … share-%u.txt\n"
	       "  transcript        %s/transcript.txt\n  %s\n%zu choices of %u shares were tried, and each opens the key.\n",
	       making->plan.rehearsal ? "REHEARSAL: " : "", making->name, making->folder, making->folder, making->folder, making->plan.count, making->folder,
	       ceremony_fingerprint(fingerprint, bv_certificate_view(making->root)->fingerprint), making->subsets, making->plan.threshold);
	printf("Now print each share, let its keeper check the print ('bangvang key ceremony --check --type'), and destroy the files:\n  bangvang key destroy %s/share-*.txt\n",
	       making->folder);
}

int
ceremony_make(struct args *args)
{
	BV_AUTO(ceremony_secrets_free) struct ceremony_secrets *secrets = ceremony_secrets_new();
	struct making making = { .args = args, .folder = args_get(args, "out"), .secrets = secrets, .record = BV_BUF(1 << 20) };
	struct bv_err err;

	if (!making.folder || !args_get(args, "name"))
		return usage(args->cmd, "a new root needs --out DIR and --name NAME; or is it --use or --check?");
	enum bv_status status = read_plan(&making, &err);
	if (status == BV_OK)
		status = make_all(&making, &err);
	if (status == BV_OK)
		print_made(&making);
	bv_key_free(making.key);
	bv_certificate_free(making.root);
	bv_buf_finish(&making.record);
	return status == BV_OK ? EXIT_YES : fail(NULL, &err);
}
