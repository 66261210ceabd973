/* exp and log that are the same bits on every machine. The C library's choose their code by the processor (with fused multiply-add or without)
 * and differ in the last place; an ability is to be derived again anywhere. Only + - * / and casts, which IEEE 754 rounds in one way. */
#ifndef BV_SCORING_EXPONENTIAL_H
#define BV_SCORING_EXPONENTIAL_H

/* e^x within 2 units in the last place for x <= 700 (assert); 0 below -700. */
double exponential(double x);

/* The natural logarithm of a finite x >= 2^-1022 (assert), within 4 units in the last place of the larger of it and 1. */
double logarithm(double x);

#endif
