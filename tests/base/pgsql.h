/* A PostgreSQL of the test's own: a cluster in a temporary folder, reached by a socket in it, run by an account that is not root. It ends with
 * the test, however that ends. */
#ifndef BV_TESTS_PGSQL_H
#define BV_TESTS_PGSQL_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"

struct pgsql_cluster {
	char bin[200];    /* folder of the server's programs */
	char folder[100]; /* the socket; data/ below it */
	char options[200];
	uid_t uid;
	gid_t gid;
	pid_t server;
	int port;
};

/* Debian keeps the programs of each version in a folder of its own, not in PATH. */
static bool
pgsql_find(char *bin, size_t size)
{
	glob_t found;
	int newest = 0;

	if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int version = atoi(found.gl_pathv[i] + strlen("/usr/lib/postgresql/"));
		if (version < 15 || version < newest)
			continue;
		newest = version;
		snprintf(bin, size, "/usr/lib/postgresql/%d/bin", version);
	}
	globfree(&found);
	return newest > 0;
}

/* The server refuses to be root. */
static void
pgsql_be_nobody_special(const struct pgsql_cluster *cluster)
{
	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(cluster->gid) != 0 || setuid(cluster->uid) != 0))
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	if (getppid() == 1)
		_exit(126);
}

static pid_t
pgsql_spawn(const struct pgsql_cluster *cluster, const char **argv)
{
	char path[300]; /* whole, since the programs look for each other where they themselves are */

	snprintf(path, sizeof path, "%s/%s", cluster->bin, argv[0]);
	argv[0] = path;
	pid_t child = fork();
	if (child == 0) {
		char log[200], port[20];
		const char *const environment[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", port, NULL };
		snprintf(port, sizeof port, "PGPORT=%d", cluster->port);
		pgsql_be_nobody_special(cluster);
		snprintf(log, sizeof log, "%s/log", cluster->folder);
		int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
		if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 || chdir(cluster->folder) != 0)
			_exit(126);
		execve(path, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
		_exit(127);
	}
	return child;
}

static bool
pgsql_run(const struct pgsql_cluster *cluster, const char **argv)
{
	int status = -1;
	pid_t child = pgsql_spawn(cluster, argv);

	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Runs SQL as the superuser, by the server's own client. */
__attribute__((unused)) static bool
pgsql_admin(const struct pgsql_cluster *cluster, const char *database, const char *text)
{
	const char *argv[] = { "psql", "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-h", cluster->folder, "-U", "postgres", "-d", database, "-c",
		               text, NULL };

	return pgsql_run(cluster, argv);
}

static void
pgsql_pause(int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

/* A process of a server that panicked may wait for ever for a lock of one that is gone, and who comes after is told to end it: so it is. Its folder is the
 * cluster's. */
static void
pgsql_sweep(const char *data)
{
	char path[300], folder[300];
	DIR *proc = opendir("/proc");

	for (struct dirent *entry; proc && (entry = readdir(proc)) != NULL;) {
		int pid = atoi(entry->d_name);
		snprintf(path, sizeof path, "/proc/%d/cwd", pid);
		ssize_t len = pid > 0 ? readlink(path, folder, sizeof folder - 1) : -1;
		if (len <= 0)
			continue;
		folder[len] = '\0';
		if (strcmp(folder, data) == 0)
			kill(pid, SIGKILL);
	}
	if (proc)
		closedir(proc);
}

/* What the server said last, as comments of the test. */
static void
pgsql_tell(const struct pgsql_cluster *cluster)
{
	char path[200], line[400];
	long size = 0;

	snprintf(path, sizeof path, "%s/log", cluster->folder);
	FILE *log = fopen(path, "r");
	if (!log)
		return;
	if (fseek(log, 0, SEEK_END) == 0 && (size = ftell(log)) > 4000 && fseek(log, size - 4000, SEEK_SET) != 0)
		rewind(log);
	if (size <= 4000)
		rewind(log);
	while (fgets(line, sizeof line, log))
		printf("# %s", line);
	fclose(log);
}

/* Starts the server of a cluster that is there, and waits until it answers. After kill -9 it waits until the last children of the one before are
 * gone. */
static bool
pgsql_boot(struct pgsql_cluster *cluster)
{
	char data[200];

	snprintf(data, sizeof data, "%s/data", cluster->folder);
	for (int attempt = 0; attempt < 1200; attempt++) {
		const char *argv[] = { "postgres", "-D", data, "-k", cluster->folder, "-c", "listen_addresses=", "-c", cluster->options, NULL };
		const char *ready[] = { "pg_isready", "-q", "-h", cluster->folder, NULL };
		int status;
		if (cluster->server <= 0 && attempt % 100 == 99)
			pgsql_sweep(data);
		if (cluster->server <= 0)
			cluster->server = pgsql_spawn(cluster, argv);
		pgsql_pause(50);
		if (waitpid(cluster->server, &status, WNOHANG) == cluster->server)
			cluster->server = 0;
		else if (pgsql_run(cluster, ready))
			return true;
	}
	pgsql_tell(cluster);
	return false;
}

/* signal: SIGINT ends it in order, SIGQUIT at once, SIGKILL as a crash does. */
static void
pgsql_stop(struct pgsql_cluster *cluster, int sig)
{
	if (cluster->server <= 0)
		return;
	kill(cluster->server, sig);
	waitpid(cluster->server, NULL, 0);
	cluster->server = 0;
}

__attribute__((unused)) static void
pgsql_finish(struct pgsql_cluster *cluster)
{
	const char *const argv[] = { "/bin/rm", "-rf", cluster->folder, NULL };
	pid_t child;

	pgsql_stop(cluster, SIGQUIT);
	if (cluster->folder[0] && (child = fork()) == 0) {
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	} else if (cluster->folder[0]) {
		waitpid(child, NULL, 0);
	}
}

/* A new cluster in a new folder below `below`, running. False, after saying that the test skips, where there is no PostgreSQL 15 or newer.
 * port names the socket, and is listened at only if setting ("name=value" of postgresql.conf) says so. */
__attribute__((unused)) static bool
pgsql_start(struct pgsql_cluster *cluster, const char *below, int port, const char *setting)
{
	const char *argv[] = { "initdb",       "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256",
		               "--no-sync", "--no-instructions", NULL };

	*cluster = (struct pgsql_cluster){ .uid = geteuid(), .gid = getegid(), .port = port };
	if (!pgsql_find(cluster->bin, sizeof cluster->bin)) {
		printf("ok %d - a PostgreSQL server # SKIP there is no PostgreSQL 15 or newer here\n", ++check_count);
		return false;
	}
	struct passwd *account = getpwnam("postgres");
	if (!account)
		account = getpwnam("nobody");
	if (geteuid() == 0 && account) {
		cluster->uid = account->pw_uid;
		cluster->gid = account->pw_gid;
	}
	snprintf(cluster->folder, sizeof cluster->folder, "%s/bv-pgsql-XXXXXX", below);
	snprintf(cluster->options, sizeof cluster->options, "%s", setting);
	return CHECK(mkdtemp(cluster->folder) && chown(cluster->folder, cluster->uid, cluster->gid) == 0 && pgsql_run(cluster, argv) &&
	                     pgsql_boot(cluster),
	             "a PostgreSQL server of the test's own: %s", cluster->bin);
}

/* The URL of an empty database: in truth a schema of its own in the one that is there, which costs a thousandth. It is made if it is not there.
 * Four URLs are good at the same time. */
__attribute__((unused)) static const char *
pgsql_database(const struct pgsql_cluster *cluster, const char *name)
{
	static char urls[4][300];
	static int next;
	char *url = urls[next++ % 4], text[200];

	snprintf(text, sizeof text, "SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS \"%s\"", name);
	CHECK(pgsql_admin(cluster, "postgres", text), "database %s", name);
	snprintf(url, sizeof urls[0], "postgresql:host=%s port=%d user=postgres dbname=postgres options='-c search_path=\"%s\"'", cluster->folder,
	         cluster->port, name);
	return url;
}

#endif
