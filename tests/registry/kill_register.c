/* kill -9 of a program that issues a batch, revokes a certificate and publishes status lists, at every call by which anything reaches a file or at every n-th of
 * them: kill_register FIRST STEP. Whatever the moment, who goes on ends with each certificate once: in the register, in the log, and signed. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "tests/check.h"
#include "tests/registry/office.h"

enum { CERTIFICATES = 37, REVOKED = 5 }; /* more than are signed at once */

/* ---- Death ---- */

static long calls, last_call = -1;

/* Before the call that is the last: what was written before it stays, as after kill -9. */
static void
count_call(void)
{
	if (++calls == last_call)
		kill(getpid(), SIGKILL);
}

/* The executable's come before the C library's, for SQLite too. */
int
fsync(int fd)
{
	count_call();
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	count_call();
	return (int)syscall(SYS_fdatasync, fd);
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off64_t offset)
{
	count_call();
	return syscall(SYS_pwrite64, fd, p, len, offset);
}

ssize_t
write(int fd, const void *p, size_t len)
{
	if (fd > 2)
		count_call();
	return syscall(SYS_write, fd, p, len);
}

int
rename(const char *from, const char *to)
{
	count_call();
	return (int)syscall(SYS_rename, from, to);
}

/* ---- Life ---- */

static enum bv_status
issue(struct bv_register *reg, struct office *o)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(o, "lo-1", bv_random_fill);
	char name[40], ticket[20];
	bool added;

	TRY(bv_issuance_open(&issuance, reg, &order, &o->err));
	for (int i = 0; i < CERTIFICATES && bv_issuance_step(issuance) == BV_ISSUANCE_DRAFT; i++) {
		struct bv_credential_facts facts = office_facts(name, i);
		snprintf(ticket, sizeof ticket, "T-%d", i);
		TRY(bv_issuance_add(&added, issuance, &facts, bv_str_of(ticket), &o->err));
	}
	TRY(bv_issuance_seal(issuance, &o->err));
	return bv_issuance_run(NULL, issuance, o->world.log, o->world.key, &o->err);
}

static enum bv_status
see_act(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	(void)err;
	*(int *)ctx = (int)act->step;
	return BV_OK;
}

static enum bv_status
take_away(struct bv_register *reg, struct office *o)
{
	const struct bv_act_order order = { .deed = BV_DEED_REVOKE, .certificate = BV_STR("CNTT/26/TT01/0005"), .reason = BV_STR("fraud"), .officer = o->officers[0], .at_s = OFFICE_AT + 10 };
	const struct bv_act_decision decision = { .id = 1, .approve = true, .officer = o->officers[1], .at_s = OFFICE_AT + 20 };
	const struct bv_act_means means = { .log_folder = o->world.log, .log_key = o->world.key };
	int step = -1;
	int64_t id;
	size_t count;

	TRY(bv_act_each(reg, see_act, &step, &o->err));
	if (step < 0)
		TRY(bv_act_ask(&id, reg, &order, &o->err));
	if (step <= BV_ACT_ASKED)
		TRY(bv_act_decide(reg, &decision, &o->err));
	return bv_act_carry_out(&count, reg, &means, &o->err);
}

static enum bv_status
count_list(void *ctx, const struct bv_published *list, struct bv_err *err)
{
	(void)list, (void)err;
	++*(size_t *)ctx;
	return BV_OK;
}

static enum bv_status
post_lists(struct bv_register *reg, struct office *o)
{
	const struct bv_publish_order order = { .signer = o->signer, .at_s = OFFICE_AT + 30, .days = 30, .log_folder = o->world.log, .log_key = o->world.key };
	size_t count, there = 0;

	TRY(bv_status_published(reg, OFFICE_AT + 30, count_list, &there, &o->err));
	if (there == BV_STATUS_KINDS)
		return BV_OK;
	enum bv_status status = bv_status_publish(&count, reg, &order, &o->err);
	/* What was signed before it was killed has only gone into the log now. */
	return status == BV_EINVAL && bv_status_published(reg, OFFICE_AT + 30, count_list, &there, &o->err) == BV_OK && there == BV_STATUS_KINDS ? BV_OK : status;
}

static enum bv_status
live(struct office *o)
{
	BV_AUTO(bv_register_close) struct bv_register *reg = NULL;

	TRY(bv_register_open(&reg, o->url, true, &o->err));
	TRY(issue(reg, o));
	TRY(take_away(reg, o));
	return post_lists(reg, o);
}

/* The number of calls of a life; killed: -1; ended with an error: -2. */
static long
child(struct office *o, long end)
{
	int pipes[2], status;
	long used = -1;

	if (pipe(pipes) != 0)
		return -2;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		calls = 0;
		last_call = end;
		enum bv_status lived = live(o);
		last_call = -1;
		if (lived != BV_OK)
			fprintf(stderr, "kill_register: %s\n", o->err.msg);
		long n = calls;
		if (syscall(SYS_write, pipes[1], &n, sizeof n) != sizeof n)
			_exit(3);
		_exit(lived == BV_OK ? 0 : 2);
	}
	close(pipes[1]);
	if (read(pipes[0], &used, sizeof used) != sizeof used)
		used = -1;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) ? -2 : used;
}

/* ---- What is there afterwards ---- */

struct counts {
	struct office *o;
	struct bv_register *reg;
	struct bv_log_view *view;
	int certificates, revoked, wrong, envelopes;
	int of_type[BV_ENTRY_TYPES];
	int64_t last_id;
};

static enum bv_status
verify(void *ctx, struct bv_str kind, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct counts *c = ctx;
	const struct bv_verify_options options = { .at_s = OFFICE_AT + 40 };

	(void)kind, (void)err;
	bv_credential_verify(&report, bytes, c->o->trust, &options);
	c->envelopes++;
	c->wrong += bv_report_check(report, BV_CHECK_SIGNATURE) != BV_CHECK_PASSED;
	return BV_OK;
}

static enum bv_status
look(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LOG_PROOF_MAX);
	struct counts *c = ctx;
	struct bv_merkle_hash leaf;
	struct bv_log_proof proof;
	char serial[30];

	snprintf(serial, sizeof serial, "CNTT/26/TT01/%04d", ++c->certificates);
	c->revoked += row->fate == BV_FATE_REVOKED;
	c->wrong += !bv_str_is(row->serial, serial) || (row->fate != BV_FATE_VALID && row->fate != BV_FATE_REVOKED) || (row->fate == BV_FATE_REVOKED) != (c->certificates == REVOKED);
	memcpy(leaf.p, row->leaf, BV_HASH_LEN);
	c->wrong += bv_log_prove(&text, c->view, (uint64_t)row->log_idx, err) != BV_OK || bv_log_proof_parse(&proof, bv_buf_str(&text), err) != BV_OK ||
	            bv_log_proof_check(&proof, &leaf, err) != BV_OK;
	return bv_register_envelopes(c->reg, row->id, verify, c, err);
}

static enum bv_status
count_entry(void *ctx, uint64_t idx, struct bv_str entry, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct counts *c = ctx;
	struct bv_entry of;

	(void)idx;
	TRY(bv_entry_parse(&of, &json, entry, err));
	c->of_type[of.type]++;
	return BV_OK;
}

static bool
whole(struct office *o, char *said, size_t size)
{
	BV_AUTO(bv_register_close) struct bv_register *reg = NULL;
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	struct counts c = { .o = o };
	struct bv_merkle tree = { 0 };
	size_t lists = 0;

	if (bv_register_open(&reg, o->url, false, &o->err) != BV_OK || bv_log_view(&view, o->world.log, &o->err) != BV_OK) {
		snprintf(said, size, "%s", o->err.msg);
		return false;
	}
	c.reg = reg;
	c.view = view;
	bool read = bv_register_each(reg, 0, look, &c, &o->err) == BV_OK && bv_log_read(view, &tree, true, count_entry, &c, &o->err) == BV_OK &&
	            bv_status_published(reg, OFFICE_AT + 30, count_list, &lists, &o->err) == BV_OK;
	snprintf(said, size, "%s: %d certificates, %d envelopes, %d wrong; in the log %d certificates, %d batches, %d revocations, %d lists", read ? "read" : o->err.msg,
	         c.certificates, c.envelopes, c.wrong, c.of_type[BV_ENTRY_CERTIFICATE], c.of_type[BV_ENTRY_BATCH], c.of_type[BV_ENTRY_REVOCATION],
	         c.of_type[BV_ENTRY_STATUS_LIST]);
	return read && c.certificates == CERTIFICATES && c.envelopes == OFFICE_ENVELOPES * CERTIFICATES && c.wrong == 0 && c.revoked == 1 && c.of_type[BV_ENTRY_CERTIFICATE] == CERTIFICATES &&
	       c.of_type[BV_ENTRY_BATCH] == 1 && c.of_type[BV_ENTRY_REVOCATION] == 1 && c.of_type[BV_ENTRY_STATUS_LIST] == BV_STATUS_KINDS && lists == BV_STATUS_KINDS;
}

/* Killed at a call, and at the same distance again in the next life; then it lives on to the end. */
static long
once(long end)
{
	struct office o;
	char said[400] = "";
	bool good = office_make(&o, NULL);
	long used = good ? child(&o, end) : -2;

	if (used == -1) /* killed */
		used = child(&o, end > 40 ? 40 : end);
	if (used == -1)
		used = child(&o, -1);
	good = used >= 0 && whole(&o, said, sizeof said);
	if (!CHECK(good, "killed at call %ld", end))
		printf("# %s; %s\n", said, o.err.msg);
	office_finish(&o);
	return used;
}

int
main(int argc, char **argv)
{
	long first = argc > 1 ? atol(argv[1]) : 1, step = argc > 2 ? atol(argv[2]) : 1;
	/* What kill -9 leaves does not depend on the disk, which only takes time. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	long all = once(-1);

	printf("# a life has %ld calls\n", all);
	CHECK(all > 50, "calls of SQLite and of the log are seen");
	if (step < 0) /* so many points, evenly */
		step = all / -step + 1;
	for (long end = first; end <= all; end += step)
		once(end);
	return check_end();
}
