#include "tools/cli/cert_sitting.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/engine.h"

struct source {
	struct bv_key *key;
	struct bv_ledger *ledger;
	struct bv_sittings *sittings;
	struct bv_sitting *sitting;
	struct bv_roster *names;
	struct bv_master *master;
	struct bv_people *people;
	struct bv_issuer issuer;
	const struct bv_issuing *issuing;
	int64_t at_s;
	cert_facts_visit visit;
	void *ctx;
};

static void
source_finish(struct source *s)
{
	bv_sitting_free(s->sitting);
	bv_roster_free(s->names);
	bv_people_close(s->people);
	bv_master_free(s->master);
	bv_sittings_close(s->sittings);
	bv_ledger_close(s->ledger);
	bv_key_free(s->key);
}
BV_AUTO_DEFINE_FINISH(struct source, source_finish)

static void
keep_first(void *ctx, bool good, const char *file, const char *message)
{
	struct bv_err *first = ctx;

	(void)file;
	if (!good && !first->msg[0])
		bv_err_set(first, BV_EDENIED, "%s", message);
}

enum bv_status
cert_sitting_check(const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	const char *url = args_get(args, "ledger");
	struct bv_err first = { .msg = "" };
	struct bv_ledger_check counts;

	TRY(bv_key_load(&key, BV_KEY_ED25519, args_get(args, "ledger-key"), err));
	enum bv_status status = bv_ledger_check(&counts, url, bv_key_public(key), keep_first, &first, err);
	if (status != BV_EDENIED || !counts.faults)
		return status;
	return bv_err_set(err, BV_EDENIED, "%s: somebody has changed the ledger: %s", url, first.msg);
}

static enum bv_status
open_names(struct source *s, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ROSTER_MAX);
	const char *path = args_get(args, "candidates");

	if (path) {
		TRY(bv_file_read(&text, path, err));
		if (bv_roster_parse(&s->names, bv_buf_str(&text), err) != BV_OK)
			return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	}
	if (!args_get(args, "people"))
		return BV_OK;
	if (!args_get(args, "master") || !args_get(args, "reason"))
		return bv_err_set(err, BV_EINVAL, "--people needs --master and --reason: who read which name, and why, is kept");
	TRY(bv_master_load(&s->master, args_get(args, "master"), err));
	return bv_people_open(&s->people, args_get(args, "people"), s->master, bv_random_fill, err);
}

static enum bv_status
open_sitting(struct source *s, const struct args *args, struct bv_err *err)
{
	const char *url = args_get(args, "ledger");

	TRY(bv_key_load(&s->key, BV_KEY_ED25519, args_get(args, "ledger-key"), err));
	const struct bv_ledger_options options = { .url = url, .time = bv_time_source_system(), .key = s->key };
	TRY(bv_ledger_open(&s->ledger, &options, err));
	TRY(bv_sittings_join(&s->sittings, url, err));
	TRY(bv_sitting_load(&s->sitting, s->sittings, bv_str_of(args_get(args, "sitting")), NULL, NULL, err));
	s->issuer = bv_exam_issuer(bv_sitting_exam(s->sitting));
	return BV_OK;
}

static enum bv_status
give(void *ctx, const struct bv_attested *attested, struct bv_err *err)
{
	struct source *s = ctx;
	struct bv_credential_facts facts = attested->facts;
	char path[200];

	snprintf(path, sizeof path, "ticket %.*s", BV_STR_ARG(bv_str_sub(attested->ticket, 0, 150)));
	cert_facts_times(&facts, s->issuing, s->at_s);
	const struct cert_facts one = { .path = path, .ticket = attested->ticket, .rating = attested->rating, .facts = &facts, .issuer = s->issuer };
	return s->visit(s->ctx, &one, err);
}

enum bv_status
cert_sitting_each(const struct args *args, const struct bv_issuing *issuing, int64_t at_s, cert_facts_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(source_finish) struct source s = { .issuing = issuing, .at_s = at_s, .visit = visit, .ctx = ctx };
	const char *author = args_get(args, "author"), *reason = args_get(args, "reason");
	const struct bv_people_access access = { bv_str_of(author ? author : "operator"), bv_str_of(reason ? reason : ""), bv_clock_now_s() * 1000 };
	size_t count;

	TRY(open_names(&s, args, err));
	TRY(open_sitting(&s, args, err));
	const struct bv_scoring_order order = { .names = s.names, .people = s.people, .access = &access };
	return bv_sitting_attested(&count, s.sitting, s.sittings, s.ledger, &order, give, &s, err);
}
