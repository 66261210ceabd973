/* Requests a second of bangvangd over kept-alive connections of this machine, and the processor time that the server spends on each: a route that does
 * nothing, and saves that are on the disk when they are answered, each connection a candidate.
 *
 *     bench_httpd [SECONDS [CONNECTIONS]]
 *
 * The client is one thread of this program; both share the machine. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

enum { PORT_TRIES = 600, ITEMS = 40, LATENCIES_MAX = 4000000 };

struct client {
	int fd;
	char attempt[24], token[80], csrf[BV_HEX_SIZE(BV_HASH_LEN)];
	uint32_t number;
	char out[1024], in[16384];
	size_t in_len;
	int64_t sent_ns;
};

static char folder[] = "/tmp/bv-bench-httpd-XXXXXX";
static pid_t server;
static int port;

static _Noreturn void
give_up(const char *what)
{
	fprintf(stderr, "bench_httpd: %s: %s\n", what, strerror(errno));
	if (server > 0)
		kill(server, SIGKILL);
	exit(1);
}

/* A program of the build folder, which is above the one of this. */
static char *
sibling(const char *self, const char *name)
{
	const char *slash = strrchr(self, '/');
	struct bv_buf path = BV_BUF(4096);

	bv_buf_add(&path, slash ? (struct bv_str){ self, (size_t)(slash - self) } : BV_STR("."));
	bv_buf_printf(&path, "/../%s", name);
	return path.p;
}

static void
start_server(const char *program)
{
	BV_AUTO(bv_buf_finish) struct bv_buf log = BV_BUF(1 << 20), path = BV_BUF(200);
	struct bv_err err;

	bv_buf_printf(&path, "%s/log", folder);
	server = fork();
	if (server == 0) {
		char config[100];
		snprintf(config, sizeof config, "%s/conf", folder);
		if (!freopen(path.p, "a", stderr))
			_exit(1);
		execl(program, program, "--config", config, (char *)NULL);
		_exit(1);
	}
	for (int i = 0; i < PORT_TRIES && !port; i++) {
		const char *at;
		usleep(50000);
		if (bv_file_read(&log, path.p, &err) == BV_OK && log.p && (at = strstr(log.p, "listen=127.0.0.1:")))
			port = atoi(at + strlen("listen=127.0.0.1:"));
	}
	if (!port)
		give_up(program);
}

static int
connect_server(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) < 0)
		give_up("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static void
send_request(struct client *c, bool save)
{
	char body[200] = "";
	int body_len = 0, len;

	if (save) {
		c->number++;
		body_len = snprintf(body, sizeof body, "{\"item\":%u,\"number\":%u,\"ageMs\":15,\"response\":{\"RESPONSE\":{\"base\":{\"identifier\":\"C%u\"}}}}",
		                    c->number % ITEMS, c->number, c->number % 7);
		len = snprintf(c->out, sizeof c->out,
		               "POST /api/attempts/%s/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
		               "Cookie: __Host-bv=%s\r\nX-CSRF-Token: %s\r\n\r\n%s",
		               c->attempt, body_len, c->token, c->csrf, body);
	} else {
		len = snprintf(c->out, sizeof c->out, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-bv=%s\r\n\r\n", c->token);
	}
	c->sent_ns = bv_clock_monotonic_ns();
	if (send(c->fd, c->out, (size_t)len, MSG_NOSIGNAL) != len)
		give_up("send");
}

/* True when a whole answer is there, which must be 200. */
static bool
read_answer(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, sizeof c->in - 1 - c->in_len, MSG_DONTWAIT);

	if (n <= 0)
		give_up("recv");
	c->in_len += (size_t)n;
	c->in[c->in_len] = '\0';
	const char *end = strstr(c->in, "\r\n\r\n"), *length = strstr(c->in, "Content-Length: ");
	if (!end || !length || c->in_len < (size_t)(end + 4 - c->in) + (size_t)atol(length + 16))
		return false;
	if (strncmp(c->in, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "%s\n", c->in);
		give_up("an answer");
	}
	c->in_len = 0;
	return true;
}

static int64_t
cpu_ns(pid_t pid)
{
	clockid_t id;
	struct timespec used;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &used) < 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
measure(const char *what, struct client *clients, int count, bool save, double seconds)
{
	uint32_t *latencies = bv_alloc_array(LATENCIES_MAX, sizeof *latencies);
	struct epoll_event events[256];
	size_t answers = 0;
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	for (int i = 0; i < count; i++) {
		struct epoll_event want = { .events = EPOLLIN, .data.ptr = &clients[i] };
		epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &want);
	}
	int64_t start = bv_clock_monotonic_ns(), used = cpu_ns(server), mine = cpu_ns(getpid()), until = start + (int64_t)(seconds * 1e9);
	for (int i = 0; i < count; i++)
		send_request(&clients[i], save);
	for (int waiting = count; waiting;) {
		int n = epoll_wait(epoll, events, (int)BV_COUNT(events), 10000);
		if (n <= 0)
			give_up("no answers");
		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;
			if (!read_answer(c))
				continue;
			int64_t now = bv_clock_monotonic_ns();
			if (answers < LATENCIES_MAX)
				latencies[answers] = (uint32_t)((now - c->sent_ns) / 1000);
			answers++;
			if (now < until)
				send_request(c, save);
			else
				waiting--;
		}
	}
	double wall = (double)(bv_clock_monotonic_ns() - start) / 1e9, cpu = (double)(cpu_ns(server) - used) / 1e3, client = (double)(cpu_ns(getpid()) - mine) / 1e3;
	size_t kept = answers < LATENCIES_MAX ? answers : LATENCIES_MAX;
	qsort(latencies, kept, sizeof *latencies, compare);
	printf("%-34s %4d connections: %8.0f/s, server %5.1f us CPU each (client %4.1f), p50 %5u us, p99 %6u us\n", what, count, (double)answers / wall,
	       cpu / (double)answers, client / (double)answers, latencies[kept / 2], latencies[kept - 1 - kept / 100]);
	fflush(stdout);
	close(epoll);
	free(latencies);
}

static struct client *
read_clients(const char *open_exam, int count)
{
	struct client *clients = bv_alloc_array((size_t)count, sizeof *clients);
	char command[5000];

	snprintf(command, sizeof command, "%s sqlite:%s/ledger.db %s/key/key.pem sqlite:%s/bangvang.db %d %d", open_exam, folder, folder, folder, count, ITEMS);
	FILE *f = popen(command, "r");
	for (int i = 0; f && i < count; i++) {
		static const char label[] = "BV-CSRF-1";
		struct bv_sha256 ctx;
		uint8_t hash[BV_HASH_LEN];
		if (fscanf(f, "%23s %79s", clients[i].attempt, clients[i].token) != 2)
			give_up("open_exam");
		bv_sha256_init(&ctx);
		bv_sha256_add(&ctx, label, sizeof label);
		bv_sha256_add(&ctx, clients[i].token, strlen(clients[i].token));
		bv_sha256_end(&ctx, hash);
		bv_hex(clients[i].csrf, hash, sizeof hash);
	}
	if (!f || pclose(f) != 0)
		give_up("open_exam");
	return clients;
}

static enum bv_status
remove_file(void *ctx, const char *path, struct bv_err *err)
{
	(void)ctx, (void)err;
	unlink(path);
	return BV_OK;
}

static void
make_folder(const char *bangvang)
{
	char command[5000];

	if (!mkdtemp(folder))
		give_up(folder);
	snprintf(command, sizeof command, "%s key new --out %s/key >/dev/null", bangvang, folder);
	if (system(command) != 0)
		give_up("key new");
	snprintf(command, sizeof command, "%s/conf", folder);
	FILE *f = fopen(command, "w");
	if (!f)
		give_up(command);
	fprintf(f,
	        "listen = 127.0.0.1:0\ndb = sqlite:%s/bangvang.db\nledger = sqlite:%s/ledger.db\nledger_key = %s/key/key.pem\n"
	        "rate_page = 1000000/s burst 10000000\nrate_save = 1000000/s burst 10000000\nthreads = %s\n",
	        folder, folder, folder, getenv("BENCH_THREADS") ? getenv("BENCH_THREADS") : "1");
	fclose(f);
}

int
main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 5;
	int count = argc > 2 ? atoi(argv[2]) : 64, status = 0;
	char *bangvang = sibling(argv[0], "tools/cli/bangvang"), *bangvangd = sibling(argv[0], "tools/httpd/bangvangd"),
	     *open_exam = sibling(argv[0], "tests/httpd/open_exam");
	struct bv_err err;

	make_folder(bangvang);
	struct client *clients = read_clients(open_exam, count);
	start_server(bangvangd);
	for (int i = 0; i < count; i++)
		clients[i].fd = connect_server();
	measure("warming up", clients, count, true, seconds / 5);
	measure("GET /healthz: nothing", clients, count, false, seconds);
	measure("POST answers: durable, receipt", clients, count, true, seconds);
	kill(server, SIGTERM);
	if (waitpid(server, &status, 0) != server || status != 0)
		fprintf(stderr, "bench_httpd: the server ended with %d\n", status);
	if (bv_dir_walk(folder, remove_file, NULL, &err) == BV_OK) {
		char key[100];
		snprintf(key, sizeof key, "%s/key", folder);
		rmdir(key);
		rmdir(folder);
	}
	free(clients);
	free(bangvang);
	free(bangvangd);
	free(open_exam);
	return 0;
}
