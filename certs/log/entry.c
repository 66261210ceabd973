/* Entries of the public log (doc/log.md): one line of canonical JSON (RFC 8785) each, that says of whom or what it is by hashes, keys and addresses only. */
#include <inttypes.h>

#include "base/clock.h"
#include "certs/credential.h"
#include "certs/entry.h"
#include "certs/jose/base64url.h"

enum { HASH_TEXT = 43 /* chars of 32 bytes in base64url */, KEY_MAX = 160, CODE_MAX = 64, NUMBER_TEXT = 24 };

enum member {
	ACHIEVEMENT = 1 << 0, APPROVERS = 1 << 1, AT = 1 << 2, BATCH = 1 << 3, COUNT = 1 << 4, CREDENTIAL = 1 << 5, FROM = 1 << 6, HASH = 1 << 7, ISSUER = 1 << 8,
	KEY = 1 << 9, REASON = 1 << 10, REPLACEMENT = 1 << 11, STATUS = 1 << 12, UNTIL = 1 << 13, ADDRESS = 1 << 14,
};

static const struct {
	const char *name;
	unsigned must, may;
} types[BV_ENTRY_TYPES] = {
	[BV_ENTRY_CERTIFICATE] = { "certificate", ACHIEVEMENT | CREDENTIAL | ISSUER | KEY, STATUS },
	[BV_ENTRY_REVOCATION] = { "revocation", APPROVERS | AT | CREDENTIAL | REASON, 0 },
	[BV_ENTRY_SUSPENSION] = { "suspension", APPROVERS | AT | CREDENTIAL | REASON, 0 },
	[BV_ENTRY_REINSTATEMENT] = { "reinstatement", APPROVERS | AT | CREDENTIAL | REASON, 0 },
	[BV_ENTRY_SUPERSESSION] = { "supersession", APPROVERS | AT | CREDENTIAL | REASON | REPLACEMENT, 0 },
	[BV_ENTRY_CORRECTION] = { "correction", APPROVERS | AT | CREDENTIAL | REASON | REPLACEMENT, 0 },
	[BV_ENTRY_KEY_ADDED] = { "key-added", AT | FROM | ISSUER | KEY | UNTIL, 0 },
	[BV_ENTRY_KEY_REMOVED] = { "key-removed", AT | ISSUER | KEY | REASON, 0 },
	[BV_ENTRY_DID_DOCUMENT] = { "did-document", AT | HASH | ISSUER, 0 },
	[BV_ENTRY_STATUS_LIST] = { "status-list", AT | HASH | ADDRESS, 0 },
	[BV_ENTRY_ACHIEVEMENT] = { "achievement", ACHIEVEMENT | AT | HASH, 0 },
	[BV_ENTRY_BATCH] = { "batch", AT | COUNT | HASH | ISSUER | KEY, BATCH },
	[BV_ENTRY_STOP] = { "stop", APPROVERS | AT | ISSUER | REASON, 0 },
	[BV_ENTRY_RESUMPTION] = { "resumption", APPROVERS | AT | ISSUER | REASON, 0 },
};

const char *
bv_entry_type_name(enum bv_entry_type type)
{
	return types[type].name;
}

/* ---- What may be said ---- */

/* A word that nobody's name can hide in. */
static enum bv_status
check_code(struct bv_str text, const char *name, const char *more, struct bv_err *err)
{
	if (!text.len || text.len > CODE_MAX)
		return bv_err_set(err, BV_EINVAL, "%s: 1 to %d characters", name, CODE_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (!text.p[i] || (!(text.p[i] >= 'a' && text.p[i] <= 'z') && !(text.p[i] >= '0' && text.p[i] <= '9') && text.p[i] != '-' && !strchr(more, text.p[i])))
			return bv_err_set(err, BV_EINVAL, "%s: lower-case letters, digits and '-%s', because an entry is public for ever", name, more);
	return BV_OK;
}

static enum bv_status
check_multikey(struct bv_str key, const char *name, struct bv_err *err)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

	if (key.len < 2 || key.len > KEY_MAX || key.p[0] != 'z')
		return bv_err_set(err, BV_EINVAL, "%s: a multikey, which begins with 'z' (CID §2.2.2)", name);
	for (size_t i = 1; i < key.len; i++)
		if (!key.p[i] || !strchr(alphabet, key.p[i]))
			return bv_err_set(err, BV_EINVAL, "%s: a multikey has the characters of base58btc", name);
	return BV_OK;
}

static enum bv_status
check_address(struct bv_str text, const char *name, struct bv_err *err)
{
	if (!text.len || text.len > BV_ENTRY_ADDRESS_MAX || bv_str_find(text, ':') == text.len)
		return bv_err_set(err, BV_EINVAL, "%s: an address (URI) of at most %d bytes", name, BV_ENTRY_ADDRESS_MAX);
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.p[i] <= ' ' || (uint8_t)text.p[i] > '~' || strchr("\"<>\\^`{|}", text.p[i]))
			return bv_err_set(err, BV_EINVAL, "%s: the characters of an address (RFC 3986)", name);
	return BV_OK;
}

/* BASE#IDX. */
static enum bv_status
check_status(struct bv_str text, struct bv_err *err)
{
	size_t at = bv_str_find(text, '#');
	struct bv_str idx = bv_str_sub(text, at + 1, text.len);

	TRY(check_address(text, "status", err));
	for (size_t i = 0; i < idx.len; i++)
		if (idx.p[i] < '0' || idx.p[i] > '9')
			idx.len = 0;
	if (!idx.len || (idx.len > 1 && idx.p[0] == '0'))
		return bv_err_set(err, BV_EINVAL, "status: the address of a shard, '#', a number");
	return BV_OK;
}

static bool
is_time(int64_t time_s)
{
	return time_s > 0 && time_s <= INT64_C(253402300799);
}

/* Members that the type demands, or has, are as they must be. */
static enum bv_status
check(const struct bv_entry *leaf, unsigned has, struct bv_err *err)
{
	if (has & ACHIEVEMENT)
		TRY(check_address(leaf->achievement, "achievement", err));
	if (has & APPROVERS && (!leaf->approver_count || leaf->approver_count > BV_ENTRY_APPROVERS_MAX))
		return bv_err_set(err, BV_EINVAL, "approvers: 1 to %d", BV_ENTRY_APPROVERS_MAX);
	for (size_t i = 0; has & APPROVERS && i < leaf->approver_count; i++)
		TRY(check_multikey(leaf->approvers[i], "approvers", err));
	if ((has & AT && !is_time(leaf->at_s)) || (has & FROM && !is_time(leaf->from_s)) || (has & UNTIL && !is_time(leaf->until_s)))
		return bv_err_set(err, BV_EINVAL, "a time is not within the years 1970 to 9999");
	if (has & FROM && leaf->from_s >= leaf->until_s)
		return bv_err_set(err, BV_EINVAL, "until: the key's window ends before it begins");
	if (has & BATCH)
		TRY(check_code(leaf->batch, "batch", "._/", err));
	if (has & COUNT && (leaf->count < 1 || leaf->count > BV_ENTRY_BATCH_MAX))
		return bv_err_set(err, BV_EINVAL, "count: 1 to %d", BV_ENTRY_BATCH_MAX);
	if (has & ISSUER)
		TRY(bv_did_check(leaf->issuer, err));
	if (has & KEY)
		TRY(check_multikey(leaf->key, "key", err));
	if (has & REASON)
		TRY(check_code(leaf->reason, "reason", "", err));
	if (has & STATUS)
		TRY(check_status(leaf->status, err));
	if (has & ADDRESS)
		TRY(check_address(leaf->url, "url", err));
	return BV_OK;
}

static unsigned
members(const struct bv_entry *leaf)
{
	unsigned has = types[leaf->type].must;

	if (types[leaf->type].may & STATUS && leaf->status.len)
		has |= STATUS;
	if (types[leaf->type].may & BATCH && leaf->batch.len)
		has |= BATCH;
	return has;
}

/* ---- Writing ---- */

static void
write_str(struct bv_json_pen *pen, unsigned has, const char *name, struct bv_str text)
{
	if (has)
		bv_json_pen_str(pen, name, text);
}

static void
write_hash(struct bv_json_pen *pen, unsigned has, const char *name, const uint8_t hash[BV_HASH_LEN])
{
	char text[HASH_TEXT + 1];
	struct bv_buf out = { .p = text, .cap = sizeof text, .max = HASH_TEXT };

	if (!has)
		return;
	base64url_write(&out, hash, BV_HASH_LEN);
	bv_json_pen_str(pen, name, bv_buf_str(&out));
}

static void
write_time(struct bv_json_pen *pen, unsigned has, const char *name, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	if (has)
		bv_json_pen_str(pen, name, bv_str_of(bv_time_write(text, time_s)));
}

/* In the order of their names. */
static void
write(struct bv_buf *out, const struct bv_entry *leaf, unsigned has)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	write_str(&pen, has & ACHIEVEMENT, "achievement", leaf->achievement);
	if (has & APPROVERS) {
		bv_json_pen_open(&pen, "approvers", '[');
		for (size_t i = 0; i < leaf->approver_count; i++)
			bv_json_pen_str(&pen, NULL, leaf->approvers[i]);
		bv_json_pen_close(&pen, ']');
	}
	write_time(&pen, has & AT, "at", leaf->at_s);
	write_str(&pen, has & BATCH, "batch", leaf->batch);
	if (has & COUNT)
		bv_json_pen_int(&pen, "count", leaf->count);
	write_hash(&pen, has & CREDENTIAL, "credential", leaf->credential);
	write_time(&pen, has & FROM, "from", leaf->from_s);
	write_hash(&pen, has & HASH, "hash", leaf->hash);
	write_str(&pen, has & ISSUER, "issuer", leaf->issuer);
	write_str(&pen, has & KEY, "key", leaf->key);
	write_str(&pen, has & REASON, "reason", leaf->reason);
	write_hash(&pen, has & REPLACEMENT, "replacement", leaf->replacement);
	write_str(&pen, has & STATUS, "status", leaf->status);
	bv_json_pen_str(&pen, "type", bv_str_of(types[leaf->type].name));
	write_time(&pen, has & UNTIL, "until", leaf->until_s);
	write_str(&pen, has & ADDRESS, "url", leaf->url);
	bv_json_pen_int(&pen, "v", 1);
	bv_json_pen_close(&pen, '}');
}

enum bv_status
bv_entry_write(struct bv_buf *out, const struct bv_entry *leaf, struct bv_err *err)
{
	unsigned has = members(leaf);

	TRY(check(leaf, has, err));
	write(out, leaf, has);
	return bv_buf_check(out, err);
}

/* ---- Reading ---- */

static enum bv_status
read_hash(uint8_t hash[BV_HASH_LEN], const struct bv_json *json, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(HASH_TEXT + 1);
	char padded[HASH_TEXT + 1];
	struct bv_str text;

	TRY(bv_json_need_str(&text, json, name, err));
	if (text.len != HASH_TEXT)
		return bv_err_set(err, BV_EINVAL, "%s: %d characters of base64url, which are 32 bytes", name, HASH_TEXT);
	for (size_t i = 0; i < HASH_TEXT; i++)
		padded[i] = text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i];
	padded[HASH_TEXT] = '=';
	if (!bv_base64_parse(&bytes, (struct bv_str){ padded, sizeof padded }) || bytes.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EINVAL, "%s: %d characters of base64url, which are 32 bytes", name, HASH_TEXT);
	memcpy(hash, bytes.p, BV_HASH_LEN);
	return BV_OK;
}

static enum bv_status
read_time(int64_t *time_s, const struct bv_json *json, const char *name, struct bv_err *err)
{
	struct bv_str text;

	TRY(bv_json_need_str(&text, json, name, err));
	return bv_time_parse(time_s, text, err);
}

static enum bv_status
read_approvers(struct bv_entry *leaf, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list;

	TRY(bv_json_need(&list, json, "approvers", BV_JSON_ARRAY, err));
	leaf->approver_count = bv_json_count(list);
	if (leaf->approver_count > BV_ENTRY_APPROVERS_MAX)
		return bv_err_set(err, BV_EINVAL, "approvers: 1 to %d", BV_ENTRY_APPROVERS_MAX);
	for (size_t i = 0; i < leaf->approver_count; i++)
		leaf->approvers[i] = bv_json_str(bv_json_at(list, i));
	return BV_OK;
}

static enum bv_status
read_members(struct bv_entry *leaf, const struct bv_json *json, unsigned must, struct bv_err *err)
{
	const struct { unsigned bit; const char *name; struct bv_str *to; } texts[] = {
		{ ACHIEVEMENT, "achievement", &leaf->achievement }, { ISSUER, "issuer", &leaf->issuer }, { KEY, "key", &leaf->key },
		{ REASON, "reason", &leaf->reason }, { ADDRESS, "url", &leaf->url },
	};
	const struct { unsigned bit; const char *name; uint8_t *to; } hashes[] = {
		{ CREDENTIAL, "credential", leaf->credential }, { HASH, "hash", leaf->hash }, { REPLACEMENT, "replacement", leaf->replacement },
	};
	const struct { unsigned bit; const char *name; int64_t *to; } times[] = {
		{ AT, "at", &leaf->at_s }, { FROM, "from", &leaf->from_s }, { UNTIL, "until", &leaf->until_s },
	};

	for (size_t i = 0; i < BV_COUNT(texts); i++)
		if (must & texts[i].bit)
			TRY(bv_json_need_str(texts[i].to, json, texts[i].name, err));
	for (size_t i = 0; i < BV_COUNT(hashes); i++)
		if (must & hashes[i].bit)
			TRY(read_hash(hashes[i].to, json, hashes[i].name, err));
	for (size_t i = 0; i < BV_COUNT(times); i++)
		if (must & times[i].bit)
			TRY(read_time(times[i].to, json, times[i].name, err));
	if (must & COUNT)
		TRY(bv_json_need_int(&leaf->count, json, "count", err));
	leaf->status = bv_json_str(bv_json_find(json, "status"));
	leaf->batch = bv_json_str(bv_json_find(json, "batch"));
	return must & APPROVERS ? read_approvers(leaf, json, err) : BV_OK;
}

static enum bv_status
read_leaf(struct bv_entry *leaf, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str type;
	int64_t version;

	TRY(bv_json_need_str(&type, json, "type", err));
	TRY(bv_json_need_int(&version, json, "v", err));
	*leaf = (struct bv_entry){ .type = BV_ENTRY_TYPES };
	for (int i = 0; i < BV_ENTRY_TYPES; i++)
		if (bv_str_is(type, types[i].name))
			leaf->type = (enum bv_entry_type)i;
	if (leaf->type == BV_ENTRY_TYPES || version != 1)
		return bv_err_set(err, BV_EINVAL, "an entry of type '%.*s' and version %" PRId64 " is not known here", BV_STR_ARG(bv_str_sub(type, 0, 40)), version);
	return read_members(leaf, json, types[leaf->type].must, err);
}

enum bv_status
bv_entry_parse(struct bv_entry *out, struct bv_json **json, struct bv_str entry, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *tree = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_ENTRY_MAX);
	struct bv_entry leaf;

	if (entry.len > BV_ENTRY_MAX)
		return bv_err_set(err, BV_ELIMIT, "an entry has at most %d bytes", BV_ENTRY_MAX);
	TRY(bv_json_parse(&tree, entry, err));
	TRY(read_leaf(&leaf, tree, err));
	TRY(bv_entry_write(&again, &leaf, err));
	if (!bv_str_eq(bv_buf_str(&again), entry))
		return bv_err_set(err, BV_EINVAL, "the entry has members that its type has not, or is not canonical (RFC 8785)");
	*out = leaf;
	*json = bv_steal(&tree);
	return BV_OK;
}

/* ---- Of a certificate ---- */

static void
hash_certificate(uint8_t hash[BV_HASH_LEN], const struct bv_json *certificate)
{
	BV_AUTO(bv_json_free) struct bv_json *body = bv_json_without(certificate, "proof");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8 * BV_CREDENTIAL_MAX);

	bv_json_write_canonical(&text, body);
	bv_sha256(hash, bv_buf_str(&text));
}

/* A member, or what it has as "id". */
static struct bv_str
id_of(const struct bv_json *json)
{
	return bv_json_type(json) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(json, "id")) : bv_json_str(json);
}

static enum bv_status
add_status(struct bv_buf *status, const struct bv_json *entry, struct bv_err *err)
{
	struct bv_str list = bv_json_str(bv_json_find(entry, "statusListCredential")), end = BV_STR("/revocation");

	if (!bv_str_is(bv_json_str(bv_json_find(entry, "statusPurpose")), "revocation"))
		return BV_OK;
	if (!bv_str_ends(list, end) || status->len)
		return bv_err_set(err, BV_EINVAL, "credentialStatus: one entry for revocation, whose list is BASE/revocation");
	bv_buf_add(status, bv_str_sub(list, 0, list.len - end.len));
	bv_buf_addc(status, '#');
	bv_buf_add(status, bv_json_str(bv_json_find(entry, "statusListIndex")));
	return bv_buf_check(status, err);
}

enum bv_status
bv_entry_of(struct bv_buf *out, const struct bv_json *certificate, struct bv_str key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf status = BV_BUF(BV_ENTRY_ADDRESS_MAX);
	const struct bv_json *entries = bv_json_find(certificate, "credentialStatus");
	struct bv_entry leaf = {
		.type = BV_ENTRY_CERTIFICATE,
		.achievement = id_of(bv_json_find(bv_json_find(certificate, "credentialSubject"), "achievement")),
		.issuer = id_of(bv_json_find(certificate, "issuer")),
		.key = key,
	};

	if (bv_json_type(entries) == BV_JSON_OBJECT)
		TRY(add_status(&status, entries, err));
	for (size_t i = 0; bv_json_type(entries) == BV_JSON_ARRAY && i < bv_json_count(entries); i++)
		TRY(add_status(&status, bv_json_at(entries, i), err));
	leaf.status = bv_buf_str(&status);
	hash_certificate(leaf.credential, certificate);
	return bv_entry_write(out, &leaf, err);
}
