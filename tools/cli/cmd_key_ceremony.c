#include "tools/cli/ceremony.h"
#include "tools/cli/commands.h"

static int
run(struct args *args)
{
	if (args_has(args, "use") && args_has(args, "check"))
		return usage(args->cmd, "--use and --check are two things");
	if (args_has(args, "use"))
		return ceremony_use(args);
	return args_has(args, "check") ? ceremony_check(args) : ceremony_make(args);
}

const struct cmd cmd_key_ceremony = {
	.name = "key ceremony",
	.summary = "make a root key in shares, or use it",
	.about = "Makes the root of all keys (P-384) and writes, into a folder: share-1.txt … (the key in shares of which any --threshold open it and fewer tell "
	         "nothing: digits to be printed, with check digits in every line), root.crt and root.crl (the certificate and an empty revocation list, to be "
	         "published) and transcript.txt (what was done, to be signed by all who were there). The key itself is never written. Before the command ends it "
	         "reads the shares back from the disk and opens the key with every choice of them. With --rehearsal everything is the same, but marked as of no "
	         "value.\n\n"
	         "--use opens the key with shares, from files or typed at the terminal (every line is checked when it is typed), signs the request of an issuing "
	         "authority (--request, --out) or a revocation list (--crl; every authority that is revoked must be named with --revoke each time), and wipes it.\n\n"
	         "--check says whether shares are as they were written, without opening anything.\n\n"
	         "Hold the ceremony on a machine without a network and without a disk: doc/keys.md has the checklist.",
	.opts = (const struct opt[]){
		{ .name = "out", .argument = "PATH", .help = "folder of the new root; with --use: file of the authority's certificate" },
		{ .name = "name", .argument = "NAME", .help = "name of the root (CN)" },
		{ .name = "organization", .argument = "NAME", .help = "whose root it is (O)" },
		{ .name = "country", .argument = "XX", .help = "country (C), two capital letters" },
		{ .name = "shares", .argument = "N", .help = "number of shares, up to 16; default 5" },
		{ .name = "threshold", .argument = "K", .help = "number of shares that open the key; default 3" },
		{ .name = "trustee", .argument = "NAME", .help = "keeper of share 1, 2, …", .repeated = true },
		{ .name = "dice", .argument = "FILE", .help = "at least 50 throws of dice: mixed into the key beside the machine's randomness" },
		{ .name = "years", .argument = "N", .help = "how long the certificate holds; default 25 for a root, 6 for an authority" },
		{ .name = "rehearsal", .help = "mark all of it as of no value; needed again to use such shares" },
		{ .name = "use", .help = "open the key with shares and sign" },
		{ .name = "root", .argument = "FILE", .help = "--use: the root's certificate" },
		{ .name = "share", .argument = "FILE", .help = "--use, --check: a share", .repeated = true },
		{ .name = "type", .help = "--use, --check: type shares on standard input" },
		{ .name = "request", .argument = "FILE", .help = "--use: request of an authority (PKCS #10), as 'bangvang key ca' makes it" },
		{ .name = "address", .argument = "URL", .help = "--use: folder on the Web where root.crt and root.crl will be published" },
		{ .name = "crl", .argument = "FILE", .help = "--use: write a new revocation list there" },
		{ .name = "revoke", .argument = "FILE", .help = "--use: certificate of an authority that is revoked", .repeated = true },
		{ .name = "transcript", .argument = "FILE", .help = "--use: file at whose end the record goes, too" },
		{ .name = "check", .help = "are shares as they were written?" },
		{ .name = "at", .argument = "TIME", .help = "time of the ceremony (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang key ceremony --rehearsal --name 'Gốc chứng chỉ kỹ năng số' --organization 'Cơ quan diễn tập' --country VN --shares 3 --threshold 2 --out rehearsal",
		"bangvang key ceremony --check --share rehearsal/share-1.txt",
		"bangvang key ca --keys ca-keys --did did:web:chungchi.example.vn --name 'CA diễn tập' --url https://chungchi.example.vn/keys",
		"bangvang key ceremony --use --rehearsal --root rehearsal/root.crt --share rehearsal/share-1.txt --share rehearsal/share-3.txt --request ca-keys/ca.csr "
		"--out ca.crt --address https://chungchi.example.vn/keys",
		NULL },
	.run = run,
};
