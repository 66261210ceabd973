/* Which logs count, and the cosignatures of how many witnesses (C2SP tlog-policy): log, witness, group and quorum, k of n at every level. */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "certs/log/note.h"
#include "certs/policy.h"

enum { NODES_MAX = 2 * BV_POLICY_KEYS_MAX, NONE = -1 };

/* A witness or a group. */
struct node {
	struct bv_str name;
	int witness; /* of witnesses, or NONE */
	int count, needed;
	int members[NODES_MAX]; /* nodes before it */
	bool member;            /* of a group already */
};

struct bv_policy {
	struct bv_arena arena;
	struct bv_policy_key logs[BV_POLICY_KEYS_MAX], witnesses[BV_POLICY_KEYS_MAX];
	size_t log_count, witness_count;
	struct node nodes[NODES_MAX];
	int node_count, group_count;
	int quorum; /* a node, or NONE */
	bool has_quorum;
};

/* ---- Reading ---- */

struct reader {
	struct bv_policy *policy;
	struct bv_str rest; /* of the line */
	int line;
};

static bool
take_word(struct reader *r, struct bv_str *word)
{
	size_t from = 0, to;

	while (from < r->rest.len && (r->rest.p[from] == ' ' || r->rest.p[from] == '\t'))
		from++;
	for (to = from; to < r->rest.len && r->rest.p[to] != ' ' && r->rest.p[to] != '\t'; to++)
		;
	*word = bv_str_sub(r->rest, from, to - from);
	r->rest = bv_str_sub(r->rest, to, r->rest.len);
	return word->len > 0;
}

static int
find_node(const struct bv_policy *policy, struct bv_str name)
{
	for (int i = 0; i < policy->node_count; i++)
		if (bv_str_eq(policy->nodes[i].name, name))
			return i;
	return NONE;
}

/* A new name for a witness or a group. */
static enum bv_status
add_node(struct node **out, struct reader *r, struct bv_err *err)
{
	struct bv_str name;

	if (r->policy->node_count == NODES_MAX)
		return bv_err_at(err, BV_ELIMIT, r->line, "more than %d witnesses and groups", NODES_MAX);
	if (!take_word(r, &name))
		return bv_err_at(err, BV_EPARSE, r->line, "a name is missing (C2SP tlog-policy)");
	if (bv_str_is(name, "none") || find_node(r->policy, name) != NONE)
		return bv_err_at(err, BV_EINVAL, r->line, "the name '%.*s' is taken", BV_STR_ARG(name));
	struct node *node = &r->policy->nodes[r->policy->node_count];
	*node = (struct node){ .name = name, .witness = NONE };
	*out = node;
	return BV_OK;
}

/* VKEY [URL] to a list in which no key is yet. */
static enum bv_status
add_key(struct reader *r, struct bv_policy_key *keys, size_t *count, enum bv_note_type type, struct bv_err *err)
{
	static const char *const kinds[] = { [BV_NOTE_ED25519] = "a log's key has type 1 (Ed25519)",
		                             [BV_NOTE_COSIGNATURE] = "a witness's key has type 4 (Ed25519 cosignatures)" };
	struct bv_policy_key *key = &keys[*count];
	struct bv_str text;

	if (*count == BV_POLICY_KEYS_MAX)
		return bv_err_at(err, BV_ELIMIT, r->line, "more than %d of them", BV_POLICY_KEYS_MAX);
	if (!take_word(r, &text))
		return bv_err_at(err, BV_EPARSE, r->line, "a verifier key is missing (C2SP tlog-policy)");
	if (bv_vkey_parse(&key->vkey, text, err) != BV_OK)
		return bv_err_again(err, r->line, "%s", err->msg);
	if (key->vkey.type != type)
		return bv_err_at(err, BV_EINVAL, r->line, "%s", kinds[type]);
	for (size_t i = 0; i < *count; i++)
		if (memcmp(keys[i].vkey.public, key->vkey.public, BV_KEY_LEN) == 0)
			return bv_err_at(err, BV_EINVAL, r->line, "the key of '%.*s' is there already, of '%.*s'", BV_STR_ARG(key->vkey.name),
			                 BV_STR_ARG(keys[i].vkey.name));
	if (!take_word(r, &key->url))
		key->url = BV_STR_NONE;
	++*count;
	return BV_OK;
}

static enum bv_status
read_log(struct reader *r, struct bv_err *err)
{
	struct bv_policy *p = r->policy;

	TRY(add_key(r, p->logs, &p->log_count, BV_NOTE_ED25519, err));
	p->logs[p->log_count - 1].name = p->logs[p->log_count - 1].vkey.name;
	return BV_OK;
}

static enum bv_status
read_witness(struct reader *r, struct bv_err *err)
{
	struct bv_policy *p = r->policy;
	struct node *node;

	TRY(add_node(&node, r, err));
	TRY(add_key(r, p->witnesses, &p->witness_count, BV_NOTE_COSIGNATURE, err));
	node->witness = (int)p->witness_count - 1;
	p->witnesses[node->witness].name = node->name;
	p->node_count++;
	return BV_OK;
}

static enum bv_status
read_needed(struct node *group, struct bv_str needed, int line, struct bv_err *err)
{
	uint64_t k;

	if (bv_str_is(needed, "any"))
		k = 1;
	else if (bv_str_is(needed, "all"))
		k = (uint64_t)group->count;
	else if (!bv_str_size(needed, &k))
		return bv_err_at(err, BV_EPARSE, line, "'%.*s' is neither 'all' nor 'any' nor a number (C2SP tlog-policy)", BV_STR_ARG(bv_str_sub(needed, 0, 40)));
	if (k < 1 || k > (uint64_t)group->count)
		return bv_err_at(err, BV_EINVAL, line, "group '%.*s' asks for %.*s of %d", BV_STR_ARG(group->name), BV_STR_ARG(bv_str_sub(needed, 0, 40)), group->count);
	group->needed = (int)k;
	return BV_OK;
}

static enum bv_status
read_group(struct reader *r, struct bv_err *err)
{
	struct bv_policy *p = r->policy;
	struct node *group;
	struct bv_str needed, name;

	if (p->group_count == BV_POLICY_KEYS_MAX)
		return bv_err_at(err, BV_ELIMIT, r->line, "more than %d groups", BV_POLICY_KEYS_MAX);
	TRY(add_node(&group, r, err));
	if (!take_word(r, &needed))
		return bv_err_at(err, BV_EPARSE, r->line, "a group says how many: 'all', 'any' or a number (C2SP tlog-policy)");
	while (take_word(r, &name)) {
		int member = find_node(p, name);
		if (member == NONE)
			return bv_err_at(err, BV_EINVAL, r->line, "'%.*s' is no witness and no group of the lines before", BV_STR_ARG(name));
		if (p->nodes[member].member)
			return bv_err_at(err, BV_EINVAL, r->line, "'%.*s' is in a group already: each counts once", BV_STR_ARG(name));
		p->nodes[member].member = true;
		group->members[group->count++] = member;
	}
	TRY(read_needed(group, needed, r->line, err));
	p->group_count++;
	p->node_count++;
	return BV_OK;
}

static enum bv_status
read_quorum(struct reader *r, struct bv_err *err)
{
	struct bv_policy *p = r->policy;
	struct bv_str name;

	if (p->has_quorum)
		return bv_err_at(err, BV_EINVAL, r->line, "there is a quorum already");
	if (!take_word(r, &name))
		return bv_err_at(err, BV_EPARSE, r->line, "a quorum is a witness, a group or 'none' (C2SP tlog-policy)");
	p->has_quorum = true;
	p->quorum = bv_str_is(name, "none") ? NONE : find_node(p, name);
	if (p->quorum == NONE && !bv_str_is(name, "none"))
		return bv_err_at(err, BV_EINVAL, r->line, "'%.*s' is no witness and no group of the lines before", BV_STR_ARG(name));
	return BV_OK;
}

static enum bv_status
read_line(struct reader *r, struct bv_err *err)
{
	static const struct {
		const char *word;
		enum bv_status (*read)(struct reader *r, struct bv_err *err);
	} kinds[] = { { "log", read_log }, { "witness", read_witness }, { "group", read_group }, { "quorum", read_quorum } };
	struct bv_str word, more;

	for (size_t i = 0; i < r->rest.len; i++)
		if (((uint8_t)r->rest.p[i] < ' ' && r->rest.p[i] != '\t') || r->rest.p[i] == 0x7f)
			return bv_err_at(err, BV_EPARSE, r->line, "a control character other than a tab (C2SP tlog-policy)");
	if (!take_word(r, &word) || word.p[0] == '#')
		return BV_OK;
	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		if (!bv_str_is(word, kinds[i].word))
			continue;
		TRY(kinds[i].read(r, err));
		if (take_word(r, &more))
			return bv_err_at(err, BV_EPARSE, r->line, "'%.*s' is too much", BV_STR_ARG(bv_str_sub(more, 0, 60)));
		return BV_OK;
	}
	return bv_err_at(err, BV_EPARSE, r->line, "a line begins with log, witness, group or quorum (C2SP tlog-policy)");
}

enum bv_status
bv_policy_parse(struct bv_policy **out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_policy_free) struct bv_policy *policy = bv_alloc(sizeof *policy);
	struct reader r = { .policy = policy };

	if (text.len > BV_POLICY_MAX)
		return bv_err_set(err, BV_ELIMIT, "a policy has at most %d bytes", BV_POLICY_MAX);
	policy->quorum = NONE;
	struct bv_str kept = bv_arena_str(&policy->arena, text);
	while (kept.len) {
		size_t len = bv_str_find(kept, '\n');
		r.rest = bv_str_sub(kept, 0, len);
		r.line++;
		kept = bv_str_sub(kept, len + 1, kept.len);
		TRY(read_line(&r, err));
	}
	if (!policy->has_quorum)
		return bv_err_at(err, BV_EINVAL, r.line, "there is no line 'quorum' (C2SP tlog-policy); 'quorum none' asks for no witness");
	*out = bv_steal(&policy);
	return BV_OK;
}

enum bv_status
bv_policy_load(struct bv_policy **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);

	TRY(bv_file_read(&text, path, err));
	if (bv_policy_parse(out, bv_buf_str(&text), err) != BV_OK)
		return err->line ? bv_err_again(err, 0, "%s:%d: %s", path, err->line, err->msg) : bv_err_again(err, 0, "%s: %s", path, err->msg);
	return BV_OK;
}

void
bv_policy_free(struct bv_policy *policy)
{
	if (!policy)
		return;
	bv_arena_finish(&policy->arena);
	free(policy);
}

const struct bv_policy_key *
bv_policy_logs(const struct bv_policy *policy, size_t *count)
{
	*count = policy->log_count;
	return policy->logs;
}

const struct bv_policy_key *
bv_policy_witnesses(const struct bv_policy *policy, size_t *count)
{
	*count = policy->witness_count;
	return policy->witnesses;
}

/* ---- Checking ---- */

/* Since when each node has witnessed the checkpoint; INT64_MAX: it has not. A group has when its k-th member has. */
static int64_t
group_since(const struct node *group, const int64_t since[NODES_MAX])
{
	int64_t times[NODES_MAX];
	int count = 0;

	for (int i = 0; i < group->count; i++) {
		int at = count++;
		for (; at > 0 && times[at - 1] > since[group->members[i]]; at--)
			times[at] = times[at - 1];
		times[at] = since[group->members[i]];
	}
	return times[group->needed - 1];
}

static enum bv_status
check_log(size_t *log, const struct bv_policy *policy, const struct bv_checkpoint *checkpoint, struct bv_err *err)
{
	enum bv_status status = BV_ENOTFOUND;

	for (size_t i = 0; i < policy->log_count; i++) {
		if (!bv_str_eq(policy->logs[i].vkey.name, checkpoint->origin))
			continue;
		status = bv_checkpoint_check(checkpoint, policy->logs[i].vkey.public, err);
		if (status == BV_OK) {
			*log = i;
			return BV_OK;
		}
	}
	if (status == BV_ENOTFOUND)
		return bv_err_set(err, BV_EDENIED, "the policy does not know the log '%.*s'", BV_STR_ARG(bv_str_sub(checkpoint->origin, 0, 150)));
	return status;
}

enum bv_status
bv_policy_check(struct bv_policy_finding *out, const struct bv_policy *policy, const struct bv_checkpoint *checkpoint, struct bv_err *err)
{
	struct bv_policy_finding found = { 0 };
	int64_t since[NODES_MAX];

	TRY(check_log(&found.log, policy, checkpoint, err));
	for (int i = 0; i < policy->node_count; i++) {
		const struct node *node = &policy->nodes[i];
		since[i] = INT64_MAX;
		if (node->witness == NONE) {
			since[i] = group_since(node, since);
			continue;
		}
		enum bv_status status = bv_cosignature_check(&since[i], checkpoint, &policy->witnesses[node->witness].vkey, err);
		if (status != BV_OK && status != BV_ENOTFOUND)
			return status;
		found.witnesses += status == BV_OK;
	}
	if (policy->quorum != NONE && since[policy->quorum] == INT64_MAX)
		return bv_err_set(err, BV_EDENIED, "the checkpoint has the cosignatures of %zu of %zu witnesses: too few for the quorum '%.*s'", found.witnesses,
		                  policy->witness_count, BV_STR_ARG(policy->nodes[policy->quorum].name));
	found.since_s = policy->quorum == NONE ? 0 : since[policy->quorum];
	*out = found;
	return BV_OK;
}
