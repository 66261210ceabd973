/* Keys of logs and witnesses, cosignatures, policies. The verifier key is the example of C2SP signed-note; Go's x/mod checks the rest (tests/interop/tlog). */
#include "tests/certs/sample.h"
#include "tests/check.h"

#define EXAMPLE "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define ORIGIN "log.example.vn/chung-chi"

static void
check_vkeys(void)
{
	static const struct { const char *text; enum bv_status status; const char *part; } bad[] = {
		{ "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "identifier" },
		{ "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "identifier" },
		{ "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EINVAL, "type 2" },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", BV_EPARSE, "" },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv", BV_EPARSE, "32 bytes" },
		{ "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "identifier" },
		{ "example.com/a foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "NAME" },
		{ "example.com/\xc2\xa0+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "NAME" },
		{ "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", BV_EPARSE, "NAME" },
		{ "example.com/foo", BV_EPARSE, "NAME" },
		{ "example.com/foo+530d903a+", BV_EPARSE, "NAME" },
		{ "", BV_EPARSE, "NAME" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(1000);
	struct bv_vkey vkey;
	struct bv_err err;

	CHECK_OK(bv_vkey_parse(&vkey, BV_STR(EXAMPLE), &err), &err, "the example of signed-note");
	CHECK(vkey.type == BV_NOTE_ED25519 && bv_str_is(vkey.name, "example.com/foo"), "its name and type");
	bv_vkey_write(&again, &vkey);
	CHECK_STR(bv_buf_str(&again), BV_STR(EXAMPLE), "is written as it was");
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_vkey_parse(&vkey, bv_str_of(bad[i].text), &err), bad[i].status, &err, bad[i].part, bad[i].text);
}

/* ---- Cosignatures ---- */

static void
write_checkpoint(struct bv_buf *note, const struct bv_key *key)
{
	struct bv_merkle_hash root;
	struct bv_err err;

	bv_sha256(root.p, BV_STR("root"));
	CHECK_OK(bv_checkpoint_write(note, BV_STR(ORIGIN), 1234567, &root, key, &err), &err, "a checkpoint");
}

static void
add_cosignature(struct bv_buf *note, const char *name, int64_t at_s)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(name);
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1000);
	struct bv_checkpoint checkpoint;
	struct bv_err err;

	if (bv_checkpoint_parse(&checkpoint, bv_buf_str(note), &err) != BV_OK || bv_cosignature_write(&line, &checkpoint, bv_str_of(name), at_s, key, &err) != BV_OK)
		CHECK(false, "a cosignature: %s", err.msg);
	bv_buf_add(note, bv_buf_str(&line));
}

static struct bv_vkey
witness_key(const char *name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(name);
	struct bv_vkey vkey = { bv_str_of(name), BV_NOTE_COSIGNATURE, { 0 } };

	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	return vkey;
}

static void
check_cosignatures(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("log");
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_vkey w1 = witness_key("w1.example.vn"), w2 = witness_key("w2.example.vn"), w3 = witness_key("w3.example.vn"), other = w1;
	struct bv_checkpoint checkpoint;
	int64_t at_s = 0;
	struct bv_err err;

	write_checkpoint(&note, key);
	size_t plain = note.len;
	add_cosignature(&note, "w1.example.vn", SAMPLE_AT);
	add_cosignature(&note, "w2.example.vn", SAMPLE_AT + 60);
	CHECK_OK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err), &err, "with two cosignatures it is read");
	CHECK_OK(bv_checkpoint_check(&checkpoint, bv_key_public(key), &err), &err, "is the log's");
	CHECK(bv_cosignature_check(&at_s, &checkpoint, &w1, &err) == BV_OK && at_s == SAMPLE_AT, "the first witness and its time");
	CHECK(bv_cosignature_check(&at_s, &checkpoint, &w2, &err) == BV_OK && at_s == SAMPLE_AT + 60, "the second");
	CHECK_REFUSED(bv_cosignature_check(&at_s, &checkpoint, &w3, &err), BV_ENOTFOUND, &err, "w3.example.vn", "a third there is not");
	CHECK(bv_checkpoint_names(&checkpoint, &w1) && !bv_checkpoint_names(&checkpoint, &w3), "and it is not named");
	other.name = BV_STR("w9.example.vn");
	CHECK(bv_cosignature_check(&at_s, &checkpoint, &other, &err) == BV_ENOTFOUND, "the first one's key under another name");
	other = w1;
	other.type = BV_NOTE_ED25519;
	CHECK(bv_cosignature_check(&at_s, &checkpoint, &other, &err) == BV_ENOTFOUND, "as a key of another type");
	CHECK(bv_cosignature_write(&note, &checkpoint, w1.name, 0, key, &err) == BV_EINVAL, "a cosignature without a time is not made");
	/* Any bit of the text or of the first witness's line. */
	unsigned taken = 0;
	size_t line_end = plain + bv_str_find(bv_str_sub(bv_buf_str(&note), plain, note.len), '\n') + 1;
	for (size_t i = 0; i < line_end; i++)
		for (int bit = 0; bit < 8; bit++) {
			note.p[i] ^= (char)(1 << bit);
			if (bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK && bv_cosignature_check(&at_s, &checkpoint, &w1, &err) == BV_OK &&
			    (i < plain - 120 || i >= plain))
				taken++;
			note.p[i] ^= (char)(1 << bit);
		}
	CHECK(taken == 0, "no changed bit is taken: %u", taken);
}

/* ---- Policies ---- */

static void
add_vkey(struct bv_buf *out, const char *name, enum bv_note_type type, const char *key_name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(key_name);
	struct bv_vkey vkey = { bv_str_of(name), type, { 0 } };

	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_vkey_write(out, &vkey);
}

/* "@L", "@M": keys of logs; "@1" to "@9": of witnesses; "@l": the log's key as a witness's. */
static void
expand(struct bv_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		char name[20] = "w1.example.vn";
		if (*p != '@') {
			bv_buf_addc(out, *p);
			continue;
		}
		p++;
		name[1] = *p;
		if (*p == 'L' || *p == 'M')
			add_vkey(out, *p == 'L' ? ORIGIN : "log.example.vn/2", BV_NOTE_ED25519, *p == 'L' ? "log" : "log-2");
		else
			add_vkey(out, name, BV_NOTE_COSIGNATURE, name);
	}
}

static enum bv_status
parse(struct bv_policy **out, const char *text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(2 * BV_POLICY_MAX);

	expand(&whole, text);
	return bv_policy_parse(out, bv_buf_str(&whole), err);
}

static void
check_bad_policies(void)
{
	static const struct { const char *text; int line; const char *part; } bad[] = {
		{ "", 0, "quorum" },
		{ "log @L\n", 1, "quorum" },
		{ "log @L\nquorum w\n", 2, "'w' is no witness" },
		{ "log @L\nquorum none\nquorum none\n", 3, "quorum already" },
		{ "log @L\nlog @L\nquorum none\n", 2, "there already" },
		{ "log @1\nquorum none\n", 1, "type 1" },
		{ "witness a @L\nquorum none\n", 1, "type 4" },
		{ "witness a @1\nwitness a @2\nquorum a\n", 2, "taken" },
		{ "witness a @1\nwitness b @1\nquorum a\n", 2, "there already" },
		{ "witness none @1\nquorum none\n", 1, "taken" },
		{ "quorum a\nwitness a @1\n", 1, "lines before" },
		{ "group g 1 a\nwitness a @1\nquorum g\n", 1, "lines before" },
		{ "group g any g\nquorum g\n", 1, "lines before" },
		{ "witness a @1\ngroup g 2 a\nquorum g\n", 2, "asks for 2 of 1" },
		{ "witness a @1\ngroup g 0 a\nquorum g\n", 2, "asks for 0 of 1" },
		{ "witness a @1\ngroup g 01 a\nquorum g\n", 2, "neither" },
		{ "witness a @1\ngroup g most a\nquorum g\n", 2, "neither" },
		{ "witness a @1\ngroup g any\nquorum g\n", 2, "asks for any of 0" },
		{ "witness a @1\ngroup g any a a\nquorum g\n", 2, "counts once" },
		{ "witness a @1\ngroup g any a\ngroup h any a\nquorum g\n", 3, "counts once" },
		{ "witness a @1\ngroup g any none\nquorum g\n", 2, "'none' is no witness" },
		{ "witness a @1 https://w.vn more\nquorum a\n", 1, "too much" },
		{ "quorum none more\n", 1, "too much" },
		{ "log\nquorum none\n", 1, "missing" },
		{ "witness\nquorum none\n", 1, "missing" },
		{ "witness a\nquorum none\n", 1, "missing" },
		{ "group\nquorum none\n", 1, "missing" },
		{ "group g\nquorum none\n", 1, "how many" },
		{ "quorum\n", 1, "none" },
		{ "trust @L\nquorum none\n", 1, "begins with" },
		{ "log @L\r\nquorum none\n", 1, "control" },
		{ "log example.vn+00000000+AAAA\nquorum none\n", 1, "" },
	};

	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		struct bv_policy *policy = NULL;
		struct bv_err err = { .line = -1 };
		enum bv_status status = parse(&policy, bad[i].text, &err);
		if (!CHECK(status != BV_OK && err.line == bad[i].line && strstr(err.msg, bad[i].part), "refused: %s", bad[i].text))
			printf("# line %d: %s\n", err.line, status ? err.msg : "read");
		bv_policy_free(policy);
	}
}

/* Limits, from both sides. */
static void
check_policy_limits(void)
{
	for (int more = 0; more < 2; more++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX + 10);
		BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL, *large = NULL;
		struct bv_err err;
		size_t count;
		for (int i = 0; i < BV_POLICY_KEYS_MAX + more; i++) {
			char name[40];
			snprintf(name, sizeof name, "w%d.example.vn", i);
			bv_buf_printf(&text, "witness w%d ", i);
			add_vkey(&text, name, BV_NOTE_COSIGNATURE, name);
			bv_buf_printf(&text, "\ngroup g%d all w%d\n", i, i);
		}
		bv_buf_addz(&text, "quorum g0\n");
		CHECK((bv_policy_parse(&policy, bv_buf_str(&text), &err) == BV_OK) == !more, "%d witnesses and groups", BV_POLICY_KEYS_MAX + more);
		if (!more)
			CHECK(bv_policy_witnesses(policy, &count) && count == BV_POLICY_KEYS_MAX, "are there");
		bv_buf_clear(&text);
		bv_buf_addz(&text, "quorum none\n#");
		while (text.len < BV_POLICY_MAX + (size_t)more)
			bv_buf_addc(&text, 'x');
		CHECK((bv_policy_parse(&large, bv_buf_str(&text), &err) == BV_OK) == !more, "a file of %zu bytes", text.len);
	}
}

/* Which subsets of the witnesses are enough, and since when. cosigned: a digit a witness, who signed at SAMPLE_AT + 10 times the digit. */
static void
check_quorums(void)
{
	static const char two_levels[] = "# as in the specification\nlog\t@L https://log.example.vn/\n\nwitness X1 @1\nwitness X2 @2\n  witness X3 @3 https://w3.example.vn\n"
		"group X-witnesses 2 X1 X2 X3\nwitness Y1 @4\nwitness Y2 @5\ngroup Y-witnesses any Y1 Y2\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y";
	static const struct { const char *policy, *cosigned; int since; } cases[] = {
		{ "log @L\nquorum none\n", "", 0 }, { "log @L\nquorum none\n", "1", 0 }, { "log @L\nwitness a @1\nquorum a\n", "", -1 },
		{ "log @L\nwitness a @1\nquorum a\n", "2", -1 }, { "log @L\nwitness a @1\nquorum a\n", "1", 10 }, { two_levels, "", -1 }, { two_levels, "12", -1 },
		{ two_levels, "45", -1 }, { two_levels, "14", -1 }, { two_levels, "124", 40 }, { two_levels, "135", 50 }, { two_levels, "23", -1 }, { two_levels, "325", 50 },
		{ two_levels, "12345", 40 }, { two_levels, "32145", 40 }, { "log @M\nquorum none\n", "1", -1 }, { "log @M\nlog @L\nquorum none\n", "", 0 }, { "quorum none\n", "", -1 },
		{ "log @L\nwitness a @1\nwitness b @2\nwitness c @3\ngroup g 3 a b c\nquorum g\n", "321", 30 },
		{ "log @L\nwitness a @1\nwitness b @2\nwitness c @3\ngroup g any a b c\nquorum g\n", "32", 20 },
	};
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("log");

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
		BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
		struct bv_policy_finding found = { .since_s = -1 };
		struct bv_checkpoint checkpoint;
		struct bv_err err = { .msg = "" };
		write_checkpoint(&note, key);
		for (const char *p = cases[i].cosigned; *p; p++) {
			char name[] = "w1.example.vn";
			name[1] = *p;
			add_cosignature(&note, name, SAMPLE_AT + 10 * (*p - '0'));
		}
		enum bv_status status = parse(&policy, cases[i].policy, &err);
		if (status == BV_OK && bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK)
			status = bv_policy_check(&found, policy, &checkpoint, &err);
		int64_t since_s = cases[i].since > 0 ? SAMPLE_AT + cases[i].since : 0;
		if (!CHECK(policy && (cases[i].since < 0 ? status == BV_EDENIED : status == BV_OK && found.since_s == since_s), "policy %zu with '%s'", i, cases[i].cosigned))
			printf("# %s\n", err.msg);
	}
}

/* A signature that is there and wrong counts against the checkpoint, even where the quorum is there without it. */
static void
check_false_cosignature(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("log"), *other = sample_key("another log");
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), forged = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
	struct bv_policy_finding found;
	struct bv_checkpoint checkpoint;
	struct bv_err err;

	CHECK_OK(parse(&policy, "log @L\nwitness a @1\nwitness b @2\ngroup g any a b\nquorum g\n", &err), &err, "one of two");
	write_checkpoint(&note, key);
	add_cosignature(&note, "w1.example.vn", SAMPLE_AT);
	size_t good = note.len;
	add_cosignature(&note, "w2.example.vn", SAMPLE_AT);
	CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK && bv_policy_check(&found, policy, &checkpoint, &err) == BV_OK && found.witnesses == 2,
	      "both");
	note.p[good + 40] = note.p[good + 40] == 'A' ? 'B' : 'A';
	CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK, "the second one changed");
	CHECK_REFUSED(bv_policy_check(&found, policy, &checkpoint, &err), BV_EDENIED, &err, "does not belong", "and refused");
	write_checkpoint(&forged, other);
	CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&forged), &err) == BV_OK && bv_policy_check(&found, policy, &checkpoint, &err) == BV_EDENIED,
	      "by another key under the log's name");
}

int
main(void)
{
	check_vkeys();
	check_cosignatures();
	check_bad_policies();
	check_policy_limits();
	check_quorums();
	check_false_cosignature();
	return check_end();
}
