# Writes catr-polytomous.json: what catR 3.17 says of items of several categories after three answers. Rscript catr_polytomous.R >catr-polytomous.json
library(catR)

options(digits = 17)
banks <- list(
  GRM = rbind(c(1.1, -1.2, 0.1, 1.3), c(0.8, -0.6, 0.4, NA), c(1.6, -0.3, 0.5, 1.1), c(1.3, -1.8, -0.9, 0.2), c(2.1, 0.2, 0.9, 1.7), c(0.6, -0.4, NA, NA),
              c(1.7, -1.1, -0.6, NA), c(0.9, -2.2, 0.3, 2.4)),
  GPCM = rbind(c(1.2, -0.9, 0.3, 0.8), c(0.7, 0.5, -0.7, NA), c(1.5, -0.2, 0.1, 1.4), c(1.1, -1.5, 0.6, -0.1), c(1.9, 0.3, 1.2, NA), c(0.5, 0.2, NA, NA),
               c(1.4, -1.3, -0.4, 0.9), c(0.9, -2, 1.1, 0.4)),
  PCM = rbind(c(-0.9, 0.3, 0.8), c(0.5, -0.7, NA), c(-0.2, 0.1, 1.4), c(-1.5, 0.6, -0.1), c(0.3, 1.2, NA), c(0.2, NA, NA), c(-1.3, -0.4, 0.9), c(-2, 1.1, 0.4)),
  NRM = rbind(c(0.6, 0.9, 1.2, 0.4, 2.1, -0.3), c(-0.4, 0.2, 0.9, 0.5, NA, NA), c(1.1, 0.3, 0.5, -0.6, 1.9, -0.8), c(0.8, 1.4, 1.5, 0.7, 2.4, -0.2),
              c(1.3, -0.7, 2.2, -1.9, NA, NA), c(0.7, 0.1, NA, NA, NA, NA), c(-0.6, -0.9, 1.4, 0.8, 0.3, 0.5), c(0.9, 0.2, -0.8, 0.6, 1.6, -1.1)))
x <- c(1, 2, 0)
grid <- c(-4, 4, 33)
text <- function(v) paste0("[", paste(sprintf("%.17g", v), collapse = ", "), "]")

write_model <- function(model) {
  bank <- banks[[model]]
  given <- bank[1:3, ]
  at <- thetaEst(given, x, model = model, method = "EAP", parInt = grid)
  left <- 4:8
  values <- list(
    mfi = Ii(at, bank[left, ], model = model)$Ii,
    mlwi = sapply(left, function(i) MWI(bank, i, x, given, model = model, type = "MLWI")),
    mpwi = sapply(left, function(i) MWI(bank, i, x, given, model = model, type = "MPWI")),
    kl = sapply(left, function(i) KL(bank, i, x, given, model = model, theta = at, type = "KL")),
    klp = sapply(left, function(i) KL(bank, i, x, given, model = model, theta = at, type = "KLP")),
    mei = sapply(left, function(i) MEI(bank, i, x, at, given, model = model, method = "EAP")),
    `mepv-at` = sapply(left, function(i) EPV(bank, i, x, at, given, model = model)))
  estimates <- sapply(c("EAP", "BM", "ML", "WL"), function(m) {
    th <- thetaEst(given, x, model = model, method = m, parInt = grid)
    c(th, semTheta(th, given, x, model = model, method = m, parInt = grid))
  })
  lines <- c(sprintf('   "bank": [%s]', paste(apply(bank, 1, function(r) text(r[!is.na(r)])), collapse = ", ")),
             sprintf('   "theta": %s', text(estimates[1, ])), sprintf('   "se": %s', text(estimates[2, ])),
             sprintf('   "%s": %s', names(values), sapply(values, text)))
  sprintf('  "%s": {\n%s\n  }', tolower(model), paste(lines, collapse = ",\n"))
}

cat(sprintf('{\n  "note": "catR %s; answers 1, 2, 0 to items 1 to 3; theta and se by EAP, BM, ML, WL; values of items 4 to 8",\n%s\n}\n', packageVersion("catR"),
            paste(sapply(names(banks), write_model), collapse = ",\n")))
