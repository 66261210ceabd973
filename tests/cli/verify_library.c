/* A program of somebody else's: sees bangvang_verify.h and nothing else. Arguments: folder of vectors. TAP. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/verify/bangvang_verify.h"

#define AT INT64_C(1798761600) /* 2027-01-01T00:00:00Z */

static int number, bad;

static void
check(int good, const char *what)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, what);
	bad |= !good;
}

static char *
read_file(const char *folder, const char *name, size_t *len)
{
	char path[4096];
	static char bytes[1 << 20];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	*len = file ? fread(bytes, 1, sizeof bytes, file) : 0;
	if (file)
		fclose(file);
	return bytes;
}

struct shared {
	const struct bangvang_verifier *verifier;
	const char *bytes;
	size_t len;
};

static void *
many(void *ctx)
{
	const struct shared *s = ctx;
	size_t good = 0;

	for (int i = 0; i < 50; i++)
		good += bangvang_verify(s->verifier, s->bytes, s->len, NULL, AT, 0, "vi", NULL) == BANGVANG_VALID;
	return (void *)(good == 50 ? 1 : (intptr_t)0);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *file;
		enum bangvang_verdict wanted;
		const char *said;
	} cases[] = {
		{ "good-1-full.json", BANGVANG_VALID, "\"valid\"" },
		{ "good-1-hashed-name.json", BANGVANG_VALID, "\"valid\"" },
		{ "bad-1-changed-score.json", BANGVANG_INVALID, "does not match the contents" },
		{ "no such file", BANGVANG_INVALID, "\"invalid\"" },
	};
	char folder[4096], *error = NULL, *report = NULL;
	struct bangvang_verifier *verifier = NULL, *none = NULL;
	size_t len;

	if (argc != 2)
		return 64;
	snprintf(folder, sizeof folder, "%s/trust", argv[1]);
	struct bangvang_trust trust = { .trust = folder }, nobody = { 0 }, broken = { .trust = "/no such folder" }, no_log = { .log = "/no such policy" };
	check(bangvang_verifier_new(&verifier, &trust, &error) == 0, "a verifier");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *bytes = read_file(argv[1], cases[i].file, &len);
		check(bangvang_verify(verifier, bytes, len, NULL, AT, 0, "en", &report) == cases[i].wanted, cases[i].file);
		check(report && strstr(report, cases[i].said) && !strstr(report, "\"file\""), "and why");
		bangvang_free(report);
		report = NULL;
	}
	char *bytes = read_file(argv[1], "good-1-full.json", &len);
	check(bangvang_verify(verifier, bytes, len, NULL, INT64_C(1956528000), 0, NULL, NULL) == BANGVANG_INVALID, "expired in 2032");
	check(bangvang_verify(verifier, bytes, len, "no proof at all", AT, 0, NULL, NULL) == BANGVANG_VALID, "a proof that nobody asked for does not count");
	struct shared shared = { verifier, bytes, len };
	pthread_t threads[4];
	int all = 1;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, many, &shared);
	for (int i = 0; i < 4; i++) {
		void *good;
		pthread_join(threads[i], &good);
		all &= good != NULL;
	}
	check(all, "one verifier for several threads");
	bangvang_verifier_free(verifier);
	check(bangvang_verifier_new(&none, &nobody, &error) == 0, "one that trusts nobody");
	check(bangvang_verify(none, bytes, len, NULL, AT, 0, "vi", &report) == BANGVANG_UNKNOWN_ISSUER && strstr(report, "KHÔNG RÕ"), "knows no issuer, and says so in Vietnamese");
	bangvang_free(report);
	bangvang_verifier_free(none);
	none = NULL;
	check(bangvang_verifier_new(&none, &broken, &error) == -1 && strstr(error, "/no such folder") && !none, "a folder that is not there is named");
	bangvang_free(error);
	check(bangvang_verifier_new(&none, &no_log, &error) == -1 && strstr(error, "/no such policy") && !none, "so is a policy");
	bangvang_free(error);
	bangvang_verifier_free(NULL);
	printf("1..%d\n", number);
	return bad;
}
