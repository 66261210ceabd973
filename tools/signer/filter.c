#include "tools/signer/filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "certs/certs.h"

enum bv_status
filter_prepare(struct bv_err *err)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }) < 0)
		return bv_err_set(err, BV_EIO, "the process cannot be kept from being dumped: %s", strerror(errno));
	TRY(bv_key_lock_memory(err));
	/* The private numbers are locked; this is for what OpenSSL copies on the way. */
	if (!BV_ADDRESS_SANITIZER && mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		fprintf(stderr, "event=unlocked what=\"only the keys are kept out of swap space: raise the limit (LimitMEMLOCK)\"\n");
	return BV_OK;
}

enum bv_status
filter_calls(int listener, int meter, struct bv_err *err)
{
	static const int plain[] = { SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close), SCMP_SYS(getsockopt),
		                     SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom), SCMP_SYS(brk),
		                     SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(getpid), SCMP_SYS(gettid),
		                     SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(exit), SCMP_SYS(exit_group),
		                     SCMP_SYS(munlock), SCMP_SYS(restart_syscall), SCMP_SYS(unlink), SCMP_SYS(unlinkat) /* its own socket, at the end */ };
	static const int refused[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(readlink), SCMP_SYS(ioctl) };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool good = filter != NULL;

	for (size_t i = 0; good && i < BV_COUNT(plain); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
	for (size_t i = 0; good && i < BV_COUNT(refused); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(accept4), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)listener)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pwrite64), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)meter)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fdatasync), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)meter)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
	good = good && seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return good ? BV_OK : bv_err_set(err, BV_EDENIED, "this system has no filter of system calls (seccomp): the signer does not run without it");
}
