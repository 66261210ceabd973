# What packages of R take for what tests/bench/bench_calibrate.c and bench_assembly.c measure, on invented data of the same sizes, where they are installed: processor seconds
# of one core. A package that is absent is named; none is needed by anything else here.
set.seed(20261123)
cpu <- function(expression) sum(system.time(expression)[c("user.self", "sys.self")])
absent <- function(package) {
	there <- requireNamespace(package, quietly = TRUE)
	if (!there) cat(sprintf("%-8s is not installed\n", package))
	!there
}
marks <- function(persons, items) {
	theta <- rnorm(persons)
	a <- exp(rnorm(items, 0.1, 0.3))
	b <- rnorm(items)
	d <- matrix(as.integer(runif(persons * items) < plogis(outer(theta, b, "-") * rep(a, each = persons))), persons)
	colnames(d) <- paste0("Q", seq_len(items))
	as.data.frame(d)
}

if (!absent("mirt")) {
	d <- marks(10000, 100)
	cat(sprintf("mirt %s: 2PL 100 x 10,000, 61 nodes: %.1f s\n", packageVersion("mirt"),
		cpu(mirt::mirt(d, 1, itemtype = "2PL", quadpts = 61, TOL = 1e-4, verbose = FALSE))))
}
if (!absent("ltm")) {
	d <- marks(2000, 30)
	cat(sprintf("ltm %s: 2PL 30 x 2,000: %.1f s\n", packageVersion("ltm"), cpu(ltm::ltm(d ~ z1))))
}
if (!absent("catR")) {
	bank <- cbind(a = exp(rnorm(300, 0.1, 0.3)), b = rnorm(300, 0, 1.2), c = 0, d = 1)
	session <- function(criterion, length) {
		ability <- runif(1, -2, 2)
		given <- integer(0)
		x <- integer(0)
		theta <- 0
		for (k in seq_len(length)) {
			item <- catR::nextItem(bank, theta = theta, out = if (k > 1) given, x = if (k > 1) x, criterion = criterion)$item
			given <- c(given, item)
			x <- c(x, as.integer(runif(1) < plogis(bank[item, "a"] * (ability - bank[item, "b"]))))
			theta <- catR::thetaEst(bank[given, , drop = FALSE], x, method = "EAP")
		}
	}
	sessions <- 10
	cat(sprintf("catR %s: adaptive sessions of 30 from 300, MFI: %.1f a second\n", packageVersion("catR"), sessions / cpu(for (k in seq_len(sessions)) session("MFI", 30))))
	items <- 3
	cat(sprintf("catR %s: MEPV, the first %d items: %.2f items a second\n", packageVersion("catR"), items, items / cpu(session("MEPV", items))))
}
