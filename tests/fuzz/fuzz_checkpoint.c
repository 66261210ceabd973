/* Any bytes as a checkpoint, as a verifier key, and as the request of a log to its witness. What a witness cosigned by such bytes it would cosign again, and nothing
 * is taken as signed by a key that did not. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "registry/registry.h"
#include "tests/certs/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static char folder[] = "/tmp/bv-fuzz-witness-XXXXXX";

static void
remove_folder(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (system(command) != 0)
		perror(folder);
}

static struct bv_witness *
open_witness(void)
{
	BV_AUTO(bv_key_free) struct bv_key *log = sample_key("log");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);
	struct bv_vkey vkey = { BV_STR("log.example.vn/chung-chi"), BV_NOTE_ED25519, { 0 } };
	struct bv_witness *witness = NULL;
	struct bv_policy *policy = NULL;
	struct bv_err err;

	memcpy(vkey.public, bv_key_public(log), BV_KEY_LEN);
	bv_buf_addz(&text, "log ");
	bv_vkey_write(&text, &vkey);
	bv_buf_addz(&text, "\nquorum none\n");
	if (!mkdtemp(folder) || bv_policy_parse(&policy, bv_buf_str(&text), &err) != BV_OK ||
	    bv_witness_open(&witness, folder, BV_STR("witness.example.vn"), sample_key("witness"), policy, &err) != BV_OK)
		abort();
	atexit(remove_folder);
	return witness;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct bv_witness *witness;
	static const struct bv_vkey nobody = { { "witness.example.vn", 18 }, BV_NOTE_COSIGNATURE, { 1 } };
	const struct bv_str bytes = { (const char *)p, len };
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(10000);
	struct bv_witness_reply reply;
	struct bv_checkpoint checkpoint;
	struct bv_vkey vkey;
	int64_t at_s;
	struct bv_err err = { 0 };

	if (!witness)
		witness = open_witness();
	if (bv_checkpoint_parse(&checkpoint, bytes, &err) == BV_OK) {
		enum bv_status status = bv_cosignature_check(&at_s, &checkpoint, &nobody, &err);
		assert(status != BV_OK && err.msg[0]);
		assert(checkpoint.text.len + checkpoint.signatures.len + 1 == len);
	}
	if (bv_vkey_parse(&vkey, bytes, &err) == BV_OK) {
		bv_vkey_write(&again, &vkey);
		assert(bv_str_eq(bv_buf_str(&again), bytes));
	}
	bv_witness_add_checkpoint(&reply, witness, bytes, SAMPLE_AT);
	assert(reply.http_status >= 400 || (bv_str_starts(bytes, BV_STR("old ")) && strstr(reply.body.p, " witness.example.vn ")));
	assert(reply.http_status != 500 && reply.body.len);
	bv_buf_finish(&reply.body);
	return 0;
}
