/* The issuing authority: its key and request; later its certificate. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"

enum { NAME_MAX_CHARS = BV_SUBJECT_MAX - 16 };

static enum bv_status
make_key(struct bv_key **out, const char *folder, const char *name, struct bv_err *err)
{
	*out = key_random(BV_KEY_P256);
	return key_folder_create_private(folder, name, *out, err);
}

static enum bv_status
check_address(struct bv_str url, struct bv_err *err)
{
	if (url.len && (!(bv_str_starts(url, BV_STR("https://")) || bv_str_starts(url, BV_STR("http://"))) || bv_str_ends(url, BV_STR("/"))))
		return bv_err_set(err, BV_EINVAL, "--url is 'https://HOST/PATH' without '/' at its end");
	return BV_OK;
}

/* A new key, or the token's, as the last authority of the ring, and the request for its certificate. */
static enum bv_status
add_authority(struct bv_keyring *ring, const struct args *args, const struct bv_subject *subject, struct bv_err *err)
{
	const char *folder = args_get(args, "keys"), *token = args_get(args, "key");
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
	char name[32], file[40];

	if (ring->authority_count == BV_AUTHORITIES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d authorities", BV_AUTHORITIES_MAX);
	bv_authority_name(name, (int64_t)ring->authority_count + 1);
	snprintf(file, sizeof file, "%s.pem", name);
	if (token)
		TRY(bv_key_open_token(&key, bv_str_of(token), BV_KEY_P256, err));
	else
		TRY(make_key(&key, folder, file, err));
	for (size_t i = 0; i < ring->authority_count; i++)
		if (bv_public_equal(&ring->authorities[i].public, bv_key_describe(key)))
			return bv_err_set(err, BV_ECONFLICT, "authority %zu has this key: another one needs another", i + 1);
	ring->authorities[ring->authority_count++] =
		(struct bv_authority){ bv_arena_str(&ring->arena, token ? bv_str_of(token) : bv_str_of(file)), *bv_key_describe(key) };
	TRY(bv_request_write(&der, subject, key, err));
	bv_request_write_pem(&pem, bv_buf_str(&der));
	snprintf(file, sizeof file, "%s.csr", name);
	TRY(key_folder_write(folder, file, bv_buf_str(&pem), err));
	printf("%s/%s is the request: carry it to the root's ceremony ('bangvang key ceremony --use --request')\n", folder, file);
	return BV_OK;
}

static enum bv_status
make(const struct args *args, struct bv_err *err)
{
	const char *folder = args_get(args, "keys");
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1 << 16), path = BV_BUF(4096);
	const struct bv_subject subject = { bv_str_of(args_get(args, "name")), bv_str_of(args_get(args, "organization")), bv_str_of(args_get(args, "country")) };

	TRY(bv_did_check(bv_str_of(args_get(args, "did")), err));
	TRY(check_address(bv_str_of(args_get(args, "url")), err));
	TRY(bv_subject_check(&subject, err));
	if (bv_text_count(subject.name) > NAME_MAX_CHARS)
		return bv_err_set(err, BV_EINVAL, "--name has at most %d characters: ', batch N' comes after it in certificates", NAME_MAX_CHARS);
	TRY(key_folder_path(&path, folder, err, "keys.json"));
	if (access(path.p, F_OK) == 0)
		return bv_err_set(err, BV_ECONFLICT, "%s exists: say --renew for another authority", path.p);
	TRY(bv_dir_make(folder, err));
	bv_keyring_new(&ring);
	ring->did = bv_str_of(args_get(args, "did"));
	ring->name = subject.name;
	ring->address = bv_str_of(args_get(args, "url"));
	TRY(add_authority(ring, args, &subject, err));
	bv_keyring_write(&json, ring);
	TRY(bv_buf_check(&json, err));
	return key_folder_create(folder, "keys.json", bv_buf_str(&json), 0644, err);
}

/* The next authority of the same issuer: batches are issued by it as soon as it has its certificate. */
static enum bv_status
renew(const struct args *args, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };

	TRY(key_folder_open_whole(&folder, args_get(args, "keys"), err));
	const struct bv_certificate_view *before = bv_certificate_view(folder.ca);
	const struct bv_subject subject = { args_get(args, "name") ? bv_str_of(args_get(args, "name")) : before->name, before->organization, before->country };
	TRY(bv_subject_check(&subject, err));
	TRY(add_authority(folder.ring, args, &subject, err));
	return key_folder_save(&folder, err);
}

static enum bv_status
copy(const char *folder, const char *name, const char *from, size_t max, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(max);

	TRY(bv_file_read(&bytes, from, err));
	return key_folder_write(folder, name, bv_buf_str(&bytes), err);
}

static enum bv_status
install(const struct args *args, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	BV_AUTO(bv_certificate_free) struct bv_certificate *ca = NULL, *root = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(BV_CRL_MAX), der = BV_BUF(BV_CRL_MAX);
	const char *path = args_get(args, "keys");
	char name[32], file[40];
	int64_t at_s;

	TRY(key_time(&at_s, args, err));
	TRY(bv_certificate_load(&ca, args_get(args, "install"), err));
	TRY(bv_certificate_load(&root, args_get(args, "root"), err));
	TRY(bv_file_read(&list, args_get(args, "root-crl"), err));
	TRY(bv_crl_to_der(&der, bv_buf_str(&list), err));
	TRY(key_folder_open(&folder, path, err));
	int64_t last = (int64_t)folder.ring->authority_count;
	if (!bv_public_equal(&bv_certificate_view(ca)->public, &folder.ring->authorities[last - 1].public) || !bv_certificate_view(ca)->authority)
		return bv_err_set(err, BV_EINVAL, "%s is not the authority's certificate for the key of %s/keys.json", args_get(args, "install"), path);
	const struct bv_certificate *above = root;
	const struct bv_str lists[] = { bv_buf_str(&der) };
	TRY(bv_chain_check(ca, NULL, 0, &above, 1, lists, 1, at_s, err));
	TRY(copy(path, "root.crt", args_get(args, "root"), BV_CERTIFICATE_MAX, err));
	TRY(copy(path, "root.crl", args_get(args, "root-crl"), BV_CRL_MAX, err));
	snprintf(file, sizeof file, "%s.crt", bv_authority_name(name, last));
	return copy(path, file, args_get(args, "install"), BV_CERTIFICATE_MAX, err);
}

static int
run(struct args *args)
{
	struct bv_err err;

	if (args_get(args, "install")) {
		if (!args_get(args, "root") || !args_get(args, "root-crl"))
			return usage(args->cmd, "--install needs --root FILE and --root-crl FILE");
		if (install(args, &err) != BV_OK)
			return fail(NULL, &err);
		printf("The authority of %s has its certificate. Next: bangvang key batch --keys %s\n", args_get(args, "keys"), args_get(args, "keys"));
		return EXIT_YES;
	}
	if (args_has(args, "renew"))
		return renew(args, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
	if (!args_get(args, "did") || !args_get(args, "name"))
		return usage(args->cmd, "a new authority needs --did DID and --name NAME; a signed certificate comes in with --install FILE");
	return make(args, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_key_ca = {
	.name = "key ca",
	.summary = "make the issuing authority of an issuer's keys",
	.about = "Makes a folder for the keys of an issuer: keys.json, the one source of everything that is published of them; the private key of the issuing "
	         "authority (P-256; ca.pem), and a request for its certificate (ca.csr, PKCS #10) that is carried to the root's ceremony.\n\n"
	         "With --install the certificate that the root signed is checked and taken in, with the root's own and its revocation list.\n\n"
	         "With --renew the folder gets its next authority (ca-2.pem, ca-2.csr, …), in good time before the present one ends. What that one issued stays as it is, "
	         "and its revocation list is published for as long as its key is there.",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys", .required = true },
		{ .name = "did", .argument = "DID", .help = "did:web:HOST[:PATH] of the issuer" },
		{ .name = "name", .argument = "NAME", .help = "name of the authority (CN)" },
		{ .name = "organization", .argument = "NAME", .help = "whose it is (O)" },
		{ .name = "country", .argument = "XX", .help = "country (C), two capital letters" },
		{ .name = "url", .argument = "URL", .help = "folder on the Web where certificates and revocation lists will be published" },
		{ .name = "key", .argument = "URI", .help = "P-256 key of a token that is used instead of a new one: pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE" },
		{ .name = "renew", .help = "make the next authority of the same issuer; its certificate comes in with --install" },
		{ .name = "install", .argument = "FILE", .help = "the authority's certificate, signed by the root" },
		{ .name = "root", .argument = "FILE", .help = "--install: the root's certificate" },
		{ .name = "root-crl", .argument = "FILE", .help = "--install: the root's revocation list" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key ca --keys ca-keys --install ca.crt --root rehearsal/root.crt --root-crl rehearsal/root.crl", NULL },
	.run = run,
};
