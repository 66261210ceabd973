/* bangvangd: options, signals, the life of the server. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/command.h"
#include "tools/httpd/listen.h"
#include "tools/httpd/openapi.h"
#include "tools/httpd/server.h"
#include "tools/httpd/template_look.h"

enum { EXIT_INPUT = 2, EXIT_MACHINE = 3, EXIT_USAGE = 64 };

struct options {
	const char *config, *listen, *db;
	bool check, print_config, openapi;
	char **words; /* that are no options: a command */
	int word_count;
};

static const char help[] =
    "usage: bangvangd [--config FILE] [--listen WHERE] [--db URL] [--check | --print-config | --openapi | account …]\n"
    "\n"
    "The exam server.\n"
    "  --config FILE   read `key = value` lines; --print-config prints all keys\n"
    "  --listen WHERE  ADDRESS:PORT, [ADDRESS]:PORT or unix:FILE; port 0 takes any that is free\n"
    "  --db URL        the database: sqlite:PATH or postgresql://…\n"
    "  --check         read the configuration, say what is wrong with it, and end\n"
    "  --print-config  print the configuration that would be used, with the meaning of each key\n"
    "  --openapi       print the OpenAPI document of the HTTP interface\n"
    "  --help          print this\n"
    "  --version       print the release\n"
    "\n"
    "--listen and --db come before BANGVANG_LISTEN and BANGVANG_DB, and those before the file. With a socket from systemd --listen is not used.\n"
    "SIGTERM and SIGINT end the server when what was begun is done. Exit status: 0 ended so, 2 the configuration is at fault, 3 the machine,\n"
    "64 usage.\n\n"
    "Commands:\n";

static int
fail(const char *path, const struct bv_err *err)
{
	if (path && err->line)
		fprintf(stderr, "%s:%d: %s\n", path, err->line, err->msg);
	else
		fprintf(stderr, "bangvangd: %s\n", err->msg);
	return bv_status_exit(err->status);
}

/* 0, or the exit status; -1 for "done". */
static int
read_options(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char **value = strcmp(argv[i], "--config") == 0   ? &o->config
		                     : strcmp(argv[i], "--listen") == 0 ? &o->listen
		                     : strcmp(argv[i], "--db") == 0     ? &o->db
		                                                        : NULL;
		bool *flag = strcmp(argv[i], "--check") == 0          ? &o->check
		             : strcmp(argv[i], "--print-config") == 0 ? &o->print_config
		             : strcmp(argv[i], "--openapi") == 0      ? &o->openapi
		                                                      : NULL;
		if (strcmp(argv[i], "--version") == 0) {
			puts("bangvangd " BV_VERSION);
			return -1;
		}
		if (strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			fputs(command_help, stdout);
			return -1;
		}
		if (strncmp(argv[i], "--", 2) != 0 && (o->word_count || strcmp(argv[i], "account") == 0)) {
			o->words[o->word_count++] = argv[i];
			continue;
		}
		if (!value && !flag) {
			fprintf(stderr, "bangvangd: there is no option '%s'\nSee: bangvangd --help\n", argv[i]);
			return EXIT_USAGE;
		}
		if (value && (*value || i + 1 == argc)) {
			fprintf(stderr, "bangvangd: %s %s\nSee: bangvangd --help\n", argv[i], *value ? "is given twice" : "needs a value");
			return EXIT_USAGE;
		}
		if (value)
			*value = argv[++i];
		else
			*flag = true;
	}
	return 0;
}

static enum bv_status
override(struct config *config, const char *key, const char *option, const char *variable, struct bv_err *err)
{
	const char *value = option ? option : getenv(variable);

	return value ? config_set(config, bv_str_of(key), bv_str_of(value), err) : BV_OK;
}

static enum bv_status
read_config(struct config *config, const struct options *o, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(CONFIG_FILE_MAX);

	config_init(config);
	config->path = o->config;
	if (o->config) {
		TRY(bv_file_read(&text, o->config, err));
		TRY(config_parse(config, bv_buf_str(&text), err));
	}
	err->line = 0;
	TRY(override(config, "listen", o->listen, "BANGVANG_LISTEN", err));
	TRY(override(config, "db", o->db, "BANGVANG_DB", err));
	return config_check(config, err);
}

static int
print(const struct options *o, const struct config *config)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4u << 20);
	BV_AUTO(bv_json_free) struct bv_json *doc = NULL;

	if (o->print_config)
		config_write(&text, config);
	if (o->openapi) {
		doc = openapi_document();
		bv_json_write_pretty(&text, doc);
	}
	if (text.len && fwrite(text.p, 1, text.len, stdout) != text.len)
		return EXIT_MACHINE;
	return fflush(stdout) == 0 ? 0 : EXIT_MACHINE;
}

/* A connection is a descriptor. */
static enum bv_status
allow_descriptors(const struct config *config, struct bv_err *err)
{
	const rlim_t others = 256;
	rlim_t want = (rlim_t)config->connections + others;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return bv_err_set(err, BV_EIO, "getrlimit: %s", strerror(errno));
	if (limit.rlim_cur >= want)
		return BV_OK;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < want)
		return bv_err_set(err, BV_EINVAL, "connections = %lld needs %llu open files, and %llu are allowed: raise LimitNOFILE, or lower connections",
		                  (long long)config->connections, (unsigned long long)want, (unsigned long long)limit.rlim_max);
	limit.rlim_cur = want;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? BV_OK : bv_err_set(err, BV_EIO, "setrlimit: %s", strerror(errno));
}

/* How often systemd wants to hear from us: half of what it allows; 0: never. */
static int64_t
watchdog_ns(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t n, who;

	if (!us || !bv_str_int(bv_str_of(us), &n) || n <= 0 || n > INT64_MAX / 1000)
		return 0;
	if (pid && (!bv_str_int(bv_str_of(pid), &who) || who != getpid()))
		return 0;
	return n * 1000 / 2;
}

/* Until a signal comes: the service manager hears that the process lives, and what has ended is swept once a minute. */
static void
wait_for_end(struct server *server, const sigset_t *ends)
{
	const int64_t minute_ns = INT64_C(60) * 1000000000;
	int64_t step_ns = watchdog_ns(), swept_ns = bv_clock_monotonic_ns();
	bool watched = step_ns > 0;

	if (!watched || step_ns > minute_ns)
		step_ns = minute_ns;
	const struct timespec step = { step_ns / 1000000000, step_ns % 1000000000 };
	while (sigtimedwait(ends, NULL, &step) < 0) {
		if (watched)
			notify_send("WATCHDOG=1");
		if (bv_clock_monotonic_ns() < swept_ns + minute_ns)
			continue;
		server_sweep(server);
		swept_ns = bv_clock_monotonic_ns();
	}
}

/* From the socket to the signal that ends it. */
static enum bv_status
serve(const struct config *config, struct bv_err *err)
{
	BV_AUTO(server_finish) struct server server = { 0 };
	char where[200], line[256];
	sigset_t ends;
	int fd;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	/* In every thread that is started from here: sigwait has them. */
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	TRY(allow_descriptors(config, err));
	TRY(server_init(&server, config, err));
	TRY(listen_given(&fd, err));
	bool given = fd >= 0;
	if (!given)
		TRY(listen_open(&fd, config->listen, err));
	listen_name(where, sizeof where, fd);
	TRY(server_start(&server, fd, given, err));
	log_event(server.log, LOG_LEVEL_NOTICE, "ready", "version=%s listen=%s tls=%s", BV_VERSION, where, config->tls_certificate[0] ? "yes" : "no");
	snprintf(line, sizeof line, "READY=1\nSTATUS=Listening on %s", where);
	notify_send(line);
	wait_for_end(&server, &ends);
	notify_send("STOPPING=1\nSTATUS=Finishing what was begun");
	server_drain(&server);
	if (server.ledger && atomic_load(&server.failed))
		return bv_ledger_health(server.ledger, err);
	return BV_OK;
}

static int
run(int argc, char **argv, char **words)
{
	struct options options = { .words = words };
	struct config config;
	struct bv_err err = { 0 };

	int status = read_options(&options, argc, argv);
	if (status)
		return status < 0 ? 0 : status;
	if (read_config(&config, &options, &err) != BV_OK)
		return fail(options.config, &err);
	if (options.check || options.print_config || options.openapi)
		return print(&options, &config);
	if (options.word_count)
		return command_account(&config, options.word_count - 1, words + 1);
	if (serve(&config, &err) != BV_OK)
		return fail(NULL, &err);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], TEMPLATE_PROGRAM) == 0)
		template_program(argc, argv);
	char **words = bv_alloc_array((size_t)argc + 1, sizeof *words);
	int status = run(argc, argv, words);

	free(words);
	return status;
}
