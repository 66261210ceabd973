/* Loops over dense rows of numbers, several side by side; the sums are the same whatever the machine's vectors are. */
#ifndef BV_ASSEMBLY_LANES_H
#define BV_ASSEMBLY_LANES_H

enum { LANES = 4 };

/* Four doubles wherever they lie. */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

/* Wider vectors where the processor has them. An ifunc and the sanitizers' own start do not go together. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

#endif
