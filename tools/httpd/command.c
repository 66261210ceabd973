#include "tools/httpd/command.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/httpd/account.h"

enum { EXIT_USAGE = 64 };

const char command_help[] = "  account add NAME ROLE…      a new account; its first password is printed, once\n"
                            "  account list                names, roles, state\n"
                            "  account roles NAME ROLE…    these roles from now on\n"
                            "  account reset NAME          a new first password is printed; the authenticator is forgotten\n"
                            "  account disable|enable NAME nobody may sign in with it; sessions end\n"
                            "  account key FILE            a new key for account_key, which seals the secrets of authenticators\n"
                            "ROLE is a role, or ROLE@SCOPE: scheme-owner, centre-head@centre:HN01, proctor@sitting:2026-11/room:3\n";

static int
fail(const struct bv_err *err)
{
	fprintf(stderr, "bangvangd account: %s\n", err->msg);
	return bv_status_exit(err->status);
}

static enum bv_status
read_roles(struct account *account, int count, char **words, struct bv_err *err)
{
	account->grant_count = 0;
	for (int i = 0; i < count; i++) {
		struct bv_str word = bv_str_of(words[i]);
		struct bv_str role = bv_str_sub(word, 0, bv_str_find(word, '@')), scope = bv_str_sub(word, role.len + 1, word.len);
		struct grant *grant = &account->grants[account->grant_count];
		if (account->grant_count == ACCOUNT_GRANTS_MAX)
			return bv_err_set(err, BV_ELIMIT, "an account has at most %d roles", ACCOUNT_GRANTS_MAX);
		if (!role_of(&grant->role, role) || !role_rows[grant->role].account) {
			BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(400);
			for (unsigned r = 0; r < ROLE_COUNT; r++)
				bv_buf_printf(&all, "%s%s", r ? ", " : "", role_rows[r].account ? role_rows[r].name : "…");
			return bv_err_set(err, BV_EINVAL, "'%.*s' is no role of accounts: %s", BV_STR_ARG(role), all.p);
		}
		if (!account_scope_good(scope))
			return bv_err_set(err, BV_EINVAL, "'%.*s': a scope has letters, digits and . _ ~ - : / only", BV_STR_ARG(scope));
		memcpy(grant->scope, bv_str_chars(scope), scope.len);
		grant->scope[scope.len] = '\0';
		account->grant_count++;
	}
	return BV_OK;
}

static enum bv_status
print_account(void *ctx, const struct account *account, struct bv_err *err)
{
	(void)ctx, (void)err;
	printf("%s %s%s%s%s", account->id, account->name, account->disabled ? " disabled" : "", account->must_change ? " first-password" : "",
	       account->has_totp ? " second-factor" : "");
	for (size_t i = 0; i < account->grant_count; i++)
		printf(" %s%s%s", role_rows[account->grants[i].role].name, account->grants[i].scope[0] ? "@" : "", account->grants[i].scope);
	putchar('\n');
	return BV_OK;
}

static enum bv_status
add(struct bv_sql *sql, const struct config *config, int count, char **words, struct bv_err *err)
{
	struct account account = { .created_s = bv_clock_now_s() };
	char first[PASSWORD_FIRST_SIZE];
	uint8_t random[16];

	if (!account_name(account.name, bv_str_of(words[0])))
		return bv_err_set(err, BV_EINVAL, "'%s' is no name: %d to %d letters, digits and . _ ~ -", words[0], ACCOUNT_NAME_MIN, ACCOUNT_NAME_MAX);
	TRY(read_roles(&account, count - 1, words + 1, err));
	bv_random_fill(random, sizeof random);
	bv_hex(account.id, random, sizeof random);
	account_first_password(&account, config, first);
	TRY(account_add(sql, &account, "command", account.created_s, err));
	printf("%s\n", first);
	return BV_OK;
}

static enum bv_status
reset(struct bv_sql *sql, const struct config *config, struct account *account, struct bv_err *err)
{
	char first[PASSWORD_FIRST_SIZE];

	account_first_password(account, config, first);
	TRY(account_reset(sql, account, "command", bv_clock_now_s(), err));
	printf("%s\n", first);
	return BV_OK;
}

static enum bv_status
new_key(const char *path, struct bv_err *err)
{
	uint8_t secret[BV_MASTER_LEN];

	bv_random_fill(secret, sizeof secret);
	enum bv_status status = bv_master_create(path, secret, err);
	bv_wipe(secret, sizeof secret);
	return status;
}

/* *usage: the words are none of ours. */
static enum bv_status
run(bool *usage, struct bv_sql *sql, const struct config *config, int count, char **words, struct bv_err *err)
{
	const char *verb = count ? words[0] : "";
	struct account account;

	if (strcmp(verb, "list") == 0 && count == 1)
		return account_list(sql, BV_STR_NONE, INT64_MAX, print_account, NULL, err);
	if (strcmp(verb, "add") == 0 && count > 2)
		return add(sql, config, count - 1, words + 1, err);
	bool one = count == 2 && (strcmp(verb, "reset") == 0 || strcmp(verb, "disable") == 0 || strcmp(verb, "enable") == 0);
	*usage = !one && !(strcmp(verb, "roles") == 0 && count >= 2);
	if (*usage)
		return BV_OK;
	TRY(account_find_name(&account, sql, bv_str_of(words[1]), err));
	if (strcmp(verb, "reset") == 0)
		return reset(sql, config, &account, err);
	if (strcmp(verb, "roles") == 0) {
		TRY(read_roles(&account, count - 2, words + 2, err));
		return account_set_grants(sql, &account, "command", bv_clock_now_s(), err);
	}
	account.disabled = strcmp(verb, "disable") == 0;
	return account_set_disabled(sql, &account, "command", bv_clock_now_s(), err);
}

int
command_account(const struct config *config, int count, char **words)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	bool usage = false;
	struct bv_err err;

	if (count == 2 && strcmp(words[0], "key") == 0)
		return new_key(words[1], &err) == BV_OK ? 0 : fail(&err);
	if (bv_sql_open(&sql, config->db, BV_SQL_CREATE, &err) != BV_OK || account_schema(sql, &err) != BV_OK ||
	    run(&usage, sql, config, count, words, &err) != BV_OK)
		return fail(&err);
	if (!usage)
		return fflush(stdout) == 0 ? 0 : bv_status_exit(BV_EIO);
	fputs("bangvangd account: there is no such command\n", stderr);
	fputs(command_help, stderr);
	return EXIT_USAGE;
}
