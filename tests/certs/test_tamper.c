/* Nothing on a certificate can be changed: every byte of one, and every member of certificates with each suite alone and with the set of both. */
#include "tests/certs/expect.h"

/* One change of the byte at i; returns the new length. */
static size_t
change_byte(char *copy, struct bv_str from, size_t i, int kind)
{
	memcpy(copy, from.p, from.len);
	if (kind < 8) {
		copy[i] = (char)(copy[i] ^ 1 << kind);
		return from.len;
	}
	if (kind == 8) {
		memmove(copy + i, from.p + i + 1, from.len - i - 1);
		return from.len - 1;
	}
	memmove(copy + i + 1, from.p + i, from.len - i);
	return from.len + 1;
}

/* Every byte of a small certificate with each of its bits changed, every byte removed, and every byte doubled. */
static void
every_byte(void)
{
	static const struct bv_area area = { .code = TEXT("IU01"), .name_vi = TEXT("Hiểu biết"), .max = TEXT("10"), .required = TEXT("4") };
	static const struct bv_achievement small = { .id = TEXT("https://c.example.vn/a"), .name_vi = TEXT("Cơ bản"), .description = TEXT("\"Mẫu\"\n"),
		                                     .criteria = TEXT("4/10"), .areas = &area, .area_count = 1 };
	struct bv_credential_facts facts = sample_facts();
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	size_t valid = 0, tried = 0, silent = 0;
	struct bv_err err;

	facts.achievement = &small;
	facts.level = facts.theta = facts.theta_se = BV_STR_NONE;
	facts.evidence_count = 0;
	CHECK_OK(sample_issue(&out, &facts, signer, BV_SUITE_JCS, &err), &err, "a small certificate");
	CHECK(verdict_of(bv_buf_str(&out)) == BV_VERDICT_VALID, "is valid");
	char *copy = bv_alloc(out.len + 1);
	for (size_t i = 0; i < out.len; i++) {
		for (int kind = 0; kind < 10; kind++) {
			struct bv_str bytes = { copy, change_byte(copy, bv_buf_str(&out), i, kind) };
			BV_AUTO(bv_report_free) struct bv_report *report = report_at(bytes, trusted, SAMPLE_AT, false);
			tried++;
			if (bv_report_verdict(report) == BV_VERDICT_VALID) {
				valid++;
				printf("# valid: byte %zu, change %d\n", i, kind);
			}
			/* Where the file can still be read, the signature or the proof is what failed. */
			if (bv_report_check(report, BV_CHECK_DOCUMENT) == BV_CHECK_PASSED && bv_report_check(report, BV_CHECK_SIGNATURE) == BV_CHECK_PASSED)
				silent++;
		}
	}
	free(copy);
	CHECK(valid == 0, "%zu changes of one byte: none is valid", tried);
	CHECK(silent == 0, "and none leaves the signature good");
}

/* ---- Both suites, alone and as a set: nothing on the certificate can be changed, taken away or added ---- */

struct tamper {
	const char *name;
	struct bv_json *json;
	size_t changes, valid, unchecked;
};

static void
tampered(struct tamper *t, const char *what, struct bv_str where)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);

	bv_json_write(&text, t->json);
	enum bv_verdict verdict = verdict_of(bv_buf_str(&text));
	t->changes++;
	t->valid += verdict == BV_VERDICT_VALID;
	t->unchecked += verdict == BV_VERDICT_UNCHECKED;
	if (verdict == BV_VERDICT_VALID)
		printf("# %s: valid with %.*s %s\n", t->name, BV_STR_ARG(where), what);
}

static void tamper_members(struct tamper *t, struct bv_json *object);

static void
tamper_member(struct tamper *t, struct bv_json *object, const char *name)
{
	struct bv_json *value = at(object, name);
	BV_AUTO(bv_json_free) struct bv_json *kept = bv_json_copy(value);
	BV_AUTO(bv_buf_finish) struct bv_buf longer = BV_BUF(BV_CREDENTIAL_MAX);

	if (bv_json_type(value) == BV_JSON_STRING) {
		bv_buf_add(&longer, bv_json_str(value));
		bv_buf_addc(&longer, longer.p[longer.len - 1] == '1' ? '2' : '1');
		bv_json_set_str(object, name, bv_buf_str(&longer));
		tampered(t, "made longer", bv_str_of(name));
	} else if (bv_json_type(value) == BV_JSON_BOOL) {
		bv_json_set(object, name, bv_json_new_bool(!bv_json_bool(value)));
		tampered(t, "turned", bv_str_of(name));
	} else {
		for (size_t i = 0; i < bv_json_count(value) && bv_json_type(value) == BV_JSON_ARRAY; i++)
			if (bv_json_type(bv_json_at(value, i)) == BV_JSON_OBJECT)
				tamper_members(t, (struct bv_json *)(uintptr_t)bv_json_at(value, i));
		if (bv_json_type(value) == BV_JSON_OBJECT)
			tamper_members(t, value);
	}
	bv_json_remove(object, name);
	tampered(t, "removed", bv_str_of(name));
	bv_json_set(object, name, bv_steal(&kept));
}

static void
tamper_members(struct tamper *t, struct bv_json *object)
{
	char names[16][40];
	size_t count = 0;

	for (void *it = bv_json_members(object); it && count < 16; it = bv_json_next(object, it))
		snprintf(names[count++], sizeof names[0], "%.*s", BV_STR_ARG(bv_json_member_name(it)));
	for (size_t i = 0; i < count; i++)
		tamper_member(t, object, names[i]);
	bv_json_set_str(object, "description2", BV_STR("x"));
	tampered(t, "added", BV_STR("description2"));
	bv_json_remove(object, "description2");
}

static void
every_field(void)
{
	static const struct {
		const char *name;
		unsigned suites;
	} cases[] = { { "rdfc", BV_SUITE_RDFC }, { "jcs", BV_SUITE_JCS }, { "set", BV_SUITE_RDFC | BV_SUITE_JCS } };
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	facts.birth = BV_STR("1990-02-28");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		CHECK_OK(sample_issue(&out, &facts, signer, cases[i].suites, &err), &err, cases[i].name);
		CHECK(verdict_of(bv_buf_str(&out)) == BV_VERDICT_VALID, "%s: valid as it was issued", cases[i].name);
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
		struct tamper t = { .name = cases[i].name, .json = json };
		tamper_members(&t, json);
		CHECK(t.valid == 0 && t.changes > 200, "%s: none of %zu changes is valid", t.name, t.changes);
		printf("# %s: %zu of them could not be checked\n", t.name, t.unchecked);
		CHECK(cases[i].suites == BV_SUITE_RDFC || t.unchecked <= 8, "%s: what was signed as JSON is found invalid", t.name);
	}
}

/* A set binds as much as the proof that is left of it: what one suite does not see, the other does. */
static void
sets(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *set = NULL, *other = NULL;
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	CHECK_OK(bv_credential_issue(&out, &facts, signer, &err), &err, "a set");
	CHECK_OK(bv_json_parse(&set, bv_buf_str(&out), &err), &err, "is JSON");
	check_json(set, BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "eddsa-jcs-2022", "both");
	for (size_t i = 0; i < 2; i++) {
		BV_AUTO(bv_json_free) struct bv_json *one = bv_json_copy(set);
		bv_json_set(one, "proof", bv_json_copy(bv_json_at(bv_json_find(set, "proof"), i)));
		check_json(one, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, i ? "eddsa-jcs-2022 matches" : "eddsa-rdfc-2022 matches", "one of both");
	}
	/* Quads have no order: only the suite that signs the text finds two results exchanged. */
	BV_AUTO(bv_json_free) struct bv_json *results = bv_json_new_array();
	for (size_t i = bv_json_count(at(set, "credentialSubject.result")); i-- > 0;)
		bv_json_add(results, bv_json_copy(bv_json_at(at(set, "credentialSubject.result"), i)));
	bv_json_set(at(set, "credentialSubject"), "result", bv_steal(&results));
	check_json(set, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "eddsa-jcs-2022 does not match", "results in another order");
	bv_json_set(set, "proof", bv_json_copy(at(set, "proof.0")));
	check_json(set, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "eddsa-rdfc-2022 matches", "which are the same quads");
	/* But a description that says its members in two places is not. */
	struct bv_json *list = at(set, "credentialSubject.achievement.resultDescription");
	BV_AUTO(bv_json_free) struct bv_json *half = bv_json_copy(bv_json_at(list, 0));
	bv_json_remove(half, "name");
	bv_json_add(list, bv_steal(&half));
	check_json(set, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_UNCHECKED, "'resultDescription' has an 'id' twice", "one description in two");

	/* Contexts that the quads were not made for. */
	CHECK_OK(bv_json_parse(&other, bv_buf_str(&out), &err), &err, "is JSON");
	bv_json_set(other, "proof", bv_json_copy(at(other, "proof.0")));
	bv_json_add(at(other, "@context"), bv_json_new_str(BV_STR("https://evil.example/")));
	check_json(other, BV_VERDICT_UNCHECKED, BV_CHECK_CONTEXT, BV_CHECK_UNCHECKED, "not those that this program knows", "a context more");
}

int
main(void)
{
	trusted = trust_of(SAMPLE_DID, "golden");
	every_byte();
	every_field();
	sets();
	bv_trust_free(trusted);
	return check_end();
}
