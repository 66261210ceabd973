/* The drill: a batch's keys are stolen, and everything that has to follow is done and checked, in a folder of its own. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"

enum { WORDS_MAX = 48, TIMES = 6, HOUR_S = 3600 };
#define DID "did:web:drill.example"
#define ORIGIN "drill.example/log"

enum kind {
	RUN,       /* a command line of ours; @N is time N */
	REFUSED,   /* the same, and it has to end with "no" */
	FACTS,     /* writes facts-WORD.json */
	COSIGN,    /* the witness cosigns the checkpoint of the log, at time WORD */
	STEAL,     /* copies the keys of batch 1 */
	VALID,     /* WORD.json verifies, with its proof and the witness's word, at time 5 */
	INVALID,   /* it does not */
	UNPROVEN,  /* it does not without its proof */
	SAME,      /* anew/before-WORD.json has the id and the contents of before-WORD.json */
};

struct step {
	enum kind kind;
	const char *what, *line;
};

static const struct step steps[] = {
	{ RUN, "a root in three shares", "key ceremony --rehearsal --name Drill --shares 3 --threshold 2 --out root --at @0" },
	{ RUN, "an issuing authority asks for its certificate", "key ca --keys keys --did " DID " --name Drill-CA" },
	{ RUN, "two of the three shares sign it", "key ceremony --use --rehearsal --root root/root.crt --share root/share-1.txt --share root/share-3.txt "
	                                           "--request keys/ca.csr --out ca.crt --at @0" },
	{ RUN, "the authority takes it in", "key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl --at @0" },
	{ RUN, "keys of a batch", "key batch --keys keys --at @0" },
	{ RUN, "they are published", "key publish --keys keys --out web --at @0" },
	{ RUN, "a key for a public log", "key new --out log-key" },
	{ RUN, "the log", "log init --log log --origin " ORIGIN " --key log-key/key.pem" },
	{ RUN, "the batch's keys are entered in it", "log append --log log keys/log/000001-added-ed25519.json keys/log/000001-added-p256.json" },
	{ FACTS, "facts of a first certificate", "1" },
	{ FACTS, "facts of a second", "2" },
	{ RUN, "a first certificate is signed", "cert issue --key keys/batches/1/key.pem --facts facts-1.json --out before-1.json --at @0" },
	{ RUN, "a second", "cert issue --key keys/batches/1/key.pem --facts facts-2.json --out before-2.json --at @0" },
	{ RUN, "both are entered in the log", "log append --log log before-1.json before-2.json" },
	{ RUN, "a checkpoint of the log", "log checkpoint --log log --key log-key/key.pem" },
	{ COSIGN, "a witness cosigns it", "1" },
	{ RUN, "the first has its proof", "log proof --log log before-1.json --out before-1.tlog-proof" },
	{ RUN, "the second, too", "log proof --log log before-2.json --out before-2.tlog-proof" },
	{ VALID, "the first certificate is valid", "before-1" },
	{ VALID, "the second is valid", "before-2" },
	{ STEAL, "THE KEYS ARE STOLEN", "thief" },
	{ FACTS, "the thief makes up a certificate", "3" },
	{ RUN, "signs it, dated back", "cert issue --key thief/key.pem --facts facts-3.json --out forged.json --at @0" },
	{ RUN, "and gets it into the log", "log append --log log forged.json" },
	{ RUN, "with a checkpoint", "log checkpoint --log log --key log-key/key.pem" },
	{ COSIGN, "that the witness cosigns", "3" },
	{ RUN, "and a proof", "log proof --log log forged.json --out forged.tlog-proof" },
	{ VALID, "nobody notices: the forgery is valid", "forged" },
	{ RUN, "IT IS FOUND: the batch is taken out of use, and what is published says so", "key compromise --keys keys --batch 1 --since @2 --reason drill --out web --at @4" },
	{ RUN, "so does the log", "log append --log log keys/log/000001-removed-ed25519.json keys/log/000001-removed-p256.json keys/log/000002-added-ed25519.json "
	                          "keys/log/000002-added-p256.json" },
	{ INVALID, "the forgery no longer counts, proof or not", "forged" },
	{ VALID, "the first certificate still does: the log had it before", "before-1" },
	{ VALID, "so does the second", "before-2" },
	{ UNPROVEN, "without its proof it does not: it has to be signed anew", "before-1" },
	{ RUN, "both are signed anew with the next batch's keys",
	  "cert resign --key keys/batches/2/key.pem --trust web --log policy --out anew --at @4 before-1.json before-2.json" },
	{ REFUSED, "the forgery is not", "cert resign --key keys/batches/2/key.pem --trust web --log policy --out anew --at @4 forged.json" },
	{ SAME, "the first has the same id and says the same", "1" },
	{ SAME, "so does the second", "2" },
	{ RUN, "both are entered in the log", "log append --log log anew/before-1.json anew/before-2.json" },
	{ RUN, "with a checkpoint", "log checkpoint --log log --key log-key/key.pem" },
	{ COSIGN, "that the witness cosigns", "5" },
	{ RUN, "and a proof of the first", "log proof --log log anew/before-1.json --out anew/before-1.tlog-proof" },
	{ RUN, "and of the second", "log proof --log log anew/before-2.json --out anew/before-2.tlog-proof" },
	{ VALID, "the first is valid again for everybody", "anew/before-1" },
	{ VALID, "so is the second", "anew/before-2" },
};

struct drill {
	int64_t times[TIMES]; /* signed, witnessed, stolen, forged, found, signed anew */
	struct bv_key *witness;
	struct bv_policy *policy;
};

/* ---- Commands, as people type them ---- */

/* In a child, so that what it prints goes to a file. */
static int
run_child(int argc, char **argv)
{
	int log = open("output.txt", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), how = 0;

	if (log < 0)
		return EXIT_MACHINE;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		_exit(args_run(argc, argv));
	}
	close(log);
	if (pid < 0)
		return EXIT_MACHINE;
	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return EXIT_MACHINE;
	return WIFEXITED(how) ? WEXITSTATUS(how) : EXIT_MACHINE;
}

static enum bv_status
run_line(const struct drill *drill, const char *line, int want, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str rest = bv_str_of(line), word;
	char program[] = "bangvang", time[BV_TIME_SIZE], *words[WORDS_MAX + 1] = { program };
	int count = 1;

	while (bv_str_token(&rest, &word) && count < WORDS_MAX) {
		if (word.len == 2 && word.p[0] == '@')
			word = bv_str_of(bv_time_write(time, drill->times[word.p[1] - '0']));
		union {
			const char *kept;
			char *given; /* argv has no const */
		} text = { .kept = bv_arena_str(&arena, word).p };
		words[count++] = text.given;
	}
	int status = run_child(count, words);
	return status == want ? BV_OK : bv_err_set(err, BV_EDENIED, "it ended with %d: output.txt says why", status);
}

/* ---- What is no command ---- */

static enum bv_status
write_facts(const struct drill *drill, const char *number, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(4096);
	char name[32], time[BV_TIME_SIZE];

	bv_buf_printf(&json, "{\"holder\":{\"name\":\"Người Diễn Tập %s\"},\"licence\":\"DRILL-%s\",\"achievement\":{\"id\":\"https://drill.example/achievement\","
	              "\"nameVi\":\"Diễn tập\",\"nameEn\":\"Drill\",\"description\":\"Diễn tập lộ khoá.\",\"criteria\":\"Không có giá trị.\"},\"decision\":\"completed\","
	              "\"awarded\":\"%s\",\"id\":\"urn:uuid:00000000-0000-4000-8000-00000000000%s\",\"subjectId\":\"urn:uuid:00000000-0000-4000-9000-00000000000%s\"}\n",
	              number, number, bv_time_write(time, drill->times[0]), number, number);
	TRY(bv_buf_check(&json, err));
	snprintf(name, sizeof name, "facts-%s.json", number);
	return bv_file_write(name, bv_buf_str(&json), 0600, err);
}

static enum bv_status
cosign(const struct drill *drill, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint checkpoint;

	TRY(bv_file_read(&note, "log/checkpoint", err));
	TRY(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), err));
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(BV_CHECKPOINT_MAX);
	TRY(bv_cosignature_write(&line, &checkpoint, BV_STR("witness.drill.example"), at_s, drill->witness, err));
	bv_buf_add(&note, bv_buf_str(&line));
	TRY(bv_buf_check(&note, err));
	return bv_file_write("log/checkpoint", bv_buf_str(&note), 0644, err);
}

static enum bv_status
steal(const char *to, struct bv_err *err)
{
	static const char *const names[] = { "key.pem", "p256.pem", "did.json" };

	TRY(bv_dir_make(to, err));
	for (size_t i = 0; i < BV_COUNT(names); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
		char from[64], copy[64];
		snprintf(from, sizeof from, "keys/batches/1/%s", names[i]);
		snprintf(copy, sizeof copy, "%s/%s", to, names[i]);
		TRY(bv_file_read(&bytes, from, err));
		TRY(bv_file_write(copy, bv_buf_str(&bytes), 0600, err));
	}
	return BV_OK;
}

/* The log's and the witness's keys, as a reader of certificates has them. */
static enum bv_status
load_policy(struct drill *drill, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	BV_AUTO(bv_key_free) struct bv_key *log = NULL;

	TRY(bv_key_load(&log, BV_KEY_ED25519, "log-key/key.pem", err));
	struct bv_vkey vkeys[] = { { .type = BV_NOTE_ED25519, .name = BV_STR(ORIGIN) }, { .type = BV_NOTE_COSIGNATURE, .name = BV_STR("witness.drill.example") } };
	memcpy(vkeys[0].public, bv_key_public(log), BV_KEY_LEN);
	memcpy(vkeys[1].public, bv_key_public(drill->witness), BV_KEY_LEN);
	bv_buf_addz(&text, "log ");
	bv_vkey_write(&text, &vkeys[0]);
	bv_buf_addz(&text, "\nwitness w ");
	bv_vkey_write(&text, &vkeys[1]);
	bv_buf_addz(&text, "\nquorum w\n");
	TRY(bv_buf_check(&text, err));
	TRY(bv_file_write("policy", bv_buf_str(&text), 0644, err));
	return bv_policy_parse(&drill->policy, bv_buf_str(&text), err);
}

static enum bv_status
verify(struct drill *drill, const char *name, enum kind want, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CREDENTIAL_MAX), text = BV_BUF(BV_LOG_PROOF_MAX);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = NULL;
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_log_proof proof;
	char path[64];

	if (!drill->policy)
		TRY(load_policy(drill, err));
	TRY(bv_trust_load(&trust, "web", err));
	snprintf(path, sizeof path, "%s.json", name);
	TRY(bv_file_read(&bytes, path, err));
	snprintf(path, sizeof path, "%s.tlog-proof", name);
	TRY(bv_file_read(&text, path, err));
	TRY(bv_log_proof_parse(&proof, bv_buf_str(&text), err));
	const struct bv_verify_options options = { .at_s = drill->times[5] + HOUR_S, .log = drill->policy, .proof = want == UNPROVEN ? NULL : &proof };
	bv_credential_verify(&report, bv_buf_str(&bytes), trust, &options);
	enum bv_verdict verdict = bv_report_verdict(report), wanted = want == VALID ? BV_VERDICT_VALID : BV_VERDICT_INVALID;
	return verdict == wanted ? BV_OK : bv_err_set(err, BV_EDENIED, "%s.json: %s", name, bv_verdict_text(verdict, BV_LANG_EN));
}

static enum bv_status
read_body(struct bv_json **out, const char *folder, const char *number, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CREDENTIAL_MAX);
	char path[64];

	snprintf(path, sizeof path, "%sbefore-%s.json", folder, number);
	TRY(bv_file_read(&bytes, path, err));
	TRY(bv_json_parse(out, bv_buf_str(&bytes), err));
	bv_json_remove(*out, "proof");
	return BV_OK;
}

static enum bv_status
compare(const char *number, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *before = NULL, *anew = NULL;

	TRY(read_body(&before, "", number, err));
	TRY(read_body(&anew, "anew/", number, err));
	return bv_json_equal(before, anew) ? BV_OK : bv_err_set(err, BV_EDENIED, "before-%s.json and anew/before-%s.json say different things", number, number);
}

static enum bv_status
take_step(struct drill *drill, const struct step *step, struct bv_err *err)
{
	switch (step->kind) {
	case RUN:
		return run_line(drill, step->line, EXIT_YES, err);
	case REFUSED:
		return run_line(drill, step->line, EXIT_NO, err);
	case FACTS:
		return write_facts(drill, step->line, err);
	case COSIGN:
		return cosign(drill, drill->times[step->line[0] - '0'], err);
	case STEAL:
		return steal(step->line, err);
	case SAME:
		return compare(step->line, err);
	case VALID:
	case INVALID:
	case UNPROVEN:
		break;
	}
	return verify(drill, step->line, step->kind, err);
}

/* ---- The drill ---- */

static void
print_times(const struct drill *drill)
{
	static const char *const what[TIMES] = { "signed", "witnessed", "stolen", "forged", "found", "signed anew" };
	char time[BV_TIME_SIZE];

	for (int i = 0; i < TIMES; i++)
		printf("@%d = %s, %s\n", i, bv_time_write(time, drill->times[i]), what[i]);
}

static enum bv_status
take_steps(struct drill *drill, bool quiet, struct bv_err *err)
{
	for (size_t i = 0; i < BV_COUNT(steps); i++) {
		int64_t from_ns = bv_clock_monotonic_ns();
		enum bv_status status = take_step(drill, &steps[i], err);
		int64_t took_ms = (bv_clock_monotonic_ns() - from_ns) / 1000000;
		if (!quiet || status != BV_OK)
			printf("%2zu %-4s %5" PRId64 " ms  %s\n", i + 1, status == BV_OK ? "done" : "FAIL", took_ms, steps[i].what);
		if (!quiet && (steps[i].kind == RUN || steps[i].kind == REFUSED))
			printf("              bangvang %s\n", steps[i].line);
		TRY(status);
	}
	return BV_OK;
}

static void
set_times(struct drill *drill, int64_t now_s)
{
	for (int i = 0; i < TIMES; i++)
		drill->times[i] = now_s - 24 * HOUR_S + i * 2 * HOUR_S;
}

static int
run(struct args *args)
{
	const char *folder = args_get(args, "out");
	struct drill drill = { 0 };
	uint8_t seed[BV_KEY_LEN];
	struct bv_err err;

	if (access(folder, F_OK) == 0)
		return usage(args->cmd, "%s exists: name a new folder", folder);
	if (bv_dir_make(folder, &err) != BV_OK)
		return fail(NULL, &err);
	if (chdir(folder) < 0) {
		bv_err_set(&err, BV_EIO, "%s: %s", folder, strerror(errno));
		return fail(NULL, &err);
	}
	int64_t from_ns = bv_clock_monotonic_ns();
	set_times(&drill, bv_clock_now_s());
	if (!args_has(args, "quiet"))
		print_times(&drill);
	bv_random_fill(seed, sizeof seed);
	bv_key_new(&drill.witness, seed);
	enum bv_status status = take_steps(&drill, args_has(args, "quiet"), &err);
	bv_key_free(drill.witness);
	bv_policy_free(drill.policy);
	if (status != BV_OK)
		return fail(folder, &err);
	printf("The drill went as it should: %zu steps in %.1f s. All of it lies in %s.\n", BV_COUNT(steps), (double)(bv_clock_monotonic_ns() - from_ns) / 1e9, folder);
	return EXIT_YES;
}

const struct cmd cmd_key_drill = {
	.name = "key drill",
	.summary = "rehearse the theft of a batch's keys",
	.about = "Does, in a new folder and with keys of its own, all that follows from a theft: a root in shares, an authority, a batch; certificates that are entered in a "
	         "public log and witnessed; keys that are stolen, and a forgery that is dated back and even gets into the log; then the batch is taken out of use, its "
	         "keys are out of assertionMethod, the log says so, the shard is signed anew. Each step is checked: before it is found the forgery is valid; "
	         "afterwards it is not, certificates that the log had before still are, with their proofs, and those signed anew are so for everybody.\n\n"
	         "The command lines are printed as they are run, so that the drill can be held by people, too. Hold it once a year (doc/keys.md).",
	.opts = (const struct opt[]){
		{ .name = "out", .argument = "DIR", .help = "new folder", .required = true },
		{ .name = "quiet", .help = "only say how it went" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key drill --out drill", NULL },
	.run = run,
};
