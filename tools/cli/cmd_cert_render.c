#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/tsa_command.h"

enum { FILES_MAX = 4 << 20 };

struct inputs {
	struct bv_buf certificate, proof, qr, template, chain;
	struct bv_page_template *tmpl;
	struct bv_pdf_page page;
};

static void
inputs_finish(struct inputs *in)
{
	bv_page_template_free(in->tmpl);
	bv_buf_finish(&in->certificate);
	bv_buf_finish(&in->proof);
	bv_buf_finish(&in->qr);
	bv_buf_finish(&in->template);
	bv_buf_finish(&in->chain);
}
BV_AUTO_DEFINE_FINISH(struct inputs, inputs_finish)

static enum bv_status
read_inputs(struct inputs *in, struct args *args, struct bv_err *err)
{
	const char *proof = args_get(args, "proof"), *qr = args_get(args, "qr"), *template = args_get(args, "template");
	struct bv_err inner;

	TRY(bv_file_read(&in->certificate, args->operands[0], err));
	TRY(bv_file_read(&in->template, template, err));
	if (proof)
		TRY(bv_file_read(&in->proof, proof, err));
	if (qr)
		TRY(bv_file_read(&in->qr, qr, err));
	enum bv_status status = bv_page_template_parse(&in->tmpl, bv_buf_str(&in->template), &inner);
	if (status != BV_OK)
		return bv_err_set(err, status, "%s:%d: %s", template, inner.line, inner.msg);
	in->page = (struct bv_pdf_page){ .credential = bv_str_trim(bv_buf_str(&in->certificate)), .proof = bv_buf_str(&in->proof), .qr = bv_str_trim(bv_buf_str(&in->qr)) };
	return BV_OK;
}

/* "p256.crt" for "p256.pem". */
static enum bv_status
read_chain(struct bv_seal_chain **out, struct inputs *in, const char *key, const char *chain, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf beside = BV_BUF(4096);
	struct bv_str name = bv_str_of(key);
	struct bv_err inner;

	if (!chain && (bv_str_starts(name, BV_STR("signer:")) || bv_str_starts(name, BV_STR("pkcs11:"))))
		return bv_err_set(err, BV_EINVAL, "--chain is needed: beside a key that is held elsewhere there is no file");
	if (bv_str_ends(name, BV_STR(".pem")))
		name.len -= 4;
	bv_buf_printf(&beside, "%.*s.crt", BV_STR_ARG(name));
	TRY(bv_buf_check(&beside, err));
	TRY(bv_file_read(&in->chain, chain ? chain : beside.p, err));
	enum bv_status status = bv_seal_chain_parse(out, bv_buf_str(&in->chain), &inner);
	return status == BV_OK ? BV_OK : bv_err_set(err, status, "%s: %s", chain ? chain : beside.p, inner.msg);
}

static enum bv_status
seal(struct bv_buf *out, struct bv_str pdf, struct inputs *in, struct args *args, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_seal_chain_free) struct bv_seal_chain *chain = NULL;
	const char *command = args_get(args, "tsa-command");
	struct bv_tsa tsa = { tsa_command_ask, (void *)(uintptr_t)command };

	/* A file says of itself what kind it is. */
	struct bv_str name = bv_str_of(args_get(args, "key"));
	bool held = bv_str_starts(name, BV_STR("signer:")) || bv_str_starts(name, BV_STR("pkcs11:"));
	TRY(read_chain(&chain, in, name.p, args_get(args, "chain"), err));
	TRY(bv_key_open(&key, name.p, held ? BV_KEY_P256 : 0, err));
	struct bv_seal with = { .key = key, .chain = chain, .at_s = at_s, .tsa = command ? &tsa : NULL };
	return bv_pdf_seal(out, pdf, &with, err);
}

/* All the files of --enclose, one after the other. */
static enum bv_status
enclose(struct bv_buf *pdf, struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(FILES_MAX), one = BV_BUF(FILES_MAX), out = BV_BUF(BV_PDF_MAX);
	const char *path;

	for (size_t i = 0; (path = args_each(args, "enclose", i)); i++) {
		TRY(bv_file_read(&one, path, err));
		bv_buf_add(&pem, bv_buf_str(&one));
	}
	TRY(bv_buf_check(&pem, err));
	TRY(bv_pdf_enclose(&out, bv_buf_str(pdf), bv_buf_str(&pem), err));
	bv_buf_clear(pdf);
	bv_buf_add(pdf, bv_buf_str(&out));
	return bv_buf_check(pdf, err);
}

static enum bv_status
make(struct bv_buf *out, struct inputs *in, struct args *args, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_PDF_MAX);

	TRY(bv_pdf_render(&page, in->tmpl, &in->page, err));
	if (!args_get(args, "key")) {
		bv_buf_add(out, bv_buf_str(&page));
		return bv_buf_check(out, err);
	}
	TRY(seal(out, bv_buf_str(&page), in, args, at_s, err));
	return args_each(args, "enclose", 0) ? enclose(out, args, err) : BV_OK;
}

static enum bv_status
write_picture(struct inputs *in, const char *path, int64_t dpi, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf png = BV_BUF(64 << 20);

	TRY(bv_page_png(&png, in->tmpl, &in->page, dpi > 10000 ? 10000 : (int)dpi, err));
	return bv_file_create(path, bv_buf_str(&png), 0644, err);
}

static int
run(struct args *args)
{
	const char *at = args_get(args, "at"), *to = args_get(args, "out"), *png = args_get(args, "png");
	BV_AUTO(inputs_finish) struct inputs in = { .certificate = BV_BUF(BV_CREDENTIAL_MAX), .proof = BV_BUF(BV_LOG_PROOF_MAX), .qr = BV_BUF(BV_QR_TEXT_MAX),
		                                    .template = BV_BUF(BV_PAGE_TEMPLATE_MAX), .chain = BV_BUF(FILES_MAX) };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PDF_MAX);
	int64_t at_s = bv_clock_now_s(), dpi = 150;
	struct bv_err err;

	if (at && bv_time_parse(&at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	if (args_count(&dpi, args, "dpi", dpi, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (!to && !png)
		return usage(args->cmd, "give --out, --png or both");
	if (!args_get(args, "key") && (args_get(args, "chain") || args_get(args, "tsa-command") || args_each(args, "enclose", 0)))
		return usage(args->cmd, "--chain, --tsa-command and --enclose go with --key");
	enum bv_status status = read_inputs(&in, args, &err);
	if (status == BV_OK && png)
		status = write_picture(&in, png, dpi, &err);
	if (status == BV_OK && to)
		status = make(&out, &in, args, at_s, &err);
	bv_pdf_end();
	if (status == BV_OK && to)
		status = bv_file_create(to, bv_buf_str(&out), 0644, &err);
	if (status != BV_OK)
		return fail(NULL, &err);
	if (to && !args_get(args, "key"))
		fprintf(stderr, "bangvang cert render: %s is not sealed: without --key it is a preview that does not verify\n", to);
	return EXIT_YES;
}

const struct cmd cmd_cert_render = {
	.name = "cert render",
	.operands = "FILE",
	.summary = "draw a certificate as a PDF page and seal it",
	.about = "Draws the page of a signed certificate (JSON) after a template, doc/pdf-template.md, attaches the certificate, the template, the text of the QR "
	         "symbol and the log proof to it, and seals the whole with a key of P-256: PAdES baseline B-B; with --tsa-command B-T; with --enclose B-LT. "
	         "Everything the page shows follows from what is attached: the same input gives the same page, byte for byte.\n\n"
	         "The chain of X.509 certificates, the key's own first, is the file beside the key with .crt in place of .pem, or --chain. Readers believe the seal "
	         "when the issuer's did.json lists its key, or when the chain leads to a certificate they trust and names the issuer's DID.",
	.opts = (const struct opt[]){
		{ .name = "template", .argument = "FILE", .help = "what the page looks like (XML)", .required = true },
		{ .name = "out", .argument = "FILE", .help = "where to write the PDF; must not exist yet" },
		{ .name = "key", .argument = "FILE", .help = "key of P-256 that seals: a file, or signer:SOCKET, pkcs11:… with --chain; without it the PDF is a preview" },
		{ .name = "chain", .argument = "FILE", .help = "X.509 certificates of the key (PEM, its own first); default: beside the key" },
		{ .name = "tsa-command", .argument = "COMMAND", .help = "gets a time-stamp request (RFC 3161, DER) on standard input and prints the response" },
		{ .name = "enclose", .argument = "FILE", .help = "certificates and revocation lists (PEM) to put in for later", .repeated = true },
		{ .name = "proof", .argument = "FILE", .help = "that the certificate is in the public log (*.tlog-proof)" },
		{ .name = "qr", .argument = "FILE", .help = "text of the QR symbol; default: the template's address and the certificate's identifier" },
		{ .name = "png", .argument = "FILE", .help = "also draw the page as a picture" },
		{ .name = "dpi", .argument = "N", .help = "pixels to the inch of the picture, 20 to 1200; default: 150" },
		{ .name = "at", .argument = "TIME", .help = "time of sealing (RFC 3339); default: now" },
		{ 0 },
	},
	.run = run,
};
