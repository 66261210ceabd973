#!/usr/bin/env python3
"""Writes marks.csv and fractions.csv: exact rational arithmetic (fractions.Fraction) on the shortest decimals of the doubles
(Python's repr), rounded half away from zero. Deterministic: random.Random(20161).   make_vectors.py OUT"""
import os, random, sys
from decimal import Decimal
from fractions import Fraction


def half_up(x):
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


def mark(marks, score, max_score):
    s, m = Fraction(Decimal(repr(score))), Fraction(Decimal(repr(max_score)))
    return half_up(marks * min(max(s / m, Fraction(0)), Fraction(1)))


def marks_rows(rng):
    edges = [(100, 0.145, 1.0), (100, 0.1, 0.3), (250, 0.1, 0.3), (1, 1.0, 2.0), (1, 0.49999999999999994, 1.0), (1, 1.005, 2.01), (25, 2.0, 3.0),
             (10000000, 0.1, 0.30000000000000004), (100, 5e-324, 1.0), (100, 1e300, 1e301), (100, 1.7976931348623157e308, 1.7976931348623157e308),
             (100, 5e-324, 1e-323), (3, 1e21, 2e21), (7, 123456789012345680000.0, 2.4691357802469136e20), (100, -0.0, 1.0), (100, -1e-9, 1.0),
             (100, 1.0000000000000002, 1.0), (0, 1.0, 2.0), (10000000, 0.9999999999999999, 1.0), (1, 4.35, 8.7), (100, 2.675, 5.35)]
    for row in edges:
        yield row
    for _ in range(400):
        max_score = rng.choice([1.0, 2.0, 3.0, 4.0, 0.5, 0.3, 10.0, 2.5, 7.0, rng.randint(1, 1000) / 100, rng.random() * 10 ** rng.randint(-12, 12)])
        score = rng.choice([rng.random() * max_score, rng.randint(0, 100) / 100 * max_score, max_score * rng.randint(0, 8) / 8, rng.randint(0, 9) / 10])
        yield rng.choice([1, 5, 25, 33, 50, 100, 125, 250, 1000, 12345, 10000000]), score, max_score


def fractions_rows(rng):
    edges = [([(9999, 20000)], 5000), ([(4999500, 9999000)], 5000), ([(1000, 2000)], 5000), ([(999, 2000)], 5000), ([(800, 2000)], 4000),
             ([(799, 2000)], 4000), ([(0, 1)], 0), ([(1, 1)], 10000), ([(99989, 199980)], 5000), ([(1, 3), (2, 3)], 5000),
             ([(1, 3), (1, 3), (5, 6)], 5000), ([(1, 3), (1, 3), (4999999, 6000000)], 5000), ([(1, 7)] * 64, 1428), ([(20000000000, 20000000000)] * 64, 10000)]
    for fractions, percent in edges:
        yield fractions, percent
    for _ in range(300):
        n = rng.choice([1, 2, 3, 6, 6, 15, 64])
        fractions = []
        for _ in range(n):
            most = rng.choice([100, 300, 500, 1000, rng.randint(1, 5000), rng.randint(1, 20000000000)])
            fractions.append((rng.randint(0, most), most))
        mean = sum(Fraction(*f) for f in fractions) / n
        yield fractions, rng.choice([4000, 5000, int(mean * 10000), min(int(mean * 10000) + 1, 10000)])


def main():
    rng = random.Random(20161)
    with open(os.path.join(sys.argv[1], 'marks.csv'), 'w') as f:
        f.write('marks,score,max_score,mark\n')
        for marks, score, max_score in marks_rows(rng):
            f.write(f'{marks},{score!r},{max_score!r},{mark(marks, score, max_score)}\n')
    with open(os.path.join(sys.argv[1], 'fractions.csv'), 'w') as f:
        f.write('percent,compare,printed,exact,fractions\n')
        for fractions, percent in fractions_rows(rng):
            mean = sum(Fraction(*p) for p in fractions) / len(fractions)
            edge = Fraction(percent, 10000)
            printed = half_up(mean * 10000)
            f.write(f"{percent},{(mean > edge) - (mean < edge)},{printed},{int(mean == Fraction(printed, 10000))},"
                    f"{' '.join(f'{m}/{x}' for m, x in fractions)}\n")


main()
